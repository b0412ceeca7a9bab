//! Typed JSON Web Signatures of ours beside ID tokens: access tokens, logout tokens, introspection answers.
//!
//! Each kind names itself in `typ` (RFC 8725 §3.11), so that none is taken for another.

use serde::Serialize;

use super::error::{ErrorCode, OauthError};
use crate::keys::SigningKey;
pub use crate::keys::jws::algorithm;

/// A token of this kind; `typ` is the registered media type without `application/` (RFC 7515 §4.1.9).
pub fn sign(key: &SigningKey, typ: &'static str, claims: &impl Serialize) -> Result<String, OauthError> {
    key.sign_claims(typ, claims).map_err(|error| {
        tracing::error!(event = "token.unsigned", typ, error = %error, "a token could not be signed");
        OauthError::new(ErrorCode::ServerError, "the token could not be signed")
    })
}
