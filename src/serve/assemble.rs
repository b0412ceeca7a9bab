//! The application of one configuration, over the parts that last.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::IssuerUrl;
use secrecy::ExposeSecret;
use tokio::sync::OnceCell;

use super::StartError;
use super::lasting::Lasting;
use super::token_cache::StoredToken;
use crate::config::{Config, Connection};
use crate::directory::ahead::ReadAhead;
use crate::directory::rereading::Rereading;
use crate::directory::tags::Tags;
use crate::directory::{Branch, Directory};
use crate::domain::ids::ConnectionName;
use crate::domain::time::Span;
use crate::oidc::account::Searches;
use crate::oidc::provider::Provider;
use crate::outbound::{self, Guarded, Networks};
use crate::web::app::App;
use crate::wecom::{self, Settings};

/// How long a connection to WeCom may take to come about.
const CONNECT: Duration = Duration::from_secs(2);

/// How long an address of a client may take to answer.
const VISIT: Duration = Duration::from_secs(5);

/// Puts the application together. From the one `before` it takes over what is counted and under way,
/// and every connection that is asked as it was: its access token stays warm, its departments and tags stay known.
pub fn app(config: Config, lasting: &Lasting, before: Option<&App>) -> Result<App, StartError> {
    let directory = Directory {
        branches: branches(&config, lasting, before)?,
        store: lasting.store.clone(),
        keys: lasting.keys.clone(),
        clock: lasting.clock.clone(),
        entropy: lasting.entropy.clone(),
        told: config.clients.values().filter(|client| client.backchannel_logout_uri.is_some()).cloned().collect(),
        ended: lasting.ended.clone(),
        believed: config.lifetimes.membership,
        rereading: Rereading::default(),
        numbers: OnceCell::new(),
    };
    let outbound = guarded(&config)?;
    let provider = Arc::new(Provider {
        issuer_url: IssuerUrl::new(config.issuer.as_str().to_owned())?,
        config: Arc::new(config),
        keys: lasting.keys.clone(),
        store: lasting.store.clone(),
        directory: Arc::new(directory),
        passed: lasting.passed.clone(),
        client_keys: lasting.client_keys.clone(),
        outbound: Arc::new(outbound),
        searches: Searches::default(),
        clock: lasting.clock.clone(),
        entropy: lasting.entropy.clone(),
    });
    Ok(match before {
        None => App::new(provider, lasting.waiting.clone())?,
        Some(before) => before.renewed(provider)?,
    })
}

/// The way to the addresses of clients.
pub fn guarded(config: &Config) -> Result<Guarded, StartError> {
    let options = outbound::Options { connect: CONNECT, whole: VISIT, extra_roots_pem: config.outbound.ca_pem.clone() };
    let networks = Networks::new(config.outbound.allow_private.clone(), config.issuer.is_loopback());
    Guarded::new(&options, networks).map_err(|error| StartError::Tls(error.to_string()))
}

fn branches(
    config: &Config,
    lasting: &Lasting,
    before: Option<&App>,
) -> Result<BTreeMap<ConnectionName, Arc<Branch>>, StartError> {
    let options = outbound::Options {
        connect: CONNECT,
        whole: config.lifetimes.upstream.to_std(),
        extra_roots_pem: config.outbound.ca_pem.clone(),
    };
    let http = outbound::client(&options).map_err(|error| StartError::Tls(error.to_string()))?;
    let branch = |connection: &Connection| {
        let kept = before.and_then(|before| unchanged(before, config, connection));
        kept.unwrap_or_else(|| Arc::new(branch(connection, config.lifetimes.upstream, &http, lasting)))
    };
    Ok(config.connections.values().map(|connection| (connection.name.clone(), branch(connection))).collect())
}

/// The branch of a connection that is asked as it was.
fn unchanged(before: &App, config: &Config, connection: &Connection) -> Option<Arc<Branch>> {
    let old = before.config();
    let same_calls =
        old.lifetimes.upstream == config.lifetimes.upstream && old.outbound.ca_pem == config.outbound.ca_pem;
    let same_app = old.connections.get(&connection.name).is_some_and(|old| old.is_same_app(connection));
    let branch = before.provider().directory.branches.get(&connection.name);
    branch.filter(|_| same_calls && same_app).cloned()
}

fn branch(connection: &Connection, upstream: Span, http: &reqwest::Client, lasting: &Lasting) -> Branch {
    let tokens = Arc::new(StoredToken {
        connection: connection.name.clone(),
        binding: connection.secret.expose_secret().as_bytes().to_vec(),
        store: lasting.store.clone(),
        keys: lasting.keys.clone(),
        clock: lasting.clock.clone(),
        entropy: lasting.entropy.clone(),
    });
    let client = wecom::Client::new(settings(connection, upstream), http.clone(), lasting.clock.clone(), tokens);
    Branch {
        corp: connection.corp_id.clone(),
        wecom: Arc::new(client),
        departments: ReadAhead::default(),
        tags: Tags::default(),
        patience: upstream.to_std(),
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
