//! The public keys of clients: those of the configuration, and those that a client publishes at its `jwks_uri`.
//!
//! Published keys are fetched when one is needed, by one at a time for each client, and kept as long as their
//! `Cache-Control` says, within bounds. A `kid` that is not among them fetches anew (OpenID Connect Core §10.1.1:
//! that is how a client changes its keys), yet never more often than [`REST`]: who sends made-up names causes no flood.
//! Where fetching fails, the keys that are held go on being believed for [`KEPT`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use url::Url;

use super::provider::Provider;
use crate::config::{Client, ClientKeys, Config};
use crate::domain::ids::ClientId;
use crate::domain::jwk::{ClientAlgorithm, KeySet, KeySetFault, PublicJwk};
use crate::domain::time::{Clock, Span, Timestamp};
use crate::outbound::{Unreachable, Visits};

/// How long a set is believed that says nothing about it.
const USUAL: Span = Span::minutes(10);
/// The shortest and the longest time a set is believed, whatever it says.
const BELIEVED: (Span, Span) = (Span::minutes(1), Span::days(1));
/// How long a set goes on being believed while it cannot be fetched anew, from when it was fetched.
const KEPT: Span = Span::days(2);
/// The least time between two fetches for one client.
const REST: Span = Span::seconds(30);

/// The largest document in bytes.
const LARGEST: usize = 64 * 1_024;

/// Why there are no keys, for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NotFetched {
    reason: String,
    cure: &'static str,
}

impl From<Unreachable> for NotFetched {
    fn from(why: Unreachable) -> Self {
        let cure = match why {
            Unreachable::Refused(_) => {
                "if the client lives there, add its network to outbound.allow_private, as narrow as can be"
            }
            Unreachable::Unresolved => "correct the host of jwks_uri, or the name service of this machine",
            Unreachable::Connect => {
                "let this machine reach the client's host; a certificate of the company's own needs outbound.ca_file"
            }
            Unreachable::Slow | Unreachable::Broken => "look at the client's server, or write its keys into jwks",
            Unreachable::Large => "jwks_uri must lead to the client's JWK set alone, of at most 64 KiB",
        };
        Self { reason: format!("jwks_uri: {why}"), cure }
    }
}

impl From<KeySetFault> for NotFetched {
    fn from(fault: KeySetFault) -> Self {
        let cure = match fault {
            KeySetFault::Shape => "jwks_uri must lead to the client's JWK set itself, not to a page",
            KeySetFault::TooMany => "let the client publish its present key and the next one only",
            KeySetFault::Leak => {
                "let the client take that key out of use at once and publish the public half of a new one"
            }
            KeySetFault::NothingUsable => "let the client publish a key that can verify signatures",
        };
        Self { reason: format!("what jwks_uri leads to {fault}"), cure }
    }
}

/// The published keys of every client, as far as they were needed. They outlive a reload.
#[derive(Default)]
pub struct PublishedKeys(Mutex<HashMap<Place, Arc<Shelf>>>);

/// A client and its `jwks_uri`.
type Place = (ClientId, Url);

/// What is known of one client's keys.
#[derive(Default)]
struct Shelf(Mutex<State>);

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// The end of the fetch under way.
    flight: Option<watch::Receiver<bool>>,
    /// When the last fetch began.
    tried: Option<Timestamp>,
    /// The last fetch failed, and the operator was told.
    failing: bool,
}

#[derive(Clone)]
struct Held {
    keys: Arc<KeySet>,
    fetched: Timestamp,
    believed: Span,
}

impl Held {
    /// A clock that was put back makes no set younger than new.
    fn is_younger_than(&self, age: Span, now: Timestamp) -> bool {
        self.fetched <= now && now.since(self.fetched) < age
    }
}

impl PublishedKeys {
    /// The shelf of a client. Where it is a new one, those go that no client of this configuration has any more.
    fn shelf(&self, config: &Config, place: &Place) -> Arc<Shelf> {
        let mut shelves = lock(&self.0);
        if let Some(known) = shelves.get(place) {
            return known.clone();
        }
        shelves.retain(|(id, address), _| {
            let keys = config.clients.get(id).and_then(|client| client.keys.as_ref());
            matches!(keys, Some(ClientKeys::At(present)) if present == address)
        });
        shelves.entry(place.clone()).or_default().clone()
    }
}

/// How keys are asked for.
struct Asker<'a> {
    visits: &'a Arc<dyn Visits>,
    clock: &'a Arc<dyn Clock>,
}

impl Asker<'_> {
    /// The one key of this name and algorithm, fetched anew where it is not known.
    async fn find(
        &self,
        shelf: &Arc<Shelf>,
        place: &Place,
        kid: Option<&str>,
        alg: ClientAlgorithm,
    ) -> Option<PublicJwk> {
        let find = |held: &Held| held.keys.find(kid, alg).cloned();
        let landing = {
            let mut state = lock(&shelf.0);
            let now = self.clock.now();
            let fresh = state.held.as_ref().filter(|held| held.is_younger_than(held.believed, now));
            if let Some(key) = fresh.and_then(find) {
                return Some(key);
            }
            // A task can go without a word when its thread's runtime was stopped.
            state.flight.take_if(|flight| flight.has_changed().is_err());
            let rests = state.tried.is_some_and(|tried| tried <= now && now.since(tried) < REST);
            match &state.flight {
                Some(flight) => Some(flight.clone()),
                None if rests => None,
                None => Some(self.begin(shelf, &mut state, place, now)),
            }
        };
        if let Some(mut landing) = landing {
            // An error means that it has ended, one way or the other.
            let _ = landing.wait_for(|landed| *landed).await;
        }
        let now = self.clock.now();
        lock(&shelf.0).held.as_ref().filter(|held| held.is_younger_than(KEPT, now)).and_then(find)
    }

    /// Fetches in a task of its own, which comes to its end also when whoever asked has hung up.
    fn begin(&self, shelf: &Arc<Shelf>, state: &mut State, place: &Place, now: Timestamp) -> watch::Receiver<bool> {
        let (land, landing) = watch::channel(false);
        (state.tried, state.flight) = (Some(now), Some(landing.clone()));
        let (shelf, visits, clock) = (shelf.clone(), self.visits.clone(), self.clock.clone());
        let (id, address) = place.clone();
        tokio::spawn(async move {
            let outcome = fetch(&*visits, &address).await;
            shelf.put(&id, outcome, clock.now());
            land.send_replace(true);
        });
        landing
    }
}

impl Shelf {
    fn put(&self, id: &ClientId, outcome: Result<(KeySet, Span), NotFetched>, now: Timestamp) {
        let mut state = lock(&self.0);
        state.flight = None;
        match outcome {
            Ok((keys, believed)) => {
                if std::mem::take(&mut state.failing) {
                    tracing::info!(event = "client.keys_back", client = %id, "the keys of a client were fetched again");
                }
                state.held = Some(Held { keys: Arc::new(keys), fetched: now, believed });
            }
            // Told once, until it works again.
            Err(why) => {
                if !std::mem::replace(&mut state.failing, true) {
                    let NotFetched { reason, cure } = why;
                    tracing::warn!(event = "client.keys_unavailable", client = %id, reason, cure, "the keys of a client cannot be fetched");
                }
            }
        }
    }
}

async fn fetch(visits: &dyn Visits, address: &Url) -> Result<(KeySet, Span), NotFetched> {
    let answered = visits.get(address, "application/jwk-set+json, application/json", LARGEST).await?;
    if answered.status != 200 {
        let reason = format!("jwks_uri: the answer is {} instead of 200", answered.status);
        return Err(NotFetched { reason, cure: "jwks_uri must lead to the client's JWK set without a detour" });
    }
    Ok((KeySet::parse(&answered.body)?, believed(&answered.cache_control)))
}

/// How long a set is believed (RFC 9111 §5.2.2).
fn believed(cache_control: &str) -> Span {
    let directives = cache_control.split(',').map(|directive| directive.trim().to_ascii_lowercase());
    let (mut age, mut at_once) = (None, false);
    for directive in directives {
        at_once |= directive == "no-store" || directive == "no-cache";
        if let Some(seconds) = directive.strip_prefix("max-age=") {
            age = age.or(seconds.trim_matches('"').parse::<u64>().ok().map(Span::seconds));
        }
    }
    let (least, most) = BELIEVED;
    if at_once { least } else { age.unwrap_or(USUAL).clamp(least, most) }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The one public key of a client by its name and algorithm.
pub async fn find(provider: &Provider, client: &Client, kid: Option<&str>, alg: ClientAlgorithm) -> Option<PublicJwk> {
    match client.keys.as_ref()? {
        ClientKeys::Inline(keys) => keys.find(kid, alg).cloned(),
        ClientKeys::At(address) => {
            let place = (client.client_id.clone(), address.clone());
            let shelf = provider.client_keys.shelf(&provider.config, &place);
            let asker = Asker { visits: &provider.outbound, clock: &provider.clock };
            asker.find(&shelf, &place, kid, alg).await
        }
    }
}

#[cfg(test)]
#[path = "client_keys_tests.rs"]
mod tests;
