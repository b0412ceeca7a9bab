//! RFC 9700 §2.1, §2.6, §4.1, §4.4 to §4.6, §4.8: the authorization request and its answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::ORIGIN;
use serde_json::Value;

use super::kinds::{challenge, setup};
use crate::support::{Client, Program, Setup};

#[tokio::test]
async fn near_misses_of_a_redirection_address_are_a_page() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let known = rp.client.redirect_uri.as_str();
    assert_eq!(known, "https://app.example/callback");
    for near in [
        "https://app.example/callback/",
        "https://app.example/callback?",
        "https://app.example/callback#",
        "https://app.example/callback/../callback",
        "https://app.example/call%62ack",
        "https://app.example//callback",
        "https://APP.example/callback",
        "https://app.example:443/callback",
        "https://app.example./callback",
        "https://app.example.evil.example/callback",
        "https://evil.example/https://app.example/callback",
        "https://app.example@evil.example/callback",
        "https://x.app.example/callback",
        "https://app.example\\@evil.example/callback",
        "http://app.example/callback",
        " https://app.example/callback",
        "https://app.example/callback\u{0}",
        "https://es256.example/callback",
        "//app.example/callback",
        "/callback",
    ] {
        for extra in [("prompt", "none"), ("response_type", "token")] {
            let page = zhangsan.get(&rp.request().set("redirect_uri", near).set(extra.0, extra.1).url()).await;
            assert_eq!((page.status, page.redirect()), (400, None), "{near}");
            assert!(!page.body.contains(near) || near.len() < 12, "{near} is a link on our own page");
        }
    }
}

#[tokio::test]
async fn a_code_of_another_sign_in_and_a_downgrade_buy_nothing() {
    let lines = "require_pkce = true";
    let program = Program::start(Setup::of([Client::new("app"), Client::new("strict").with(lines)])).await;
    let (rp, zhangsan, lisi) = (program.rp("app"), program.computer("zhangsan"), program.computer("lisi"));
    let (own, other) = ("own-verifier-of-the-honest-client-0123456789", "another-verifier-of-the-attacker-0123456789");
    let begin = |verifier: Option<&str>| {
        let request = rp.request();
        match verifier {
            None => request,
            Some(text) => request.set("code_challenge", &challenge(text)).set("code_challenge_method", "S256"),
        }
    };
    let redeem = async |code: &str, verifier: Option<&str>| {
        let uri = rp.client.redirect_uri.as_str();
        let mut fields = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", uri)];
        fields.extend(verifier.map(|text| ("code_verifier", text)));
        rp.token(&fields).await
    };
    // The attacker's code, put into the sign-in that the honest client began.
    let injected = lisi.walk(&begin(Some(other)).url()).await.answer().code();
    redeem(&injected, Some(own)).await.assert_refused(400, "invalid_grant");
    redeem(&injected, None).await.assert_refused(400, "invalid_grant");
    // The challenge taken out of the request on its way: the client still sends its verifier.
    let downgraded = zhangsan.walk(&begin(None).url()).await.answer().code();
    redeem(&downgraded, Some(own)).await.assert_refused(400, "invalid_grant");
    // The challenge read off the address is no verifier.
    let plain = zhangsan.walk(&begin(Some(own)).url()).await.answer().code();
    redeem(&plain, Some(&challenge(own))).await.assert_refused(400, "invalid_grant");
    redeem(&plain, Some(own)).await.good();
    for (name, value) in [("code_challenge_method", "plain"), ("code_challenge_method", "s256"), ("code_challenge", "")]
    {
        let answer = zhangsan.walk(&begin(Some(own)).set(name, value).url()).await.answer();
        assert_eq!(answer.error(), "invalid_request", "{name}={value}");
    }
    let strict = zhangsan.walk(&program.rp("strict").request().url()).await.answer();
    assert_eq!(strict.error(), "invalid_request");
    assert_eq!(rp.metadata().await["code_challenge_methods_supported"], serde_json::json!(["S256"]));
}

#[tokio::test]
async fn no_response_type_puts_a_token_into_an_address() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    rp.tokens(&zhangsan, "openid").await;
    let kinds =
        ["token", "id_token", "code token", "code id_token", "code id_token token", "none", "CODE", "code code"];
    for kind in kinds {
        for mode in ["query", "fragment"] {
            let request = rp.request().set("response_type", kind).set("response_mode", mode).set("nonce", "n");
            let left = zhangsan.walk(&request.url()).await.left();
            assert!(!left.as_str().contains("token="), "{left}");
            assert_eq!(crate::support::Answer::of(&left).error(), "unsupported_response_type", "{kind}");
        }
    }
    assert_eq!(rp.metadata().await["response_types_supported"], serde_json::json!(["code"]));
}

#[tokio::test]
async fn metadata_is_published_and_the_authorization_endpoint_knows_no_cors() {
    let program = Program::start(setup()).await;
    let rp = program.rp("app");
    let known = rp.metadata().await;
    let address = rp.endpoint("/.well-known/oauth-authorization-server");
    let same: Value = rp.http.get(address).send().await.unwrap().json().await.unwrap();
    assert_eq!((&known, &known["issuer"]), (&same, &Value::from(program.issuer.as_str())));
    let subjects = known["subject_types_supported"].as_array().unwrap();
    assert!(subjects.contains(&"public".into()) && subjects.contains(&"pairwise".into()));
    let algorithms = serde_json::json!(["RS256", "ES256", "EdDSA"]);
    assert_eq!(known["userinfo_signing_alg_values_supported"], algorithms);
    assert_eq!(known["id_token_signing_alg_values_supported"], algorithms);
    for origin in ["https://app.example", "https://evil.example", "null"] {
        let url = rp.request().url();
        let answer = rp.http.get(url).header(ORIGIN, origin).send().await.unwrap();
        assert!(!answer.headers().keys().any(|name| name.as_str().starts_with("access-control-")), "{origin}");
        let url = rp.endpoint("/authorize");
        let asked = rp.http.request(reqwest::Method::OPTIONS, url).header(ORIGIN, origin);
        let answer = asked.header("access-control-request-method", "GET").send().await.unwrap();
        assert!(!answer.headers().contains_key("access-control-allow-origin"), "{origin}");
    }
}

#[tokio::test]
async fn every_answer_names_its_issuer() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let requests = [
        rp.request(),
        rp.request().set("prompt", "none"),
        rp.request().set("response_mode", "fragment"),
        rp.request().set("scope", "profile"),
        rp.request().set("response_type", "token"),
        rp.request().add("resource", "https://evil.example/"),
        rp.request().set("request", "e30.e30."),
    ];
    for request in requests {
        let answer = zhangsan.walk(&request.url()).await.answer();
        assert_eq!(answer.get("iss"), Some(program.issuer.as_str()), "{answer:?}");
        assert_eq!(answer.get("state"), Some("af0ifjsldkj"), "{answer:?}");
    }
    assert_eq!(rp.metadata().await["authorization_response_iss_parameter_supported"], true);
}

#[tokio::test]
async fn the_id_token_holds_the_hash_of_its_access_token_and_the_nonce() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let request = rp.request().set("nonce", "n-0S6_WzA2Mj");
    let code = zhangsan.walk(&request.url()).await.answer().code();
    let (one, two) = (rp.redeem(&code).await.good(), rp.tokens(&zhangsan, "openid").await);
    assert_eq!((one.id_claims()["nonce"].as_str(), two.id_claims().get("nonce")), (Some("n-0S6_WzA2Mj"), None));
    for (tokens, other) in [(&one, &two), (&two, &one)] {
        let hash = |text: &str| {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
            URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16])
        };
        assert_eq!(tokens.id_claims()["at_hash"], hash(tokens.access_token()));
        assert_ne!(tokens.id_claims()["at_hash"], hash(other.access_token()));
    }
}
