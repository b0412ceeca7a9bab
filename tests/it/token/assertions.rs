//! Clients that prove themselves by what they sign (RFC 7523; threats 4, 11, 12, 13, 48).

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use wecom_oidc::domain::time::Span;

use crate::support::relying_party::basic;
use crate::support::signer::{Signer, but, by_secret, jwks, unsigned};
use crate::support::{Client, RelyingParty, Setup, Stand, TokenAnswer};

/// RFC 7523 §2.2.
pub const TYPE: (&str, &str) = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
const BY_KEY: &str = "token_endpoint_auth_method = \"private_key_jwt\"";
const BY_SECRET: &str = "token_endpoint_auth_method = \"client_secret_jwt\"";
const REFRESH: [(&str, &str); 2] = [("grant_type", "refresh_token"), ("refresh_token", "none")];

/// The claims of an assertion as it should be, each with a `jti` of its own.
pub fn good(stand: &Stand, id: &str) -> Value {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let jti = format!("assertion-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let now = stand.now().0;
    json!({ "iss": id, "sub": id, "aud": stand.issuer, "jti": jti, "iat": now, "exp": now + 60 })
}

async fn shows(rp: &RelyingParty, assertion: &str) -> TokenAnswer {
    rp.token_as(None, &[&REFRESH[..], &[TYPE, ("client_assertion", assertion)]].concat()).await
}

/// Whether it passes: then the made-up refresh token is what is refused.
pub async fn passes(rp: &RelyingParty, assertion: &str) -> bool {
    let answer = shows(rp, assertion).await;
    match answer.body["error"].as_str() {
        Some("invalid_grant") => true,
        _ => {
            answer.assert_refused(401, "invalid_client");
            false
        }
    }
}

/// A stand with the client `app`, whose only key is this one; failures are not counted.
async fn stand_of(signer: &Signer) -> Stand {
    let client = Client::keyed("app", &format!("{BY_KEY}\n{}", jwks(&[signer])));
    Stand::with(Setup::of([client]).tables("[limits]\nfailed_client_auth_per_minute = 0")).await
}

#[tokio::test]
async fn a_client_signs_in_and_refreshes_by_each_kind_of_key() {
    let algorithms = ["RS256", "PS256", "ES256", "EdDSA"];
    let signers = algorithms.map(|alg| Signer::new(&format!("key for {alg}"), alg));
    let client = Client::keyed("app", &format!("{BY_KEY}\n{}", jwks(&signers.each_ref())));
    let stand = Stand::of([client]).await;
    let app = stand.app();
    for signer in &signers {
        let code = app.code(&stand.computer("zhangsan"), "openid offline_access").await;
        let proof = signer.jwt(&good(&stand, "app"));
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &app.client.redirect_uri),
            TYPE,
            ("client_assertion", &proof),
        ];
        let tokens = app.token_as(None, &fields).await.good();
        assert_eq!(app.userinfo(tokens.access_token()).await.status, 200);
        let proof = signer.jwt(&good(&stand, "app"));
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh_token())];
        let named = [TYPE, ("client_assertion", proof.as_str()), ("client_id", "app")];
        app.token_as(None, &[&refresh[..], &named].concat()).await.good();
    }
}

#[tokio::test]
async fn a_client_proves_itself_by_what_its_secret_signs() {
    let secret = "0123456789abcdef0123456789abcdef";
    let client = Client::new("app").proven_by(secret, BY_SECRET);
    let stand = Stand::of([client, Client::new("other")]).await;
    let app = stand.app();
    let header = json!({ "alg": "HS256" });
    assert!(passes(&app, &by_secret(secret.as_bytes(), &header, &good(&stand, "app"))).await);
    assert!(!passes(&app, &by_secret(b"0123456789abcdef0123456789abcdeF", &header, &good(&stand, "app"))).await);
    assert!(!passes(&app, &by_secret(b"", &header, &good(&stand, "app"))).await);
    // The secret itself is no longer a proof, and an assertion is none for a client that shows its secret.
    app.token(&REFRESH).await.assert_refused(401, "invalid_client");
    let other = stand.rp("other");
    let secret = other.client.secret.clone().unwrap();
    assert!(!passes(&other, &by_secret(secret.as_bytes(), &header, &good(&stand, "other"))).await);
}

#[tokio::test]
async fn threat_11_each_rule_of_an_assertion_is_kept_and_every_refusal_reads_alike() {
    let signer = Signer::new("1", "ES256");
    let stand = stand_of(&signer).await;
    let app = stand.app();
    let now = stand.now().0;
    for fine in [
        json!({}),
        json!({ "aud": [stand.issuer] }),
        json!({ "aud": stand.address("/token") }),
        json!({ "iat": null }),
        json!({ "nbf": now + 29, "iat": now + 29, "exp": now + 3_600 }),
        serde_json::from_str(&format!("{{\"exp\":{}.5}}", now + 30)).unwrap(),
        json!({ "jti": "j".repeat(512), "further": { "claims": ["change", "nothing"] } }),
    ] {
        assert!(passes(&app, &signer.jwt(&but(good(&stand, "app"), &fine))).await, "{fine}");
    }
    let mut refusals = Vec::new();
    for wrong in [
        json!({ "iss": "other" }),
        json!({ "iss": null }),
        json!({ "sub": "other" }),
        json!({ "sub": null }),
        json!({ "iss": ["app"] }),
        json!({ "aud": null }),
        json!({ "aud": "https://other.example" }),
        json!({ "aud": format!("{}/", stand.issuer) }),
        json!({ "aud": [stand.issuer, "https://other.example"] }),
        json!({ "aud": [stand.issuer, stand.issuer] }),
        json!({ "aud": [] }),
        json!({ "aud": stand.address("/authorize") }),
        json!({ "exp": null }),
        json!({ "exp": now }),
        json!({ "exp": now - 1 }),
        json!({ "exp": now + 3_631 }),
        json!({ "exp": u64::MAX }),
        // CVE-2026-25537.
        json!({ "exp": (now + 60).to_string() }),
        json!({ "exp": -1 }),
        json!({ "exp": [now + 60] }),
        json!({ "nbf": now + 31 }),
        json!({ "nbf": "0" }),
        json!({ "iat": now + 31 }),
        json!({ "iat": now.to_string() }),
        json!({ "jti": null }),
        json!({ "jti": "" }),
        json!({ "jti": 7 }),
        json!({ "jti": "j".repeat(513) }),
        json!({ "padding": "p".repeat(8_192) }),
    ] {
        let answer = shows(&app, &signer.jwt(&but(good(&stand, "app"), &wrong))).await;
        answer.assert_refused(401, "invalid_client");
        assert_eq!(answer.page.header("www-authenticate"), None);
        refusals.push((wrong, answer.page.body));
    }
    let stranger = Signer::new("1", "ES256");
    for (what, assertion) in [
        ("another key", stranger.jwt(&good(&stand, "app"))),
        ("an unknown client", stranger.jwt(&good(&stand, "nobody"))),
        ("no JWT", "x".to_owned()),
        ("no JSON", signer.sign_text("{", "{}")),
        ("claims doubled", {
            let text = good(&stand, "app").to_string();
            signer.sign_text(&signer.header().to_string(), &text.replacen('{', "{\"sub\":\"app\",", 1))
        }),
    ] {
        let answer = shows(&app, &assertion).await;
        answer.assert_refused(401, "invalid_client");
        refusals.push((json!(what), answer.page.body));
    }
    let (_, first) = refusals[0].clone();
    assert!(refusals.iter().all(|(_, body)| *body == first), "{refusals:?}");
}

#[tokio::test]
async fn threat_11_an_assertion_is_good_once_and_of_thirty_two_at_once_one_passes() {
    let signer = Signer::new("1", "EdDSA");
    let lines = format!("{BY_KEY}\n{}", jwks(&[&signer]));
    let clients = [Client::keyed("app", &lines), Client::keyed("other", &lines)];
    let stand = Stand::with(Setup::of(clients).on_sled()).await;
    let app = stand.app();
    let assertion = signer.jwt(&good(&stand, "app"));
    let mut at_once = JoinSet::new();
    for _ in 0..16 {
        let (app, assertion) = (app.clone(), assertion.clone());
        at_once.spawn(async move { passes(&app, &assertion).await });
    }
    assert_eq!(at_once.join_all().await.into_iter().filter(|passed| *passed).count(), 1);
    // Another client's assertion may have the same name.
    let mut claims = good(&stand, "other");
    claims["jti"] = json!("shared");
    assert!(passes(&app, &signer.jwt(&claims)).await);
    for id in ["iss", "sub"] {
        claims[id] = json!("app");
    }
    let shared = signer.jwt(&claims);
    assert!(passes(&app, &shared).await);
    // What is refused for another reason uses nothing up.
    let mut claims = but(good(&stand, "app"), &json!({ "jti": "kept", "aud": "https://other.example" }));
    assert!(!passes(&app, &signer.jwt(&claims)).await);
    claims["aud"] = json!(stand.issuer);
    assert!(passes(&app, &signer.jwt(&claims)).await);
    // Nor does a restart forget.
    let stand = stand.restarted().await;
    assert!(!passes(&stand.app(), &shared).await && !passes(&stand.app(), &assertion).await);
}

#[tokio::test]
async fn threat_12_unsigned_and_confused_algorithms_are_refused() {
    let signer = Signer::new("1", "RS256");
    let stand = stand_of(&signer).await;
    let app = stand.app();
    let claims = || good(&stand, "app");
    assert!(passes(&app, &signer.jwt(&claims())).await);
    let jwk = signer.jwk();
    let modulus = jwk["n"].as_str().unwrap();
    let mut forged = vec![unsigned(&claims()), format!("{}x", unsigned(&claims()))];
    for alg in ["none", "None", "NONE", "HS256", "HS512", "RS512", "ES256", "EdDSA", "PS256", "RS256 "] {
        forged.push(signer.sign(&json!({ "alg": alg, "kid": "1" }), &claims()));
    }
    for secret in [modulus.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(modulus).unwrap(), jwk.to_string().into_bytes()]
    {
        forged.push(by_secret(&secret, &json!({ "alg": "HS256", "kid": "1" }), &claims()));
    }
    // The same key for another algorithm than its own.
    forged.push(Signer::new("1", "PS256").jwt(&claims()));
    for assertion in forged {
        assert!(!passes(&app, &assertion).await, "{assertion}");
    }
}

#[tokio::test]
async fn threat_13_headers_choose_among_registered_keys_alone() {
    let (signer, second) = (Signer::new("1", "ES256"), Signer::new("2", "EdDSA"));
    let client = Client::keyed("app", &format!("{BY_KEY}\n{}", jwks(&[&signer, &second])));
    let stand = Stand::of([client]).await;
    let app = stand.app();
    let stranger = Signer::new("1", "ES256");
    for extra in [
        json!({ "jwk": stranger.jwk() }),
        json!({ "jku": "https://evil.example/jwks" }),
        json!({ "x5u": "https://evil.example/certificate" }),
        json!({ "x5c": ["AAAA"] }),
        json!({ "kid": "../../2" }),
        json!({ "kid": "' OR 1=1" }),
        json!({ "kid": "" }),
        json!({ "kid": 1 }),
        json!({ "crit": ["exp"] }),
        json!({ "crit": [] }),
    ] {
        let mut header = signer.header();
        header.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        assert!(!passes(&app, &stranger.sign(&header, &good(&stand, "app"))).await, "{extra}");
        // With the right key, what points elsewhere is not even looked at; another name and an extension are refused.
        let looked_at = extra.get("kid").is_some() || extra.get("crit").is_some();
        assert_eq!(passes(&app, &signer.sign(&header, &good(&stand, "app"))).await, !looked_at, "{extra}");
    }
    // Without a name the only key of the algorithm is meant.
    assert!(passes(&app, &signer.sign(&json!({ "alg": "ES256" }), &good(&stand, "app"))).await);
    assert!(passes(&app, &second.sign(&json!({ "alg": "EdDSA" }), &good(&stand, "app"))).await);
    // Another kind of token is not an assertion (RFC 8725 §3.12).
    for (typ, fine) in [("client-authentication+jwt", true), ("oauth-authz-req+jwt", false), ("at+jwt", false)] {
        let header = json!({ "alg": "ES256", "kid": "1", "typ": typ });
        assert_eq!(passes(&app, &signer.sign(&header, &good(&stand, "app"))).await, fine, "{typ}");
    }
}

#[tokio::test]
async fn threat_11_one_way_at_a_time_and_only_the_registered_one() {
    let signer = Signer::new("1", "ES256");
    let keys = jwks(&[&signer]);
    let clients = [
        Client::keyed("app", &format!("{BY_KEY}\n{keys}")),
        Client::new("secret").with(&keys),
        Client::public("spa").with(&keys),
    ];
    let stand = Stand::of(clients).await;
    let app = stand.app();
    let proof = signer.jwt(&good(&stand, "app"));
    let with = async |header: Option<&str>, fields: &[(&str, &str)]| {
        app.token_as(header, &[&REFRESH[..], fields].concat()).await
    };
    let assertion = ("client_assertion", proof.as_str());
    for (header, further) in [
        (Some(basic("app", "x")), vec![]),
        (Some("Bearer x".to_owned()), vec![]),
        (None, vec![("client_secret", "x")]),
        (None, vec![("client_secret", "")]),
    ] {
        let answer = with(header.as_deref(), &[&[TYPE, assertion], &further[..]].concat()).await;
        answer.assert_refused(400, "invalid_request");
    }
    // Threat 4.
    with(None, &[TYPE, TYPE, assertion]).await.assert_refused(400, "invalid_request");
    with(None, &[TYPE, assertion, assertion]).await.assert_refused(400, "invalid_request");
    for incomplete in [
        vec![assertion],
        vec![TYPE],
        vec![TYPE, ("client_assertion", "")],
        vec![("client_assertion_type", ""), assertion],
        vec![("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), assertion],
        vec![("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer "), assertion],
        vec![TYPE, assertion, ("client_id", "secret")],
        vec![("client_id", "app")],
        vec![("client_id", "app"), ("client_secret", "a-secret-of-its-own-imagination-0")],
    ] {
        with(None, &incomplete).await.assert_refused(401, "invalid_client");
    }
    assert!(passes(&app, &proof).await, "nothing of that used the assertion up");
    // Keys of others are for request objects.
    assert!(!passes(&app, &signer.jwt(&good(&stand, "secret"))).await);
    assert!(!passes(&app, &signer.jwt(&good(&stand, "spa"))).await);
}

#[tokio::test]
async fn failed_assertions_count_and_the_right_one_waits_with_them() {
    let signer = Signer::new("1", "ES256");
    let client = Client::keyed("app", &format!("{BY_KEY}\n{}", jwks(&[&signer])));
    let stand = Stand::with(Setup::of([client]).tables("[limits]\nfailed_client_auth_per_minute = 3")).await;
    let app = stand.app();
    let stranger = Signer::new("1", "ES256");
    for _ in 0..3 {
        assert!(!passes(&app, &stranger.jwt(&good(&stand, "app"))).await);
    }
    let answer = shows(&app, &signer.jwt(&good(&stand, "app"))).await;
    answer.assert_refused(429, "invalid_client");
    stand.later(Span::minutes(1));
    assert!(passes(&app, &signer.jwt(&good(&stand, "app"))).await);
}

#[tokio::test]
async fn the_metadata_names_the_ways_of_proving_and_signing() {
    let stand = Stand::new().await;
    let metadata = stand.app().metadata().await;
    let methods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "client_secret_jwt", "none"];
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], json!(methods));
    let signed = json!(["RS256", "PS256", "ES256", "EdDSA", "HS256"]);
    assert_eq!(metadata["token_endpoint_auth_signing_alg_values_supported"], signed);
    assert_eq!(metadata["request_object_signing_alg_values_supported"], json!(["RS256", "PS256", "ES256", "EdDSA"]));
    assert_eq!(metadata["request_parameter_supported"], true);
    assert_eq!(metadata["request_uri_parameter_supported"], false);
}

#[tokio::test]
async fn a_reload_changes_the_keys_of_a_client_at_once() {
    let (before, after) = (Signer::new("1", "ES256"), Signer::new("2", "ES256"));
    let mut stand = stand_of(&before).await;
    assert!(passes(&stand.app(), &before.jwt(&good(&stand, "app"))).await);
    let client = Client::keyed("app", &format!("{BY_KEY}\n{}", jwks(&[&after])));
    stand.reloaded(Setup::of([client]).tables("[limits]\nfailed_client_auth_per_minute = 0")).await;
    assert!(passes(&stand.app(), &after.jwt(&good(&stand, "app"))).await);
    assert!(!passes(&stand.app(), &before.jwt(&good(&stand, "app"))).await);
}
