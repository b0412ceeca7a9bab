//! An application that knows nothing but the published set.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

/// The published set.
pub struct Jwks(JwkSet);

impl Jwks {
    /// As it is published now.
    pub async fn of(issuer: &str, http: &reqwest::Client) -> Self {
        let answer = http.get(format!("{issuer}/jwks.json")).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["cache-control"], "public, max-age=300");
        Self(answer.json().await.expect("a JWK set"))
    }

    /// The kids, in order.
    pub fn kids(&self) -> Vec<String> {
        self.0.keys.iter().map(|key| key.common.key_id.clone().expect("a kid")).collect()
    }

    /// Whether an RS256 token is genuine as far as this set tells; time is not asked.
    pub fn verifies(&self, token: &str) -> bool {
        let Some(key) = self.0.find(&kid(token)) else { return false };
        let key = DecodingKey::from_jwk(key).expect("a key");
        let mut validation = Validation::new(Algorithm::RS256);
        (validation.validate_exp, validation.validate_aud) = (false, false);
        validation.required_spec_claims.clear();
        jsonwebtoken::decode::<Value>(token, &key, &validation).expect("a genuine signature");
        true
    }
}

/// The key that signed a token.
pub fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).expect("a header").kid.expect("a kid")
}
