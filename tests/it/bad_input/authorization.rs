//! The parameters of Core §3.1.2.1 with odd values: what is a wish never fails, what cannot be understood is refused.

use serde_json::{Value, json};
use url::Url;
use wecom_oidc::domain::time::Span;

use crate::support::{Browser, Stand, TokenAnswer};

async fn tokens(stand: &Stand, browser: &Browser, url: &Url) -> TokenAnswer {
    stand.app().redeem(&browser.walk(url).await.answer().code()).await.good()
}

async fn error(browser: &Browser, url: &Url) -> String {
    browser.walk(url).await.answer().error().to_owned()
}

#[tokio::test]
async fn a_wish_is_never_an_error_however_odd() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let long = "x ".repeat(1_000);
    let plain = stand.app().tokens(&zhangsan, "openid").await.id_claims();
    for (name, value) in [
        ("display", "hologram"),
        ("login_hint", "buffy@127.0.0.1"),
        ("login_hint", plain["sub"].as_str().unwrap()),
        ("login_hint", "<script>\u{7f}\r\n"),
        ("ui_locales", "se tlh x-klingon 中文 ,;*"),
        ("ui_locales", &long),
        ("claims_locales", "de-CH-1901 -- *"),
        ("claims_locales", &long),
        ("acr_values", "1 2"),
        ("acr_values", &long),
        ("extra", "foobar"),
        ("max_age", ""),
        ("prompt", ""),
        ("prompt", "   "),
        ("claims", ""),
        ("id_token_hint", ""),
    ] {
        let claims = tokens(&stand, &zhangsan, &stand.app().request().set(name, value).url()).await.id_claims();
        assert_eq!((&claims["sub"], &claims["auth_time"]), (&plain["sub"], &plain["auth_time"]), "{name}={value}");
    }
}

#[tokio::test]
async fn a_prompt_is_read_word_by_word_and_an_unknown_one_is_refused() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    stand.app().tokens(&zhangsan, "openid").await;
    let asking = |prompt: &str| stand.app().request().set("prompt", prompt).url();
    for prompt in ["none none", " none "] {
        zhangsan.walk(&asking(prompt)).await.answer().code();
    }
    for (prompt, shows) in [
        ("login  login", "wecom-login"),
        ("consent consent", "consent-allow"),
        (" select_account ", "account-continue"),
        ("login consent select_account", "account-continue"),
    ] {
        let page = zhangsan.walk(&asking(prompt)).await.page();
        assert!(page.has(shows), "{prompt}: {}", page.text());
    }
    for wrong in ["Login", "login,consent", "create", "none consent", "select_account none", "login\tconsent", "登录"]
    {
        assert_eq!(error(&zhangsan, &asking(wrong)).await, "invalid_request", "{wrong}");
    }
}

#[tokio::test]
async fn a_max_age_is_a_whole_number_and_nought_asks_for_a_fresh_sign_in() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    stand.app().tokens(&zhangsan, "openid").await;
    let asking = |age: &str| stand.app().request().set("max_age", age).url();
    for wrong in ["-1", "-0", "+5", "1.5", "1e3", "0x10", "x", " 1", "99999999999", &"9".repeat(400), "１"] {
        assert_eq!(error(&zhangsan, &asking(wrong)).await, "invalid_request", "{wrong}");
    }
    for fine in ["9999999999", "000000060"] {
        assert!(tokens(&stand, &zhangsan, &asking(fine)).await.id_claims()["auth_time"].is_u64(), "{fine}");
    }
    for nought in ["0", "00"] {
        let page = zhangsan.walk(&asking(nought)).await.page();
        assert!(page.has("wecom-login"), "{nought}: {}", page.text());
        let silent = stand.app().request().set("max_age", nought).set("prompt", "none").url();
        assert_eq!(error(&zhangsan, &silent).await, "login_required", "{nought}");
    }
    // Together with a prompt each of them is satisfied by one sign-in.
    stand.later(Span::minutes(5));
    let both = stand.app().request().set("max_age", "60").set("prompt", "login").url();
    let page = zhangsan.walk(&both).await.page();
    zhangsan.click(&page, "wecom-login").await.answer().code();
}

#[tokio::test]
async fn claims_that_cannot_be_read_are_refused_and_unknown_ones_ignored() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    stand.app().tokens(&zhangsan, "openid").await;
    let asking = |claims: &str| stand.app().request().set("claims", claims).url();
    let deep = format!("{}1{}", "{\"userinfo\":".repeat(300), "}".repeat(300));
    let huge = format!("{{\"x\":\"{}\"}}", "y".repeat(5_000));
    for wrong in [
        "x",
        "[]",
        "null",
        "1",
        "\"{}\"",
        "{",
        "{}{}",
        "{\"id_token\":[]}",
        "{\"userinfo\":\"name\"}",
        "{\"userinfo\":{\"name\":true}}",
        "{\"userinfo\":{\"name\":[]}}",
        "{\"userinfo\":{\"name\":{\"essential\":1}}}",
        "{\"userinfo\":{\"name\":{\"values\":\"x\"}}}",
        "{\"userinfo\":{\"name\":{\"value\":1,\"values\":[1]}}}",
        // Two readers may take different values (threat 4).
        "{\"userinfo\":{},\"userinfo\":{\"name\":null}}",
        "{\"userinfo\":{\"name\":null,\"name\":null}}",
        "{\"id_token\":{\"acr\":{\"essential\":false,\"\\u0065ssential\":true}}}",
        // Nobody has such a subject.
        "{\"id_token\":{\"sub\":{\"value\":1}}}",
        "{\"id_token\":{\"sub\":{\"value\":\"\"}}}",
        "{\"id_token\":{\"sub\":{\"values\":[]}}}",
        "{\"userinfo\":{\"sub\":{\"value\":\"b\"}},\"id_token\":{\"sub\":{\"value\":\"a\"}}}",
        &deep,
        &huge,
    ] {
        assert_eq!(error(&zhangsan, &asking(wrong)).await, "invalid_request", "{wrong}");
    }
    for fine in [
        "{}",
        "{\"id_token\":null,\"userinfo\":{}}",
        "{\"verified_claims\":[1,{\"deep\":[]}]}",
        "{\"userinfo\":{\"http://example.info/claims/groups\":null,\"picture\":{\"essential\":true}}}",
        "{\"id_token\":{\"auth_time\":{\"essential\":true},\"name\":{\"essential\":false,\"other\":{}}}}",
        "{\"id_token\":{\"sub\":{\"essential\":true}}}",
    ] {
        assert!(tokens(&stand, &zhangsan, &asking(fine)).await.id_claims()["auth_time"].is_u64(), "{fine}");
    }
}

#[tokio::test]
async fn a_subject_that_is_asked_for_is_binding_by_value_by_values_and_in_either_part() {
    let stand = Stand::new().await;
    let (zhangsan, lisi) = (stand.computer("zhangsan"), stand.computer("lisi"));
    let (mine, theirs) = (stand.app().subject(&zhangsan).await, stand.app().subject(&lisi).await);
    let silent = |claims: Value| stand.app().request().set("prompt", "none").set("claims", &claims.to_string()).url();
    for part in ["id_token", "userinfo"] {
        let asking = |sub: Value| silent(json!({ part: { "sub": sub } }));
        for fine in [json!({ "value": mine }), json!({ "values": [theirs, mine] }), json!(null), json!({})] {
            zhangsan.walk(&asking(fine)).await.answer().code();
        }
        for other in [json!({ "value": theirs }), json!({ "values": [theirs, "x"], "essential": false })] {
            assert_eq!(error(&zhangsan, &asking(other)).await, "login_required", "{part}");
        }
    }
    // Both parts and a hint must agree.
    let both = silent(
        json!({ "id_token": { "sub": { "values": [mine, theirs] } }, "userinfo": { "sub": { "value": mine } } }),
    );
    zhangsan.walk(&both).await.answer().code();
    assert_eq!(error(&lisi, &both).await, "login_required");
    let hint = stand.app().tokens(&zhangsan, "openid").await;
    for (sub, outcome) in [(&mine, None), (&theirs, Some("invalid_request"))] {
        let claims = json!({ "id_token": { "sub": { "values": [sub] } } }).to_string();
        let url = stand.app().request().set("claims", &claims).set("id_token_hint", hint.id_token()).url();
        match outcome {
            None => assert!(zhangsan.walk(&url).await.answer().get("code").is_some()),
            Some(code) => assert_eq!(error(&zhangsan, &url).await, code),
        }
    }
}

#[tokio::test]
async fn acr_is_told_to_whoever_asks_and_an_essential_value_that_we_do_not_have_ends_the_request() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let ours = format!("{}/acr/wecom", stand.issuer);
    let request = || stand.app().request().scope("openid offline_access");
    let asking = |acr: Value| request().set("claims", &json!({ "id_token": { "acr": acr } }).to_string()).url();
    assert!(stand.app().tokens(&zhangsan, "openid").await.id_claims().get("acr").is_none());
    for url in [
        request().set("acr_values", "urn:mace:incommon:iap:silver 2").url(),
        asking(json!(null)),
        asking(json!({ "value": "urn:mace:incommon:iap:silver" })),
        asking(json!({ "essential": true })),
        asking(json!({ "essential": true, "value": ours })),
        asking(json!({ "essential": true, "values": ["2", ours] })),
    ] {
        let first = tokens(&stand, &zhangsan, &url).await;
        assert_eq!(first.id_claims()["acr"], ours.as_str(), "{url}");
        let refreshed = stand.app().refresh(first.refresh_token()).await.good();
        assert_eq!(refreshed.id_claims()["acr"], ours.as_str(), "{url}");
        assert!(stand.app().userinfo(first.access_token()).await.json().get("acr").is_none());
    }
    // Core §5.5.1.1: a failed authentication, before anybody is asked to sign in for nothing.
    for values in
        [json!({ "values": ["1", "2"] }), json!({ "value": "2" }), json!({ "values": [] }), json!({ "value": 1 })]
    {
        let mut essential = values.clone();
        essential["essential"] = true.into();
        for browser in [&zhangsan, &stand.computer("zhangsan")] {
            assert_eq!(
                error(browser, &asking(essential.clone())).await,
                "unmet_authentication_requirements",
                "{values}"
            );
        }
        assert_eq!(tokens(&stand, &zhangsan, &asking(values)).await.id_claims()["acr"], ours.as_str());
    }
}

#[tokio::test]
async fn a_hint_with_a_prompt_is_looked_at_after_the_sign_in() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let mine = stand.app().tokens(&zhangsan, "openid").await;
    let theirs = stand.app().tokens(&stand.computer("lisi"), "openid").await;
    for (hint, good) in [(&mine, true), (&theirs, false)] {
        let url = stand.app().request().set("id_token_hint", hint.id_token()).set("prompt", "login").url();
        let page = zhangsan.walk(&url).await.page();
        let answer = zhangsan.click(&page, "wecom-login").await.answer();
        assert_eq!(answer.get("code").is_some(), good, "{answer:?}");
        assert!(good || answer.error() == "login_required");
    }
}
