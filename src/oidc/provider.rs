//! What every part of the protocol works with: configuration, keys, store, directory, time, randomness.

use std::sync::Arc;

use openidconnect::IssuerUrl;

use super::account::Searches;
use super::client_auth::Passed;
use super::client_keys::PublishedKeys;
use crate::config::{Client, Config};
use crate::directory::Directory;
use crate::domain::ids::ClientId;
use crate::domain::random::Entropy;
use crate::domain::time::{Clock, Timestamp};
use crate::keys::Keys;
use crate::outbound::Visits;
use crate::store::Store;

/// The provider of one configuration: shared by all requests, immutable apart from what its parts guard themselves.
pub struct Provider {
    /// The checked configuration.
    pub config: Arc<Config>,
    /// Its `issuer` in the form that every ID token names it in.
    pub issuer_url: IssuerUrl,
    /// Signing ring, sealing key, subject key.
    pub keys: Arc<Keys>,
    /// The store.
    pub store: Arc<dyn Store>,
    /// Members, contacts, subjects.
    pub directory: Arc<Directory>,
    /// Chosen client secrets that passed in this process.
    pub passed: Arc<Passed>,
    /// The way to addresses that clients name.
    pub outbound: Arc<dyn Visits>,
    /// The members whose accounts at clients are being looked for.
    pub searches: Searches,
    /// What clients publish at their `jwks_uri`.
    pub client_keys: Arc<PublishedKeys>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Provider {
    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The exact `iss`.
    pub fn issuer(&self) -> &str {
        self.config.issuer.as_str()
    }

    /// A registered client by the text of a request.
    pub fn client(&self, client_id: &str) -> Option<&Arc<Client>> {
        let id = ClientId::parse(client_id).ok()?;
        self.config.clients.get(&id)
    }
}
