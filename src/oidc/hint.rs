//! Our own ID tokens coming back as hints (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2).

use jsonwebtoken::Validation;
use serde::Deserialize;

use super::client_jwt::Audience;
use super::jws;
use super::provider::Provider;
use crate::domain::ids::{ClientId, Sid, Subject};
use crate::domain::time::Timestamp;

/// The longest hint that is looked at, in bytes.
const LONGEST: usize = 8_192;

/// What a genuine ID token of ours says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The client it was made for.
    pub client: ClientId,
    /// The person, as that client knows one.
    pub subject: Subject,
    /// The session.
    pub sid: Option<Sid>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: Subject,
    aud: Audience,
    sid: Option<Sid>,
    /// Every ID token has both (Core §2). A signed answer of userinfo, which has no `typ` either, has neither (RFC 8725 §3.12).
    #[serde(rename = "exp")]
    _exp: Timestamp,
    #[serde(rename = "iat")]
    _iat: Timestamp,
}

/// Reads a hint: our signature by a key still in the ring, with the one algorithm of that key
/// (RFC 8725 §3.1; `kid` only selects among our own keys, `jku` and `x5u` are never looked at,
/// threats 12 and 13), our issuer, one audience. Expired tokens count: a hint is not a credential.
pub fn read(provider: &Provider, token: &str) -> Option<Hint> {
    if token.len() > LONGEST {
        return None;
    }
    let header = jsonwebtoken::decode_header(token).ok()?;
    // RFC 8725 §3.11: whatever says that it is of another type, an access token or a logout token, is no ID token.
    if header.typ.as_ref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return None;
    }
    let key = provider.keys.ring().verifying(header.kid.as_deref()?)?;
    let mut validation = Validation::new(jws::algorithm(key.alg));
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation).ok()?.claims;
    if claims.iss != provider.issuer() {
        return None;
    }
    let client = ClientId::parse(claims.aud.only()?).ok()?;
    Some(Hint { client, subject: claims.sub, sid: claims.sid })
}
