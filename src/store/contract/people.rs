//! What is known of people: members, contacts, accounts elsewhere, consents, tickets of the guide, subjects.

use async_trait::async_trait;

use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, ConnectionName, MemberKey};
use crate::domain::time::Timestamp;
use crate::store::Result;
use crate::store::records::{Consent, LinkedAccount, MemberRecord, PhoneTicket, SealedContact, SubjectEntry};

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
