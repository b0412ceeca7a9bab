//! Layer 2, the directory: who a member is, whether one may enter, what one let us read, and the subject one is known by.

pub mod ahead;
pub mod contacts;
pub mod departments;
pub mod ending;
pub mod holders;
pub mod lookup;
pub mod membership;
pub mod person;
pub mod phones;
pub mod policy;
pub mod rereading;
pub mod subjects;
pub mod tags;
pub mod together;
pub mod verdict;
pub mod wanted;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

pub use membership::{Admitted, Membership};

use crate::config::Client;
use crate::domain::ids::ConnectionName;
use crate::domain::random::Entropy;
use crate::domain::refusal::Refusal;
use crate::domain::time::{Clock, Span};
use crate::keys::Keys;
use crate::store::Store;
use crate::wecom::{WeCom, WecomError};
use ahead::ReadAhead;
use departments::Tree;
use rereading::Rereading;
use tags::Tags;

/// One connection as the directory uses it.
pub struct Branch {
    /// The corp of the connection.
    pub corp: crate::domain::ids::CorpId,
    /// The calls to WeCom.
    pub wecom: Arc<dyn WeCom>,
    /// The departments, as last read.
    pub departments: ReadAhead<Tree>,
    /// The tags that something needs, each as last read.
    pub tags: Tags,
    /// How long somebody who signs in waits for the two of them (`lifetimes.upstream`).
    pub patience: Duration,
}

/// The directory.
pub struct Directory {
    /// Every connection; one that a reload leaves as it was keeps its token and its departments.
    pub branches: BTreeMap<ConnectionName, Arc<Branch>>,
    /// The store.
    pub store: Arc<dyn Store>,
    /// The sealing key for contacts, the subject key for subjects.
    pub keys: Arc<Keys>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The clients that are told of the end of their sessions server to server (`backchannel_logout_uri`).
    pub told: Vec<Arc<Client>>,
    /// Wakes whoever delivers logout tokens; it outlives a reload.
    pub ended: Arc<Notify>,
    /// How long an answer of `user/get` is believed at refresh (`lifetimes.membership`).
    pub believed: Span,
    /// The members that are being read anew.
    pub rereading: Rereading,
    /// Set once every remembered number can be compared.
    pub numbers: tokio::sync::OnceCell<()>,
}

/// A member who was turned away: what the page says, and what WeCom said, for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// The reason on the page.
    pub refusal: Refusal,
    /// The failure at WeCom behind it, where there is one.
    pub upstream: Option<WecomError>,
}

impl From<Refusal> for Turned {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, upstream: None }
    }
}

impl From<WecomError> for Turned {
    /// Which page a failure of WeCom ends on (`wecom-api.md` §10).
    fn from(error: WecomError) -> Self {
        Self { refusal: membership::refusal_of(&error), upstream: Some(error) }
    }
}
