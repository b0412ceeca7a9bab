//! Work that nobody waits for: expired records are swept, keys move along their schedule, a set-up is tried once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::config::Allow;
use crate::directory::departments::READ_EVERY;
use crate::domain::ids::ConnectionName;
use crate::domain::issuer::Issuer;
use crate::oidc::provider::Provider;
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

/// Begins all of it.
pub fn begin(provider: &Arc<Provider>) -> Vec<JoinHandle<()>> {
    vec![
        tokio::spawn(sweep(provider.clone())),
        tokio::spawn(turn_keys(provider.clone())),
        tokio::spawn(probe(provider.clone())),
        tokio::spawn(read_departments(provider.clone())),
    ]
}

async fn sweep(provider: Arc<Provider>) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
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

async fn turn_keys(provider: Arc<Provider>) {
    loop {
        let turning = provider.clone();
        let turned = tokio::task::spawn_blocking(move || turning.keys.advance(turning.now(), &*turning.entropy)).await;
        match turned {
            Ok(Ok(steps)) => {
                for step in steps {
                    tracing::info!(event = "keys.moved", kid = step.kid, moved = ?step.moved, "a signing key moved along its schedule");
                }
            }
            Ok(Err(error)) => {
                tracing::error!(event = "keys.failed", error = %error, "the keys could not move along their schedule");
            }
            Err(error) => {
                tracing::error!(event = "keys.failed", error = %error, "the keys could not move along their schedule");
            }
        }
        tokio::time::sleep(KEYS_EVERY).await;
    }
}

/// Keeps the department trees that a client's `allow` needs, so that SSO never waits for WeCom.
async fn read_departments(provider: Arc<Provider>) {
    let needs = |allow: &Option<Allow>| allow.as_ref().is_some_and(|allow| !allow.departments.is_empty());
    let clients = provider.config.clients.values().filter(|client| needs(&client.allow));
    let needed: BTreeSet<ConnectionName> = clients.flat_map(|client| client.connections.iter().cloned()).collect();
    while !needed.is_empty() {
        let mut pause = READ_EVERY.to_std();
        for (name, branch) in provider.directory.branches.iter().filter(|(name, _)| needed.contains(*name)) {
            if let Err(error) = branch.departments.refresh(&*branch.wecom, provider.now()).await {
                pause = Duration::from_mins(1);
                error.warn(&at(name), "the departments could not be read");
            }
        }
        tokio::time::sleep(pause).await;
    }
}

/// Asks WeCom about each app once after the start (`wecom-api.md` §6.4): a wrong secret, an address
/// that is not allowed or a closed app shows in the log before the first member meets it.
async fn probe(provider: Arc<Provider>) {
    for (name, branch) in &provider.directory.branches {
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

fn at(name: &ConnectionName) -> During<'_> {
    During { connection: Some(name.as_str()), ..During::default() }
}
