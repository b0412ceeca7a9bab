//! Proving to be there again, choosing another account, agreeing: `prompt` and `max_age`.

use serde_json::Value;
use url::Url;
use wecom_oidc::domain::time::Span;

use crate::support::{Answer, Browser, GETUSERINFO, Stand};

/// Redeems what the browser gets at this address without any page.
async fn claims(stand: &Stand, browser: &Browser, url: &Url) -> Value {
    let code = browser.walk(url).await.answer().code();
    stand.app().redeem(&code).await.good().id_claims()
}

#[tokio::test]
async fn prompt_login_and_a_passed_max_age_show_a_page_and_move_auth_time() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let first = claims(&stand, &zhangsan, &stand.app().request().url()).await;
    let mut before = first["auth_time"].as_u64().expect("auth_time");
    for (name, value) in [("prompt", "login"), ("max_age", "1"), ("max_age", "0")] {
        stand.later(Span::seconds(2));
        let page = zhangsan.walk(&stand.app().request().set(name, value).url()).await.page();
        assert_eq!(page.status, 200);
        stand.later(Span::seconds(3));
        let code = zhangsan.click(&page, "wecom-login").await.answer().code();
        let again = stand.app().redeem(&code).await.good().id_claims();
        assert_eq!(again["auth_time"].as_u64(), Some(before + 5), "{name}={value}");
        assert_eq!(
            (&again["sub"], &again["sid"]),
            (&first["sub"], &first["sid"]),
            "the same member keeps the session's name"
        );
        before += 5;
    }
    assert_eq!(stand.calls(GETUSERINFO), 4);
}

#[tokio::test]
async fn a_max_age_that_is_not_passed_keeps_auth_time() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let ask = |seconds: &str| stand.app().request().set("max_age", seconds).url();
    let first = claims(&stand, &zhangsan, &ask("15000")).await;
    stand.later(Span::seconds(9_999));
    let second = claims(&stand, &zhangsan, &ask("10000")).await;
    assert_eq!(first["auth_time"], second["auth_time"]);
    assert!(first["auth_time"].is_u64());
    assert_eq!(stand.calls(GETUSERINFO), 1);
    for wrong in ["-1", "1.5", "x", "99999999999"] {
        assert_eq!(zhangsan.walk(&ask(wrong)).await.answer().error(), "invalid_request", "{wrong}");
    }
}

#[tokio::test]
async fn prompt_login_is_asked_once_and_not_again_after_the_sign_in() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let page = zhangsan.walk(&stand.app().request().set("prompt", "login").url()).await.page();
    zhangsan.click(&page, "wecom-login").await.answer().code();
}

#[tokio::test]
async fn prompt_consent_asks_what_may_be_given_and_takes_yes_and_no() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let url = stand.app().request().scope("openid profile offline_access").set("prompt", "consent").url();
    for fresh in [true, false] {
        let page = zhangsan.walk(&url).await.page();
        assert!(page.text().contains("Application app") && page.text().contains("张三"), "{fresh}: {}", page.text());
        let policy = page.header("content-security-policy").expect("a policy");
        assert!(!policy.contains("form-action"), "Chrome would stop the redirect behind the form: {policy}");
        let code = zhangsan.press(&page, "consent-allow").await.answer().code();
        let tokens = stand.app().redeem(&code).await.good();
        assert!(!tokens.refresh_token().is_empty());
    }
    let page = zhangsan.walk(&url).await.page();
    let denied = zhangsan.press(&page, "consent-deny").await.page();
    denied.assert_refused(403, "denied");
    let back = Answer::of(&denied.link("back-to-app"));
    assert_eq!(
        (back.error(), back.get("state"), back.get("iss")),
        ("access_denied", Some("af0ifjsldkj"), Some(stand.issuer.as_str()))
    );
}

#[tokio::test]
async fn threat_33_a_consent_that_a_foreign_page_sends_is_worth_nothing() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let url = stand.app().request().set("prompt", "consent").url();
    let page = zhangsan.walk(&url).await.page();
    let form = page.form("consent-allow");
    for token in ["", "x", &"0".repeat(64)] {
        let mut forged = form.clone();
        forged.fields = vec![("token".into(), token.into()), ("answer".into(), "allow".into())];
        zhangsan.submit(&forged).await.assert_refused(400, "start_again");
    }
    // Another transaction's token is a foreign one too.
    let other = zhangsan.walk(&url).await.page().form("consent-allow");
    let mut swapped = form.clone();
    swapped.fields = other.fields;
    zhangsan.submit(&swapped).await.assert_refused(400, "start_again");
    // Without cookies, as another site would send it.
    zhangsan.post_from_elsewhere(&form.action, &form.fields).await.assert_refused(400, "start_again");
    zhangsan.onward(zhangsan.submit(&form).await).await.answer().code();
}

#[tokio::test]
async fn the_other_way_is_offered_where_the_user_agent_suggests_the_wrong_one() {
    let stand = Stand::new().await;
    let zhangsan = stand.client_of("zhangsan");
    let page = zhangsan.walk(&stand.app().request().set("prompt", "login").url()).await.page();
    let journey = zhangsan.click(&page, "other-way").await;
    assert!(journey.trail.iter().any(|url| url.path() == "/wwlogin/sso/login"), "{:#?}", journey.trail);
    journey.answer().code();
}

#[tokio::test]
async fn plain_wechat_is_told_to_open_wecom_and_gets_the_link_for_it() {
    let stand = Stand::new().await;
    let page = stand.app().walk(&stand.wechat(), "openid").await.page();
    page.assert_refused(403, "open_in_wecom");
    assert_eq!(page.link("open-link"), stand.address("/open/app"));
}

#[tokio::test]
async fn a_consent_of_one_member_is_not_taken_for_another_ones() {
    let stand = Stand::new().await;
    let shared = stand.computer("zhangsan");
    let page = shared.walk(&stand.app().request().set("prompt", "consent").url()).await.page();
    // zhangsan agrees, but the application never sees the answer.
    let form = page.form("consent-allow");
    assert!(Answer::of(&shared.submit(&form).await.redirect().expect("an answer")).get("code").is_some());
    let shared = shared.of("lisi");
    let again = shared.walk(&stand.app().request().set("prompt", "login").url()).await.page();
    shared.click(&again, "wecom-login").await.answer().code();
    // The page that zhangsan was shown, sent by lisi, and the sign-in that zhangsan agreed in.
    shared.submit(&form).await.assert_refused(400, "start_again");
    let asked = shared.walk(&page.url.join("continue").unwrap()).await.page();
    assert!(asked.has("consent-allow") && asked.text().contains("李四"), "{}", asked.text());
    let code = shared.press(&asked, "consent-allow").await.answer().code();
    let lisi = stand.app().subject(&stand.computer("lisi")).await;
    assert_eq!(stand.app().redeem(&code).await.good().id_claims()["sub"], lisi);
}

#[tokio::test]
async fn a_proof_that_is_asked_for_cannot_be_skipped_by_a_session_of_the_very_same_second() {
    let stand = Stand::new().await;
    for (name, value) in [("prompt", "login"), ("max_age", "0")] {
        let zhangsan = stand.computer("zhangsan");
        let first = stand.app().tokens(&zhangsan, "openid").await.id_claims();
        assert_eq!(first["auth_time"].as_u64(), Some(stand.now().0), "the clock stands still");
        let page = zhangsan.walk(&stand.app().request().set(name, value).url()).await.page();
        assert!(page.has("wecom-login"), "{}", page.text());
        let skipped = zhangsan.walk(&page.url.join("continue").unwrap()).await.page();
        assert!(skipped.has("wecom-login"), "{name}={value}: {}", skipped.text());
        // Another sign-in of that second, in another tab, is none for this one either.
        let tab = zhangsan.walk(&stand.app().request().set("prompt", "login").url()).await.page();
        zhangsan.click(&tab, "wecom-login").await.answer().code();
        let skipped = zhangsan.walk(&page.url.join("continue").unwrap()).await.page();
        assert!(skipped.has("wecom-login"), "{name}={value}: {}", skipped.text());
        zhangsan.click(&skipped, "wecom-login").await.answer().code();
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_an_hour_during_the_scan_holds_nobody_up() {
    for (name, value) in [("ui_locales", "zh"), ("prompt", "login"), ("max_age", "60")] {
        let stand = Stand::new().await;
        let zhangsan = stand.computer("zhangsan");
        if name != "ui_locales" {
            // Somebody who signed in before has to prove it again.
            stand.app().tokens(&zhangsan, "openid").await;
            stand.later(Span::minutes(2));
        }
        let request = stand.app().request().set(name, value).url();
        let mut page = zhangsan.get(&request).await;
        if let Some(own) = page.redirect().filter(|url| url.as_str().starts_with(&stand.issuer)) {
            let shown = zhangsan.walk(&own).await.page();
            page = zhangsan.get(&shown.link("wecom-login")).await;
        }
        let wecom = page.redirect().expect("WeCom's page");
        let callback = zhangsan.walk_to(&wecom, |url| url.path().ends_with("/callback")).await;
        stand.earlier(Span::hours(1));
        let code = zhangsan.walk(&callback).await.answer().code();
        let claims = stand.app().redeem(&code).await.good().id_claims();
        assert_eq!(claims["auth_time"].as_u64(), Some(stand.now().0), "{name}={value}");
        stand.app().silently(&zhangsan).await.code();
    }
}
