//! A snapshot of the keys in use. It never changes; a rotation puts another one in its place.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::CoreJsonWebKeySet;

use super::error::KeyError;
use super::rotation::KeyPhase;
use super::schedule::Schedule;
use super::signing::{SigningKey, VerifyingKey};
use crate::domain::client::SigningAlgorithm;

/// The keys of one moment.
pub struct SigningRing {
    /// In the order of [`SigningAlgorithm::ALL`].
    signers: [Arc<SigningKey>; 3],
    all: HashMap<String, Arc<SigningKey>>,
    jwks: CoreJsonWebKeySet,
    json: Arc<[u8]>,
    etag: String,
}

impl SigningRing {
    /// The ring of a schedule whose keys are all in `keys`.
    pub(super) fn new(schedule: &Schedule, keys: &HashMap<String, Arc<SigningKey>>) -> Result<Self, KeyError> {
        const INCOMPLETE: KeyError = KeyError::Crypto("put the ring together: a key is not at hand");
        let signer = |alg| {
            let kid = &schedule.signer(alg).ok_or(INCOMPLETE)?.kid;
            keys.get(kid).map(Arc::clone).ok_or(INCOMPLETE)
        };
        let [rs256, es256, eddsa] = SigningAlgorithm::ALL.map(signer);
        // Those that sign come first: there are verifiers that try only the first key of a type.
        let mut order: Vec<_> = schedule.keys.iter().collect();
        order.sort_by_key(|key| (rank(schedule.phase(key)), key.alg));
        let mut all = HashMap::with_capacity(order.len());
        let mut public = Vec::with_capacity(order.len());
        for entry in order {
            let key = keys.get(&entry.kid).ok_or(INCOMPLETE)?;
            public.push(key.jwk().clone());
            all.insert(entry.kid.clone(), Arc::clone(key));
        }
        let jwks = CoreJsonWebKeySet::new(public);
        let json = serde_json::to_vec(&jwks).map_err(|_| KeyError::Crypto("write the JWKS"))?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &json);
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16]));
        Ok(Self { signers: [rs256?, es256?, eddsa?], all, jwks, json: json.into(), etag })
    }

    /// The key that signs now.
    pub fn signer(&self, alg: SigningAlgorithm) -> &Arc<SigningKey> {
        let [rs256, es256, eddsa] = &self.signers;
        match alg {
            SigningAlgorithm::Rs256 => rs256,
            SigningAlgorithm::Es256 => es256,
            SigningAlgorithm::EdDsa => eddsa,
        }
    }

    /// The public keys (RFC 7517 §5): published, signing and retired, each with `kid`, `use` and `alg`.
    pub fn jwks(&self) -> &CoreJsonWebKeySet {
        &self.jwks
    }

    /// The same as the bytes to answer with.
    pub fn jwks_json(&self) -> &Arc<[u8]> {
        &self.json
    }

    /// The strong entity tag of these bytes (RFC 9110 §8.8.3), with its quotes.
    pub fn jwks_etag(&self) -> &str {
        &self.etag
    }

    /// The public half of a key that is still in the ring, for a token of ours that comes back
    /// (`id_token_hint`, OpenID Connect Core §3.1.2.1). The `kid` only chooses among our own keys (threat 13).
    pub fn verifying(&self, kid: &str) -> Option<VerifyingKey> {
        self.all.get(kid).map(|key| key.verifying())
    }

    pub(super) fn keys(&self) -> &HashMap<String, Arc<SigningKey>> {
        &self.all
    }
}

const fn rank(phase: KeyPhase) -> u8 {
    match phase {
        KeyPhase::Signing(_) => 0,
        KeyPhase::Published(_) => 1,
        KeyPhase::Retired(_) => 2,
    }
}

impl fmt::Debug for SigningRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningRing({:?}, {} keys)", self.signers, self.all.len())
    }
}
