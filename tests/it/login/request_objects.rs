//! Requests in an object that the client signed (RFC 9101; threats 4, 12, 13).

use serde_json::{Value, json};
use wecom_oidc::domain::time::Span;

use crate::support::publisher::Publisher;
use crate::support::relying_party::Request;
use crate::support::signer::{Signer, but, by_secret, jwks, unsigned};
use crate::support::{Answer, Client, RelyingParty, Setup, Stand};

const STATE: &str = "state-of-the-object-._~";

/// The claims of an object as it should be.
fn good(stand: &Stand, rp: &RelyingParty) -> Value {
    let now = stand.now().0;
    json!({
        "iss": rp.client.id, "aud": stand.issuer, "exp": now + 300, "iat": now, "nbf": now, "jti": "not-looked-at",
        "client_id": rp.client.id, "response_type": "code", "redirect_uri": rp.client.redirect_uri,
        "scope": "openid profile", "state": STATE, "nonce": "nonce-of-the-object",
    })
}

/// What stands around an object by OpenID Connect Core §6.1, without the redirection address.
fn around(rp: &RelyingParty, object: &str) -> Request {
    rp.request().without("redirect_uri").without("state").set("request", object)
}

/// The same by RFC 9101: the client and nothing else.
fn alone(rp: &RelyingParty, object: &str) -> Request {
    around(rp, object).without("response_type").without("scope")
}

async fn stand_of(signer: &Signer) -> Stand {
    Stand::of([Client::new("app").with(&jwks(&[signer])), Client::new("plain")]).await
}

async fn answer(stand: &Stand, request: &Request) -> Answer {
    stand.computer("zhangsan").walk(&request.url()).await.answer()
}

/// The code on the error page that a request ends at.
async fn page(stand: &Stand, request: &Request) -> (u16, Option<String>) {
    let page = stand.computer("zhangsan").walk(&request.url()).await.page();
    (page.status, page.text_of("error-code"))
}

#[tokio::test]
async fn a_signed_request_signs_in_with_what_it_says_and_nothing_else() {
    for alg in ["RS256", "PS256", "ES256", "EdDSA"] {
        let signer = Signer::new("1", alg);
        let stand = stand_of(&signer).await;
        let app = stand.app();
        let object = signer.jwt(&good(&stand, &app));
        for request in [
            alone(&app, &object),
            around(&app, &object).scope("openid profile"),
            // Repeated word for word it contradicts nothing.
            around(&app, &object)
                .scope("openid profile")
                .set("state", STATE)
                .set("redirect_uri", &app.client.redirect_uri),
            // What the object does not say is not said (RFC 9101 §6.3).
            alone(&app, &object).set("prompt", "none").set("max_age", "not a number").set("code_challenge", "x"),
        ] {
            let answer = answer(&stand, &request).await;
            assert_eq!((answer.address.as_str(), answer.get("state")), (app.client.redirect_uri.as_str(), Some(STATE)));
            let tokens = app.redeem(&answer.code()).await.good();
            assert_eq!(tokens.id_claims()["nonce"], "nonce-of-the-object");
            let claims = app.userinfo(tokens.access_token()).await.json();
            assert!(claims["name"].is_string(), "the scope of the object counts: {claims}");
        }
    }
}

#[tokio::test]
async fn a_signed_request_may_be_posted_and_may_ask_for_everything_that_a_plain_one_may() {
    let signer = Signer::new("1", "ES256");
    let stand = stand_of(&signer).await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let object = signer.jwt(&good(&stand, &app));
    let posted = alone(&app, &object);
    let page = zhangsan.post_from_elsewhere(posted.endpoint(), &posted.params).await;
    zhangsan.onward(page).await.answer().code();

    let verifier = "v".repeat(43);
    let challenge = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    let challenge = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, challenge);
    let claims = but(
        good(&stand, &app),
        &json!({
            "max_age": 0, "ui_locales": "en", "code_challenge": challenge, "code_challenge_method": "S256",
            "claims": { "id_token": { "name": { "essential": true } } }, "login_hint": "somebody", "further": "changes nothing",
            "aud": [stand.issuer], "sub": "whoever",
        }),
    );
    let journey = zhangsan.walk(&alone(&app, &signer.jwt(&claims)).url()).await.page();
    // max_age=0 shows the page, in the language of the object.
    assert!(journey.has("wecom-login") && journey.body.contains("lang=\"en\""), "{}", journey.body);
    let code = zhangsan.click(&journey, "wecom-login").await.answer().code();
    let redeem = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &app.client.redirect_uri)];
    app.token(&redeem).await.assert_refused(400, "invalid_grant");
    let tokens = app.token(&[&redeem[..], &[("code_verifier", &verifier)]].concat()).await.good();
    assert!(tokens.id_claims()["name"].is_string() && tokens.id_claims()["auth_time"].is_u64());

    let silent = but(good(&stand, &app), &json!({ "prompt": "none", "response_mode": "fragment" }));
    let silent = zhangsan.walk(&alone(&app, &signer.jwt(&silent)).url()).await.left();
    assert!(silent.fragment().is_some_and(|fragment| fragment.contains("code=")), "{silent}");
}

#[tokio::test]
async fn threats_12_and_13_an_object_that_its_client_did_not_sign_for_us_and_for_now_is_refused() {
    let signer = Signer::new("1", "RS256");
    let stand = stand_of(&signer).await;
    let app = stand.app();
    let now = stand.now().0;
    let claims = good(&stand, &app);
    let with = |changes: Value| signer.jwt(&but(claims.clone(), &changes));
    let stranger = Signer::new("1", "ES256");
    let embedded = json!({ "alg": "ES256", "jwk": stranger.jwk(), "jku": "https://evil.example/jwks" });
    let modulus = signer.jwk()["n"].as_str().unwrap().to_owned();
    let secret = app.client.secret.clone().unwrap();
    let doubled = claims.to_string().replacen('{', "{\"scope\":\"openid phone\",", 1);
    let typed = |typ: &str| signer.sign(&json!({ "alg": "RS256", "kid": "1", "typ": typ }), &claims);
    for (what, object) in [
        ("nothing", String::new()),
        ("no JWT", "x".to_owned()),
        ("unsigned", unsigned(&claims)),
        ("unsigned, with something", format!("{}x", unsigned(&claims))),
        ("foreign", stranger.jwt(&claims)),
        ("embedded", stranger.sign(&embedded, &claims)),
        ("by the public key", by_secret(modulus.as_bytes(), &json!({ "alg": "HS256", "kid": "1" }), &claims)),
        ("by the secret", by_secret(secret.as_bytes(), &json!({ "alg": "HS256" }), &claims)),
        ("another algorithm of the key", Signer::new("1", "PS256").jwt(&claims)),
        ("critical", signer.sign(&json!({ "alg": "RS256", "kid": "1", "crit": ["exp"] }), &claims)),
        ("unknown key", signer.sign(&json!({ "alg": "RS256", "kid": "2" }), &claims)),
        ("an assertion", typed("client-authentication+jwt")),
        ("an access token", typed("at+jwt")),
        ("cut", with(json!({})).rsplit_once('A').map(|(front, _)| front.to_owned()).unwrap()),
        ("no object", signer.sign_text(&signer.header().to_string(), "[]")),
        ("doubled", signer.sign_text(&signer.header().to_string(), &doubled)),
        ("expired", with(json!({ "exp": now }))),
        ("endless", with(json!({ "exp": null }))),
        ("far ahead", with(json!({ "exp": now + 3_631 }))),
        ("exp as text", with(json!({ "exp": (now + 300).to_string() }))),
        ("not yet", with(json!({ "nbf": now + 31 }))),
        ("from the future", with(json!({ "iat": now + 31 }))),
        ("nbf as text", with(json!({ "nbf": "0" }))),
        ("for somebody else", with(json!({ "aud": "https://other.example" }))),
        ("for others as well", with(json!({ "aud": [stand.issuer, "https://other.example"] }))),
        ("for nobody", with(json!({ "aud": null }))),
        ("of nobody", with(json!({ "iss": null }))),
        ("of another", with(json!({ "iss": "plain" }))),
        ("for another client", with(json!({ "client_id": "plain" }))),
        ("for no client", with(json!({ "client_id": null }))),
        ("an assertion as well", with(json!({ "sub": "app" }))),
        ("huge", with(json!({ "padding": "p".repeat(8_192) }))),
        ("nested", with(json!({ "request": unsigned(&claims) }))),
        ("nested address", with(json!({ "request_uri": "https://app.example/request" }))),
        ("a state that is no text", with(json!({ "state": { "a": 1 } }))),
        ("a challenge that is no text", with(json!({ "code_challenge": true }))),
        ("an address in a list", with(json!({ "redirect_uri": [app.client.redirect_uri] }))),
        ("claims as text", with(json!({ "claims": "{}" }))),
        ("a half second", with(json!({ "max_age": 0.5 }))),
        ("a negative age", with(json!({ "max_age": -1 }))),
    ] {
        let request = around(&app, &object).set("redirect_uri", &app.client.redirect_uri).set("state", "outside");
        let answer = answer(&stand, &request).await;
        assert_eq!(answer.error(), "invalid_request_object", "{what}");
        assert_eq!((answer.address.as_str(), answer.get("state")), (app.client.redirect_uri.as_str(), Some("outside")));
        // Without a registered address around it, nobody is redirected.
        let expected = (400, Some("invalid_request_object".to_owned()));
        assert_eq!(page(&stand, &around(&app, &object)).await, expected, "{what}");
        let elsewhere = around(&app, &object).set("redirect_uri", "https://evil.example/");
        assert_eq!(page(&stand, &elsewhere).await, expected, "{what}");
    }
}

#[tokio::test]
async fn threat_4_what_stands_around_an_object_may_not_contradict_it() {
    let signer = Signer::new("1", "EdDSA");
    let stand = stand_of(&signer).await;
    let app = stand.app();
    let object = signer.jwt(&good(&stand, &app));
    for (name, value) in [
        ("state", "another"),
        ("scope", "openid"),
        ("nonce", "another"),
        ("response_type", "token"),
        ("redirect_uri", "https://evil.example/"),
    ] {
        let answer = answer(&stand, &alone(&app, &object).set(name, value)).await;
        assert_eq!(answer.error(), "invalid_request", "{name}");
        // It is the client's own object, so the answer goes where that says.
        assert_eq!((answer.address.as_str(), answer.get("state")), (app.client.redirect_uri.as_str(), Some(STATE)));
    }
    let expected = (400, Some("invalid_request".to_owned()));
    assert_eq!(page(&stand, &alone(&app, &object).add("request", &object)).await, expected);
    assert_eq!(page(&stand, &alone(&app, &object).add("state", "1").add("state", "1")).await, expected);
    let both = alone(&app, &object).set("request_uri", "https://app.example/request");
    assert_eq!(page(&stand, &both).await, expected);
    let client = alone(&app, &object).without("client_id");
    assert_eq!(page(&stand, &client).await, expected);
    assert_eq!(page(&stand, &client.set("client_id", "plain")).await, (400, Some("request_not_supported".into())));
}

#[tokio::test]
async fn the_one_table_of_checks_runs_over_an_object_and_answers_where_it_says() {
    let signer = Signer::new("1", "ES256");
    let stand = stand_of(&signer).await;
    let app = stand.app();
    for (changes, error) in [
        (json!({ "scope": null }), "invalid_scope"),
        (json!({ "scope": "profile" }), "invalid_scope"),
        (json!({ "response_type": "token" }), "unsupported_response_type"),
        (json!({ "response_type": null }), "invalid_request"),
        (json!({ "prompt": "none login" }), "invalid_request"),
        (json!({ "max_age": "soon" }), "invalid_request"),
        (json!({ "code_challenge": "x", "code_challenge_method": "plain" }), "invalid_request"),
        (json!({ "registration": {} }), "registration_not_supported"),
        (json!({ "id_token_hint": "x" }), "invalid_request"),
        (json!({ "state": "s".repeat(2_049) }), "invalid_request"),
    ] {
        let object = signer.jwt(&but(good(&stand, &app), &changes));
        let answer = answer(&stand, &alone(&app, &object)).await;
        assert_eq!(answer.error(), error, "{changes}");
        assert_eq!(answer.address, app.client.redirect_uri);
    }
    for address in [json!(null), json!("https://evil.example/")] {
        let object = signer.jwt(&but(good(&stand, &app), &json!({ "redirect_uri": address })));
        assert_eq!(page(&stand, &alone(&app, &object)).await, (400, Some("invalid_request".to_owned())), "{address}");
    }
    // The longest state that a plain request may have fits as well.
    let long = "s".repeat(2_048);
    let object = signer.jwt(&but(good(&stand, &app), &json!({ "state": long })));
    assert_eq!(answer(&stand, &alone(&app, &object)).await.get("state"), Some(long.as_str()));
}

#[tokio::test]
async fn a_client_without_keys_and_an_address_of_an_object_are_told_so() {
    let signer = Signer::new("1", "ES256");
    let stand = stand_of(&signer).await;
    let plain = stand.rp("plain");
    let object = signer.jwt(&good(&stand, &plain));
    let request = plain.request().set("request", &object);
    assert_eq!(answer(&stand, &request).await.error(), "request_not_supported");
    assert_eq!(
        answer(&stand, &plain.request().set("request", &unsigned(&json!({})))).await.error(),
        "request_not_supported"
    );
    let by_address = stand.app().request().set("request_uri", "https://app.example/request");
    assert_eq!(answer(&stand, &by_address).await.error(), "request_uri_not_supported");
}

#[tokio::test]
async fn published_keys_open_requests_as_well_and_an_error_by_form_post_travels_so() {
    let signer = Signer::new("1", "PS256");
    let publisher = Publisher::of(&[&signer]).await;
    let client = Client::new("app").with(&format!("jwks_uri = \"{}\"", publisher.address));
    let stand = Stand::with(Setup::of([client])).await;
    let app = stand.app();
    let object = signer.jwt(&good(&stand, &app));
    answer(&stand, &alone(&app, &object)).await.code();
    assert_eq!(publisher.asked(), 1);
    stand.later(Span::minutes(10));
    let request = app.request().set("request", &object).set("response_mode", "form_post");
    let page = stand.computer("zhangsan").walk(&request.url()).await.page();
    assert!(
        page.body.contains("invalid_request_object") && page.body.contains(&app.client.redirect_uri),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn resources_of_an_object_are_a_text_or_a_list_and_may_be_repeated_outside_in_their_order() {
    let signer = Signer::new("1", "ES256");
    let services = ["https://a.example/", "https://b.example/"];
    let client = Client::new("app").with(&jwks(&[&signer])).with(&format!("resources = {}", json!(services)));
    let stand = Stand::of([client]).await;
    let app = stand.app();
    let object = |resource: Value| signer.jwt(&but(good(&stand, &app), &json!({ "resource": resource })));
    for (resource, outside) in
        [(json!(services[0]), vec![]), (json!([services[0]]), vec![services[0]]), (json!(services), services.to_vec())]
    {
        let mut request = alone(&app, &object(resource));
        for service in outside {
            request = request.add("resource", service);
        }
        let tokens = app.redeem(&answer(&stand, &request).await.code()).await.good();
        // They are for these services, and not for us.
        assert_eq!(app.userinfo(tokens.access_token()).await.status, 401);
    }
    for (resource, outside, error) in [
        (json!("https://c.example/"), None, "invalid_target"),
        (json!(services), Some(services[0]), "invalid_request"),
        (json!(services[0]), Some(services[1]), "invalid_request"),
        (json!([[]]), None, "invalid_request_object"),
        (json!(vec![services[0]; 65]), None, "invalid_request_object"),
    ] {
        let request = alone(&app, &object(resource.clone())).set("redirect_uri", &app.client.redirect_uri);
        let request = outside.into_iter().fold(request, |request, service| request.add("resource", service));
        assert_eq!(answer(&stand, &request).await.error(), error, "{resource}");
    }
}
