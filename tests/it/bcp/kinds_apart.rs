//! RFC 8725 §3.2, §3.5, §3.8, §3.9, §3.11, §3.12: what is offered, and genuine tokens in the wrong place.

use super::kinds::{API, Kinds, asks_at_sign_out, is_a_hint, parts, setup};
use crate::support::program::run;
use crate::support::{Client, Program, Setup};
use crate::token::jwt::accepted;

#[tokio::test]
async fn nothing_weak_is_offered_published_or_configurable() {
    let program = Program::start(setup()).await;
    let rp = program.rp("app");
    for (name, value) in
        rp.metadata().await.as_object().unwrap().iter().filter(|(name, _)| name.contains("signing_alg"))
    {
        let offered: Vec<&str> = value.as_array().unwrap().iter().map(|alg| alg.as_str().unwrap()).collect();
        assert!(!offered.contains(&"none"), "{name}: {offered:?}");
        let ours = name.starts_with("id_token") || name.starts_with("userinfo");
        assert!(!ours || offered.iter().all(|alg| ["RS256", "ES256", "EdDSA"].contains(alg)), "{name}: {offered:?}");
    }
    for key in program.rp("app").keys().await["keys"].as_array().unwrap() {
        assert_eq!(key["use"], "sig");
        match key["kty"].as_str().unwrap() {
            // 2 048 bits are 256 bytes, which are 342 letters.
            "RSA" => assert!(key["n"].as_str().unwrap().len() >= 342 && key["e"] == "AQAB"),
            "EC" => assert_eq!(key["crv"], "P-256"),
            "OKP" => assert_eq!(key["crv"], "Ed25519"),
            other => panic!("a key of the kind {other}"),
        }
    }
    let written = program.configuration();
    let secret = program.rp("es256").client.secret.unwrap();
    for (good, bad, key) in [
        ("\"ES256\"", "\"none\"", "id_token_signed_response_alg"),
        ("\"ES256\"", "\"HS256\"", "id_token_signed_response_alg"),
        ("\"RS256\"", "\"HS256\"", "userinfo_signed_response_alg"),
        (&secret, "fifteen-letters", "client_secret"),
    ] {
        program.write(&written.replace(good, bad));
        let (status, said, _) = run(&["check-config", "--config", "config.toml"], program.folder());
        // A short secret is warned of: the application may not let its operator choose another.
        assert_eq!(status, i32::from(key != "client_secret"), "{key} = {bad}: {said}");
        assert!(said.contains(key), "{key} = {bad}: {said}");
    }
}

#[tokio::test]
async fn a_token_under_our_own_keys_with_another_issuer_is_none_of_ours() {
    // Every bridge of the tests has the same keys: what the other one signs verifies here, but for its issuer.
    let (here, there) = (Program::start(setup()).await, Program::start(setup()).await);
    let foreign = Kinds::of(&there.rp("app"), &there.computer("zhangsan")).await;
    let (rp, zhangsan) = (here.rp("app"), here.computer("zhangsan"));
    let own = Kinds::of(&rp, &zhangsan).await;
    assert_eq!(parts(&own.id_token).0["kid"], parts(&foreign.id_token).0["kid"]);
    assert_eq!(parts(&own.id_token).1["sub"], parts(&foreign.id_token).1["sub"]);
    for (kind, token) in foreign.all() {
        assert!(!is_a_hint(&rp, &zhangsan, token).await, "{kind}");
        assert!(asks_at_sign_out(&rp, &zhangsan, token).await, "{kind}");
        assert_eq!(rp.userinfo(token).await.status, 401, "{kind}");
    }
    accepted(&rp, &own.access_token, &here.issuer).await.expect("ours");
    accepted(&rp, &foreign.access_token, &there.issuer).await.expect_err("another issuer");
}

#[tokio::test]
async fn each_kind_of_token_says_what_it_is() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let kinds = Kinds::of(&rp, &zhangsan).await;
    assert_eq!(parts(&kinds.access_token).0["typ"], "at+jwt");
    // Neither Core §2 nor §5.3.2 knows a type for these two; what they must hold and must not keeps them apart.
    for (token, times) in [(&kinds.id_token, true), (&kinds.userinfo, false)] {
        let (header, claims, _) = parts(token);
        assert!(header.get("typ").is_none_or(|typ| typ == "JWT"), "{header}");
        assert_eq!((claims.get("exp").is_some(), claims.get("iat").is_some()), (times, times));
    }
    for text in [&kinds.refresh_token, &kinds.code] {
        assert!(text.len() == 43 && !text.contains('.'));
    }
}

#[tokio::test]
async fn tokens_of_one_kind_are_nothing_in_any_other_place() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let kinds = Kinds::of(&rp, &zhangsan).await;
    for (kind, token) in kinds.all() {
        assert_eq!(is_a_hint(&rp, &zhangsan, token).await, kind == "ID token", "{kind} as a hint");
        assert_eq!(rp.userinfo(token).await.status == 200, kind == "access token", "{kind} at userinfo");
        assert_eq!(accepted(&rp, token, &program.issuer).await.is_ok(), kind == "access token", "{kind} at a service");
        if kind != "refresh token" {
            rp.refresh(token).await.assert_refused(400, "invalid_grant");
        }
        if kind != "code" {
            rp.redeem(token).await.assert_refused(400, "invalid_grant");
        }
        if kind != "ID token" {
            assert!(asks_at_sign_out(&rp, &zhangsan, token).await, "{kind} at the sign-out");
        }
    }
    // And of another client the same kind is nothing either.
    let others = Kinds::of(&program.rp("other"), &zhangsan).await;
    assert!(!is_a_hint(&rp, &zhangsan, &others.id_token).await);
    rp.refresh(&others.refresh_token).await.assert_refused(400, "invalid_grant");
    rp.redeem(&others.code).await.assert_refused(400, "invalid_grant");
    // In its own place each is still good.
    rp.refresh(&kinds.refresh_token).await.good();
    rp.redeem(&kinds.code).await.good();
    assert!(!asks_at_sign_out(&rp, &zhangsan, &kinds.id_token).await);
}

#[tokio::test]
async fn a_token_for_one_service_is_nothing_at_another() {
    let files = "https://files.example";
    let lines = format!("access_token_format = \"jwt\"\nresources = [\"{API}\", \"{files}\"]");
    let program = Program::start(Setup::of([Client::new("app").with(&lines)])).await;
    let rp = program.rp("app");
    let code = program.computer("zhangsan").walk(&rp.request().add("resource", API).url()).await.answer().code();
    let tokens = rp.redeem(&code).await.good();
    accepted(&rp, tokens.access_token(), API).await.expect("its own");
    for other in [files, "https://api.example/", program.issuer.as_str(), "app"] {
        accepted(&rp, tokens.access_token(), other).await.expect_err(other);
    }
    assert_eq!(rp.userinfo(tokens.access_token()).await.status, 401);
    // Nor does its scope grow beyond what was granted (RFC 9700 §2.3).
    assert_eq!(parts(tokens.access_token()).1["scope"], "openid");
}
