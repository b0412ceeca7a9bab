//! Layer 1, the store: the contract that every implementation keeps.
//!
//! The traits are small and each names one purpose. Every state change is one verb, and the store
//! does it **atomically**: of any number of simultaneous callers the outcome is as if they had
//! come one after the other, also on a database shared by several instances. Nothing is looked up,
//! judged and then written in two steps by a caller.
//!
//! * **Time** comes in as `now`. A record whose `expires` is at or before `now` does not exist for
//!   any verb, whether or not it was swept yet.
//! * **Every** verb has survived a `kill -9` when it returns (law 8), on a store that keeps anything. **Durable**
//!   verbs (marked so) have also survived the end of the power, which may take the last fifth of a second of others.
//! * **Keys** are digests ([`crate::domain::digest::Digest`]); what a record holds of secrets is sealed by the caller.
//! * **Errors**: [`StoreError`] means that nothing can be said about the outcome; the caller answers
//!   `temporarily_unavailable` or `server_error` and hands nothing out.
//!
//! One suite (`tests/`) runs against every implementation.

pub mod contract;
mod earlier;
mod ending;
mod family;
mod lifetime;
pub mod memory;
mod quota;
pub mod records;
pub mod sled;

use async_trait::async_trait;

pub use contract::grants::{Codes, Grants, Redeemed, Rotated, Withdrawn};
pub use contract::people::{Accounts, Consents, Members, PhoneTickets, Subjects};
pub use contract::requests::{Pushed, PushedRequests, UpstreamTokens};
pub use contract::sessions::{Finished, Left, LogoutDeliveries, Sessions, Which};

use crate::domain::time::Timestamp;
use records::Fingerprints;

/// A store that could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk, the database or the connection to it failed; the text is for the operator and holds no data of people.
    #[error("the store failed: {0}")]
    Failed(String),
    /// A record could not be read back: damaged, or written by a newer version.
    #[error("a record of the kind `{0}` is damaged or of a newer version")]
    Unreadable(&'static str),
}

/// The result of every verb.
pub type Result<T> = std::result::Result<T, StoreError>;

/// The store itself.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// The fingerprints of the keys this store was begun with; `None` on a new store.
    async fn fingerprints(&self) -> Result<Option<Fingerprints>>;

    /// **Durable.** Writes them.
    async fn put_fingerprints(&self, fingerprints: &Fingerprints) -> Result<()>;

    /// Whether any member is known.
    async fn has_members(&self) -> Result<bool>;

    /// Removes up to `limit` expired records; returns how many it removed. Called in the background until 0.
    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize>;

    /// Whether several instances can use this store at once, so that the loser of an exchange may wait for another instance.
    fn is_shared(&self) -> bool;

    /// A cheap proof of life for `/readyz`.
    async fn ping(&self) -> Result<()>;

    /// Everything written so far reaches the disk.
    async fn flush(&self) -> Result<()>;
}

/// Everything a store is.
pub trait Store:
    Codes
    + Grants
    + Sessions
    + LogoutDeliveries
    + Members
    + Accounts
    + Consents
    + PhoneTickets
    + Subjects
    + PushedRequests
    + UpstreamTokens
    + Upkeep
{
}

impl<T> Store for T where
    T: Codes
        + Grants
        + Sessions
        + LogoutDeliveries
        + Members
        + Accounts
        + Consents
        + PhoneTickets
        + Subjects
        + PushedRequests
        + UpstreamTokens
        + Upkeep
{
}
