//! Work that nobody waits for: logout tokens are delivered, expired records are swept, keys move along their schedule, departments
//! and tags are read ahead, a set-up is tried once.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{deliveries, reading};
use crate::domain::ids::ConnectionName;
use crate::domain::issuer::Issuer;
use crate::oidc::provider::Provider;
use crate::oidc::rotation;
use crate::web::current::Current;
use crate::wecom::During;

/// How often expired records are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(30);

/// How many records one step removes, so that others get their turn between.
const SWEEP_STEP: usize = 1_000;

/// How often the keys' schedule is looked at.
const KEYS_EVERY: Duration = Duration::from_mins(1);

/// What to do when the console names another host than ours.
const OTHER_DOMAIN: &str =
    "enter the host of issuer in the console: 应用管理 → the app → 网页授权及JS-SDK → 可信域名 (trusted domain)";

/// Begins all of it. What a reload brings is followed at once.
pub fn begin(current: &Arc<Current>, reloaded: &watch::Sender<()>) -> Vec<JoinHandle<()>> {
    let provider = current.load().login.provider.clone();
    let every_connection = provider.config.connections.keys().cloned().collect();
    vec![
        tokio::spawn(deliveries::run(current.clone())),
        tokio::spawn(sweep(current.clone())),
        tokio::spawn(turn_keys(current.clone(), reloaded.subscribe())),
        tokio::spawn(probe(provider, every_connection)),
        tokio::spawn(reading::run(current.clone(), reloaded.subscribe())),
    ]
}

async fn sweep(current: Arc<Current>) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        let app = current.load();
        let provider = app.provider();
        loop {
            match provider.store.sweep(provider.now(), SWEEP_STEP).await {
                Ok(0) => break,
                Ok(_) => tokio::task::yield_now().await,
                Err(error) => {
                    tracing::error!(event = "store.failed", error = %error, "expired records could not be removed");
                    break;
                }
            }
        }
    }
}

async fn turn_keys(current: Arc<Current>, mut reloaded: watch::Receiver<()>) {
    loop {
        // What moved is logged where it moves.
        if let Err(error) = rotation::advance(current.load().provider()).await {
            tracing::error!(event = "keys.failed", error = %error, "the keys could not move along their schedule");
        }
        wait(KEYS_EVERY, &mut reloaded).await;
    }
}

/// Waits so long, or until there is another configuration.
pub(super) async fn wait(time: Duration, reloaded: &mut watch::Receiver<()>) {
    let another = async {
        // A bridge that is gone reloads no more: then time alone counts.
        if reloaded.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    // Either way it is time to look again.
    let _ = tokio::time::timeout(time, another).await;
}

/// Asks WeCom about these apps once, after the start or the reload that brought them (`wecom-api.md` §6.4): a wrong
/// secret, an address that is not allowed or a closed app shows in the log before the first member meets it.
pub async fn probe(provider: Arc<Provider>, names: Vec<ConnectionName>) {
    for (name, branch) in provider.directory.branches.iter().filter(|(name, _)| names.contains(name)) {
        match branch.wecom.agent().await {
            Ok(agent) => {
                let domain = agent.redirect_domain.as_deref().filter(|domain| !domain.is_empty());
                let trusted = domain.is_some_and(|domain| is_ours(domain, &provider.config.issuer));
                tracing::info!(event = "wecom.ready", connection = %name, closed = agent.close, trusted_domain_matches = trusted, "WeCom knows the app");
                if domain.is_some() && !trusted {
                    tracing::warn!(event = "wecom.other_domain", connection = %name, cure = OTHER_DOMAIN, "signing in inside the WeCom client will fail");
                }
                if agent.close {
                    tracing::warn!(event = "wecom.app_closed", connection = %name, cure = "enable the app in 应用管理", "the app is switched off in the WeCom console");
                }
            }
            Err(error) => error.warn(&at(name), "WeCom does not accept this set-up yet"),
        }
    }
}

/// Whether the app's trusted domain is our host; WeCom may leave the port out (`wecom-api.md` §8.2).
fn is_ours(domain: &str, issuer: &Issuer) -> bool {
    let ours = issuer.host_and_port();
    let host = ours.rsplit_once(':').map_or(ours.as_str(), |(host, _)| host);
    domain.eq_ignore_ascii_case(&ours) || domain.eq_ignore_ascii_case(host)
}

pub(super) fn at(name: &ConnectionName) -> During<'_> {
    During { connection: Some(name.as_str()), ..During::default() }
}
