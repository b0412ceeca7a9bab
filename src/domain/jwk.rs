//! Public keys of clients as JWKs (RFC 7517, RFC 7518 §6, RFC 8037 §2): each with the one algorithm it may verify.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// The most keys of one set.
pub const MOST: usize = 32;

/// The longest `kid` in bytes.
const LONGEST_KID: usize = 256;

/// A signature algorithm that clients may use (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl ClientAlgorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Whether a key or a signature of this algorithm may bear this name: RFC 9864 §2.2 calls `EdDSA` with our curve
    /// `Ed25519`, and the libraries of today write either.
    pub fn is_called(self, name: &str) -> bool {
        name == self.as_str() || (self == Self::EdDsa && name == "Ed25519")
    }
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicJwk {
    /// `kid`.
    pub kid: Option<String>,
    /// The only algorithm that it verifies (RFC 8725 §3.1): its `alg`, or what its kind is for. An RSA key without `alg` is for RS256.
    pub alg: ClientAlgorithm,
    /// The key itself.
    pub material: Material,
}

/// The numbers of a public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Material {
    /// Modulus and exponent, big-endian without leading zeros.
    Rsa {
        /// Modulus.
        n: Vec<u8>,
        /// Exponent.
        e: Vec<u8>,
    },
    /// A point of P-256, uncompressed (SEC 1 §2.3.3).
    P256(Vec<u8>),
    /// A public key of Ed25519 (RFC 8032 §5.1.5).
    Ed25519(Vec<u8>),
}

/// Why a JWK cannot be a client's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkFault {
    /// `d` and its kin.
    #[error("holds the private half of a key, which nobody but the client may know")]
    Private,
    /// `kty` `oct`.
    #[error("is a symmetric key, which proves nothing about who signed")]
    Symmetric,
    /// Another `kty`, or none.
    #[error("is of a kind (kty) that this provider cannot verify with")]
    Kind,
    /// Another `crv`, or none.
    #[error("is on a curve (crv) that this provider cannot verify with")]
    Curve,
    /// A number is missing, or is no base64url, or belongs to no key.
    #[error("is not a whole key: a number of it is missing, is not base64url, or fits no key of its kind")]
    Broken,
    /// An RSA key below 2048 bits.
    #[error("is an RSA key of less than 2048 bits")]
    TooShort,
    /// An RSA key above 8192 bits, or with an exponent of more than 32.
    #[error("is an RSA key of more than 8192 bits, or with a larger exponent than anybody needs")]
    TooLarge,
    /// `use` or `key_ops` name something else than signatures.
    #[error("is not a key for signatures (use, key_ops)")]
    Purpose,
    /// `alg` is none of ours, or does not fit `kty`.
    #[error("names an algorithm (alg) that this provider does not take, or that does not fit its kind")]
    Algorithm,
    /// `kid` is empty, too long or no text.
    #[error("has a kid that is empty, longer than 256 bytes or no text")]
    Kid,
}

impl JwkFault {
    /// What to write instead.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Private => "take the key out of use, since it was shown, and write the public half of a new one",
            Self::Symmetric => {
                "write a public key; for a shared secret: client_secret and token_endpoint_auth_method = \"client_secret_jwt\""
            }
            Self::Kind | Self::Curve => "write an RSA key, an EC key on P-256 or an OKP key on Ed25519",
            Self::Broken => "copy the public key whole: n and e of RSA, crv, x and y of EC, crv and x of OKP",
            Self::TooShort => "make a key of 2048 bits or more; 3072 is a good choice",
            Self::TooLarge => "make a key of at most 8192 bits with the exponent 65537 (AQAB)",
            Self::Purpose => "write a key with use = \"sig\", or without use and key_ops",
            Self::Algorithm => "write RS256 or PS256 for RSA, ES256 for EC, EdDSA for OKP, or take alg out",
            Self::Kid => "write a short name for the key",
        }
    }

    /// Whether somebody showed what nobody may see.
    pub const fn is_a_leak(self) -> bool {
        matches!(self, Self::Private | Self::Symmetric)
    }
}

impl PublicJwk {
    /// Reads the members of a JWK; those that it does not know are ignored (RFC 7517 §4), the addresses of certificates among them.
    pub fn read(members: &Map<String, Value>) -> Result<Self, JwkFault> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        // RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2.
        if ["d", "p", "q", "dp", "dq", "qi", "oth"].iter().any(|name| members.contains_key(*name)) {
            return Err(JwkFault::Private);
        }
        if text("kty") == Some("oct") || members.contains_key("k") {
            return Err(JwkFault::Symmetric);
        }
        let (own, material) = match text("kty") {
            Some("RSA") => (&[ClientAlgorithm::Rs256, ClientAlgorithm::Ps256][..], rsa(members)?),
            Some("EC") => (&[ClientAlgorithm::Es256][..], p256(members)?),
            Some("OKP") => (&[ClientAlgorithm::EdDsa][..], ed25519(members)?),
            _ => return Err(JwkFault::Kind),
        };
        let alg = match members.get("alg") {
            None => own.first().copied(),
            Some(alg) => own.iter().copied().find(|own| alg.as_str().is_some_and(|name| own.is_called(name))),
        };
        if !is_for_signatures(members) {
            return Err(JwkFault::Purpose);
        }
        let kid = match members.get("kid") {
            None => None,
            Some(Value::String(kid)) if (1..=LONGEST_KID).contains(&kid.len()) => Some(kid.clone()),
            Some(_) => return Err(JwkFault::Kid),
        };
        Ok(Self { kid, alg: alg.ok_or(JwkFault::Algorithm)?, material })
    }
}

/// RFC 7517 §4.2 and §4.3.
fn is_for_signatures(members: &Map<String, Value>) -> bool {
    let fits_use = members.get("use").is_none_or(|name| name == "sig");
    let fits_ops =
        members.get("key_ops").is_none_or(|ops| ops.as_array().is_some_and(|ops| ops.iter().any(|op| op == "verify")));
    fits_use && fits_ops
}

fn number(members: &Map<String, Value>, name: &str) -> Result<Vec<u8>, JwkFault> {
    let text = members.get(name).and_then(Value::as_str).ok_or(JwkFault::Broken)?;
    // No number of a key that is taken is longer.
    if text.len() > 2_048 {
        return Err(JwkFault::TooLarge);
    }
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JwkFault::Broken)
}

/// RFC 7518 §6.3.1; 2048 bits at the least by §3.3.
fn rsa(members: &Map<String, Value>) -> Result<Material, JwkFault> {
    let positive = |name| {
        let bytes = number(members, name)?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        Ok(bytes[zeros..].to_vec())
    };
    let (n, e): (Vec<u8>, Vec<u8>) = (positive("n")?, positive("e")?);
    let odd = |bytes: &[u8]| bytes.last().is_some_and(|byte| byte % 2 == 1);
    if !odd(&n) || !odd(&e) || e == [1] {
        return Err(JwkFault::Broken);
    }
    let bits = n.len() * 8 - n.first().map_or(0, |byte| byte.leading_zeros() as usize);
    match bits {
        ..2_048 => Err(JwkFault::TooShort),
        8_193.. => Err(JwkFault::TooLarge),
        // A long exponent makes verifying slow.
        _ if e.len() > 4 => Err(JwkFault::TooLarge),
        _ => Ok(Material::Rsa { n, e }),
    }
}

/// RFC 7518 §6.2.1; the point must be one of the curve.
fn p256(members: &Map<String, Value>) -> Result<Material, JwkFault> {
    if members.get("crv").and_then(Value::as_str) != Some("P-256") {
        return Err(JwkFault::Curve);
    }
    let (x, y) = (number(members, "x")?, number(members, "y")?);
    if x.len() != 32 || y.len() != 32 {
        return Err(JwkFault::Broken);
    }
    let point = [&[4], x.as_slice(), &y].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).map_err(|_| JwkFault::Broken)?;
    Ok(Material::P256(point))
}

/// RFC 8037 §2.
fn ed25519(members: &Map<String, Value>) -> Result<Material, JwkFault> {
    if members.get("crv").and_then(Value::as_str) != Some("Ed25519") {
        return Err(JwkFault::Curve);
    }
    let x = number(members, "x")?;
    ParsedPublicKey::new(&ED25519, &x).map_err(|_| JwkFault::Broken)?;
    Ok(Material::Ed25519(x))
}

/// The keys of one client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySet(Vec<PublicJwk>);

/// Why a document is no usable set of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetFault {
    /// Not a JSON object with a list `keys`.
    #[error("is not a JWK set: a JSON object with a list `keys`")]
    Shape,
    /// More than [`MOST`].
    #[error("holds more than 32 keys")]
    TooMany,
    /// A private or symmetric key stands in it for everybody to see.
    #[error("shows a private or symmetric key to everybody")]
    Leak,
    /// Nothing of it can verify a signature.
    #[error("holds no public key for signatures: RSA of 2048 bits or more, EC on P-256, OKP on Ed25519")]
    NothingUsable,
}

impl KeySet {
    /// These keys.
    pub fn new(keys: Vec<PublicJwk>) -> Self {
        Self(keys)
    }

    /// Reads a JWK set (RFC 7517 §5): keys that are of no use here are left out, as that section asks for.
    /// A set that shows a private key is refused whole: whoever reads it could sign with that key.
    pub fn parse(document: &[u8]) -> Result<Self, KeySetFault> {
        let Ok(Value::Object(set)) = serde_json::from_slice(document) else { return Err(KeySetFault::Shape) };
        let Some(Value::Array(keys)) = set.get("keys") else { return Err(KeySetFault::Shape) };
        if keys.len() > MOST {
            return Err(KeySetFault::TooMany);
        }
        let mut usable = Vec::new();
        for key in keys {
            match PublicJwk::read(key.as_object().ok_or(KeySetFault::Shape)?) {
                Ok(key) => usable.push(key),
                Err(fault) if fault.is_a_leak() => return Err(KeySetFault::Leak),
                Err(_) => {}
            }
        }
        if usable.is_empty() { Err(KeySetFault::NothingUsable) } else { Ok(Self(usable)) }
    }

    /// The one key of this name and algorithm; without a name, the only one of the algorithm (OpenID Connect Core §10.1).
    /// Where two fit, none is taken.
    pub fn find(&self, kid: Option<&str>, alg: ClientAlgorithm) -> Option<&PublicJwk> {
        let fits = |key: &&PublicJwk| key.alg == alg && (kid.is_none() || key.kid.as_deref() == kid);
        let mut fitting = self.0.iter().filter(fits);
        let first = fitting.next();
        first.filter(|_| fitting.next().is_none())
    }

    /// The keys in their order.
    pub fn keys(&self) -> &[PublicJwk] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // RFC 7517 Appendix A.1, RFC 8037 Appendix A.2.
    const X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
    const Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";
    const N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    const ED: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn read(key: &Value) -> Result<PublicJwk, JwkFault> {
        PublicJwk::read(key.as_object().expect("an object"))
    }

    fn ec() -> Value {
        json!({ "kty": "EC", "crv": "P-256", "x": X, "y": Y, "kid": "1" })
    }

    fn with(mut key: Value, name: &str, value: Value) -> Value {
        key[name] = value;
        key
    }

    #[test]
    fn a_key_has_one_algorithm() {
        let rsa = json!({ "kty": "RSA", "n": N, "e": "AQAB", "use": "sig", "key_ops": ["verify"], "x5u": "https://a.example" });
        assert_eq!(read(&rsa).map(|key| key.alg), Ok(ClientAlgorithm::Rs256));
        assert_eq!(read(&with(rsa, "alg", json!("PS256"))).map(|key| key.alg), Ok(ClientAlgorithm::Ps256));
        assert_eq!(read(&ec()).map(|key| (key.alg, key.kid)), Ok((ClientAlgorithm::Es256, Some("1".into()))));
        assert_eq!(
            read(&json!({ "kty": "OKP", "crv": "Ed25519", "x": ED })).map(|key| (key.alg, key.kid)),
            Ok((ClientAlgorithm::EdDsa, None))
        );
    }

    #[test]
    fn what_is_private_symmetric_weak_or_for_something_else_is_told_apart() {
        let rsa = |n: &str, e: &str| json!({ "kty": "RSA", "n": n, "e": e });
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let short = [&[0x7f], [0xff; 255].as_slice()].concat();
        for (key, fault) in [
            (with(ec(), "d", json!("AA")), JwkFault::Private),
            (json!({ "kty": "oct", "k": "AA" }), JwkFault::Symmetric),
            (json!({ "kty": "oct" }), JwkFault::Symmetric),
            (json!({ "kty": "AKP" }), JwkFault::Kind),
            (json!({}), JwkFault::Kind),
            (with(ec(), "crv", json!("P-384")), JwkFault::Curve),
            (json!({ "kty": "OKP", "crv": "X25519", "x": ED }), JwkFault::Curve),
            // Not a point of the curve; the rest is not even a number.
            (with(ec(), "y", json!(X)), JwkFault::Broken),
            (with(ec(), "x", json!("AA")), JwkFault::Broken),
            (with(ec(), "x", json!("%%")), JwkFault::Broken),
            (with(ec(), "x", json!(7)), JwkFault::Broken),
            (json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" }), JwkFault::Broken),
            (rsa(&number(&short), "AQAB"), JwkFault::TooShort),
            (rsa(&number(&[0xff; 1_025]), "AQAB"), JwkFault::TooLarge),
            (rsa(N, &number(&[0xff; 5])), JwkFault::TooLarge),
            (rsa(&"A".repeat(3_000), "AQAB"), JwkFault::TooLarge),
            (rsa(N, "AQ"), JwkFault::Broken),
            (rsa(N, "AA"), JwkFault::Broken),
            (with(ec(), "use", json!("enc")), JwkFault::Purpose),
            (with(ec(), "key_ops", json!(["sign"])), JwkFault::Purpose),
            (with(ec(), "alg", json!("RS256")), JwkFault::Algorithm),
            (with(ec(), "alg", json!("none")), JwkFault::Algorithm),
            (with(rsa(N, "AQAB"), "alg", json!("HS256")), JwkFault::Algorithm),
            (with(ec(), "kid", json!("")), JwkFault::Kid),
            (with(ec(), "kid", json!(1)), JwkFault::Kid),
            (with(ec(), "kid", json!("k".repeat(257))), JwkFault::Kid),
        ] {
            assert_eq!(read(&key), Err(fault), "{key}");
        }
    }

    #[test]
    fn a_set_leaves_out_what_it_cannot_use_and_never_takes_one_that_shows_a_secret() {
        let parse = |keys: Value| KeySet::parse(json!({ "keys": keys, "more": 1 }).to_string().as_bytes());
        let foreign = json!({ "kty": "AKP", "kid": "2" });
        assert_eq!(parse(json!([foreign, ec()])).map(|set| set.keys().len()), Ok(1));
        assert_eq!(parse(json!([foreign])), Err(KeySetFault::NothingUsable));
        assert_eq!(parse(json!([ec(), with(ec(), "d", json!("AA"))])), Err(KeySetFault::Leak));
        assert_eq!(parse(json!(vec![foreign; MOST + 1])), Err(KeySetFault::TooMany));
        assert_eq!(parse(json!([1])), Err(KeySetFault::Shape));
        for no_set in ["", "[]", "{}", "<html>", "{\"keys\":{}}"] {
            assert_eq!(KeySet::parse(no_set.as_bytes()), Err(KeySetFault::Shape), "{no_set}");
        }
    }

    #[test]
    fn a_key_is_found_only_where_no_other_could_be_meant() {
        let key = |kid: &str| read(&with(ec(), "kid", json!(kid))).expect("a key");
        let set = KeySet::new(vec![key("a"), key("b"), key("b")]);
        let find = |kid| set.find(kid, ClientAlgorithm::Es256).and_then(|key| key.kid.as_deref());
        assert_eq!((find(Some("a")), find(Some("b")), find(Some("c")), find(None)), (Some("a"), None, None, None));
        assert_eq!(set.find(Some("a"), ClientAlgorithm::EdDsa), None);
        let one = KeySet::new(vec![key("a")]);
        assert!(one.find(None, ClientAlgorithm::Es256).is_some());
    }
}
