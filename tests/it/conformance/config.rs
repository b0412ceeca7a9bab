//! The Config OP plan: one module, over TLS.

use serde_json::Value;
use url::Url;

use super::checks;
use super::suite::names;
use crate::support::{Setup, Stand};

/// Registered metadata (IANA, OAuth Authorization Server Metadata): another name would be a WARNING.
const TEXTS: &[&str] = &[
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
    "pushed_authorization_request_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
];
const LISTS: &[&str] = &[
    "scopes_supported",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "acr_values_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "userinfo_signing_alg_values_supported",
    "request_object_signing_alg_values_supported",
    "introspection_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "display_values_supported",
    "claim_types_supported",
    "claims_supported",
    "ui_locales_supported",
    "code_challenge_methods_supported",
    "prompt_values_supported",
];
const FLAGS: &[&str] = &[
    "claims_parameter_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "require_request_uri_registration",
    "require_pushed_authorization_requests",
    "authorization_response_iss_parameter_supported",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
    "frontchannel_logout_supported",
    "frontchannel_logout_session_supported",
];

#[tokio::test]
async fn oidcc_discovery_endpoint_verification() {
    for path in ["", "/sso"] {
        let stand = Stand::with(Setup::default().over_tls().below(path)).await;
        let discovery = stand.address("/.well-known/openid-configuration");
        let answer = stand.http.get(discovery.clone()).send().await.expect("an answer");
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (200, &"application/json".parse().unwrap())
        );
        let metadata: Value = answer.json().await.expect("JSON");
        has_a_strict_shape(&metadata);
        addresses_are_good(&metadata, &discovery);
        offers_what_it_must(&metadata);
        let keys = stand.http.get(metadata["jwks_uri"].as_str().unwrap()).send().await.expect("an answer");
        assert_eq!(keys.headers()["content-type"], "application/json");
        checks::keys_are_clean(&keys.json().await.expect("JSON"));
    }
}

/// Each name is registered and of its type; no list is empty or says a thing twice.
#[track_caller]
fn has_a_strict_shape(metadata: &Value) {
    for (name, value) in metadata.as_object().expect("an object") {
        let good = if TEXTS.contains(&name.as_str()) {
            value.as_str().is_some_and(|text| !text.is_empty())
        } else if LISTS.contains(&name.as_str()) {
            let (list, words) = (value.as_array().expect("a list"), names(metadata, name));
            let mut unique = words.clone();
            unique.sort_unstable();
            unique.dedup();
            !list.is_empty() && list.len() == words.len() && unique.len() == words.len()
        } else {
            FLAGS.contains(&name.as_str()) && value.is_boolean()
        };
        assert!(good, "{name} = {value}");
    }
}

#[track_caller]
fn addresses_are_good(metadata: &Value, discovery: &Url) {
    let issuer = metadata["issuer"].as_str().expect("an issuer");
    assert_eq!(discovery.as_str(), format!("{issuer}/.well-known/openid-configuration"));
    for name in TEXTS.iter().filter(|name| metadata.get(**name).is_some()) {
        let address = Url::parse(metadata[name].as_str().unwrap()).expect("an address");
        assert!(address.scheme() == "https" && address.host().is_some(), "{name}: {address}");
        assert!(address.query().is_none() && address.fragment().is_none(), "{name}: {address}");
    }
    for needed in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"]
    {
        assert!(metadata[needed].is_string(), "{needed}");
    }
}

#[track_caller]
fn offers_what_it_must(metadata: &Value) {
    for (name, needed) in [
        ("response_types_supported", "code"),
        ("response_modes_supported", "form_post"),
        ("grant_types_supported", "authorization_code"),
        ("subject_types_supported", "public"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("scopes_supported", "openid"),
        ("claims_supported", "sub"),
        ("code_challenge_methods_supported", "S256"),
        ("token_endpoint_auth_methods_supported", "client_secret_basic"),
    ] {
        assert!(names(metadata, name).contains(&needed), "{name}: {metadata}");
    }
    // Tags of the IANA registry, spelled as it spells them.
    assert_eq!(names(metadata, "ui_locales_supported"), ["zh-CN", "en"]);
    // Left out, it would mean true.
    assert_eq!(metadata["request_uri_parameter_supported"], false);
    if let Some(algorithms) = metadata.get("request_object_signing_alg_values_supported") {
        assert!(algorithms.as_array().is_some_and(|list| list.contains(&"RS256".into())), "{algorithms}");
    }
}
