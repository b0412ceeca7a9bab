//! Client assertions: the bytes as a JWT, and as the claims of one that the client's own key signed (threats 4, 11, 12, 13).

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::Value;
use url::form_urlencoded::Serializer;
use wecom_oidc::oidc::client_auth::Credentials;
use wecom_oidc::oidc::client_auth::assertion::TYPE;
use wecom_oidc::oidc::error::{ErrorCode, OauthError};
use wecom_oidc::oidc::params::Params;

use super::house::{NOW, SIGNING, house};
use super::plain::assert_error;

pub fn assertion(data: &[u8]) {
    let house = house();
    let data = house.fill_in(data);
    let Ok(text) = std::str::from_utf8(&data) else { return };
    if let Ok(id) = proven(text) {
        assert_eq!(id, SIGNING);
        assert_eq!(text, house.assertion, "nobody else has the key");
        assert_first_use("the genuine one");
    }
    if let Ok(id) = proven(&house.sign(text)) {
        let claims: Value = serde_json::from_str(text).expect("claims are JSON");
        assert_eq!(
            (id.as_str(), claims["iss"].as_str(), claims["sub"].as_str()),
            (SIGNING, Some(SIGNING), Some(SIGNING))
        );
        let audience =
            claims["aud"].as_str().or_else(|| claims["aud"].as_array().filter(|a| a.len() == 1)?[0].as_str());
        assert!(audience.is_some_and(|audience| audience.starts_with(house.provider().issuer())), "{claims}");
        let now = f64::from(u32::try_from(NOW.0).expect("this century"));
        assert!(claims["exp"].as_f64().is_some_and(|exp| exp > now && exp < now + 3_631.0), "{claims}");
        for early in ["nbf", "iat"] {
            let fine = claims[early].is_null() || claims[early].as_f64().is_some_and(|at| at < now + 31.0);
            assert!(fine, "{claims}");
        }
        assert_first_use(claims["jti"].as_str().expect("a jti"));
    }
}

fn proven(jwt: &str) -> Result<String, OauthError> {
    let form = Serializer::new(String::new())
        .append_pair("client_assertion_type", TYPE)
        .append_pair("client_assertion", jwt)
        .finish();
    let params = Params::parse(form.as_bytes()).expect("what we write can be read");
    let proven = Credentials::read(None, &params)
        .and_then(|credentials| house().runtime.block_on(credentials.prove(house().provider())));
    proven.map(|client| client.client_id.as_str().to_owned()).inspect_err(|error| {
        assert_error(error);
        assert_eq!((error.code, error.description), (ErrorCode::InvalidClient, "client authentication failed"));
    })
}

fn assert_first_use(jti: &str) {
    static USED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    assert!(USED.lock().expect("the names").insert(jti.to_owned()), "{jti} passed twice");
}
