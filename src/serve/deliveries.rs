//! Logout tokens on their way (Back-Channel Logout 1.0 §2.5). Nobody waits for them: the sign-out has left them in the
//! store, and from there they are handed over, a host of clients at a time at most one, so that a slow one holds nobody.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{Id, JoinSet};

use crate::config::Client;
use crate::domain::ids::ClientId;
use crate::domain::time::{Span, Timestamp};
use crate::oidc::backchannel::{GIVEN_UP_AFTER, deliver, pause};
use crate::oidc::provider::Provider;
use crate::store::Result;
use crate::store::records::LogoutDelivery;
use crate::web::current::Current;

/// So many hosts are visited at once.
const AT_ONCE: usize = 32;

/// A delivery is this instance's own for so long, well over the time of one visit.
const CLAIMED_FOR: Span = Span::seconds(30);

/// How often it is looked whether the next try is due, and whether another instance left something.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long nothing is asked of a store that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(30);

/// So many deliveries of a client that is gone are dropped in one step.
const HANDFUL: usize = 100;

/// The tries that are under way, and the hosts they visit.
#[derive(Default)]
struct UnderWay {
    tries: JoinSet<()>,
    hosts: BTreeMap<Id, String>,
    /// Which client comes first in the next round.
    turn: usize,
}

/// Delivers for ever.
pub async fn run(current: Arc<Current>) {
    let ended = current.load().provider().directory.ended.clone();
    let mut under_way = UnderWay::default();
    loop {
        let look_again = match under_way.round(&current.load().login.provider).await {
            Ok(()) => LOOK_EVERY,
            Err(error) => {
                tracing::error!(event = "store.failed", error = %error, "logout tokens could not be looked for");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = under_way.one_ends() => {}
            () = ended.notified() => {}
            () = tokio::time::sleep(look_again) => {}
        }
    }
}

impl UnderWay {
    /// Begins whatever is due and has room.
    async fn round(&mut self, provider: &Arc<Provider>) -> Result<()> {
        let mut waiting = provider.store.clients_awaiting_logout().await?;
        if waiting.is_empty() {
            return Ok(());
        }
        self.turn = self.turn.wrapping_add(1);
        let first = self.turn % waiting.len();
        waiting.rotate_left(first);
        for id in waiting {
            if self.hosts.len() >= AT_ONCE {
                break;
            }
            match provider.config.clients.get(&id).filter(|client| client.backchannel_logout_uri.is_some()) {
                Some(client) => self.begin(provider, client).await?,
                None => drop_all(provider, &id).await?,
            }
        }
        Ok(())
    }

    /// Begins the next delivery of a client, unless its host is just being visited.
    async fn begin(&mut self, provider: &Arc<Provider>, client: &Arc<Client>) -> Result<()> {
        let Some(address) = &client.backchannel_logout_uri else { return Ok(()) };
        let host = address[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
        if self.hosts.values().any(|busy| *busy == host) {
            return Ok(());
        }
        let now = provider.now();
        let Some(seen) = provider.store.due_logouts(&client.client_id, now, 1).await?.pop() else { return Ok(()) };
        let Some(claimed) = provider.store.claim_logout(&seen, now + CLAIMED_FOR).await? else { return Ok(()) };
        let (provider, client) = (provider.clone(), client.clone());
        let task = self.tries.spawn(async move {
            if let Err(error) = try_once(&provider, &client, &claimed).await {
                tracing::error!(event = "store.failed", error = %error, "a logout token may be delivered twice");
            }
        });
        self.hosts.insert(task.id(), host);
        Ok(())
    }

    /// Waits until one of the tries ends; for ever when there is none.
    async fn one_ends(&mut self) {
        let id = match self.tries.join_next_with_id().await {
            Some(Ok((id, ()))) => id,
            Some(Err(error)) => error.id(),
            None => std::future::pending().await,
        };
        self.hosts.remove(&id);
    }
}

/// One try, and what comes of it. The log names the client and the cause, never the person.
async fn try_once(provider: &Provider, client: &Client, claimed: &LogoutDelivery) -> Result<()> {
    let Some(address) = &client.backchannel_logout_uri else { return Ok(()) };
    let (id, attempts) = (&client.client_id, claimed.attempts);
    let Err(cause) = deliver(provider, client, address, claimed).await else {
        tracing::info!(event = "logout.delivered", client = %id, attempts, "an application was told of a sign-out");
        return provider.store.settle_logout(claimed).await;
    };
    let next = provider.now() + pause(attempts, &*provider.entropy);
    if next >= claimed.since + GIVEN_UP_AFTER {
        tracing::warn!(event = "logout.given_up", client = %id, attempts, cause = %cause, "an application never heard of a sign-out");
        return provider.store.settle_logout(claimed).await;
    }
    if attempts == 1 {
        tracing::warn!(event = "logout.delayed", client = %id, cause = %cause, "an application could not be told of a sign-out and will be tried again");
    }
    provider.store.postpone_logout(claimed, next).await
}

/// A client that is no longer there, or wants to hear no more, has nothing to come.
async fn drop_all(provider: &Provider, client: &ClientId) -> Result<()> {
    let mut dropped = 0_usize;
    loop {
        let handful = provider.store.due_logouts(client, Timestamp(u64::MAX - 1), HANDFUL).await?;
        if handful.is_empty() {
            break;
        }
        for delivery in &handful {
            provider.store.settle_logout(delivery).await?;
        }
        dropped += handful.len();
    }
    if dropped > 0 {
        tracing::info!(event = "logout.dropped", client = %client, dropped, "sign-outs of an application that no longer hears of them");
    }
    Ok(())
}
