//! JWTs that a client signed: its assertions (RFC 7523) and its request objects (RFC 9101), read by the rules of RFC 8725.
//!
//! The key is always one that is registered for the client, with the one algorithm of that key: `jku`, `x5u`, `jwk` and
//! `x5c` of a header are never looked at, `crit` is refused, and so is `alg: none`, which has no name here (threats 12, 13).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

use crate::domain::jwk::{ClientAlgorithm, Material, PublicJwk};
use crate::domain::time::{Span, Timestamp};

/// The longest JWT that is looked at, in bytes.
pub const LONGEST: usize = 8_192;

/// How far the clocks of a client and of ours may lie apart.
const LEEWAY: Span = Span::seconds(30);

/// How far ahead `exp` may lie: what is remembered of an assertion is remembered that long.
const FURTHEST: Span = Span::hours(1);

/// Why a JWT is refused, for the operator.
pub type Reason = &'static str;

/// What a header says that we listen to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// How it is signed.
    pub alg: Signed,
    /// By which of the client's keys.
    pub kid: Option<String>,
}

/// How a JWT says that it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// By a private key of the client.
    ByKey(ClientAlgorithm),
    /// By the secret that client and provider share: HS256.
    BySecret,
}

/// A header as it is written. `jsonwebtoken` would not do: it knows no algorithm by the name `Ed25519`.
#[derive(Deserialize)]
struct Written {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<Value>,
}

impl Written {
    fn read(part: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    }

    fn algorithm(&self) -> Option<Algorithm> {
        if ClientAlgorithm::EdDsa.is_called(&self.alg) { Some(Algorithm::EdDSA) } else { self.alg.parse().ok() }
    }
}

/// Reads the header; `types` are the values that `typ` may have where it is there (RFC 8725 §3.11), in small letters.
pub fn header(jwt: &str, types: &[&str]) -> Result<Header, Reason> {
    if jwt.len() > LONGEST {
        return Err("the JWT is longer than 8192 bytes");
    }
    let header = jwt.split('.').next().and_then(Written::read).ok_or("the header cannot be read")?;
    if header.crit.is_some() {
        return Err("the header asks for an extension (crit)");
    }
    // RFC 7515 §4.1.9: the prefix may be left out, and case does not matter.
    let typ = header.typ.as_ref().map(|typ| typ.to_ascii_lowercase());
    let typ = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    if typ.is_some_and(|typ| !types.contains(&typ)) {
        return Err("the JWT is of another type (typ)");
    }
    let alg = match header.algorithm() {
        Some(Algorithm::RS256) => Signed::ByKey(ClientAlgorithm::Rs256),
        Some(Algorithm::PS256) => Signed::ByKey(ClientAlgorithm::Ps256),
        Some(Algorithm::ES256) => Signed::ByKey(ClientAlgorithm::Es256),
        Some(Algorithm::EdDSA) => Signed::ByKey(ClientAlgorithm::EdDsa),
        Some(Algorithm::HS256) => Signed::BySecret,
        _ => return Err("the algorithm is none of RS256, PS256, ES256, EdDSA (Ed25519) and HS256"),
    };
    Ok(Header { alg, kid: header.kid })
}

/// The claims of a JWT that this key signed.
pub fn claims<T: DeserializeOwned>(jwt: &str, key: &PublicJwk) -> Result<T, Reason> {
    let (algorithm, key) = match (&key.material, key.alg) {
        (Material::Rsa { n, e }, ClientAlgorithm::Ps256) => {
            (Algorithm::PS256, DecodingKey::from_rsa_raw_components(n, e))
        }
        (Material::Rsa { n, e }, _) => (Algorithm::RS256, DecodingKey::from_rsa_raw_components(n, e)),
        (Material::P256(point), _) => (Algorithm::ES256, DecodingKey::from_ec_der(point)),
        (Material::Ed25519(x), _) => (Algorithm::EdDSA, DecodingKey::from_ed_der(x)),
    };
    verified(jwt, algorithm, &key)
}

/// The claims of a JWT that this secret signed with HS256.
pub fn claims_by_secret<T: DeserializeOwned>(jwt: &str, secret: &[u8]) -> Result<T, Reason> {
    verified(jwt, Algorithm::HS256, &DecodingKey::from_secret(secret))
}

fn verified<T: DeserializeOwned>(jwt: &str, algorithm: Algorithm, key: &DecodingKey) -> Result<T, Reason> {
    const NOT_SIGNED: Reason = "the signature is not of this client's key";
    let (message, signature) = jwt.rsplit_once('.').ok_or(NOT_SIGNED)?;
    let (header, payload) = message.split_once('.').filter(|(_, rest)| !rest.contains('.')).ok_or(NOT_SIGNED)?;
    // RFC 8725 §3.1: whoever names another algorithm is not verified with this one.
    if Written::read(header).and_then(|header| header.algorithm()) != Some(algorithm)
        || !crypto::verify(signature, message.as_bytes(), key, algorithm).unwrap_or(false)
    {
        return Err(NOT_SIGNED);
    }
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| NOT_SIGNED)?;
    serde_json::from_slice(&payload).map_err(|_| "a claim is missing, doubled or of the wrong type")
}

/// Holds the times of a JWT against ours (RFC 7519 §4.1.4 to §4.1.6).
pub fn check_times(exp: Moment, nbf: Option<Moment>, iat: Option<Moment>, now: Timestamp) -> Result<(), Reason> {
    if exp.0 <= now {
        return Err("the JWT has expired (exp)");
    }
    // Libraries that make assertions for exactly an hour, such as Authlib, run on clocks of their own.
    if exp.0 > now + FURTHEST + LEEWAY {
        return Err("the JWT is good for more than an hour (exp)");
    }
    let ahead = |moment: Option<Moment>| moment.is_some_and(|moment| moment.0 > now + LEEWAY);
    if ahead(nbf) || ahead(iat) {
        return Err("the JWT is not good yet (nbf, iat): do the clocks differ?");
    }
    Ok(())
}

/// A `NumericDate` (RFC 7519 §2): a number, never a text; what is behind the point is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        let whole = number.as_u64().or_else(|| {
            let seconds = number.as_f64().filter(|seconds| (0.0..9e15).contains(seconds))?;
            format!("{:.0}", seconds.floor()).parse().ok()
        });
        whole.map(|seconds| Self(Timestamp(seconds))).ok_or_else(|| D::Error::custom("not a moment"))
    }
}

/// `aud` (RFC 7519 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One, as text.
    One(String),
    /// A list.
    Many(Vec<String>),
}

impl Audience {
    /// The only one: what is meant for others as well could be used by them here.
    pub fn only(&self) -> Option<&str> {
        match self {
            Self::One(one) => Some(one),
            Self::Many(many) => many.first().filter(|_| many.len() == 1).map(String::as_str),
        }
    }
}

#[cfg(test)]
#[path = "client_jwt_tests.rs"]
mod tests;
