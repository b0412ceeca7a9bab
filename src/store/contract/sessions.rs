//! Sessions of members in browsers, the records of finished sign-ins, and logout tokens on their way.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, MemberKey, Subject};
use crate::domain::time::Timestamp;
use crate::store::Result;
use crate::store::records::{Got, Grant, LoginOutcome, LoginRecord, LogoutDelivery, SessionRecord};

/// What [`Sessions::finish_login`] found.
#[derive(Clone, Debug, PartialEq)]
pub enum Finished {
    /// This caller finished the transaction; everything is stored.
    Now,
    /// The transaction was finished before; this is its record.
    Before(LoginRecord),
}

/// Which sessions a member leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(Digest),
    /// All.
    All,
}

impl Which {
    /// Whether this session is meant.
    pub fn means(self, session: Digest) -> bool {
        matches!(self, Self::All) || self == Self::One(session)
    }
}

/// What [`Sessions::leave`] ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Left {
    /// The sessions; they lived.
    pub sessions: Vec<SessionRecord>,
    /// So many grants; those are counted as well that had ended and were not swept yet.
    pub grants: usize,
}

impl Left {
    /// Whether a grant ends with these sessions.
    pub(crate) fn takes(&self, which: Which, grant: &Grant) -> bool {
        which == Which::All || self.sessions.iter().any(|session| session.sid == grant.sid)
    }
}

/// Sessions of members in browsers, and the records of finished transactions (law 4).
#[async_trait]
pub trait Sessions: Send + Sync {
    /// **Atomic, durable.** Unless the transaction is already finished: stores its record, the new
    /// session and the code where there is one, and ends the session that this browser had before
    /// (whose own login record stays, for the tab it belongs to), in one step. A new session with the `sid` of
    /// the one before goes on with its clients; under another `sid` the one before has ended, and `outcome.tell`
    /// says whom to tell, as at [`end_session`](Self::end_session).
    async fn finish_login(&self, transaction: Digest, outcome: &LoginOutcome, now: Timestamp) -> Result<Finished>;

    /// The record of a finished transaction while it is remembered.
    async fn finished_login(&self, transaction: Digest, now: Timestamp) -> Result<Option<LoginRecord>>;

    /// **Atomic.** Replaces what a second hit of a finished transaction is answered with; no effect when the record is gone.
    async fn amend_login(&self, transaction: Digest, record: &LoginRecord, now: Timestamp) -> Result<()>;

    /// A living session: neither its idle nor its absolute end is reached.
    async fn session(&self, session: Digest, now: Timestamp) -> Result<Option<SessionRecord>>;

    /// Moves the idle end of a living session to `idle_until`, never beyond its absolute end.
    async fn touch_session(&self, session: Digest, idle_until: Timestamp, now: Timestamp) -> Result<()>;

    /// **Durable.** Remembers that a client holds this session, for sign-out, and adds to what it got through it.
    async fn add_session_client(&self, session: Digest, client: &ClientId, got: Got, now: Timestamp) -> Result<()>;

    /// **Atomic, durable.** Ends a session and forgets its login record; of several callers one gets it. In the same
    /// step a logout token is left for each of its clients in `tell`, with the `sub` that the client knows.
    async fn end_session(
        &self,
        session: Digest,
        tell: &BTreeMap<ClientId, Subject>,
        now: Timestamp,
    ) -> Result<Option<SessionRecord>>;

    /// **Atomic, durable.** Ends a session of a member, or all of them, as [`end_session`](Self::end_session) does, and
    /// with it every grant that was given in it; with all of them every grant of the member, also those whose session
    /// is long over. A session of somebody else is no session here. Of several callers one gets it.
    async fn leave(
        &self,
        member: &MemberKey,
        which: Which,
        tell: &BTreeMap<ClientId, Subject>,
        now: Timestamp,
    ) -> Result<Left>;

    /// The living sessions of a member.
    async fn sessions_of(&self, member: &MemberKey, now: Timestamp) -> Result<Vec<(Digest, SessionRecord)>>;
}

/// Logout tokens that clients have yet to get (Back-Channel Logout 1.0 §2.5). The verbs that end a session leave them.
///
/// They never end by themselves: whoever delivers them gives them up. A delivery is claimed before it is tried, for
/// longer than one try lasts, so that of several instances one tries it, and so that one whose instance was killed
/// meanwhile is tried again.
#[async_trait]
pub trait LogoutDeliveries: Send + Sync {
    /// The clients for whom anything waits, due or not.
    async fn clients_awaiting_logout(&self) -> Result<Vec<ClientId>>;

    /// What is due for a client, the longest due first, at most `limit`.
    async fn due_logouts(&self, client: &ClientId, now: Timestamp, limit: usize) -> Result<Vec<LogoutDelivery>>;

    /// **Atomic.** Takes a delivery on until `until`, with one attempt more: of all who saw the same, one gets it.
    async fn claim_logout(&self, seen: &LogoutDelivery, until: Timestamp) -> Result<Option<LogoutDelivery>>;

    /// **Atomic.** Puts a claimed delivery off to `next`; no effect when it was taken on by another since.
    async fn postpone_logout(&self, claimed: &LogoutDelivery, next: Timestamp) -> Result<()>;

    /// Ends a delivery: done, or given up. No effect when it was taken on by another since.
    async fn settle_logout(&self, claimed: &LogoutDelivery) -> Result<()>;
}
