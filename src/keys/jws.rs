//! Typed JSON Web Signatures beside ID tokens, signed by a key that was parsed once (law 10).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header};
use serde::Serialize;

use super::error::KeyError;
use super::signing::SigningKey;
use crate::domain::client::SigningAlgorithm;

impl SigningKey {
    /// A compact JWS (RFC 7515 §7.1) of these claims with `alg`, `typ` and `kid` in its header. `typ` is the registered
    /// media type without `application/` (RFC 7515 §4.1.9).
    pub fn sign_claims(&self, typ: &'static str, claims: &impl Serialize) -> Result<String, KeyError> {
        let mut header = Header::new(algorithm(self.alg()));
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.kid().to_owned());
        let mut token = part(&header)?;
        token.push('.');
        token.push_str(&part(claims)?);
        let signature = self.sign_bytes(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

fn part(value: &impl Serialize) -> Result<String, KeyError> {
    let json = serde_json::to_vec(value).map_err(|_| KeyError::Crypto("write claims as JSON"))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

/// Our algorithms by the names of jsonwebtoken.
pub const fn algorithm(alg: SigningAlgorithm) -> Algorithm {
    match alg {
        SigningAlgorithm::Rs256 => Algorithm::RS256,
        SigningAlgorithm::Es256 => Algorithm::ES256,
        SigningAlgorithm::EdDsa => Algorithm::EdDSA,
    }
}
