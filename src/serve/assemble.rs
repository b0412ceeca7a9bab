//! The parts of a provider, made from the configuration.

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::token_cache::StoredToken;
use super::{StartError, fingerprints};
use crate::config::{Config, Connection, StoreBackend};
use crate::directory::departments::DepartmentTree;
use crate::directory::{Branch, Directory};
use crate::domain::ids::MemberKey;
use crate::domain::ids::UserId;
use crate::domain::random::Entropy;
use crate::domain::time::{Clock, Span};
use crate::keys::{Keys, RotationPolicy};
use crate::oidc::client_auth::Passed;
use crate::oidc::provider::Provider;
use crate::outbound;
use crate::store::Store;
use crate::store::memory::MemoryStore;
use crate::store::records::SubjectEntry;
use crate::store::sled::SledStore;
use crate::web::endpoints::jwks;
use crate::wecom::{self, Settings};

/// How long a connection to WeCom may take to come about.
const CONNECT: Duration = Duration::from_secs(2);

/// Opens keys and store, checks that they belong together, and makes the clients of every connection.
pub async fn provider(
    config: Config,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<Provider, StartError> {
    let keys = Arc::new(keys(&config, &clock, &entropy).await?);
    let store = store(&config).await?;
    fingerprints::check(&*store, &keys.fingerprints()).await?;
    read_journal(&*store, &keys).await?;
    let options = outbound::Options {
        connect: CONNECT,
        whole: config.lifetimes.upstream.to_std(),
        extra_roots_pem: config.outbound.ca_pem.clone(),
    };
    let http = outbound::client(&options).map_err(|error| StartError::Tls(error.to_string()))?;
    let branch = |connection: &Connection| {
        let tokens = Arc::new(StoredToken {
            connection: connection.name.clone(),
            binding: connection.secret.expose_secret().as_bytes().to_vec(),
            store: store.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
        });
        let settings = settings(connection, config.lifetimes.upstream);
        let client = wecom::Client::new(settings, http.clone(), clock.clone(), tokens);
        Branch { corp: connection.corp_id.clone(), wecom: Arc::new(client), departments: DepartmentTree::default() }
    };
    let directory = Directory {
        branches: config.connections.values().map(|c| (c.name.clone(), branch(c))).collect(),
        store: store.clone(),
        keys: keys.clone(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        believed: config.lifetimes.membership,
    };
    Ok(Provider {
        config: Arc::new(config),
        keys,
        store,
        directory: Arc::new(directory),
        passed: Passed::new(&*entropy),
        clock,
        entropy,
    })
}

async fn keys(config: &Config, clock: &Arc<dyn Clock>, entropy: &Arc<dyn Entropy>) -> Result<Keys, StartError> {
    let lives = config.clients.values().map(|client| client.lifetimes.id_token);
    let policy = RotationPolicy {
        rotate_every: config.keys.rotate_every,
        publish_before: Span::seconds(jwks::MAX_AGE) + Span::minutes(5),
        retire_for: lives.max().unwrap_or(config.lifetimes.id_token) + Span::hours(1),
    };
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

fn settings(connection: &Connection, upstream: Span) -> Settings {
    Settings {
        corp_id: connection.corp_id.clone(),
        agent_id: connection.agent_id,
        secret: connection.secret.clone(),
        api_url: connection.api_url.clone(),
        authorize_url: connection.authorize_url.clone(),
        login_url: connection.login_url.clone(),
        timeout: upstream.to_std(),
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
