//! Whom a sign-out is told server to server, and what is said (Back-Channel Logout 1.0).

use serde_json::{Value, json};
use url::Url;
use wecom_oidc::domain::time::Span;

use crate::support::{Browser, Client, LogoutToken, Receiver, Stand, TokenAnswer};

/// Three applications with an address each at the receiver, and one without.
async fn stand(receiver: &Receiver) -> Stand {
    let told = |id: &str| {
        Client::new(id).with(&format!("backchannel_logout_uri = \"{}\"", receiver.address(&format!("/{id}?from=op"))))
    };
    // One that knows its members by names of its own, and takes another algorithm.
    let es256 = told("other").with("id_token_signed_response_alg = \"ES256\"\nsubject_type = \"pairwise\"");
    Stand::of([told("app"), es256, told("third"), Client::new("mute")]).await
}

fn sign_out(stand: &Stand, hint: &TokenAnswer) -> Url {
    let mut url = stand.address("/logout");
    url.query_pairs_mut().append_pair("id_token_hint", hint.id_token());
    url
}

/// The claims of the logout token that came next, by the path it came to.
async fn told(stand: &Stand, receiver: &Receiver) -> (String, LogoutToken) {
    let received = receiver.next().await;
    let id =
        received.target.strip_suffix("?from=op").and_then(|path| path.strip_prefix('/')).expect("a path").to_owned();
    let token = LogoutToken::verified(&received.logout_token(), &stand.rp(&id)).await;
    (id, token)
}

async fn switched(stand: &Stand, browser: Browser, member: &str) -> TokenAnswer {
    let browser = browser.of(member);
    let page = browser.walk(&stand.app().request().set("prompt", "login").url()).await.page();
    let code = browser.click(&page, "wecom-login").await.answer().code();
    stand.app().redeem(&code).await.good()
}

#[tokio::test]
async fn a_sign_out_tells_every_application_of_the_session_and_nobody_else() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let (browser, elsewhere) = (stand.computer("zhangsan"), stand.computer("zhangsan"));
    let first = stand.app().tokens(&browser, "openid").await;
    let by_sso = stand.rp("other").tokens(&browser, "openid").await;
    stand.rp("mute").tokens(&browser, "openid").await;
    // Another session of the same member, and somebody else.
    stand.rp("third").tokens(&elsewhere, "openid").await;
    stand.app().tokens(&stand.computer("lisi"), "openid").await;

    browser.walk(&sign_out(&stand, &first)).await.page();
    let mut heard = [told(&stand, &receiver).await, told(&stand, &receiver).await];
    heard.sort_by(|(a, _), (b, _)| a.cmp(b));
    let [(app, of_app), (other, of_other)] = heard;
    assert_eq!((app.as_str(), other.as_str()), ("app", "other"));
    of_app.assert_about(&first.id_claims());
    of_other.assert_about(&by_sso.id_claims());
    assert_ne!(of_app.claims["sub"], of_other.claims["sub"], "each by the name that the application knows");
    assert_eq!(of_app.header.alg, jsonwebtoken::Algorithm::RS256);
    assert_eq!(of_other.header.alg, jsonwebtoken::Algorithm::ES256, "as its ID tokens");
    assert_ne!(of_app.claims["jti"], of_other.claims["jti"]);
    assert_eq!(of_app.claims["iat"], json!(stand.now().0));
    receiver.stays_silent().await;
    stand.rp("third").silently(&elsewhere).await.code();
}

#[tokio::test]
async fn an_application_that_was_entered_from_the_workbench_is_told_too() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let browser = stand.client_of("zhangsan");
    let first = stand.rp("mute").tokens(&browser, "openid").await;
    browser.walk(&stand.address("/open/app")).await.left();
    browser.walk(&sign_out(&stand, &first)).await.page();
    let (id, token) = told(&stand, &receiver).await;
    assert_eq!((id.as_str(), &token.claims["sid"]), ("app", &first.id_claims()["sid"]));
}

#[tokio::test]
async fn another_member_in_the_same_browser_signs_the_one_before_out_everywhere() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let browser = stand.computer("zhangsan");
    let first = stand.app().tokens(&browser, "openid").await;
    let other = stand.rp("other").tokens(&browser, "openid").await;
    let after = switched(&stand, browser, "lisi").await;
    assert_ne!(after.id_claims()["sid"], first.id_claims()["sid"]);
    let mut heard = [told(&stand, &receiver).await, told(&stand, &receiver).await];
    heard.sort_by(|(a, _), (b, _)| a.cmp(b));
    heard[0].1.assert_about(&first.id_claims());
    heard[1].1.assert_about(&other.id_claims());
    receiver.stays_silent().await;
}

#[tokio::test]
async fn the_same_member_signing_in_again_tells_nobody_and_the_session_keeps_its_applications() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let browser = stand.computer("zhangsan");
    let other = stand.rp("other").tokens(&browser, "openid").await;
    let browser = {
        let page = browser.walk(&stand.app().request().set("prompt", "login").url()).await.page();
        browser.click(&page, "wecom-login").await.answer().code();
        browser
    };
    receiver.stays_silent().await;
    browser.walk(&sign_out(&stand, &other)).await.page();
    let mut ids = [told(&stand, &receiver).await.0, told(&stand, &receiver).await.0];
    ids.sort();
    assert_eq!(ids, ["app", "other"]);
}

#[tokio::test]
async fn when_a_member_left_the_applications_of_every_session_are_told() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let office = stand.app().tokens(&stand.computer("zhangsan"), "openid offline_access").await;
    let home = stand.rp("third").tokens(&stand.computer("zhangsan"), "openid").await;
    stand.sim.delete_member(None, "zhangsan").unwrap();
    stand.later(Span::minutes(5));
    stand.app().refresh(office.refresh_token()).await.assert_refused(400, "invalid_grant");
    let mut heard = [told(&stand, &receiver).await, told(&stand, &receiver).await];
    heard.sort_by(|(a, _), (b, _)| a.cmp(b));
    heard[0].1.assert_about(&office.id_claims());
    heard[1].1.assert_about(&home.id_claims());
}

#[tokio::test]
async fn a_session_that_reaches_its_end_tells_nobody() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let browser = stand.computer("zhangsan");
    let tokens = stand.app().tokens(&browser, "openid").await;
    stand.later(Span::hours(13));
    browser.walk(&sign_out(&stand, &tokens)).await.page();
    stand.app().tokens(&browser, "openid").await;
    receiver.stays_silent().await;
}

/// Back-Channel Logout §2.7: what was given for the time when nobody is there stays, the rest of the session ends with it.
#[tokio::test]
async fn refresh_tokens_of_offline_access_outlive_a_sign_out() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let browser = stand.computer("zhangsan");
    let tokens = stand.app().tokens(&browser, "openid offline_access").await;
    browser.walk(&sign_out(&stand, &tokens)).await.page();
    told(&stand, &receiver).await;
    let refreshed = stand.app().refresh(tokens.refresh_token()).await.good();
    assert_eq!(refreshed.id_claims()["sub"], tokens.id_claims()["sub"]);
    assert_eq!(stand.app().silently(&browser).await.error(), "login_required");
}

#[tokio::test]
async fn threat_12_a_logout_token_is_no_hint() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let browser = stand.computer("zhangsan");
    let tokens = stand.app().tokens(&browser, "openid").await;
    browser.walk(&sign_out(&stand, &tokens)).await.page();
    let token = receiver.next().await.logout_token();
    stand.app().tokens(&browser, "openid").await;

    let mut url = stand.address("/logout");
    url.query_pairs_mut().append_pair("id_token_hint", &token);
    let page = browser.walk(&url).await.page();
    assert!(page.has("logout-confirm"), "{}", page.text());
    let request = stand.app().request().set("prompt", "none").set("id_token_hint", &token);
    assert_eq!(browser.walk(&request.url()).await.answer().error(), "invalid_request");
    stand.app().silently(&browser).await.code();
    let claims: Value = LogoutToken::verified(&token, &stand.app()).await.claims;
    assert_eq!(claims["sub"], tokens.id_claims()["sub"]);
}
