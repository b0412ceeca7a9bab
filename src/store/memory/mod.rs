//! The store in memory: for tests, demonstrations and trials. Nothing of it survives the process.
//!
//! It owns one lock over ordered tables, and no rule: what a family of tokens does stands in
//! `family`, what ends when in `lifetime`. It is the plainest reading of the contract, and so the
//! measure for the others.

mod codes;
mod consents;
mod grants;
mod logouts;
mod members;
mod pushed;
mod sessions;
mod subjects;
mod table;
mod tickets;
mod upkeep;
mod upstream;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::quota::Quota;
use super::records::{
    AccessToken, CodeRecord, Consent, Fingerprints, LoginRecord, LogoutDelivery, MemberRecord, PhoneTicket,
    PushedRequest, SealedContact, SessionRecord, SubjectEntry, UpstreamToken,
};
use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, ConnectionName, GrantId, MemberKey, Sid};
use crate::domain::time::Timestamp;
use table::Table;

/// A store that lives and dies with the process.
#[derive(Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    codes: Table<Digest, CodeRecord>,
    access_tokens: Table<Digest, AccessToken>,
    grants: Table<GrantId, grants::Held>,
    /// The grant of every refresh token there ever was in a living family.
    refresh_tokens: BTreeMap<Digest, GrantId>,
    grants_of: BTreeSet<(MemberKey, GrantId)>,
    sessions: Table<Digest, SessionRecord>,
    sessions_of: BTreeSet<(MemberKey, Digest)>,
    logins: Table<Digest, LoginRecord>,
    /// By client, and for each by when it is due.
    logouts: BTreeMap<(ClientId, Timestamp, Sid), LogoutDelivery>,
    members: BTreeMap<(MemberKey, ConnectionName), MemberRecord>,
    contacts: BTreeMap<MemberKey, SealedContact>,
    /// Who has a number, by its mark.
    numbers: BTreeMap<Digest, MemberKey>,
    consents: BTreeMap<(MemberKey, ClientId), Consent>,
    tickets: Table<Digest, PhoneTicket>,
    subjects: BTreeMap<MemberKey, SubjectEntry>,
    pushed: Table<Digest, PushedRequest>,
    pushed_quota: Quota,
    assertions: Table<(ClientId, Digest), Timestamp>,
    assertion_quota: Quota,
    upstream: Table<ConnectionName, UpstreamToken>,
    fingerprints: Option<Fingerprints>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        // Nothing below panics; should it ever, the tables are still the best there is.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows nothing of the content.
impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

/// The rows of an ordered table after a key, at most `limit`.
fn after<K: Ord + Clone, V: Clone>(rows: &BTreeMap<K, V>, after: Option<&K>, limit: usize) -> Vec<(K, V)> {
    use std::ops::Bound;
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    rows.range((from, Bound::Unbounded)).take(limit).map(|(k, v)| (k.clone(), v.clone())).collect()
}
