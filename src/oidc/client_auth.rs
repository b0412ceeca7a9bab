//! Client authentication at the token endpoint (RFC 6749 §2.3, OpenID Connect Core §9).
//!
//! `client_secret_basic` with form-encoded halves, `client_secret_post`, both when they are equal
//! (NocoBase doubles its credentials), and `none` for public clients with PKCE. An unknown client
//! and a wrong secret take the same way and get the same answer (threats 11 and 50).

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use argon2::{Argon2, PasswordHash, PasswordVerifier};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use super::error::{ErrorCode, OauthError};
use super::params::{Params, decode};
use super::provider::Provider;
use crate::config::{Client, ClientSecret};
use crate::domain::client::AuthMethod;
use crate::domain::ids::ClientId;
use crate::domain::random::{Entropy, bytes32};

/// What a request brought to prove which client sends it.
pub struct Credentials {
    /// The `client_id`, as text.
    pub client_id: String,
    secret: Option<SecretString>,
    basic: bool,
    post: bool,
}

const REFUSED: OauthError = OauthError::new(ErrorCode::InvalidClient, "client authentication failed");

impl Credentials {
    /// Reads `Authorization: Basic` and the body. `authorization` is the header's value.
    pub fn read(authorization: Option<&[u8]>, body: &Params) -> Result<Self, OauthError> {
        if ["client_id", "client_secret"].iter().any(|name| body.is_doubled(name)) {
            return Err(OauthError::invalid_request("a parameter is given more than once"));
        }
        if body.has("client_assertion") || body.has("client_assertion_type") {
            return Err(OauthError::new(ErrorCode::InvalidClient, "client assertions are not supported"));
        }
        let basic = authorization.map(basic).transpose()?;
        let posted_id = body.get("client_id");
        let posted_secret = body.get("client_secret");
        match basic {
            Some((id, secret)) => {
                let differs = posted_id.is_some_and(|p| p != id)
                    || posted_secret.is_some_and(|p| !bool::from(p.as_bytes().ct_eq(secret.as_bytes())));
                if differs {
                    return Err(OauthError::new(
                        ErrorCode::InvalidClient,
                        "the header and the body name different credentials",
                    ));
                }
                let secret = Some(secret).filter(|s| !s.is_empty()).map(SecretString::from);
                Ok(Self { client_id: id, secret, basic: true, post: posted_secret.is_some() })
            }
            None => Ok(Self {
                client_id: posted_id.ok_or(REFUSED)?.to_owned(),
                secret: posted_secret.map(|s| SecretString::from(s.to_owned())),
                basic: false,
                post: posted_secret.is_some(),
            }),
        }
    }

    /// Whether the header was used: the answer to a failure then names the scheme (RFC 6749 §5.2).
    pub fn used_header(&self) -> bool {
        self.basic
    }

    /// The client, once proven.
    pub async fn prove(self, provider: &Provider) -> Result<Arc<Client>, OauthError> {
        let client = provider.client(&self.client_id).cloned();
        let secret = client.as_ref().and_then(|c| c.secret.clone());
        let presented = self.secret.as_ref().map_or("", |s| s.expose_secret());
        // A client that is unknown, or public, is compared with a secret nobody has: the same work for everyone.
        let against = secret.clone().unwrap_or_else(|| ClientSecret::Sha256([0; 32]));
        let matches = verify(provider, self.client_id.as_str(), &against, presented).await?;
        let Some(client) = client else { return Err(REFUSED) };
        let method_fits = match client.auth_method {
            Some(AuthMethod::None) => !self.basic && !self.post,
            // A header beside it was already found equal.
            Some(AuthMethod::ClientSecretPost) => self.post,
            Some(AuthMethod::ClientSecretBasic) => self.basic,
            None => self.basic || self.post,
            Some(AuthMethod::PrivateKeyJwt | AuthMethod::ClientSecretJwt) => false,
        };
        let public = client.auth_method == Some(AuthMethod::None) && secret.is_none();
        if method_fits && (public || (matches && self.secret.is_some())) { Ok(client) } else { Err(REFUSED) }
    }
}

/// RFC 6749 §2.3.1: both halves are form-encoded before base64.
fn basic(header: &[u8]) -> Result<(String, String), OauthError> {
    let wrong = OauthError::new(ErrorCode::InvalidClient, "the Authorization header cannot be read as Basic");
    let scheme_end = header.iter().position(|b| *b == b' ').ok_or(wrong)?;
    if !header[..scheme_end].eq_ignore_ascii_case(b"Basic") || header.len() > 4_096 {
        return Err(wrong);
    }
    let plain = STANDARD.decode(header[scheme_end..].trim_ascii()).map_err(|_| wrong)?;
    let colon = plain.iter().position(|b| *b == b':').ok_or(wrong)?;
    let (id, secret) = (decode(&plain[..colon]), decode(&plain[colon + 1..]));
    Ok((id.map_err(|_| wrong)?, secret.map_err(|_| wrong)?))
}

async fn verify(
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
