//! RFC 9700 §2.2, §2.4, §2.5, §4.3, §4.14, §4.15: the token endpoint and what it hands out.

use reqwest::header::CONTENT_TYPE;

use super::kinds::{challenge, parts, setup};
use crate::support::relying_party::basic;
use crate::support::{Client, Page, Program, Setup};

#[tokio::test]
async fn a_stolen_refresh_token_ends_with_its_second_use() {
    let spa = Client::public("spa").with("[clients.lifetimes]\nrefresh_grace = \"0s\"");
    let program = Program::start(Setup::of([spa]).on_sled()).await;
    let (rp, verifier) = (program.rp("spa"), "a-verifier-of-the-public-client-0123456789abc");
    let request = rp.request().scope("openid offline_access");
    let request = request.set("code_challenge", &challenge(verifier)).set("code_challenge_method", "S256");
    let code = program.computer("zhangsan").walk(&request.url()).await.answer().code();
    let uri = rp.client.redirect_uri.as_str();
    let fields =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", uri), ("code_verifier", verifier)];
    let first = rp.token(&fields).await.good();
    let stolen = first.refresh_token();
    let of_the_thief = rp.refresh(stolen).await.good();
    rp.refresh(stolen).await.assert_refused(400, "invalid_grant");
    rp.refresh(of_the_thief.refresh_token()).await.assert_refused(400, "invalid_grant");
    assert_eq!(rp.userinfo(of_the_thief.access_token()).await.status, 401);
    program.logged(&["refresh_token.reused", "spa"]).await;
}

#[tokio::test]
async fn no_grant_takes_a_password_or_comes_without_a_member() {
    let program = Program::start(setup()).await;
    let rp = program.rp("app");
    for grant in [
        "password",
        "client_credentials",
        "implicit",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:device_code",
    ] {
        let fields = [("grant_type", grant), ("username", "zhangsan"), ("password", "x"), ("scope", "openid")];
        rp.token(&fields).await.assert_refused(400, "unsupported_grant_type");
    }
    let grants = rp.metadata().await["grant_types_supported"].clone();
    assert_eq!(grants, serde_json::json!(["authorization_code", "refresh_token"]));
    // §4.15: so no access token has a client for its subject, whatever the client is called.
    let tokens = rp.tokens(&program.computer("zhangsan"), "openid").await;
    let claims = parts(tokens.access_token()).1;
    assert_ne!(claims["sub"], claims["client_id"]);
}

#[tokio::test]
async fn whoever_does_not_prove_itself_gets_nothing_and_no_secret_is_taken_from_an_address() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let (code, secret) = (rp.code(&zhangsan, "openid").await, rp.client.secret.clone().unwrap());
    let uri = rp.client.redirect_uri.clone();
    let fields = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &uri)];
    let named = [&fields[..], &[("client_id", "app")]].concat();
    rp.token_as(None, &named).await.assert_refused(401, "invalid_client");
    rp.token_as(None, &fields).await.assert_refused(401, "invalid_client");
    rp.token_as(Some(&basic("app", "")), &fields).await.assert_refused(401, "invalid_client");
    rp.token_as(Some(&basic("app", &secret[1..])), &fields).await.assert_refused(401, "invalid_client");
    // RFC 6749 §2.3.1: never in the address.
    let mut address = rp.endpoint("/token");
    address.query_pairs_mut().append_pair("client_id", "app").append_pair("client_secret", &secret);
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = rp.http.post(address.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
    let page = Page::read(address, request.send().await.unwrap()).await;
    assert!(matches!(page.status, 400 | 401) && page.json().get("access_token").is_none(), "{}", page.body);
    rp.redeem(&code).await.good();
}

#[tokio::test]
async fn no_answer_is_kept_and_no_token_is_taken_from_an_address() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let tokens = rp.tokens(&zhangsan, "openid offline_access").await;
    let mut userinfo = rp.endpoint("/userinfo");
    userinfo.query_pairs_mut().append_pair("access_token", tokens.access_token());
    assert_eq!(zhangsan.get(&userinfo).await.status, 400);
    let answers = [
        rp.userinfo(tokens.access_token()).await,
        rp.userinfo("x").await,
        rp.refresh(tokens.refresh_token()).await.page,
        rp.refresh("x").await.page,
        zhangsan.get(&rp.request().url()).await,
        zhangsan.get(&rp.request().set("prompt", "login").url()).await,
        zhangsan.get(&rp.request().set("response_mode", "form_post").url()).await,
        zhangsan.get(&rp.request().set("client_id", "nobody").url()).await,
        zhangsan.get(&rp.endpoint("/logout")).await,
    ];
    for answer in answers {
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.url);
    }
    // A code in the history is good for nothing after its first use.
    let code = rp.code(&zhangsan, "openid").await;
    rp.redeem(&code).await.good();
    rp.redeem(&code).await.assert_refused(400, "invalid_grant");
}
