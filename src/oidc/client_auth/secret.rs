//! Shared secrets: compared in equal time, the chosen ones by argon2id, which is remembered (threats 11, 36, 50).

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use argon2::{Argon2, PasswordHash, PasswordVerifier};
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::config::ClientSecret;
use crate::domain::ids::ClientId;
use crate::domain::random::{Entropy, bytes32};
use crate::oidc::error::{ErrorCode, OauthError};
use crate::oidc::provider::Provider;

/// Whether the secret presented is the one known.
pub(super) async fn verify(
    provider: &Provider,
    client_id: &str,
    known: &ClientSecret,
    presented: &str,
) -> Result<bool, OauthError> {
    match known {
        ClientSecret::Clear(secret) => Ok(bool::from(sha256(secret.expose_secret()).ct_eq(&sha256(presented)))),
        ClientSecret::Sha256(digest) => Ok(bool::from(digest.ct_eq(&sha256(presented)))),
        ClientSecret::Argon2id(phc) => argon2id(provider, client_id, phc, presented).await,
    }
}

fn sha256(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref());
    bytes
}

/// Secrets that passed argon2id in this process, as digests keyed by something only this process
/// knows: argon2 is slow by design, and a token request should not be.
pub struct Passed {
    key: hmac::Key,
    table: Mutex<HashMap<ClientId, (String, hmac::Tag)>>,
    /// Argon2 takes 19 MiB and tens of milliseconds: two at once, and a short queue (threat 36).
    verifying: Arc<Semaphore>,
    waiting: AtomicUsize,
}

/// How many verifications run at once.
const AT_ONCE: usize = 2;

/// How many may wait for them.
const QUEUE: usize = 32;

impl Passed {
    /// An empty table under a key of its own.
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &bytes32(entropy)),
            table: Mutex::default(),
            verifying: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: AtomicUsize::new(0),
        }
    }

    fn knows(&self, id: &ClientId, phc: &str, presented: &str) -> bool {
        let remembered = self.table.lock().ok().and_then(|table| table.get(id).cloned());
        remembered
            .is_some_and(|(of, tag)| of == phc && hmac::verify(&self.key, presented.as_bytes(), tag.as_ref()).is_ok())
    }

    fn remember(&self, id: ClientId, phc: &str, presented: &str) {
        if let Ok(mut table) = self.table.lock() {
            table.insert(id, (phc.to_owned(), hmac::sign(&self.key, presented.as_bytes())));
        }
    }
}

async fn argon2id(provider: &Provider, client_id: &str, phc: &str, presented: &str) -> Result<bool, OauthError> {
    let Ok(id) = ClientId::parse(client_id) else { return Ok(false) };
    if provider.passed.knows(&id, phc, presented) {
        return Ok(true);
    }
    let busy = OauthError::new(ErrorCode::TemporarilyUnavailable, "too many client authentications at once");
    let place = Place::take(&provider.passed.waiting).ok_or(busy)?;
    let permit = provider.passed.verifying.clone().acquire_owned().await.map_err(|_| busy)?;
    drop(place);
    let (hash, secret) = (phc.to_owned(), SecretString::from(presented.to_owned()));
    // Tens of milliseconds of work and as many megabytes: not on a thread that serves others.
    let passed = tokio::task::spawn_blocking(move || {
        // It goes with the work, which ends also when whoever asked has hung up.
        let _permit = permit;
        PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(secret.expose_secret().as_bytes(), &hash).is_ok())
    })
    .await
    .unwrap_or(false);
    if passed {
        provider.passed.remember(id, phc, presented);
    }
    Ok(passed)
}

/// A place in the queue, given back when it is dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        // Dropped at once, and so given back, when there is no room.
        (waiting.fetch_add(1, Ordering::AcqRel) < QUEUE).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
