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
//! * **Keys** are digests ([`Digest`]); what a record holds of secrets is sealed by the caller.
//! * **Errors**: [`StoreError`] means that nothing can be said about the outcome; the caller answers
//!   `temporarily_unavailable` or `server_error` and hands nothing out.
//!
//! One suite (`tests/`) runs against every implementation.

mod earlier;
mod ending;
mod family;
mod lifetime;
pub mod memory;
mod quota;
pub mod records;
pub mod sled;

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, ConnectionName, GrantId, MemberKey, Subject};
use crate::domain::time::Timestamp;
use records::{
    AccessToken, CodeRecord, Consent, Fingerprints, Got, Grant, LinkedAccount, LivingGrant, LoginOutcome, LoginRecord,
    LogoutDelivery, MemberRecord, PhoneTicket, PushedRequest, Redemption, RefreshPosition, Rotation, SealedContact,
    SessionRecord, SubjectEntry, UpstreamToken,
};

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

/// What [`Codes::redeem_code`] found.
#[derive(Clone, Debug, PartialEq)]
pub enum Redeemed {
    /// This caller and no other redeemed the code; everything of the [`Redemption`] is stored.
    Now,
    /// The code was redeemed before. Its grant is revoked now: access and refresh tokens are dead (RFC 6749 §4.1.2).
    Again,
    /// There is no such code, or it has expired.
    Unknown,
}

/// Authorization codes.
#[async_trait]
pub trait Codes: Send + Sync {
    /// Stores a new code, to be redeemed until `record.expires`. It alone may be lost with the process until
    /// somebody used it: the sign-in is begun again.
    async fn put_code(&self, code: Digest, record: &CodeRecord) -> Result<()>;

    /// Looks at a code without using it: a fresh one or, with `redeemed` set, a used one.
    async fn code(&self, code: Digest, now: Timestamp) -> Result<Option<CodeRecord>>;

    /// **Atomic, durable where a refresh token begins.** Uses the code and stores the grant with its first
    /// tokens in one step. A power cut may take a redemption without a refresh token, and an hour's access
    /// with it: the client is told `invalid_token` and begins anew. A used code is remembered until `redemption.remember_until`, so that its reuse is seen.
    async fn redeem_code(&self, code: Digest, redemption: &Redemption, now: Timestamp) -> Result<Redeemed>;
}

/// What [`Grants::rotate_refresh_token`] found.
#[derive(Clone, Debug, PartialEq)]
pub enum Rotated {
    /// This caller rotated; the successor is now the current token.
    Now,
    /// The token was rotated less than the grace ago and its successor was not used yet: the sealed
    /// successor of then is handed out again, and the new access token of this call is stored.
    Replayed {
        /// The successor, sealed under a key derived from the token presented.
        sealed_successor: Vec<u8>,
    },
    /// The token was rotated before: the family is revoked now (RFC 9700 §4.14.2).
    Reused,
    /// There is no such token, or it or its family has expired.
    Unknown,
}

/// Grants and what is issued from them.
#[async_trait]
pub trait Grants: Send + Sync {
    /// An access token with its living grant; nothing when token or grant is gone.
    async fn access_token(&self, token: Digest, now: Timestamp) -> Result<Option<(AccessToken, Grant)>>;

    /// The grant of a refresh token and where in the family the token stands; nothing when the family is gone.
    async fn refresh_token(&self, token: Digest, now: Timestamp) -> Result<Option<(GrantId, Grant, RefreshPosition)>>;

    /// **Atomic, durable.** Rotates the family of `presented` (law 3). Within one call either the
    /// presented token is current and `rotation.successor` takes its place, or it is the one before
    /// and inside `rotation.grace`, or the family dies. The new access token is stored in the first two cases.
    async fn rotate_refresh_token(&self, presented: Digest, rotation: &Rotation, now: Timestamp) -> Result<Rotated>;

    /// **Durable.** Ends one access token; unknown ones are no error.
    async fn revoke_access_token(&self, token: Digest) -> Result<()>;

    /// **Durable.** Ends a grant: every access and refresh token of it is dead at once.
    async fn revoke_grant(&self, grant: GrantId) -> Result<()>;

    /// **Durable.** Ends every grant of a member, or those that came through one connection; returns how many there were.
    async fn revoke_grants_of(&self, member: &MemberKey, connection: Option<&ConnectionName>) -> Result<usize>;

    /// The living grants of a member, for the member's own list.
    async fn grants_of(&self, member: &MemberKey, now: Timestamp) -> Result<Vec<LivingGrant>>;

    /// **Atomic, durable.** Takes everything back that a client holds of a member: every grant of it ends, what was
    /// agreed to is forgotten, and every living session is without the client, which is left a logout token for each
    /// that it had where `tell` names the `sub` it knows. Codes that wait are for whoever redeems them to judge: the
    /// session that they were made in no longer has the client.
    async fn withdraw_access(
        &self,
        member: &MemberKey,
        client: &ClientId,
        tell: Option<&Subject>,
        now: Timestamp,
    ) -> Result<Withdrawn>;
}

/// What [`Grants::withdraw_access`] took back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Withdrawn {
    /// So many grants; those are counted as well that had ended and were not swept yet.
    pub grants: usize,
    /// So many living sessions had the client.
    pub sessions: usize,
    /// Something had been agreed to.
    pub consent: bool,
}

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

/// Members as WeCom last described them, and what they let us read.
#[async_trait]
pub trait Members: Send + Sync {
    /// Remembers what `user/get` answered to this connection: each app is shown its own range of
    /// members and departments. Durable when the member was not known there before, so that the
    /// fingerprints of law 6 guard it.
    async fn remember_member(
        &self,
        connection: &ConnectionName,
        member: &MemberKey,
        record: &MemberRecord,
    ) -> Result<()>;

    /// What this connection was shown last.
    async fn member(&self, connection: &ConnectionName, member: &MemberKey) -> Result<Option<MemberRecord>>;

    /// **Durable.** Forgets the member at every connection, the contact, what was agreed to for any client, and
    /// the accounts the member was led to.
    async fn forget_member(&self, member: &MemberKey) -> Result<()>;

    /// **Atomic, durable.** Remembers sealed contact details (phone, addresses), replacing older ones. A number has one
    /// member in a corp: at another one with the same `contact.number` it is noted in the same step that it has moved,
    /// unless it is `contact` whose number has.
    async fn remember_contact(&self, member: &MemberKey, contact: &SealedContact) -> Result<()>;

    /// The sealed contact details.
    async fn contact(&self, member: &MemberKey) -> Result<Option<SealedContact>>;

    /// **Durable.** Forgets them; tells whether there were any.
    async fn forget_contact(&self, member: &MemberKey) -> Result<bool>;

    /// Members with remembered contacts in key order after `after`, at most `limit`.
    async fn contacts_after(&self, after: Option<&MemberKey>, limit: usize) -> Result<Vec<(MemberKey, SealedContact)>>;

    /// Members whose remembered contact holds the number of this digest, in key order, at most `limit`.
    async fn holders_of(&self, number: Digest, limit: usize) -> Result<Vec<MemberKey>>;

    /// **Atomic.** Notes the number of a contact that an earlier version wrote without one; no effect when another
    /// contact has taken the place of the one seen.
    async fn note_number(&self, member: &MemberKey, seen: &SealedContact, number: Digest) -> Result<()>;
}

/// The accounts at applications that members were led to. What stands here was seen at the application; it ends
/// nothing there and may be forgotten at any time.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The account of a member at a client.
    async fn account(&self, member: &MemberKey, client: &ClientId) -> Result<Option<LinkedAccount>>;

    /// **Durable.** Remembers it, replacing what was there.
    async fn remember_account(&self, member: &MemberKey, client: &ClientId, account: &LinkedAccount) -> Result<()>;

    /// **Durable.** Forgets it.
    async fn forget_account(&self, member: &MemberKey, client: &ClientId) -> Result<()>;
}

/// What members agreed to release, for each client (`consent = "first"`). It is a word of one person to one
/// application, and neither is ever taken for another.
#[async_trait]
pub trait Consents: Send + Sync {
    /// What a member agreed to for a client.
    async fn consent(&self, member: &MemberKey, client: &ClientId) -> Result<Option<Consent>>;

    /// **Atomic, durable.** Adds to what the same person agreed to before; what another person of this userid
    /// agreed to is replaced (law 6).
    async fn agree(&self, member: &MemberKey, client: &ClientId, consent: &Consent) -> Result<()>;

    /// **Durable.** Forgets it; tells whether there was any.
    async fn withdraw_consent(&self, member: &MemberKey, client: &ClientId) -> Result<bool>;

    /// Everything a member agreed to, in the order of the clients.
    async fn consents_of(&self, member: &MemberKey) -> Result<Vec<(ClientId, Consent)>>;
}

/// Tickets of the first-login guide.
#[async_trait]
pub trait PhoneTickets: Send + Sync {
    /// **Atomic, durable.** Stores a ticket until `ticket.expires`, unless one lives under this digest, which stays and
    /// is given back: of several callers one gets `None`.
    async fn put_phone_ticket(
        &self,
        digest: Digest,
        ticket: &PhoneTicket,
        now: Timestamp,
    ) -> Result<Option<PhoneTicket>>;

    /// **Durable.** Takes a ticket back unused; unknown ones are no error.
    async fn withdraw_phone_ticket(&self, digest: Digest) -> Result<()>;

    /// Looks at a ticket without using it.
    async fn phone_ticket(&self, digest: Digest, now: Timestamp) -> Result<Option<PhoneTicket>>;

    /// **Atomic, durable.** Uses a ticket and remembers the contact it proves, as [`Members::remember_contact`] does, in
    /// one step; of several takers one gets `true`.
    async fn redeem_phone_ticket(
        &self,
        digest: Digest,
        member: &MemberKey,
        contact: &SealedContact,
        now: Timestamp,
    ) -> Result<bool>;
}

/// The registry of subjects that the plain derivation cannot give (law 6).
#[async_trait]
pub trait Subjects: Send + Sync {
    /// The entry of a member; most members have none.
    async fn subject_entry(&self, member: &MemberKey) -> Result<Option<SubjectEntry>>;

    /// **Durable.** Writes an entry, replacing an older one.
    async fn put_subject_entry(&self, member: &MemberKey, entry: &SubjectEntry) -> Result<()>;

    /// Every entry in key order after `after`, at most `limit`.
    async fn subject_entries_after(
        &self,
        after: Option<&MemberKey>,
        limit: usize,
    ) -> Result<Vec<(MemberKey, SubjectEntry)>>;
}

/// What pushing a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It is stored.
    Stored,
    /// The client has as many waiting as it may.
    TooMany,
}

/// Pushed authorization requests (RFC 9126) and the ids of client assertions: the bounded exceptions of law 1.
#[async_trait]
pub trait PushedRequests: Send + Sync {
    /// **Atomic.** Stores a request until `request.expires` unless the client has `cap` living ones.
    async fn put_pushed_request(
        &self,
        reference: Digest,
        request: &PushedRequest,
        cap: u32,
        now: Timestamp,
    ) -> Result<Pushed>;

    /// Looks at a request without using it.
    async fn pushed_request(&self, reference: Digest, now: Timestamp) -> Result<Option<PushedRequest>>;

    /// **Atomic, durable.** Takes a request: exactly one taker gets it.
    async fn take_pushed_request(&self, reference: Digest, now: Timestamp) -> Result<Option<PushedRequest>>;

    /// **Atomic, durable.** Remembers the `jti` of an assertion until `expires`; `false` when it was seen before or `cap` is reached.
    async fn use_assertion_id(
        &self,
        client: &ClientId,
        jti: Digest,
        expires: Timestamp,
        cap: u32,
        now: Timestamp,
    ) -> Result<bool>;
}

/// The access token of a connection, shared by restarts and instances (`gettoken` once in two hours).
#[async_trait]
pub trait UpstreamTokens: Send + Sync {
    /// The sealed token.
    async fn upstream_token(&self, connection: &ConnectionName, now: Timestamp) -> Result<Option<UpstreamToken>>;

    /// Stores it.
    async fn put_upstream_token(&self, connection: &ConnectionName, token: &UpstreamToken) -> Result<()>;

    /// Drops it, when WeCom refused it before its time.
    async fn drop_upstream_token(&self, connection: &ConnectionName) -> Result<()>;
}

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
