//! A signing key, parsed once and held ready (law 10), and its public half as others see it.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{PrivateSigningKey, SigningError};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::error::KeyError;
use crate::domain::client::SigningAlgorithm;

/// One of our private keys.
pub struct SigningKey {
    kid: String,
    pair: Pair,
    jwk: CoreJsonWebKey,
    decoding: Arc<jsonwebtoken::DecodingKey>,
}

/// A parsed private key.
pub(super) enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

/// The public half of a key that is still in the ring, for tokens of ours that come back.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    /// The one algorithm that this key may verify (RFC 8725 §3.1).
    pub alg: SigningAlgorithm,
    /// What jsonwebtoken takes.
    pub decoding: Arc<jsonwebtoken::DecodingKey>,
}

impl SigningKey {
    pub(super) fn new(pair: Pair) -> Result<Self, KeyError> {
        let (members, decoding) = public_half(&pair)?;
        let kid = thumbprint(&members);
        let mut jwk = members;
        jwk["kid"] = json!(kid);
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(pair.alg().as_str());
        let jwk = serde_json::from_value(jwk).map_err(|_| KeyError::Crypto("write a public key as a JWK"))?;
        Ok(Self { kid, pair, jwk, decoding: Arc::new(decoding) })
    }

    /// Its RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The only algorithm that it signs with.
    pub fn alg(&self) -> SigningAlgorithm {
        self.pair.alg()
    }

    /// The JWS signature of a message (RFC 7515 §5.1): for RS256 the one slow step of a login.
    pub fn sign_bytes(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        const FAILED: KeyError = KeyError::Crypto("sign");
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let signed = pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
                signed.map(|()| signature).map_err(|_| FAILED)
            }
            Pair::Ec(pair) => pair.sign(&SystemRandom::new(), message).map(|s| s.as_ref().to_vec()).map_err(|_| FAILED),
            Pair::Ed(pair) => pair.try_sign(message).map(|s| s.as_ref().to_vec()).map_err(|_| FAILED),
        }
    }

    /// The private key as PKCS#8 (RFC 5208).
    pub(super) fn pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let bytes = match &self.pair {
            Pair::Rsa(pair) => pair.as_der().map(|der: Pkcs8V1Der<'_>| der.as_ref().to_vec()),
            Pair::Ec(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            Pair::Ed(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
        };
        bytes.map(Zeroizing::new).map_err(|_| KeyError::Crypto("write a private key"))
    }

    pub(super) fn jwk(&self) -> &CoreJsonWebKey {
        &self.jwk
    }

    pub(super) fn verifying(&self) -> VerifyingKey {
        VerifyingKey { alg: self.alg(), decoding: Arc::clone(&self.decoding) }
    }
}

impl Pair {
    pub(super) const fn alg(&self) -> SigningAlgorithm {
        match self {
            Self::Rsa(_) => SigningAlgorithm::Rs256,
            Self::Ec(_) => SigningAlgorithm::Es256,
            Self::Ed(_) => SigningAlgorithm::EdDsa,
        }
    }
}

/// The members that RFC 7638 §3.2 asks for (RFC 7518 §6, RFC 8037 §2), and the key as jsonwebtoken takes it.
fn public_half(pair: &Pair) -> Result<(Value, jsonwebtoken::DecodingKey), KeyError> {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    match pair {
        Pair::Rsa(pair) => {
            let public = pair.public_key();
            let (n, e) = (public.modulus(), public.exponent());
            let (n, e) = (n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero());
            let decoding = jsonwebtoken::DecodingKey::from_rsa_raw_components(n, e);
            Ok((json!({ "kty": "RSA", "n": text(n), "e": text(e) }), decoding))
        }
        Pair::Ec(pair) => {
            // SEC 1 §2.3.3: 4, then both coordinates.
            let point = pair.public_key().as_ref();
            let (x, y) = match point {
                [4, rest @ ..] if rest.len() == 64 => rest.split_at(32),
                _ => return Err(KeyError::Crypto("write a public key as a JWK")),
            };
            let decoding = jsonwebtoken::DecodingKey::from_ec_der(point);
            Ok((json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) }), decoding))
        }
        Pair::Ed(pair) => {
            let x = pair.public_key().as_ref();
            let decoding = jsonwebtoken::DecodingKey::from_ed_der(x);
            Ok((json!({ "kty": "OKP", "crv": "Ed25519", "x": text(x) }), decoding))
        }
    }
}

/// RFC 7638 §3: SHA-256 over the required members in the order of their names, without white space.
pub(super) fn thumbprint(required: &Value) -> String {
    let sorted: std::collections::BTreeMap<_, _> = required.as_object().into_iter().flatten().collect();
    let canonical = serde_json::to_vec(&sorted).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &canonical))
}

impl PrivateSigningKey for SigningKey {
    type VerificationKey = CoreJsonWebKey;

    fn sign(&self, alg: &CoreJwsSigningAlgorithm, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        let own = match self.alg() {
            SigningAlgorithm::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            SigningAlgorithm::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            SigningAlgorithm::EdDsa => CoreJwsSigningAlgorithm::EdDsa,
        };
        if *alg != own {
            return Err(SigningError::UnsupportedAlg(format!("{alg:?} by a key for {}", self.alg().as_str())));
        }
        self.sign_bytes(message).map_err(|_| SigningError::CryptoError)
    }

    fn as_verification_key(&self) -> CoreJsonWebKey {
        self.jwk.clone()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {})", self.alg().as_str(), self.kid)
    }
}
