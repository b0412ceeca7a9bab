//! The parts of a provider that outlive every reload: keys, store, time, randomness, and which secrets have passed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::{StartError, connections, fingerprints};
use crate::config::{Config, StoreBackend};
use crate::domain::client::AccessTokenFormat;
use crate::domain::ids::{MemberKey, UserId};
use crate::domain::random::Entropy;
use crate::domain::time::{Clock, Span};
use crate::keys::{FolderHold, KeyError, Keys, RotationPolicy};
use crate::login::waiting::Waiting;
use crate::oidc::client_auth::Passed;
use crate::oidc::client_keys::PublishedKeys;
use crate::store::Store;
use crate::store::memory::MemoryStore;
use crate::store::records::SubjectEntry;
use crate::store::sled::SledStore;
use crate::web::endpoints::jwks;

/// What stays, whatever the configuration becomes.
#[derive(Clone)]
pub struct Lasting {
    /// The keys folder is this process's alone.
    pub hold: Arc<FolderHold>,
    /// Signing ring, sealing keys, subject key.
    pub keys: Arc<Keys>,
    /// The store.
    pub store: Arc<dyn Store>,
    /// Chosen client secrets that passed in this process.
    pub passed: Arc<Passed>,
    /// What clients published at their `jwks_uri`.
    pub client_keys: Arc<PublishedKeys>,
    /// Wakes the delivery of logout tokens.
    pub ended: Arc<Notify>,
    /// The computers that wait for a number.
    pub waiting: Arc<Waiting>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Lasting {
    /// Opens store and keys, and checks that they belong together. No key is made beside a store that has members.
    pub async fn open(config: &Config, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, StartError> {
        let store = store(config).await?;
        fingerprints::check_begun(&*store, &config.keys.dir).await?;
        let hold = Arc::new(hold(&config.keys.dir).await?);
        let keys = Arc::new(keys(config, &clock, &entropy).await?);
        fingerprints::check(&*store, &keys).await?;
        read_journal(&*store, &keys).await?;
        let passed = Arc::new(Passed::new(&*entropy));
        let (client_keys, ended) = (Arc::default(), Arc::default());
        let waiting = Arc::new(Waiting::new(connections::most() / 2));
        Ok(Self { hold, keys, store, passed, client_keys, ended, waiting, clock, entropy })
    }
}

/// How the ring turns under a configuration.
pub fn rotation(config: &Config) -> RotationPolicy {
    // As long as anything that others verify by themselves.
    let lives = config.clients.values().map(|client| match client.access_token_format {
        AccessTokenFormat::Opaque => client.lifetimes.id_token,
        AccessTokenFormat::Jwt => client.lifetimes.id_token.max(client.lifetimes.access_token),
    });
    RotationPolicy {
        rotate_every: config.keys.rotate_every,
        publish_before: Span::seconds(jwks::MAX_AGE) + Span::minutes(5),
        retire_for: lives.max().unwrap_or(config.lifetimes.id_token) + Span::hours(1),
    }
}

/// Takes hold of the keys folder; `keys rotate` on a stopped server is done within seconds.
async fn hold(dir: &Path) -> Result<FolderHold, StartError> {
    for _ in 0..100 {
        if let Some(hold) = FolderHold::take(dir)? {
            return Ok(hold);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(KeyError::Held(dir.to_owned()).into())
}

async fn keys(config: &Config, clock: &Arc<dyn Clock>, entropy: &Arc<dyn Entropy>) -> Result<Keys, StartError> {
    let policy = rotation(config);
    let (dir, now, entropy) = (config.keys.dir.clone(), clock.now(), entropy.clone());
    // Making RSA keys takes some tenths of a second.
    let opened = tokio::task::spawn_blocking(move || Keys::open(&dir, policy, now, &*entropy)).await;
    Ok(opened.map_err(|error| StartError::Store(error.to_string()))??)
}

async fn store(config: &Config) -> Result<Arc<dyn Store>, StartError> {
    match &config.store {
        StoreBackend::Memory => Ok(Arc::new(MemoryStore::new())),
        StoreBackend::Sled { path } => {
            let path = path.clone();
            let opened = tokio::task::spawn_blocking(move || SledStore::open(&path)).await;
            let store = opened.map_err(|error| StartError::Store(error.to_string()))?;
            Ok(Arc::new(store.map_err(|error| StartError::Store(error.to_string()))?))
        }
    }
}

/// A store that was lost gets renames and generations back from `keys/subjects.jsonl` (law 6).
async fn read_journal(store: &dyn Store, keys: &Keys) -> Result<(), StartError> {
    for line in keys.subjects_journal().read_all()? {
        let Ok(userid) = UserId::parse(&line.userid) else { continue };
        let member = MemberKey::new(line.corp_id, &userid);
        let entry = SubjectEntry { derived_from: line.derived_from, generation: line.generation, since: line.since };
        let known = store.subject_entry(&member).await?;
        if known.is_none_or(|known| known.generation <= entry.generation && known.since <= entry.since) {
            store.put_subject_entry(&member, &entry).await?;
        }
    }
    Ok(())
}
