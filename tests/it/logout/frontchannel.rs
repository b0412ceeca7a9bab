//! What the page after a sign-out tells applications through the browser (Front-Channel Logout 1.0).

use scraper::{Html, Selector};
use url::Url;

use crate::support::{Browser, Client, Page, Stand, TokenAnswer};

const BYE: &str = "https://app.example/bye";

fn told(id: &str) -> Client {
    Client::new(id).with(&format!("frontchannel_logout_uri = \"https://{id}.example/out?from=op\""))
}

async fn stand() -> Stand {
    Stand::of([told("app"), told("other"), told("third"), Client::new("mute")]).await
}

fn sign_out(stand: &Stand, hint: &TokenAnswer, to: Option<&str>) -> Url {
    let mut url = stand.address("/logout");
    url.query_pairs_mut().append_pair("id_token_hint", hint.id_token());
    url.query_pairs_mut().extend_pairs(to.map(|to| ("post_logout_redirect_uri", to)));
    url.query_pairs_mut().extend_pairs(to.map(|_| ("state", "s;url=x&y")));
    url
}

/// The addresses that the page frames.
pub fn frames(page: &Page) -> Vec<Url> {
    let (html, frames) = (Html::parse_document(&page.body), Selector::parse("iframe").unwrap());
    html.select(&frames).map(|frame| Url::parse(frame.attr("src").expect("an address")).unwrap()).collect()
}

async fn signed_in(stand: &Stand, browser: &Browser, ids: &[&str]) -> TokenAnswer {
    let mut first = None;
    for id in ids {
        let tokens = stand.rp(id).tokens(browser, "openid").await;
        first.get_or_insert(tokens);
    }
    first.expect("one")
}

#[tokio::test]
async fn the_page_tells_each_application_of_the_session_in_a_frame_and_goes_on() {
    let stand = stand().await;
    let browser = stand.computer("zhangsan");
    let tokens = signed_in(&stand, &browser, &["app", "other", "mute"]).await;
    let first = browser.get(&sign_out(&stand, &tokens, Some(BYE))).await;
    assert_eq!(first.status, 303, "{}", first.text());
    let page = browser.onward(first).await.page();
    assert_eq!(page.status, 200);
    assert!(page.url.query().is_none() && page.url.path().ends_with("/signed-out"), "{}", page.url);

    let sid = tokens.id_claims()["sid"].as_str().unwrap().to_owned();
    let frames = frames(&page);
    assert_eq!(frames.len(), 2);
    for (frame, id) in frames.iter().zip(["app", "other"]) {
        assert!(frame.as_str().starts_with(&format!("https://{id}.example/out?from=op&")), "{frame}");
        let pairs: Vec<(String, String)> = frame.query_pairs().into_owned().collect();
        let expected = [("from", "op"), ("iss", &stand.issuer), ("sid", &sid)];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
    assert!(policy.ends_with("; frame-src https://app.example https://other.example"), "{policy}");
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"), "a Referer would tell the sid");
    assert_eq!(page.header("cache-control"), Some("no-store"));

    let on = "https://app.example/bye?state=s%3Burl%3Dx%26y";
    assert_eq!(page.link("logout-continue").as_str(), on);
    assert!(page.text().contains("Application app"), "{}", page.text());
    let html = Html::parse_document(&page.body);
    let refresh = html.select(&Selector::parse("noscript").unwrap()).next().expect("for browsers without scripts");
    assert!(refresh.inner_html().contains(on), "{}", refresh.inner_html());
    assert_eq!(stand.app().silently(&browser).await.error(), "login_required");
}

#[tokio::test]
async fn a_sign_out_that_was_confirmed_tells_them_too() {
    let stand = stand().await;
    let browser = stand.computer("zhangsan");
    signed_in(&stand, &browser, &["other"]).await;
    let mut url = stand.address("/logout");
    url.query_pairs_mut().append_pair("client_id", "app").append_pair("post_logout_redirect_uri", BYE);
    let page = browser.walk(&url).await.page();
    let page = browser.press(&page, "logout-confirm").await.page();
    assert_eq!(frames(&page).len(), 1);
    assert_eq!(page.link("logout-continue").as_str(), BYE);
}

#[tokio::test]
async fn without_an_address_to_go_on_to_the_page_stays() {
    let stand = stand().await;
    let browser = stand.computer("zhangsan");
    let tokens = signed_in(&stand, &browser, &["app"]).await;
    let page = browser.walk(&sign_out(&stand, &tokens, None)).await.page();
    assert_eq!(frames(&page).len(), 1);
    assert!(!page.has("logout-continue") && !page.body.contains("http-equiv"), "{}", page.body);
}

#[tokio::test]
async fn where_nobody_is_to_be_told_there_is_no_page() {
    let stand = stand().await;
    let browser = stand.computer("zhangsan");
    let tokens = signed_in(&stand, &browser, &["mute"]).await;
    let mut url = sign_out(&stand, &tokens, None);
    url.query_pairs_mut().append_pair("post_logout_redirect_uri", "https://mute.example/bye");
    assert_eq!(browser.walk(&url).await.left().as_str(), "https://mute.example/bye");
}

#[tokio::test]
async fn threat_33_the_page_tells_once_and_in_the_browser_that_signed_out_alone() {
    let stand = stand().await;
    let browser = stand.computer("zhangsan");
    let tokens = signed_in(&stand, &browser, &["app"]).await;
    let to = browser.get(&sign_out(&stand, &tokens, Some(BYE))).await.redirect().unwrap();
    // Somebody who knows the address.
    stand.computer("lisi").get(&to).await.assert_refused(400, "start_again");
    // A prefetch takes nothing.
    let eager = browser.twin().with_header("sec-purpose", "prefetch");
    assert_eq!(eager.get(&to).await.status, 204);
    assert_eq!(frames(&browser.get(&to).await).len(), 1);
    // Back, after signing in again: nobody is signed out by it.
    signed_in(&stand, &browser, &["app"]).await;
    let again = browser.get(&to).await;
    assert_eq!((again.status, frames(&again).len()), (200, 0));
    assert_eq!(again.link("logout-continue").as_str().split('?').next(), Some(BYE));
    assert!(!again.header("content-security-policy").unwrap().contains("frame-src"));
    stand.app().silently(&browser).await.code();
}

#[tokio::test]
async fn the_page_speaks_the_language_that_was_asked_for() {
    let stand = stand().await;
    for (locale, words) in [("en", "signed out"), ("fr zh", "已退出登录")] {
        let browser = stand.computer("zhangsan");
        let tokens = signed_in(&stand, &browser, &["app"]).await;
        let mut url = sign_out(&stand, &tokens, Some(BYE));
        url.query_pairs_mut().append_pair("ui_locales", locale);
        let page = browser.walk(&url).await.page();
        assert!(page.text().contains(words), "{}", page.text());
    }
}

/// A cookie holds some fifty names of clients: beyond that the page comes at once, and tells all the same.
#[tokio::test]
async fn more_applications_than_a_cookie_holds_are_told_all_the_same() {
    let ids: Vec<String> = (0..40).map(|n| format!("app-{n:02}-{}", "x".repeat(100))).collect();
    let uri = |id: &str| format!("https://{}.example/out", &id[..6]);
    let client = |id: &String| {
        let mut client = Client::new(id).with(&format!("frontchannel_logout_uri = \"{}\"", uri(id)));
        client.redirect_uri = uri(id);
        client
    };
    let stand = Stand::of(ids.iter().map(client)).await;
    let browser = stand.computer("zhangsan");
    let mut tokens = None;
    for id in &ids {
        tokens = Some(stand.rp(id).tokens(&browser, "openid").await);
    }
    let page = browser.walk(&sign_out(&stand, &tokens.unwrap(), None)).await.page();
    assert_eq!(frames(&page).len(), 40);
    assert_eq!(stand.rp(&ids[0]).silently(&browser).await.error(), "login_required");
}
