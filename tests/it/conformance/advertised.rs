//! What the metadata advertises is true: each value of each list is done once, as a relying party would.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::asked::random;
use super::suite::names;
use crate::bcp::challenge;
use crate::support::relying_party::basic;
use crate::support::signer::{Signer, by_secret, jwks};
use crate::support::{Browser, Client, Page, RelyingParty, Stand};
use crate::token::assertions::TYPE;

const VERIFIER: &str = "a-verifier-of-forty-three-letters-and-more-0";

#[tokio::test]
async fn every_value_that_the_metadata_advertises_is_done_once() {
    let metadata = Stand::new().await.app().metadata().await;
    let mut done = 0;
    for (name, value) in metadata.as_object().expect("an object") {
        if value.is_array() {
            for value in names(&metadata, name) {
                println!("{name}: {value}");
                does(name, value).await;
                done += 1;
            }
        }
    }
    assert!(done > 60, "{done}");
}

/// Does what one value promises. A list that nobody does anything for ends the test.
async fn does(name: &str, value: &str) {
    match name {
        "id_token_signing_alg_values_supported" => id_token(value).await,
        "userinfo_signing_alg_values_supported" => userinfo(value).await,
        "introspection_signing_alg_values_supported" => introspection(value).await,
        "request_object_signing_alg_values_supported" => request_object(value).await,
        "token_endpoint_auth_methods_supported" => proves(value, alg_of(value), "/token").await,
        "revocation_endpoint_auth_methods_supported" => proves(value, alg_of(value), "/revoke").await,
        "introspection_endpoint_auth_methods_supported" => proves(value, alg_of(value), "/introspect").await,
        "token_endpoint_auth_signing_alg_values_supported" => proves(method_of(value), value, "/token").await,
        "revocation_endpoint_auth_signing_alg_values_supported" => proves(method_of(value), value, "/revoke").await,
        "introspection_endpoint_auth_signing_alg_values_supported" => {
            proves(method_of(value), value, "/introspect").await;
        }
        "response_types_supported" | "grant_types_supported" | "code_challenge_methods_supported" => {
            flow(name, value).await;
        }
        "response_modes_supported" => response_mode(value).await,
        "prompt_values_supported" => prompt(value).await,
        "acr_values_supported" => acr().await,
        "subject_types_supported" => subject_type(value).await,
        "scopes_supported" => scope(value).await,
        "claims_supported" => claim(value).await,
        "ui_locales_supported" => locale(value).await,
        "display_values_supported" => _ = signed_in(Client::new("app"), "display", value).await,
        // Claims that come from us and not from elsewhere (Core §5.6).
        "claim_types_supported" => assert_eq!(value, "normal"),
        _ => panic!("nobody does {name}: {value}"),
    }
}

/// The claims of the ID token after a request with this parameter.
async fn signed_in(client: Client, name: &str, value: &str) -> Value {
    let stand = Stand::of([client]).await;
    let answer = stand.computer("zhangsan").walk(&stand.app().request().set(name, value).url()).await.answer();
    stand.app().redeem(&answer.code()).await.good().id_claims()
}

/// The claims of a token that a published key signed by this algorithm and no other.
async fn verified(rp: &RelyingParty, token: &str, alg: &str) -> Value {
    let keys: JwkSet = serde_json::from_value(rp.keys().await).expect("a key set");
    let header = jsonwebtoken::decode_header(token).expect("a header");
    let algorithm: Algorithm = alg.parse().expect("an algorithm");
    assert_eq!(header.alg, algorithm);
    let key = keys.find(header.kid.as_deref().expect("a kid")).expect("a published key");
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&[&rp.client.id]);
    validation.set_issuer(&[&rp.issuer]);
    validation.set_required_spec_claims(&["iss", "aud"]);
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(key).expect("a usable key");
    jsonwebtoken::decode::<Value>(token, &key, &validation).expect("a genuine token").claims
}

/// A client with this key of its registration, and its tokens.
async fn with(key: &str, alg: &str) -> (Stand, crate::support::TokenAnswer) {
    let stand = Stand::of([Client::new("app").with(&format!("{key} = \"{alg}\""))]).await;
    let tokens = stand.app().tokens(&stand.computer("zhangsan"), "openid profile").await;
    (stand, tokens)
}

async fn id_token(alg: &str) {
    let (stand, tokens) = with("id_token_signed_response_alg", alg).await;
    assert!(verified(&stand.app(), tokens.id_token(), alg).await["sub"].is_string());
}

async fn userinfo(alg: &str) {
    let (stand, tokens) = with("userinfo_signed_response_alg", alg).await;
    let page = stand.app().userinfo(tokens.access_token()).await;
    assert_eq!(page.header("content-type"), Some("application/jwt"));
    assert_eq!(verified(&stand.app(), &page.body, alg).await["name"], "张三");
}

async fn introspection(alg: &str) {
    let (stand, tokens) = with("introspection_signed_response_alg", alg).await;
    let (app, kind) = (stand.app(), "application/token-introspection+jwt");
    let secret = app.client.secret.clone().expect("a secret");
    let request = stand.http.post(app.endpoint("/introspect")).header(AUTHORIZATION, basic("app", &secret));
    let request = request.header(ACCEPT, kind).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = Serializer::new(String::new()).append_pair("token", tokens.access_token()).finish();
    let page = Page::read(app.endpoint("/introspect"), request.body(body).send().await.expect("an answer")).await;
    assert_eq!(page.header("content-type"), Some(kind));
    assert_eq!(verified(&app, &page.body, alg).await["token_introspection"]["active"], true);
}

async fn request_object(alg: &str) {
    let signer = Signer::new("1", alg);
    let stand = Stand::of([Client::new("app").with(&jwks(&[&signer]))]).await;
    let (app, now) = (stand.app(), stand.now().0);
    let object = signer.jwt(&json!({
        "iss": "app", "aud": stand.issuer, "exp": now + 60, "client_id": "app", "response_type": "code",
        "redirect_uri": app.client.redirect_uri, "scope": "openid", "nonce": "of-the-object",
    }));
    let request = app.request().without("state").set("request", &object);
    let code = stand.computer("zhangsan").walk(&request.url()).await.answer().code();
    assert_eq!(app.redeem(&code).await.good().id_claims()["nonce"], "of-the-object");
}

fn method_of(alg: &str) -> &'static str {
    if alg.starts_with("HS") { "client_secret_jwt" } else { "private_key_jwt" }
}

fn alg_of(method: &str) -> &'static str {
    if method == "client_secret_jwt" { "HS256" } else { "ES256" }
}

/// Proves itself by this method at this endpoint.
async fn proves(method: &str, alg: &str, path: &str) {
    let signer = (method == "private_key_jwt").then(|| Signer::new("1", alg));
    let line = format!("token_endpoint_auth_method = \"{method}\"");
    let mut client = match &signer {
        Some(signer) => Client::keyed("app", &format!("{line}\n{}", jwks(&[signer]))),
        None if method == "none" => Client::public("app"),
        None => Client::new("app").with(&line),
    };
    client.secret = client.secret.map(|secret| format!("{secret}-long-enough-to-sign-with"));
    let stand = Stand::of([client]).await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    let request = app.request().set("code_challenge", &challenge(VERIFIER)).set("code_challenge_method", "S256");
    let code = zhangsan.walk(&request.url()).await.answer().code();
    let ask = async |path: &str, fields: &[(&str, &str)]| {
        let secret = app.client.secret.as_deref().unwrap_or_default();
        let now = stand.now().0;
        let claims =
            json!({ "iss": "app", "sub": "app", "aud": stand.issuer, "jti": random(), "iat": now, "exp": now + 60 });
        let (header, assertion) = match method {
            "client_secret_basic" => (Some(basic("app", secret)), None),
            "client_secret_jwt" => (None, Some(by_secret(secret.as_bytes(), &json!({ "alg": alg }), &claims))),
            _ => (None, signer.as_ref().map(|signer| signer.jwt(&claims))),
        };
        let mut all = fields.to_vec();
        match (method, &assertion) {
            (_, Some(assertion)) => all.extend([TYPE, ("client_assertion", assertion.as_str())]),
            ("client_secret_post", _) => all.extend([("client_id", "app"), ("client_secret", secret)]),
            ("none", _) => all.push(("client_id", "app")),
            _ => {}
        }
        app.ask_as(path, header.as_deref(), &all).await
    };
    let uri = app.client.redirect_uri.as_str();
    let fields =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", uri), ("code_verifier", VERIFIER)];
    let tokens = ask("/token", &fields).await;
    assert_eq!(tokens.status, 200, "{method}: {}", tokens.body);
    let tokens = tokens.json();
    let token = tokens["access_token"].as_str().expect("an access token");
    match path {
        "/introspect" => assert_eq!(ask(path, &[("token", token)]).await.json()["active"], true),
        "/revoke" => {
            assert_eq!(app.userinfo(token).await.status, 200);
            assert_eq!(ask(path, &[("token", token)]).await.status, 200);
            assert_eq!(app.userinfo(token).await.status, 401);
        }
        _ => assert_eq!(app.userinfo(token).await.status, 200),
    }
}

/// A sign-in and a refresh, with PKCE.
async fn flow(name: &str, value: &str) {
    let stand = Stand::new().await;
    let (app, uri) = (stand.app(), stand.app().client.redirect_uri);
    let (response_type, method, grant) = match name {
        "response_types_supported" => (value, "S256", "authorization_code"),
        "code_challenge_methods_supported" => ("code", value, "authorization_code"),
        _ => ("code", "S256", value),
    };
    let request = app.request().scope("openid offline_access").set("response_type", response_type);
    let request = request.set("code_challenge", &challenge(VERIFIER)).set("code_challenge_method", method);
    let code = stand.computer("zhangsan").walk(&request.url()).await.answer().code();
    let fields =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &uri), ("code_verifier", VERIFIER)];
    let tokens = app.token(&fields).await.good();
    if grant != "authorization_code" {
        app.token(&[("grant_type", grant), ("refresh_token", tokens.refresh_token())]).await.good();
    }
}

async fn response_mode(mode: &str) {
    let stand = Stand::new().await;
    let request = stand.app().request().set("response_mode", mode);
    let journey = stand.computer("zhangsan").walk(&request.url()).await;
    let code = match mode {
        "form_post" => {
            let form = journey.page().form("form-post");
            assert_eq!(form.action.as_str(), stand.app().client.redirect_uri);
            form.fields.into_iter().find(|(name, _)| name == "code").expect("a code").1
        }
        _ => {
            let left = journey.left();
            assert_eq!((left.query().is_some(), left.fragment().is_some()), (mode == "query", mode == "fragment"));
            crate::support::Answer::of(&left).code()
        }
    };
    stand.app().redeem(&code).await.good();
}

async fn prompt(value: &str) {
    let stand = Stand::new().await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    app.tokens(&zhangsan, "openid").await;
    let journey = zhangsan.walk(&app.request().set("prompt", value).url()).await;
    let code = match value {
        "none" => journey.answer().code(),
        "login" => zhangsan.click(&journey.page(), "wecom-login").await.answer().code(),
        "consent" => zhangsan.press(&journey.page(), "consent-allow").await.answer().code(),
        "select_account" => zhangsan.press(&journey.page(), "account-continue").await.answer().code(),
        other => panic!("nobody does prompt={other}"),
    };
    app.redeem(&code).await.good();
}

/// The names of a provider begin with its issuer, so these are those of another one.
async fn acr() {
    let stand = Stand::new().await;
    let metadata = stand.app().metadata().await;
    for value in names(&metadata, "acr_values_supported") {
        let request = stand.app().request().set("acr_values", value);
        let code = stand.computer("zhangsan").walk(&request.url()).await.answer().code();
        assert_eq!(stand.app().redeem(&code).await.good().id_claims()["acr"], value);
    }
}

async fn subject_type(value: &str) {
    let of_type = |id: &str| Client::new(id).with(&format!("subject_type = \"{value}\""));
    let stand = Stand::of([of_type("app"), of_type("other")]).await;
    let (app, other, zhangsan) = (stand.app(), stand.rp("other"), stand.computer("zhangsan"));
    let (first, again) = (app.subject(&zhangsan).await, app.subject(&zhangsan).await);
    assert_eq!(first, again);
    assert_eq!(first == other.subject(&zhangsan).await, value == "public");
}

/// Inside WeCom, where the member agrees to everything.
fn phone(stand: &Stand) -> Browser {
    stand.client_of("zhangsan").granting("mobile,biz_mail")
}

/// What a scope gives: a claim at userinfo, or a refresh token.
async fn scope(value: &str) {
    let stand = Stand::new().await;
    let (app, browser) = (stand.app(), phone(&stand));
    // The visit that reads the number reads the address as well.
    app.code(&browser, "openid phone").await;
    let tokens = app.tokens(&browser, &format!("openid {value}")).await;
    assert!(tokens.body["scope"].as_str().expect("scopes").split(' ').any(|granted| granted == value));
    let claims = app.userinfo(tokens.access_token()).await.json();
    let given = match value {
        "openid" => claims.get("sub").is_some(),
        "profile" => claims.get("name").is_some(),
        "email" => claims.get("email").is_some(),
        "phone" => claims.get("phone_number").is_some(),
        "offline_access" => app.refresh(tokens.refresh_token()).await.status == 200,
        other => panic!("nobody does the scope {other}"),
    };
    assert!(given, "{value}: {claims}");
}

/// Each claim comes to whoever asks for it, at userinfo or in the ID token, where WeCom knows it.
async fn claim(value: &str) {
    let stand = Stand::new().await;
    let (app, browser) = (stand.app(), phone(&stand));
    app.code(&browser, "openid phone").await;
    let claims = json!({ "userinfo": { value: null }, "id_token": { value: null } }).to_string();
    let request = app.request().scope("openid profile email phone").set("nonce", "n").set("claims", &claims);
    let tokens = app.redeem(&browser.walk(&request.url()).await.answer().code()).await.good();
    let told = app.userinfo(tokens.access_token()).await.json();
    let found = told.get(value).or_else(|| tokens.id_claims().get(value).map(|_| &told));
    // The alias of this member is empty at WeCom, and what is empty is left out.
    assert!(found.is_some() || value == "nickname", "{value}: {told} {}", tokens.id_claims());
}

async fn locale(value: &str) {
    let stand = Stand::new().await;
    let request = stand.app().request().set("prompt", "login").set("ui_locales", value);
    let page = stand.lonely_computer().walk(&request.url()).await.page();
    assert!(page.body.contains(&format!("<html lang=\"{value}\"")), "{}", page.body);
}
