//! The parameters of a sign-out request beside those of `login::logout` (RP-Initiated Logout 1.0 §2).

use url::Url;
use wecom_oidc::domain::time::Span;

use crate::support::{Client, Page, Setup, Stand};

const BYE: &str = "https://app.example/bye";

fn address(stand: &Stand, pairs: &[(&str, &str)]) -> Url {
    let mut url = stand.address("/logout");
    url.query_pairs_mut().extend_pairs(pairs);
    url
}

#[track_caller]
fn assert_asks(page: &Page) {
    assert!(page.status == 200 && page.has("logout-confirm"), "{}", page.text());
}

#[tokio::test]
async fn a_hint_that_has_expired_is_as_good_as_a_fresh_one() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let tokens = stand.app().tokens(&browser, "openid").await;
    stand.later(Span::hours(2));
    let url = address(&stand, &[("id_token_hint", tokens.id_token()), ("post_logout_redirect_uri", BYE)]);
    assert_eq!(browser.walk(&url).await.left().as_str(), BYE);
    assert_eq!(stand.app().silently(&browser).await.error(), "login_required");
}

#[tokio::test]
async fn the_hint_of_an_earlier_session_of_the_same_member_signs_out_at_once() {
    let stand = Stand::new().await;
    let before = stand.app().tokens(&stand.computer("zhangsan"), "openid").await;
    let browser = stand.computer("zhangsan");
    stand.app().tokens(&browser, "openid").await;
    let url = address(&stand, &[("id_token_hint", before.id_token()), ("post_logout_redirect_uri", BYE)]);
    assert_eq!(browser.walk(&url).await.left().as_str(), BYE);
}

#[tokio::test]
async fn threat_33_the_hint_of_another_member_asks_and_leads_to_its_client_afterwards() {
    let stand = Stand::new().await;
    let lisi = stand.app().tokens(&stand.computer("lisi"), "openid").await;
    let browser = stand.computer("zhangsan");
    stand.app().tokens(&browser, "openid").await;
    let url = address(&stand, &[("id_token_hint", lisi.id_token()), ("post_logout_redirect_uri", BYE)]);
    let page = browser.walk(&url).await.page();
    assert_asks(&page);
    stand.app().silently(&browser).await.code();
    assert_eq!(browser.press(&page, "logout-confirm").await.left().as_str(), BYE);
}

#[tokio::test]
async fn the_hint_of_a_client_that_is_gone_leads_nowhere_and_ends_the_session_it_names() {
    let mut stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let tokens = stand.app().tokens(&browser, "openid").await;
    stand.reloaded(Setup::of([Client::new("other")])).await;
    let url = address(&stand, &[("id_token_hint", tokens.id_token()), ("post_logout_redirect_uri", BYE)]);
    let page = browser.walk(&url).await.page();
    assert!(page.status == 200 && !page.has("logout-confirm") && !page.body.contains(BYE), "{}", page.body);
    assert_eq!(stand.rp("other").silently(&browser).await.error(), "login_required");
}

#[tokio::test]
async fn threat_33_a_logout_hint_proves_nothing() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let claims = stand.app().tokens(&browser, "openid").await.id_claims();
    for hint in [claims["sid"].as_str().unwrap(), claims["sub"].as_str().unwrap(), "zhangsan", "nobody at all <b>"] {
        let url = address(&stand, &[("logout_hint", hint), ("client_id", "app"), ("post_logout_redirect_uri", BYE)]);
        let page = browser.walk(&url).await.page();
        assert_asks(&page);
        assert!(!page.body.contains("<b>"));
    }
    stand.app().silently(&browser).await.code();
}

#[tokio::test]
async fn the_question_and_the_end_speak_the_language_that_was_asked_for() {
    let stand = Stand::new().await;
    for (locales, question, end) in
        [("en", "Sign out?", "You’re signed out"), ("zh-CN en", "要退出登录吗", "你已退出登录")]
    {
        let browser = stand.computer("zhangsan").with_header("accept-language", "fr");
        stand.app().tokens(&browser, "openid").await;
        let page = browser.walk(&address(&stand, &[("ui_locales", locales)])).await.page();
        assert!(page.text().contains(question), "{}", page.text());
        browser.press(&page, "logout-confirm").await.page();
        let page = browser.walk(&address(&stand, &[("ui_locales", locales)])).await.page();
        assert!(page.text().contains(end), "{}", page.text());
    }
}
