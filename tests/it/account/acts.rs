//! Signing out here, everywhere, and in one other browser.

use serde_json::Value;
use wecom_oidc::domain::time::Span;

use super::{account, forms, session};
use crate::logout::frames;
use crate::support::{Browser, Client, LogoutToken, Receiver, Stand, TokenAnswer};

const SCOPE: &str = "openid offline_access";

async fn stand(receiver: &Receiver) -> Stand {
    let told = |id: &str| {
        Client::new(id).with(&format!("backchannel_logout_uri = \"{}\"", receiver.address(&format!("/{id}"))))
    };
    let framed = |client: Client| {
        let line = format!("frontchannel_logout_uri = \"https://{}.example/out\"", client.id);
        client.with(&line)
    };
    Stand::of([told("app"), framed(told("other")), Client::new("mute")]).await
}

/// What the application is told next: its name, and the session.
async fn told(stand: &Stand, receiver: &Receiver) -> (String, Value) {
    let received = receiver.next().await;
    let id = received.target.trim_start_matches('/').to_owned();
    let token = LogoutToken::verified(&received.logout_token(), &stand.rp(&id)).await;
    (id, token.claims["sid"].clone())
}

/// Nothing that was handed out here is worth anything any more.
async fn assert_dead(stand: &Stand, id: &str, tokens: &TokenAnswer) {
    assert_eq!(stand.rp(id).userinfo(tokens.access_token()).await.status, 401, "{id}");
    stand.rp(id).refresh(tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
    let seen = stand.rp(id).ask("/introspect", &[("token", tokens.refresh_token())]).await.json();
    assert_eq!(seen["active"], false, "{id}");
}

async fn assert_alive(stand: &Stand, id: &str, tokens: &TokenAnswer) {
    assert_eq!(stand.rp(id).userinfo(tokens.access_token()).await.status, 200, "{id}");
    stand.rp(id).refresh(tokens.refresh_token()).await.good();
}

async fn is_signed_in(stand: &Stand, browser: &Browser) -> bool {
    stand.rp("mute").silently(browser).await.get("code").is_some()
}

#[tokio::test]
async fn signing_out_here_ends_this_session_with_its_tokens_and_tells_its_applications() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let (here, elsewhere) = (stand.computer("zhangsan"), stand.client_of("zhangsan"));
    let (app, other) = (stand.app().tokens(&here, SCOPE).await, stand.rp("other").tokens(&here, SCOPE).await);
    let waiting = stand.rp("mute").code(&here, "openid").await;
    let away = stand.app().tokens(&elsewhere, SCOPE).await;
    let page = account(&stand, &here).await;
    let page = here.press(&page, "account-sign-out").await.page();
    assert!(page.text().contains("已退出登录"), "{}", page.text());
    let frames = frames(&page);
    let sid = other.id_claims()["sid"].clone();
    assert_eq!(frames.len(), 1, "the one that listens in the browser");
    assert!(frames[0].as_str().starts_with("https://other.example/out?"), "{}", frames[0]);
    assert!(frames[0].query_pairs().any(|(name, value)| name == "sid" && *value == sid), "{}", frames[0]);
    let mut heard = [told(&stand, &receiver).await, told(&stand, &receiver).await];
    heard.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(heard, [("app".to_owned(), sid.clone()), ("other".to_owned(), sid)]);

    assert!(!is_signed_in(&stand, &here).await && is_signed_in(&stand, &elsewhere).await);
    assert_dead(&stand, "app", &app).await;
    assert_dead(&stand, "other", &other).await;
    stand.rp("mute").redeem(&waiting).await.assert_refused(400, "invalid_grant");
    assert_alive(&stand, "app", &away).await;
    assert!(here.cookie(&stand.address("/"), "session").is_none());
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions_and_all_that_goes_on_while_one_is_away() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    // A session that ends by itself; its refresh token does not.
    let old = stand.computer("zhangsan");
    let kept = stand.rp("mute").tokens(&old, SCOPE).await;
    stand.later(Span::hours(13));
    let kept = stand.rp("mute").refresh(kept.refresh_token()).await.good();
    let (here, elsewhere, lisi) = (stand.computer("zhangsan"), stand.client_of("zhangsan"), stand.computer("lisi"));
    let mut alive = Vec::new();
    for browser in [&here, &elsewhere] {
        alive.push(stand.app().tokens(browser, SCOPE).await);
    }
    let hers = stand.app().tokens(&lisi, SCOPE).await;
    let page = account(&stand, &here).await;
    assert_eq!(forms(&page, "session-").len(), 2);
    here.press(&page, "account-sign-out-everywhere").await.page();
    let mut heard = vec![told(&stand, &receiver).await.1, told(&stand, &receiver).await.1];
    for tokens in &alive {
        let sid = &tokens.id_claims()["sid"];
        heard.retain(|heard| heard != sid);
        assert_dead(&stand, "app", tokens).await;
    }
    assert!(heard.is_empty(), "{heard:?}");
    receiver.stays_silent().await;
    assert_dead(&stand, "mute", &kept).await;
    assert!(!is_signed_in(&stand, &here).await && !is_signed_in(&stand, &elsewhere).await);
    assert!(is_signed_in(&stand, &lisi).await);
    assert_alive(&stand, "app", &hers).await;
    // And nothing of it is in the way of the next sign-in.
    let page = here.walk(&stand.address("/account")).await.page();
    assert_eq!((forms(&page, "session-").len(), forms(&page, "application-").len()), (1, 0));
}

#[tokio::test]
async fn one_session_is_ended_from_another_browser_and_the_page_stays() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let (here, lost, third) = (stand.computer("zhangsan"), stand.client_of("zhangsan"), stand.client_of("zhangsan"));
    let third_tokens = stand.app().tokens(&third, SCOPE).await;
    stand.later(Span::minutes(1));
    let lost_tokens = stand.app().tokens(&lost, SCOPE).await;
    stand.later(Span::minutes(1));
    let tokens = stand.app().tokens(&here, SCOPE).await;
    let page = account(&stand, &here).await;
    let meant = session(&page, 1);
    let form = page.form(&meant);
    let answer = here.submit(&form).await;
    assert_eq!((answer.status, answer.redirect().unwrap().fragment()), (303, Some("sessions")));
    assert!(answer.redirect().unwrap().query().is_none(), "nothing of it stands in an address");
    let page = here.onward(answer).await.page();
    assert_eq!(forms(&page, "session-").len(), 2, "{}", page.text());
    assert!(!page.has(&meant));
    assert_eq!(told(&stand, &receiver).await, ("app".to_owned(), lost_tokens.id_claims()["sid"].clone()));
    assert_dead(&stand, "app", &lost_tokens).await;
    assert!(!is_signed_in(&stand, &lost).await && is_signed_in(&stand, &here).await);
    for tokens in [&third_tokens, &tokens] {
        assert_alive(&stand, "app", tokens).await;
    }
    // Sent again, as a double click does, it does nothing; and the present one by its own form is a sign-out.
    assert_eq!(here.submit(&form).await.status, 303);
    assert!(is_signed_in(&stand, &third).await);
    here.press(&page, &session(&page, 0)).await.page();
    assert!(!is_signed_in(&stand, &here).await && is_signed_in(&stand, &third).await);
}

#[tokio::test]
async fn in_the_wecom_client_a_sign_out_waits_for_a_click_before_the_page_is_shown_again() {
    let stand = Stand::new().await;
    let phone = stand.client_of("zhangsan").with_header("accept-language", "en");
    let page = phone.walk(&stand.address("/account")).await.page();
    phone.press(&page, "account-sign-out").await.page();
    let page = phone.walk(&stand.address("/account")).await.page();
    assert!(page.text().contains("You’ve signed out") && page.text().contains("your account page"), "{}", page.text());
    let page = phone.click(&page, "wecom-login").await.page();
    assert_eq!(page.url, stand.address("/account"));
}
