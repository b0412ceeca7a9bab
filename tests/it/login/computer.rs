//! Signing in on a computer: WeCom's page once, and then nothing at all.

use openidconnect::core::CoreJwsSigningAlgorithm::{EcdsaP256Sha256, EdDsa, RsaSsaPkcs1V15Sha256};
use wecom_oidc::domain::time::Span;

use crate::support::{Answer, Client, GETUSERINFO, Stand, USER_GET, openid};

#[tokio::test]
async fn a_member_scans_on_a_computer_and_the_application_knows_who_it_is() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let scopes = ["profile", "email", "phone", "offline_access"];
    let signed = openid::sign_in(&stand.app(), &zhangsan, &scopes, RsaSsaPkcs1V15Sha256).await;

    assert_eq!(signed.userinfo.preferred_username().expect("profile").as_str(), "zhangsan");
    assert_eq!(signed.userinfo.name().expect("profile").get(None).expect("one").as_str(), "张三");
    assert_eq!(signed.userinfo.nickname().expect("profile").get(None).expect("one").as_str(), "San");
    assert_eq!(signed.userinfo.updated_at().expect("profile").timestamp(), i64::try_from(stand.now().0).unwrap());
    // A browser login brings no e-mail and no phone number (`wecom-api.md` §4.3).
    assert!(signed.userinfo.email().is_none() && signed.userinfo.phone_number().is_none());
    assert_eq!((stand.calls(GETUSERINFO), stand.calls(USER_GET)), (1, 1));
}

#[tokio::test]
async fn each_signing_algorithm_that_a_client_may_choose_verifies() {
    let clients = [
        Client::new("rsa").with("id_token_signed_response_alg = \"RS256\""),
        Client::new("ec").with("id_token_signed_response_alg = \"ES256\""),
        Client::new("ed").with("id_token_signed_response_alg = \"EdDSA\""),
    ];
    let stand = Stand::of(clients).await;
    let zhangsan = stand.computer("zhangsan");
    let mut subjects = Vec::new();
    for (id, algorithm) in [("rsa", RsaSsaPkcs1V15Sha256), ("ec", EcdsaP256Sha256), ("ed", EdDsa)] {
        let signed = openid::sign_in(&stand.rp(id), &zhangsan, &["profile"], algorithm).await;
        subjects.push(signed.id_token.subject().to_string());
    }
    assert!(subjects.windows(2).all(|pair| pair[0] == pair[1]), "{subjects:?}");
    assert_eq!(stand.calls(GETUSERINFO), 1);
}

#[tokio::test]
async fn a_public_client_signs_in_with_pkce_alone() {
    let stand = Stand::of([Client::public("spa")]).await;
    openid::sign_in(&stand.rp("spa"), &stand.computer("lisi"), &["profile"], RsaSsaPkcs1V15Sha256).await;
}

#[tokio::test]
async fn single_sign_on_shows_no_page_and_calls_wecom_not_once() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let first = stand.app().tokens(&zhangsan, "openid").await;
    let before = stand.calls_about_people();

    for id in ["app", "other", "app"] {
        let journey = stand.rp(id).walk(&zhangsan, "openid profile").await;
        assert_eq!(journey.trail.len(), 2, "{:#?}", journey.trail);
        let tokens = stand.rp(id).redeem(&journey.answer().code()).await.good();
        let (claims, then) = (tokens.id_claims(), first.id_claims());
        assert_eq!((&claims["sub"], &claims["sid"]), (&then["sub"], &then["sid"]));
        assert_eq!(stand.rp(id).userinfo(tokens.access_token()).await.status, 200);
    }
    assert_eq!(stand.calls_about_people(), before);
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_at_the_latest_after_a_week() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    stand.app().tokens(&zhangsan, "openid").await;
    for _ in 0..14 {
        stand.later(Span::hours(11));
        assert!(stand.app().silently(&zhangsan).await.get("code").is_some());
    }
    // 14 times 11 hours and 14 more are 7 days; the idle end alone would be later.
    stand.later(Span::hours(14));
    assert_eq!(stand.app().silently(&zhangsan).await.error(), "login_required");

    let lisi = stand.computer("lisi");
    stand.app().tokens(&lisi, "openid").await;
    stand.later(Span::hours(12));
    assert_eq!(stand.app().silently(&lisi).await.error(), "login_required");
}

#[tokio::test]
async fn whoever_says_no_at_wecom_reads_a_page_and_the_way_back_says_access_denied() {
    let stand = Stand::new().await;
    stand.sim.set_auto_scan(Some(wecom_sim::AutoScan::Deny));
    let page = stand.app().walk(&stand.lonely_computer(), "openid").await.page();
    page.assert_refused(403, "denied");
    let back = Answer::of(&page.link("back-to-app"));
    assert_eq!((back.error(), back.get("state")), ("access_denied", Some("af0ifjsldkj")));
}

#[tokio::test]
async fn unknown_parameters_and_hints_that_mean_nothing_change_nothing() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let odd = [
        ("extra", "foobar"),
        ("display", "popup"),
        ("login_hint", "buffy@host"),
        ("ui_locales", "se"),
        ("claims_locales", "se"),
        ("acr_values", "1 2"),
    ];
    for (name, value) in odd {
        let url = stand.app().request().set(name, value).url();
        zhangsan.walk(&url).await.answer().code();
    }
}
