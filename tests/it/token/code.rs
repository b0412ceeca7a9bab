//! Authorization codes: used once, by the right client, in time (threats 6, 7 and 8).

use tokio::task::JoinSet;
use wecom_oidc::domain::time::Span;

use crate::support::{Client, Setup, Stand};

const SCOPE: &str = "openid profile offline_access";

#[tokio::test]
async fn a_code_brings_tokens_with_everything_that_the_specifications_ask_for() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let url = app.request().scope(SCOPE).set("nonce", "n-0S6_WzA2Mj").set("max_age", "10000").url();
    let tokens = app.redeem(&zhangsan.walk(&url).await.answer().code()).await.good();
    assert_eq!((&tokens.body["token_type"], &tokens.body["expires_in"]), (&"Bearer".into(), &3_600.into()));
    assert_eq!(tokens.body["scope"], SCOPE);
    for token in [tokens.access_token(), tokens.refresh_token()] {
        assert_eq!(token.len(), 43);
    }
    let claims = tokens.id_claims();
    assert_eq!((&claims["iss"], &claims["nonce"]), (&stand.issuer.as_str().into(), &"n-0S6_WzA2Mj".into()));
    assert!(claims["aud"] == "app" || claims["aud"] == serde_json::json!(["app"]), "{claims}");
    let now = stand.now().0;
    assert_eq!(
        (&claims["iat"], &claims["exp"], &claims["auth_time"]),
        (&now.into(), &(now + 3_600).into(), &now.into())
    );
    // Protocol claims alone: everything about the person is asked for at userinfo (Core §5.4).
    let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    let known = ["amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sid", "sub"];
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");

    let plain = app.tokens(&zhangsan, "openid").await;
    assert!(plain.body.get("refresh_token").is_none() && plain.id_claims().get("nonce").is_none());
}

#[tokio::test]
async fn threat_6_a_code_is_refused_the_second_time_and_its_tokens_die() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let code = app.code(&zhangsan, SCOPE).await;
    let first = app.redeem(&code).await.good();
    let other = app.tokens(&zhangsan, SCOPE).await;
    stand.later(Span::seconds(30));
    app.redeem(&code).await.assert_refused(400, "invalid_grant");
    assert_eq!(app.userinfo(first.access_token()).await.status, 401);
    app.refresh(first.refresh_token()).await.assert_refused(400, "invalid_grant");
    // What came from another code lives on.
    assert_eq!(app.userinfo(other.access_token()).await.status, 200);
    app.refresh(other.refresh_token()).await.good();
}

#[tokio::test]
async fn threat_6_a_code_that_comes_again_much_later_still_kills_the_refresh_token() {
    let stand = Stand::new().await;
    let app = stand.app();
    let code = app.code(&stand.computer("zhangsan"), SCOPE).await;
    let first = app.redeem(&code).await.good();
    stand.later(Span::days(20));
    let next = app.refresh(first.refresh_token()).await.good();
    app.redeem(&code).await.assert_refused(400, "invalid_grant");
    app.refresh(next.refresh_token()).await.assert_refused(400, "invalid_grant");
    assert_eq!(app.userinfo(next.access_token()).await.status, 401);
}

#[tokio::test]
async fn threat_6_of_50_parallel_redemptions_one_succeeds() {
    for setup in [Setup::default(), Setup::default().on_sled()] {
        let stand = Stand::with(setup).await;
        let app = stand.app();
        let code = app.code(&stand.computer("zhangsan"), SCOPE).await;
        let mut tasks = JoinSet::new();
        for _ in 0..50 {
            let (app, code) = (app.clone(), code.clone());
            tasks.spawn(async move { app.redeem(&code).await });
        }
        let answers = tasks.join_all().await;
        let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!(good.len(), 1);
        for answer in bad {
            answer.assert_refused(400, "invalid_grant");
        }
        assert_eq!(app.userinfo(good[0].access_token()).await.status, 401, "the others were reuse");
    }
}

#[tokio::test]
async fn threat_7_another_client_and_another_address_are_refused_and_do_not_use_the_code_up() {
    let stand = Stand::of([Client::new("app"), Client::new("other"), Client::public("spa")]).await;
    let (app, other, spa) = (stand.app(), stand.rp("other"), stand.rp("spa"));
    let code = app.code(&stand.computer("zhangsan"), SCOPE).await;
    let grant = ("grant_type", "authorization_code");
    let right = ("redirect_uri", app.client.redirect_uri.as_str());
    for thief in [&other, &spa] {
        thief.token(&[grant, ("code", &code), right]).await.assert_refused(400, "invalid_grant");
        thief.redeem(&code).await.assert_refused(400, "invalid_grant");
    }
    for wrong in [
        &other.client.redirect_uri,
        "https://app.example/callback/",
        "https://app.example/callback?x=1",
        "HTTPS://app.example/callback",
    ] {
        app.token(&[grant, ("code", &code), ("redirect_uri", wrong)]).await.assert_refused(400, "invalid_grant");
    }
    app.token(&[grant, ("code", &code)]).await.assert_refused(400, "invalid_request");
    app.token(&[grant, right]).await.assert_refused(400, "invalid_request");
    app.redeem(&code).await.good();
}

#[tokio::test]
async fn threat_7_a_used_code_in_another_clients_hands_kills_nothing() {
    let stand = Stand::new().await;
    let app = stand.app();
    let code = app.code(&stand.computer("zhangsan"), SCOPE).await;
    let tokens = app.redeem(&code).await.good();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", app.client.redirect_uri.as_str()),
    ];
    stand.rp("other").token(&fields).await.assert_refused(400, "invalid_grant");
    assert_eq!(app.userinfo(tokens.access_token()).await.status, 200);
}

#[tokio::test]
async fn threat_8_an_expired_code_is_refused_although_everything_else_is_right() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let (in_time, late) = (app.code(&zhangsan, SCOPE).await, app.code(&zhangsan, SCOPE).await);
    stand.later(Span::seconds(59));
    app.redeem(&in_time).await.good();
    stand.later(Span::seconds(1));
    app.redeem(&late).await.assert_refused(400, "invalid_grant");
}

#[tokio::test]
async fn threat_48_a_code_that_was_cut_lengthened_or_recased_is_none() {
    let stand = Stand::new().await;
    let app = stand.app();
    let code = app.code(&stand.computer("zhangsan"), SCOPE).await;
    for wrong in changed(&code) {
        app.redeem(&wrong).await.assert_refused(400, "invalid_grant");
    }
    app.redeem(&code).await.good();
}

/// A token cut, lengthened, in other case, or with blanks around it.
pub fn changed(token: &str) -> Vec<String> {
    let recased =
        token.chars().map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
    vec![
        token[..42].to_owned(),
        token[1..].to_owned(),
        format!("{token}A"),
        format!("{token}="),
        recased.collect(),
        format!("{token} "),
        format!("{token}\u{0}"),
        token.replacen(&token[..1], "%", 1),
    ]
}

#[tokio::test]
async fn what_the_token_endpoint_cannot_do_it_says_by_the_right_code() {
    let no_refresh = Client::new("plain").with("grant_types = [\"authorization_code\"]");
    let stand = Stand::of([Client::new("app"), no_refresh]).await;
    let app = stand.app();
    app.token(&[("grant_type", "password")]).await.assert_refused(400, "unsupported_grant_type");
    app.token(&[("code", "x")]).await.assert_refused(400, "invalid_request");
    app.token(&[("grant_type", "refresh_token")]).await.assert_refused(400, "invalid_request");
    app.token(&[("grant_type", "authorization_code"), ("grant_type", "authorization_code")])
        .await
        .assert_refused(400, "invalid_request");
    stand.rp("plain").refresh("x").await.assert_refused(400, "unauthorized_client");
    let tokens = stand.rp("plain").tokens(&stand.computer("zhangsan"), SCOPE).await;
    assert!(tokens.body.get("refresh_token").is_none());
}

#[tokio::test]
async fn the_claims_parameter_releases_by_name_and_no_more_than_the_client_may_have() {
    let stand = Stand::of([Client::new("app"), Client::new("poor").with("scope = \"openid email\"")]).await;
    let zhangsan = stand.computer("zhangsan");
    let ask = r#"{"userinfo":{"name":{"essential":true},"phone_number":null},"id_token":{"name":null,"nickname":{"value":"San"}}}"#;
    for (id, released) in [("app", true), ("poor", false)] {
        let rp = stand.rp(id);
        let url = rp.request().set("claims", ask).url();
        let tokens = rp.redeem(&zhangsan.walk(&url).await.answer().code()).await.good();
        let (id_token, userinfo) = (tokens.id_claims(), rp.userinfo(tokens.access_token()).await.json());
        assert_eq!((id_token.get("name").is_some(), userinfo.get("name").is_some()), (released, released), "{id}");
        assert!(userinfo.get("preferred_username").is_none() && userinfo.get("nickname").is_none(), "{userinfo}");
    }
    for wrong in ["[]", "{", r#"{"userinfo":1}"#, &format!("{{\"x\":\"{}\"}}", "y".repeat(4_096))] {
        let url = stand.app().request().set("claims", wrong).url();
        assert_eq!(zhangsan.walk(&url).await.answer().error(), "invalid_request");
    }
}

#[tokio::test]
async fn a_code_made_before_a_sign_out_is_worth_nothing_after_it() {
    for setup in [Setup::default(), Setup::default().on_sled()] {
        let stand = Stand::with(setup).await;
        let (app, zhangsan, elsewhere) = (stand.app(), stand.computer("zhangsan"), stand.computer("zhangsan"));
        let tokens = app.tokens(&zhangsan, SCOPE).await;
        let (early, late) = (app.code(&zhangsan, SCOPE).await, app.code(&zhangsan, SCOPE).await);
        let of_another_browser = app.code(&elsewhere, SCOPE).await;
        let mut sign_out = stand.address("/logout");
        sign_out.query_pairs_mut().append_pair("id_token_hint", tokens.id_token());
        assert_eq!(zhangsan.walk(&sign_out).await.page().status, 200);
        app.redeem(&early).await.assert_refused(400, "invalid_grant");
        // Signing in anew is another session, and revives nothing of the one before.
        let fresh = app.code(&zhangsan, SCOPE).await;
        app.redeem(&late).await.assert_refused(400, "invalid_grant");
        app.redeem(&fresh).await.good();
        app.redeem(&of_another_browser).await.good();
    }
}

#[tokio::test]
async fn threat_15_the_nonce_of_the_request_and_no_other_is_in_the_id_token() {
    let stand = Stand::new().await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    for nonce in ["n-0S6_WzA2Mj", "a b+c%20&=~", &"n".repeat(200)] {
        let code = zhangsan.walk(&app.request().scope(SCOPE).set("nonce", nonce).url()).await.answer().code();
        // Nobody can put another one in with the code.
        let uri = app.client.redirect_uri.as_str();
        let fields =
            [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", uri), ("nonce", "another")];
        let tokens = app.token(&fields).await.good();
        assert_eq!(tokens.id_claims()["nonce"], nonce);
        // A refreshed ID token answers no request (Core §12.2).
        let refreshed = app.refresh(tokens.refresh_token()).await.good();
        assert_eq!(refreshed.id_claims().get("nonce"), None);
    }
    assert_eq!(app.tokens(&zhangsan, SCOPE).await.id_claims().get("nonce"), None);
}
