//! Sealing: authenticated encryption of what must travel through a browser or rest in the store.
//!
//! `1 | key id (4) | nonce (12) | AES-256-GCM ciphertext and tag (16)`. The key of each box is
//! HKDF-SHA256 (RFC 5869) of a sealing key with the *binding* as salt and the purpose as info, so a box opens only
//! for who holds the binding (a cookie, a token), and the associated data are purpose and context, each
//! with its length before it. 33 bytes are added to what is sealed.
//!
//! The newest key seals; a box says by its key id which one opens it, so old ones keep working
//! while their file is there.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf;
use zeroize::Zeroizing;

use super::secret;
use crate::domain::random::Entropy;

const VERSION: u8 = 1;
const HEADER: usize = 1 + 4;
const NONCE: usize = 12;
const TAG: usize = 16;

/// What a box is for. One kind never opens as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SealPurpose {
    /// A pending sign-in, in the browser's cookie (law 1).
    Transaction,
    /// The outcome of a sign-in, kept for the callback that comes twice (law 4).
    LoginRecord,
    /// The successor of a refresh token, kept for a lost answer (law 3).
    RefreshSuccessor,
    /// A remembered phone number or address (law 7).
    Contact,
    /// WeCom's access token, shared by instances.
    UpstreamToken,
    /// A pushed authorization request, for whoever brings its reference.
    PushedRequest,
    /// The token in our own forms that a foreign page cannot know.
    FormToken,
}

impl SealPurpose {
    /// Written into what is sealed: never change one.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Transaction => b"transaction",
            Self::LoginRecord => b"login-record",
            Self::RefreshSuccessor => b"refresh-successor",
            Self::Contact => b"contact",
            Self::UpstreamToken => b"upstream-token",
            Self::PushedRequest => b"pushed-request",
            Self::FormToken => b"form-token",
        }
    }
}

/// It does not open: made by nobody who has our keys, changed, cut, or for another purpose, binding or
/// context. Which of these it was is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not sealed by this provider for this use")]
pub struct NotSealedByUs;

/// The sealing keys.
pub struct Sealer {
    /// Oldest first; the last one seals. Never empty.
    keys: ArcSwap<Vec<Arc<SealingKey>>>,
}

pub(super) struct SealingKey {
    secret: Zeroizing<[u8; 32]>,
    fingerprint: String,
    id: [u8; 4],
}

impl SealingKey {
    pub(super) fn new(secret: Zeroizing<[u8; 32]>) -> Self {
        let fingerprint = secret::fingerprint("sealing", &secret);
        let mut id = [0; 4];
        // Of the fingerprint, not the file's number: a file that was renamed still opens its boxes.
        // Hexadecimal by construction; were it not, an id of zeros would do as well.
        let _ = hex::decode_to_slice(&fingerprint[..8], &mut id);
        Self { secret, fingerprint, id }
    }

    fn box_key(&self, purpose: SealPurpose, binding: &[u8]) -> Result<LessSafeKey, Unspecified> {
        let derived = hkdf::Salt::new(hkdf::HKDF_SHA256, binding).extract(&*self.secret);
        let info = [b"wecom-oidc seal 1 ".as_slice(), purpose.label()];
        Ok(LessSafeKey::new(UnboundKey::from(derived.expand(&info, &AES_256_GCM)?)))
    }

    fn open(
        &self,
        purpose: SealPurpose,
        binding: &[u8],
        aad: &[u8],
        nonce: &[u8],
        body: &[u8],
    ) -> Result<Vec<u8>, Unspecified> {
        let nonce = Nonce::try_assume_unique_for_key(nonce)?;
        let mut plain = body.to_vec();
        let length = self.box_key(purpose, binding)?.open_in_place(nonce, Aad::from(aad), &mut plain)?.len();
        plain.truncate(length);
        Ok(plain)
    }
}

impl Sealer {
    /// `keys` oldest first; the caller has at least one.
    pub(super) fn new(keys: Vec<SealingKey>) -> Self {
        Self { keys: ArcSwap::from_pointee(keys.into_iter().map(Arc::new).collect()) }
    }

    /// From now on `key` seals.
    pub(super) fn add(&self, key: SealingKey) {
        let mut keys = Vec::clone(&self.keys.load());
        keys.push(Arc::new(key));
        self.keys.store(Arc::new(keys));
    }

    pub(super) fn fingerprints(&self) -> Vec<String> {
        self.keys.load().iter().map(|key| key.fingerprint.clone()).collect()
    }

    /// Seals `plain` for a purpose, so that it opens only with the same binding and context.
    ///
    /// The nonce is random: a binding that stays the same for ever (a contact's) may be used some
    /// 2³² times before nonces could meet (NIST SP 800-38D §8.3).
    /// Should the library fail, which it does for inputs of 64 GiB only, the box is empty and opens for nobody.
    pub fn seal(
        &self,
        purpose: SealPurpose,
        binding: &[u8],
        context: &[u8],
        plain: &[u8],
        entropy: &dyn Entropy,
    ) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce);
        let keys = self.keys.load();
        let Some(key) = keys.last() else { return Vec::new() };
        let sealed = || -> Result<Vec<u8>, Unspecified> {
            let mut sealed = Vec::with_capacity(HEADER + NONCE + plain.len() + TAG);
            sealed.push(VERSION);
            sealed.extend_from_slice(&key.id);
            sealed.extend_from_slice(&nonce);
            sealed.extend_from_slice(plain);
            let aad = Aad::from(associated(purpose, context));
            let body = &mut sealed[HEADER + NONCE..];
            let box_key = key.box_key(purpose, binding)?;
            let tag = box_key.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, body)?;
            sealed.extend_from_slice(tag.as_ref());
            Ok(sealed)
        };
        sealed().unwrap_or_default()
    }

    /// Opens what [`Sealer::seal`] made, with any sealing key whose file is still there.
    pub fn open(
        &self,
        purpose: SealPurpose,
        binding: &[u8],
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Vec<u8>, NotSealedByUs> {
        let (header, rest) = sealed.split_at_checked(HEADER).ok_or(NotSealedByUs)?;
        let (nonce, body) = rest.split_at_checked(NONCE).ok_or(NotSealedByUs)?;
        if header[0] != VERSION {
            return Err(NotSealedByUs);
        }
        let keys = self.keys.load();
        let mut named = keys.iter().rev().filter(|key| key.id == header[1..]);
        let aad = associated(purpose, context);
        named.find_map(|key| key.open(purpose, binding, &aad, nonce, body).ok()).ok_or(NotSealedByUs)
    }
}

fn associated(purpose: SealPurpose, context: &[u8]) -> Vec<u8> {
    let label = purpose.label();
    let mut data = Vec::with_capacity(label.len() + context.len() + 16);
    for part in [label, context] {
        data.extend_from_slice(&(part.len() as u64).to_be_bytes());
        data.extend_from_slice(part);
    }
    data
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({} keys)", self.keys.load().len())
    }
}
