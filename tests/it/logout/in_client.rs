//! After a sign-out inside the WeCom client, where a sign-in needs no touch, nobody is signed in again without one.

use url::Url;
use wecom_oidc::domain::time::Span;

use crate::support::{Browser, Client, GETUSERINFO, Journey, Setup, Stand};

async fn signed_out(stand: &Stand, browser: &Browser) {
    let tokens = stand.app().tokens(browser, "openid").await;
    let mut url = stand.address("/logout");
    url.query_pairs_mut().append_pair("id_token_hint", tokens.id_token());
    url.query_pairs_mut().append_pair("post_logout_redirect_uri", "https://app.example/bye");
    assert_eq!(browser.walk(&url).await.left().as_str(), "https://app.example/bye");
}

async fn asks(stand: &Stand, browser: &Browser) -> Journey {
    browser.walk(&stand.app().request().url()).await
}

#[tokio::test]
async fn an_application_that_sends_the_member_straight_back_meets_a_page_and_one_click_leads_in() {
    let stand = Stand::new().await;
    let browser = stand.client_of("zhangsan").with_header("accept-language", "en");
    signed_out(&stand, &browser).await;
    let exchanges = stand.calls(GETUSERINFO);
    for _ in 0..3 {
        let page = asks(&stand, &browser).await.page();
        assert!(
            page.text().contains("You’ve signed out") && page.text().contains("Application app"),
            "{}",
            page.text()
        );
        assert!(page.has("wecom-login"));
    }
    assert_eq!(stand.app().silently(&browser).await.error(), "login_required");
    assert_eq!(stand.calls(GETUSERINFO), exchanges, "WeCom was asked nothing");

    let page = asks(&stand, &browser).await.page();
    browser.click(&page, "wecom-login").await.answer().code();
    // That is over: the next time, in a new session, nothing is to be touched.
    assert!(browser.cookie(&stand.address("/"), "signed-out").is_none());
    stand.later(Span::hours(13));
    asks(&stand, &browser).await.answer().code();
}

#[tokio::test]
async fn a_request_by_post_waits_for_the_click_too() {
    let stand = Stand::new().await;
    let browser = stand.client_of("zhangsan");
    signed_out(&stand, &browser).await;
    let request = stand.app().request();
    let page = browser.post_from_elsewhere(request.endpoint(), &request.params).await;
    let page = browser.onward(page).await.page();
    assert!(page.has("wecom-login"), "{}", page.text());
}

#[tokio::test]
async fn a_sign_out_that_found_nobody_signed_in_is_one_all_the_same() {
    let stand = Stand::new().await;
    let browser = stand.client_of("zhangsan");
    stand.app().tokens(&browser, "openid").await;
    stand.later(Span::hours(13));
    browser.walk(&stand.address("/logout")).await.page();
    assert!(asks(&stand, &browser).await.page().has("wecom-login"));
}

/// The icon in the workbench and a link in a message are the member's own click.
#[tokio::test]
async fn a_click_in_the_workbench_leads_in_without_a_page() {
    let stand = Stand::of([Client::new("app").with("phone = \"never\"")]).await;
    let browser = stand.client_of("zhangsan");
    signed_out(&stand, &browser).await;
    let home: Url = browser.walk(&stand.address("/open/app")).await.left();
    assert_eq!(home.as_str(), "https://app.example/home");
    asks(&stand, &browser).await.answer().code();
}

#[tokio::test]
async fn on_a_computer_wecoms_own_page_asks_and_ours_stays_away() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    signed_out(&stand, &browser).await;
    let next = browser.get(&stand.app().request().url()).await.redirect().unwrap();
    assert!(next.as_str().starts_with(&stand.sim.login_url()), "{next}");
}

#[tokio::test]
async fn the_browser_remembers_a_sign_out_for_ten_minutes_by_a_cookie_that_says_nothing_else() {
    for (tls, name) in [(true, "__Host-signed-out"), (false, "signed-out")] {
        let setup = if tls { Setup::default().over_tls() } else { Setup::default() };
        let stand = Stand::with(setup).await;
        let page = stand.client_of("zhangsan").get(&stand.address("/logout")).await;
        let cookies = page.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned());
        let cookie = cookies.into_iter().find(|cookie| cookie.starts_with(name)).expect("the cookie");
        let secure = if tls { "; Secure" } else { "" };
        assert_eq!(cookie, format!("{name}=1; HttpOnly; SameSite=Lax{secure}; Path=/; Max-Age=600"));
    }
}
