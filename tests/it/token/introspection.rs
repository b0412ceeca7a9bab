//! Introspection (RFC 7662) and its signed form (RFC 9701): for the clients that a token concerns, and for nobody else.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use wecom_oidc::domain::time::Span;

use crate::support::relying_party::basic;
use crate::support::{Client, Page, Program, RelyingParty, Setup, Stand};

const SCOPE: &str = "openid email offline_access";
const SIGNED: &str = "application/token-introspection+jwt";

async fn introspected(rp: &RelyingParty, token: &str) -> Value {
    let answer = rp.ask("/introspect", &[("token", token)]).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")), "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.json()
}

#[tokio::test]
async fn an_access_token_and_a_refresh_token_are_described_and_no_person_is_named() {
    let stand = Stand::new().await;
    let app = stand.app();
    let tokens = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    let sub = tokens.id_claims()["sub"].clone();
    let now = stand.now().0;
    let access = json!({
        "active": true, "iss": stand.issuer, "sub": sub, "client_id": "app", "aud": stand.issuer,
        "token_type": "Bearer", "scope": "openid email offline_access", "iat": now, "exp": now + 3_600,
    });
    let refresh = json!({
        "active": true, "iss": stand.issuer, "sub": sub, "client_id": "app", "aud": stand.issuer,
        "scope": "openid email offline_access",
    });
    for hint in [None, Some("access_token"), Some("refresh_token"), Some("another")] {
        for (token, told) in [(tokens.access_token(), &access), (tokens.refresh_token(), &refresh)] {
            let mut fields = vec![("token", token)];
            fields.extend(hint.map(|hint| ("token_type_hint", hint)));
            assert_eq!(&app.ask("/introspect", &fields).await.json(), told, "{hint:?}");
        }
    }
    // A narrower access token says what it is worth itself.
    let fields = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh_token()), ("scope", "openid")];
    let narrow = app.token(&fields).await.good();
    assert_eq!(introspected(&app, narrow.access_token()).await["scope"], "openid");
}

#[tokio::test]
async fn threat_42_for_every_other_client_a_token_is_exactly_as_one_that_never_was() {
    let stand = Stand::of([Client::new("app"), Client::new("other"), Client::public("spa")]).await;
    let (app, other) = (stand.app(), stand.rp("other"));
    let tokens = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    let never = other.ask("/introspect", &[("token", "never-was")]).await;
    assert_eq!(never.body, "{\"active\":false}");
    for token in [tokens.access_token(), tokens.refresh_token(), tokens.id_token(), "x", &"x".repeat(20_000)] {
        let answer = other.ask("/introspect", &[("token", token)]).await;
        assert_eq!((answer.status, &answer.body), (200, &never.body));
        let names = |page: &Page| page.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&answer), names(&never));
    }
    // Whoever keeps no secret, or cannot prove to be who one says, is told nothing at all.
    let token = ("token", tokens.access_token());
    let refused = |page: &Page| (page.status, page.json()["error"].as_str().map(str::to_owned));
    let invalid_client = (401, Some("invalid_client".to_owned()));
    assert_eq!(refused(&stand.rp("spa").ask("/introspect", &[token]).await), invalid_client);
    assert_eq!(refused(&app.ask_as("/introspect", None, &[token]).await), invalid_client);
    assert_eq!(refused(&app.ask_as("/introspect", None, &[token, ("client_id", "app")]).await), invalid_client);
    assert_eq!(refused(&app.ask_as("/introspect", Some(&basic("app", "wrong")), &[token]).await), invalid_client);
    let bearer = format!("Bearer {}", tokens.access_token());
    assert_eq!(refused(&app.ask_as("/introspect", Some(&bearer), &[token]).await), invalid_client);
    for fields in [vec![], vec![token, token], vec![("token", "")]] {
        assert_eq!(refused(&app.ask("/introspect", &fields).await), (400, Some("invalid_request".to_owned())));
    }
    assert_eq!(stand.http.get(stand.address("/introspect")).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn threat_48_a_token_that_was_cut_lengthened_or_recased_is_inactive() {
    let stand = Stand::new().await;
    let app = stand.app();
    let tokens = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    for token in [tokens.access_token(), tokens.refresh_token()] {
        let recased: String = token
            .chars()
            .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
            .collect();
        for changed in [&token[..42], &token[1..], &format!("{token}="), &format!("{token}\n"), &recased] {
            assert_eq!(introspected(&app, changed).await, json!({ "active": false }));
        }
        assert_eq!(introspected(&app, token).await["active"], true);
    }
}

#[tokio::test]
async fn what_can_no_longer_be_used_is_inactive() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let inactive = json!({ "active": false });
    let first = app.tokens(&zhangsan, SCOPE).await;
    let second = app.refresh(first.refresh_token()).await.good();
    assert_eq!(introspected(&app, first.refresh_token()).await, inactive, "it was rotated");
    assert_eq!(introspected(&app, second.refresh_token()).await["active"], true);
    assert_eq!(introspected(&app, first.access_token()).await["active"], true);
    stand.later(Span::hours(1));
    assert_eq!(introspected(&app, second.access_token()).await, inactive, "its hour is over");
    assert_eq!(introspected(&app, second.refresh_token()).await["active"], true);
    stand.later(Span::days(30));
    assert_eq!(introspected(&app, second.refresh_token()).await, inactive, "nobody used it");

    // A code that comes again takes everything along.
    let code = app.code(&stand.computer("lisi"), SCOPE).await;
    let tokens = app.redeem(&code).await.good();
    app.redeem(&code).await.assert_refused(400, "invalid_grant");
    assert_eq!(introspected(&app, tokens.access_token()).await, inactive);
    assert_eq!(introspected(&app, tokens.refresh_token()).await, inactive);
}

#[tokio::test]
async fn threat_38_the_tokens_of_a_member_who_was_disabled_are_inactive_as_soon_as_that_is_known() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let (one, two) = (app.tokens(&zhangsan, SCOPE).await, app.tokens(&zhangsan, SCOPE).await);
    stand.sim.patch_member(None, "zhangsan", &json!({ "status": 2 })).unwrap();
    stand.later(Span::minutes(6));
    app.refresh(one.refresh_token()).await.assert_refused(400, "invalid_grant");
    for token in [one.access_token(), two.access_token(), two.refresh_token()] {
        assert_eq!(introspected(&app, token).await, json!({ "active": false }));
    }
}

#[tokio::test]
async fn what_came_through_a_connection_that_is_gone_is_inactive() {
    let mut program = Program::start(Setup::default().with_second_app()).await;
    let app = program.rp("app");
    let browser = program.computer("zhangsan");
    let page = browser.walk(&app.request().scope(SCOPE).url()).await.page();
    let choose = page.body.split('"').find(|href| href.ends_with("wecom=wide")).expect("a way").replace("&amp;", "&");
    let code = browser.walk(&page.url.join(&choose).unwrap()).await.answer().code();
    let tokens = app.redeem(&code).await.good();
    assert_eq!(introspected(&app, tokens.access_token()).await["active"], true);
    program.reloaded(Setup::default()).await;
    for token in [tokens.access_token(), tokens.refresh_token()] {
        assert_eq!(introspected(&app, token).await, json!({ "active": false }));
    }
}

/// Asks with an `Accept` header.
async fn accepting(rp: &RelyingParty, accept: &str, token: &str) -> Page {
    let url = rp.endpoint("/introspect");
    let request = rp.http.post(url.clone()).header(ACCEPT, accept);
    let request = request.header(AUTHORIZATION, basic(&rp.client.id, rp.client.secret.as_ref().unwrap()));
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(format!("token={token}"));
    Page::read(url, request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_signed_answer_verifies_in_a_second_library_and_is_for_its_caller_alone() {
    let algorithms = [("RS256", Algorithm::RS256), ("ES256", Algorithm::ES256), ("EdDSA", Algorithm::EdDSA)];
    let client = |alg: &str| Client::new(alg).with(&format!("introspection_signed_response_alg = \"{alg}\""));
    let stand = Stand::of(algorithms.map(|(name, _)| client(name))).await;
    let zhangsan = stand.computer("zhangsan");
    let keys: JwkSet = stand.http.get(stand.address("/jwks.json")).send().await.unwrap().json().await.unwrap();
    for (name, algorithm) in algorithms {
        let rp = stand.rp(name);
        let tokens = rp.tokens(&zhangsan, SCOPE).await;
        for token in [tokens.access_token(), tokens.refresh_token(), "never-was"] {
            let answer = accepting(&rp, &format!("application/json;q=0.1, {SIGNED}"), token).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, Some(SIGNED)), "{}", answer.body);
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let header = jsonwebtoken::decode_header(&answer.body).unwrap();
            assert_eq!((header.typ.as_deref(), header.alg), (Some("token-introspection+jwt"), algorithm));
            let key = DecodingKey::from_jwk(keys.find(header.kid.as_deref().unwrap()).unwrap()).unwrap();
            let mut validation = Validation::new(algorithm);
            validation.set_audience(&[name]);
            validation.set_issuer(&[&stand.issuer]);
            validation.set_required_spec_claims(&["iss", "aud"]);
            let claims = jsonwebtoken::decode::<Value>(&answer.body, &key, &validation).unwrap().claims;
            let mut named: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
            named.sort_unstable();
            // RFC 9701 §5, §8.1: nothing that would make an access token or an ID token of it.
            assert_eq!(named, ["aud", "iat", "iss", "token_introspection"]);
            assert_eq!(claims["token_introspection"], introspected(&rp, token).await);
            // It opens nothing, buys nothing and is no hint.
            assert_eq!(rp.userinfo(&answer.body).await.status, 401);
            assert_eq!(introspected(&rp, &answer.body).await, json!({ "active": false }));
            let hinted = rp.request().set("prompt", "none").set("id_token_hint", &answer.body);
            assert!(!zhangsan.walk(&hinted.url()).await.answer().error().is_empty());
        }
    }
}

#[tokio::test]
async fn only_who_asks_for_a_signed_answer_and_is_registered_for_it_gets_one() {
    let signing = Client::new("signing").with("introspection_signed_response_alg = \"ES256\"");
    let stand = Stand::of([signing, Client::new("app")]).await;
    let rp = stand.rp("signing");
    for accept in ["application/json", "*/*", "application/jwt", &format!("{SIGNED};q=0"), ""] {
        let answer = accepting(&rp, accept, "x").await;
        assert_eq!(answer.header("content-type"), Some("application/json"), "{accept}");
    }
    assert_eq!(accepting(&rp, &SIGNED.to_uppercase(), "x").await.header("content-type"), Some(SIGNED));
    assert_eq!(accepting(&stand.app(), SIGNED, "x").await.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn the_metadata_names_the_endpoints_and_how_a_client_proves_itself_there() {
    let stand = Stand::new().await;
    let metadata = stand.app().metadata().await;
    for (name, path) in [
        ("introspection_endpoint", "/introspect"),
        ("revocation_endpoint", "/revoke"),
        ("pushed_authorization_request_endpoint", "/par"),
    ] {
        assert_eq!(metadata[name], stand.address(path).as_str());
    }
    let methods = |name: &str| metadata[name].as_array().expect("a list").clone();
    assert_eq!(methods("revocation_endpoint_auth_methods_supported"), methods("token_endpoint_auth_methods_supported"));
    let mut confidential = methods("token_endpoint_auth_methods_supported");
    confidential.retain(|method| method != "none");
    assert_eq!(methods("introspection_endpoint_auth_methods_supported"), confidential);
    assert_eq!(metadata["introspection_signing_alg_values_supported"], json!(["RS256", "ES256", "EdDSA"]));
}

#[tokio::test]
async fn threat_42_a_resource_server_sees_the_access_tokens_that_are_for_it_and_nothing_else() {
    let resources = "resources = [\"https://api.example/v1\", \"https://files.example\", \"https://api.example:8443\", \"urn:example:api\"]";
    let clients = [
        Client::new("app").with(resources),
        // It may ask for the same, which makes it no server of it.
        Client::new("rival").with("resources = [\"https://api.example/v1\"]"),
        // Their home is at https://api.example and https://files.example.
        Client::new("api"),
        Client::new("files"),
    ];
    let stand = Stand::of(clients).await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    let tokens_for = |resources: &'static [&'static str]| {
        let request = app.request().scope(SCOPE);
        let request = resources.iter().fold(request, |request, resource| request.add("resource", resource));
        let (app, zhangsan) = (&app, &zhangsan);
        async move { app.redeem(&zhangsan.walk(&request.url()).await.answer().code()).await.good() }
    };
    let inactive = json!({ "active": false });
    for (resources, aud, seen_by) in [
        (&["https://api.example/v1"] as &'static [&'static str], json!("https://api.example/v1"), &["api"] as &[&str]),
        (&["https://files.example"], json!("https://files.example"), &["files"]),
        (
            &["https://api.example/v1", "https://files.example"],
            json!(["https://api.example/v1", "https://files.example"]),
            &["api", "files"],
        ),
        (&["https://api.example:8443"], json!("https://api.example:8443"), &[]),
        (&["urn:example:api"], json!("urn:example:api"), &[]),
        (&[], json!(stand.issuer), &[]),
    ] {
        let tokens = tokens_for(resources).await;
        assert_eq!(introspected(&app, tokens.access_token()).await["aud"], aud);
        for id in ["api", "files", "rival"] {
            let rp = stand.rp(id);
            let told = introspected(&rp, tokens.access_token()).await;
            if seen_by.contains(&id) {
                assert_eq!((&told["active"], &told["aud"], &told["client_id"]), (&json!(true), &aud, &json!("app")));
            } else {
                assert_eq!(told, inactive, "{id} {resources:?}");
            }
            // Refresh tokens are between the client and us, and what one may see one may not end.
            assert_eq!(introspected(&rp, tokens.refresh_token()).await, inactive);
            assert_eq!(rp.ask("/revoke", &[("token", tokens.access_token())]).await.status, 400);
        }
    }
}
