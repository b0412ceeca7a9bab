//! Pushed objects, and clients that prove themselves by what they sign (RFC 9126 §3; threats 4, 12, 48).

use serde_json::{Value, json};

use crate::support::signer::{Signer, but, jwks, unsigned};
use crate::support::{Client, Page, RelyingParty, Stand};

const TYPE: (&str, &str) = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

/// A client that has this key and no secret.
async fn stand_of(signer: &Signer) -> Stand {
    let keyed = format!("token_endpoint_auth_method = \"private_key_jwt\"\n{}", jwks(&[signer]));
    Stand::of([Client::keyed("app", &keyed), Client::new("plain")]).await
}

fn assertion(stand: &Stand, signer: &Signer, aud: &str, jti: &str) -> String {
    let now = stand.now().0;
    signer.jwt(&json!({ "iss": "app", "sub": "app", "aud": aud, "jti": jti, "iat": now, "exp": now + 60 }))
}

/// Asks an endpoint with an assertion for it.
async fn ask(stand: &Stand, signer: &Signer, path: &str, jti: &str, fields: &[(&str, &str)]) -> Page {
    let proof = assertion(stand, signer, stand.address(path).as_str(), jti);
    let own = [("client_id", "app"), TYPE, ("client_assertion", &proof)];
    stand.app().ask_as(path, None, &[fields, &own].concat()).await
}

/// The claims of a request object as it should be.
fn object(stand: &Stand, app: &RelyingParty, changes: &Value) -> Value {
    let now = stand.now().0;
    let claims = json!({
        "iss": "app", "aud": stand.issuer, "exp": now + 60, "client_id": "app", "response_type": "code",
        "redirect_uri": app.client.redirect_uri, "scope": "openid offline_access", "state": "of-the-object",
    });
    but(claims, changes)
}

#[track_caller]
fn assert_refused(answer: &Page, status: u16, code: &str) {
    assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(code)), "{}", answer.body);
}

#[tokio::test]
async fn an_assertion_for_the_endpoint_itself_proves_its_client_everywhere_and_once() {
    let signer = Signer::new("1", "ES256");
    let stand = stand_of(&signer).await;
    let app = stand.app();
    let request = app.request().scope("openid offline_access").without("client_id");
    let fields: Vec<_> = request.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let pushed = ask(&stand, &signer, "/par", "1", &fields).await;
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    assert_refused(&ask(&stand, &signer, "/par", "1", &fields).await, 401, "invalid_client");
    let reference = pushed.json()["request_uri"].as_str().expect("a reference").to_owned();
    let short = app.request().without("redirect_uri").set("request_uri", &reference);
    let code = stand.computer("zhangsan").walk(&short.url()).await.answer().code();
    let uri = app.client.redirect_uri.as_str();
    let fields = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", uri)];
    let tokens = ask(&stand, &signer, "/token", "2", &fields).await.json();
    let token = ("token", tokens["refresh_token"].as_str().expect("a refresh token"));
    assert_eq!(ask(&stand, &signer, "/introspect", "3", &[token]).await.json()["active"], true);
    assert_refused(&ask(&stand, &signer, "/introspect", "3", &[token]).await, 401, "invalid_client");
    assert_eq!(ask(&stand, &signer, "/revoke", "4", &[token]).await.status, 200);
    assert_eq!(ask(&stand, &signer, "/introspect", "5", &[token]).await.json(), json!({ "active": false }));
    let metadata = stand.app().metadata().await;
    let algorithms =
        |endpoint: &str| metadata[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")].clone();
    assert!(algorithms("token").is_array());
    assert_eq!((algorithms("revocation"), algorithms("introspection")), (algorithms("token"), algorithms("token")));
}

#[tokio::test]
async fn an_object_that_is_pushed_counts_alone_and_is_held_to_the_same_table() {
    let signer = Signer::new("1", "EdDSA");
    let stand = stand_of(&signer).await;
    let app = stand.app();
    let good = signer.jwt(&object(&stand, &app, &json!({})));
    let pushed =
        ask(&stand, &signer, "/par", "1", &[("request", &good), ("nonce", "outside"), ("prompt", "none")]).await;
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    let reference = pushed.json()["request_uri"].as_str().expect("a reference").to_owned();
    let short = app.request().set("request_uri", &reference);
    let answer = stand.computer("zhangsan").walk(&short.url()).await.answer();
    assert_eq!((answer.get("state"), answer.code().len()), (Some("of-the-object"), 43));
    for (n, (changes, code)) in [
        (json!({ "redirect_uri": "https://evil.example/" }), "invalid_request"),
        (json!({ "response_type": "token" }), "unsupported_response_type"),
        (json!({ "request_uri": "urn:ietf:params:oauth:request_uri:x" }), "invalid_request_object"),
        (json!({ "client_id": "plain", "iss": "plain" }), "invalid_request_object"),
        (json!({ "aud": "https://another.example" }), "invalid_request_object"),
        (json!({ "exp": stand.now().0 }), "invalid_request_object"),
    ]
    .into_iter()
    .enumerate()
    {
        let bad = signer.jwt(&object(&stand, &app, &changes));
        let answer = ask(&stand, &signer, "/par", &format!("bad-{n}"), &[("request", &bad)]).await;
        assert_refused(&answer, 400, code);
    }
    let nobodys = unsigned(&object(&stand, &app, &json!({})));
    assert_refused(&ask(&stand, &signer, "/par", "n", &[("request", &nobodys)]).await, 400, "invalid_request_object");
    let both = [("request", good.as_str()), ("request_uri", "urn:ietf:params:oauth:request_uri:x")];
    assert_refused(&ask(&stand, &signer, "/par", "b", &both).await, 400, "invalid_request");
    // A client without keys signs nothing, and nobody signs for another client.
    let plain = stand.rp("plain");
    assert_refused(&plain.push(&plain.request().set("request", &good)).await, 400, "request_not_supported");
}

#[tokio::test]
async fn beside_an_object_nothing_is_needed_but_what_proves_its_client() {
    let signer = Signer::new("1", "ES256");
    let keyed = format!("token_endpoint_auth_method = \"private_key_jwt\"\n{}", jwks(&[&signer]));
    let clients = [
        Client::keyed("app", &keyed),
        Client::new("basic").with(&jwks(&[&signer])).with("require_pushed_authorization_requests = true"),
    ];
    let stand = Stand::of(clients).await;
    let (app, basic) = (stand.app(), stand.rp("basic"));
    let own = signer.jwt(&object(&stand, &app, &json!({})));
    let proof = assertion(&stand, &signer, &stand.issuer, "1");
    let by_assertion = app.ask_as("/par", None, &[("request", own.as_str()), TYPE, ("client_assertion", &proof)]).await;
    assert_eq!(by_assertion.status, 201, "{}", by_assertion.body);
    let changes = json!({ "iss": "basic", "client_id": "basic", "redirect_uri": basic.client.redirect_uri });
    let theirs = signer.jwt(&object(&stand, &basic, &changes));
    let by_secret = basic.ask("/par", &[("request", theirs.as_str())]).await;
    assert_eq!(by_secret.status, 201, "{}", by_secret.body);
    // Another client's object is nothing in one's own hands, although the key is the same.
    assert_refused(&basic.ask("/par", &[("request", own.as_str())]).await, 400, "invalid_request_object");
    // Signed is not pushed.
    let by_browser = basic.request().without("redirect_uri").without("state").set("request", &theirs);
    assert_eq!(stand.computer("zhangsan").walk(&by_browser.url()).await.answer().error(), "invalid_request");
}
