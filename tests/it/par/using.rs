//! The reference in browsers: once, in time, by its own client.

use tokio::task::JoinSet;
use url::Url;
use wecom_oidc::domain::time::Span;

use crate::support::relying_party::Request;
use crate::support::{Answer, Page, Stand};

/// The same request with another end of its reference.
fn altered(request: &Request, alter: impl Fn(&str) -> String) -> Url {
    let reference = request.params.iter().find(|(name, _)| name == "request_uri").map(|(_, value)| alter(value));
    request.clone().set("request_uri", &reference.expect("a reference")).url()
}

#[tokio::test]
async fn a_reference_is_good_once_and_the_sign_in_that_it_began_goes_on() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let request = app.pushed(&app.request().set("prompt", "login")).await;
    let page = zhangsan.walk(&request.url()).await.page();
    // Used up, for this browser and for any other; the page that it led to is there as often as one likes.
    zhangsan.get(&request.url()).await.assert_refused(400, "invalid_request_uri");
    stand.computer("lisi").get(&request.url()).await.assert_refused(400, "invalid_request_uri");
    let again = zhangsan.get(&page.url).await;
    zhangsan.click(&again, "wecom-login").await.answer().code();
    let refused = zhangsan.get(&request.url()).await;
    assert!(refused.redirect().is_none() && !refused.has("back-to-app") && refused.header("set-cookie").is_none());
}

#[tokio::test]
async fn single_sign_on_and_prompt_none_use_a_reference_up_as_well() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let silent = app.request().set("prompt", "none").set("state", "s1");
    let request = app.pushed(&silent).await;
    let answer = zhangsan.walk(&request.url()).await.answer();
    assert_eq!((answer.error(), answer.get("state")), ("login_required", Some("s1")));
    zhangsan.get(&request.url()).await.assert_refused(400, "invalid_request_uri");
    app.code(&zhangsan, "openid").await;
    for request in [app.pushed(&app.request()).await, app.pushed(&silent).await] {
        zhangsan.walk(&request.url()).await.answer().code();
        zhangsan.get(&request.url()).await.assert_refused(400, "invalid_request_uri");
    }
}

#[tokio::test]
async fn threat_48_a_reference_that_is_late_changed_or_made_up_is_a_page_and_never_a_redirect() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let request = app.pushed(&app.request()).await;
    let swapped = |text: &str| {
        text.chars()
            .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect::<String>()
    };
    let prefix = "urn:ietf:params:oauth:request_uri:";
    for url in [
        altered(&request, |text| text[..text.len() - 1].to_owned()),
        altered(&request, |text| format!("{text}A")),
        altered(&request, |text| format!("{prefix}{}", swapped(&text[prefix.len()..]))),
        altered(&request, |_| prefix.to_owned()),
        altered(&request, |_| format!("{prefix}{}", "A".repeat(43))),
        altered(&request, |_| format!("{prefix}{}", "A".repeat(8_000))),
    ] {
        let page = zhangsan.get(&url).await;
        page.assert_refused(400, "invalid_request_uri");
        assert!(page.redirect().is_none() && page.header("set-cookie").is_none());
    }
    stand.later(Span::seconds(60));
    zhangsan.get(&request.url()).await.assert_refused(400, "invalid_request_uri");
    let request = app.pushed(&app.request()).await;
    stand.later(Span::seconds(59));
    zhangsan.walk(&request.url()).await.answer().code();
}

#[tokio::test]
async fn threat_9_another_clients_reference_is_refused_and_not_used_up() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let request = app.pushed(&app.request()).await;
    for (id, code) in [("other", "invalid_request_uri"), ("nobody", "unauthorized_client"), ("", "invalid_request")] {
        let page = zhangsan.get(&request.clone().set("client_id", id).url()).await;
        page.assert_refused(400, code);
        assert!(page.redirect().is_none());
    }
    zhangsan.get(&request.clone().without("client_id").url()).await.assert_refused(400, "invalid_request");
    let other = stand.rp("other");
    let beside = other.request().add("request_uri", &request.params[1].1);
    let page = zhangsan.get(&beside.url()).await;
    assert!(page.redirect().is_none(), "a proven address of another client's makes it no better: {page:?}");
    page.assert_refused(400, "invalid_request_uri");
    zhangsan.walk(&request.url()).await.answer().code();
}

#[tokio::test]
async fn beside_a_reference_nothing_counts_and_nothing_may_be_doubled() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let request = app.pushed(&app.request().set("state", "pushed").scope("openid")).await;
    for (name, value) in [("state", "x"), ("client_id", "app"), ("request_uri", "https://evil.example/"), ("foo", "x")]
    {
        let page = zhangsan.get(&request.clone().add(name, value).add(name, value).url()).await;
        page.assert_refused(400, "invalid_request");
        assert!(page.redirect().is_none());
    }
    // RFC 9101 §5: an object beside a reference would be a second request.
    let page = zhangsan.get(&request.clone().set("request", "e30.e30.").url()).await;
    page.assert_refused(400, "invalid_request");
    let dressed = request
        .set("redirect_uri", "https://evil.example/callback")
        .set("state", "evil")
        .set("scope", "openid phone email")
        .set("response_mode", "fragment")
        .set("response_type", "token")
        .set("prompt", "none");
    let to = zhangsan.walk(&dressed.url()).await.left();
    let answer = Answer::of(&to);
    assert_eq!((answer.address.as_str(), answer.get("state")), (app.client.redirect_uri.as_str(), Some("pushed")));
    assert!(to.fragment().is_none());
    let tokens = app.redeem(&answer.code()).await.good();
    assert_eq!(tokens.body["scope"], "openid");
}

#[tokio::test]
async fn of_64_browsers_with_one_reference_exactly_one_goes_on() {
    let stand = Stand::new().await;
    let app = stand.app();
    let signed_in = stand.computer("zhangsan");
    app.code(&signed_in, "openid").await;
    for has_session in [false, true] {
        let url = app.pushed(&app.request()).await.url();
        let mut visits = JoinSet::new();
        for _ in 0..64 {
            let browser = if has_session { signed_in.twin() } else { stand.lonely_computer() };
            let url = url.clone();
            visits.spawn(async move { browser.get(&url).await });
        }
        let pages = visits.join_all().await;
        let (won, lost): (Vec<_>, Vec<_>) = pages.into_iter().partition(|page| page.redirect().is_some());
        assert_eq!(won.len(), 1, "{:?}", won.iter().map(Page::redirect).collect::<Vec<_>>());
        for page in lost {
            page.assert_refused(400, "invalid_request_uri");
        }
        let to = won[0].redirect().unwrap();
        assert_eq!(to.as_str().starts_with(&app.client.redirect_uri), has_session, "{to}");
    }
}

#[tokio::test]
async fn what_a_browser_fetches_ahead_does_not_use_a_reference_up() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let request = app.pushed(&app.request()).await;
    let eager = zhangsan.twin().with_header("sec-purpose", "prefetch");
    assert_eq!(eager.get(&request.url()).await.status, 204);
    let head = stand.http.head(request.url()).send().await.unwrap();
    assert_eq!(head.status(), 405);
    zhangsan.walk(&request.url()).await.answer().code();
}

#[tokio::test]
async fn a_pushed_request_is_answered_by_form_post_and_may_be_brought_by_a_post_of_another_site() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let form_post = app.request().set("response_mode", "form_post").set("state", "<\"&>");
    // Fresh, and then with a session.
    for _ in 0..2 {
        let page = zhangsan.walk(&app.pushed(&form_post).await.url()).await.page();
        let form = page.form("form-post");
        assert_eq!(form.action.as_str(), app.client.redirect_uri);
        assert!(form.fields.contains(&("state".to_owned(), "<\"&>".to_owned())), "{form:?}");
        let code = form.fields.iter().find(|(name, _)| name == "code").map(|(_, value)| value.clone());
        app.redeem(&code.expect("a code")).await.good();
    }
    let request = app.pushed(&app.request().set("prompt", "none")).await;
    let carried = zhangsan.post_from_elsewhere(request.endpoint(), &request.params).await;
    let behind = carried.redirect().expect("a redirect to ourselves");
    assert!(behind.path().ends_with("/continue"), "{behind}");
    zhangsan.get(&request.url()).await.assert_refused(400, "invalid_request_uri");
    zhangsan.walk(&behind).await.answer().code();
    let again = zhangsan.post_from_elsewhere(request.endpoint(), &request.params).await;
    again.assert_refused(400, "invalid_request_uri");
}
