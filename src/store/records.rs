//! What the store keeps, as plain values. Every stored form carries a version byte of its kind.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, ConnectionName, GrantId, MemberKey, Sid, Subject};
use crate::domain::member::Member;
use crate::domain::redirect::RedirectUri;
use crate::domain::resource::Resource;
use crate::domain::scope::Scopes;
use crate::domain::time::{Span, Timestamp};

/// What a member granted to a client: the content of a code, and later the family of its tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// The client it was given to; no other may use anything of it.
    pub client: ClientId,
    /// The connection the member came through.
    pub connection: ConnectionName,
    /// The person.
    pub member: MemberKey,
    /// The `sub` this client knows the person by.
    pub subject: Subject,
    /// The granted scopes.
    pub scopes: Scopes,
    /// The session it was given in.
    pub sid: Sid,
    /// When the member proved to be there (`auth_time`).
    pub auth_time: Timestamp,
    /// How (`amr`, RFC 8176).
    pub amr: Vec<String>,
    /// The `claims` parameter for userinfo and ID token (Core §5.5): names asked for by themselves.
    pub claims: RequestedClaims,
    /// When the grant and all of it ends at the latest.
    pub ends: Timestamp,
    /// The resources its access tokens may be for (RFC 8707 §2.1); none means this provider itself.
    pub resources: Vec<Resource>,
}

/// A grant that lives, as its member may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct LivingGrant {
    /// What was granted.
    pub grant: Grant,
    /// Whether a refresh token keeps it alive, also while the member is away.
    pub refreshes: bool,
}

/// The claim names that a `claims` parameter asked for, cut down to those we can give.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedClaims {
    /// For the ID token.
    pub id_token: BTreeSet<String>,
    /// For userinfo.
    pub userinfo: BTreeSet<String>,
}

/// An authorization code that waits, or was used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeRecord {
    /// What it stands for.
    pub grant: Grant,
    /// The session it was made in, under the digest of its cookie.
    pub session: Digest,
    /// The address it was sent to; the token request must name the same (RFC 6749 §4.1.3).
    pub redirect_uri: RedirectUri,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `code_challenge` by S256: the 43 characters (RFC 7636 §4.2).
    pub code_challenge: Option<String>,
    /// When it can no longer be redeemed.
    pub expires: Timestamp,
    /// Set once used: the grant whose tokens die on reuse. Written by the store.
    pub redeemed: Option<GrantId>,
}

/// Everything that redeeming a code stores.
#[derive(Clone, Debug, PartialEq)]
pub struct Redemption {
    /// The new grant's id.
    pub grant_id: GrantId,
    /// The grant.
    pub grant: Grant,
    /// The first access token.
    pub access_token: (Digest, AccessToken),
    /// The first refresh token and its idle end.
    pub refresh_token: Option<(Digest, Timestamp)>,
    /// How long the used code is remembered: as long as anything issued from it lives.
    pub remember_until: Timestamp,
}

/// An access token, opaque or a JWT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// The grant it belongs to.
    pub grant: GrantId,
    /// Its scopes, at most the grant's.
    pub scopes: Scopes,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// The resources it is for (RFC 8707 §2.2), some of the grant's; none means this provider itself.
    pub resources: Vec<Resource>,
}

/// Where a refresh token stands in its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshPosition {
    /// The one to be used next.
    Current,
    /// The one before it, which may be inside the grace.
    Previous,
    /// An older one: its use is theft or a broken client.
    Older,
}

/// A rotation of a refresh token family.
#[derive(Clone, Debug, PartialEq)]
pub struct Rotation {
    /// The token that takes the place of the presented one.
    pub successor: Digest,
    /// The successor's text, sealed under a key derived from the token presented.
    pub sealed_successor: Vec<u8>,
    /// The idle end of the successor.
    pub idle_until: Timestamp,
    /// How long a lost answer may be asked for again.
    pub grace: Span,
    /// The access token of this answer.
    pub access_token: (Digest, AccessToken),
}

/// A member signed in at the bridge in one browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionRecord {
    /// The public name, `sid`.
    pub sid: Sid,
    /// The connection the member came through.
    pub connection: ConnectionName,
    /// The person.
    pub member: MemberKey,
    /// When the member proved to be there.
    pub auth_time: Timestamp,
    /// How (`amr`).
    pub amr: Vec<String>,
    /// The User-Agent's family and system in few words, for the member's own list; at most 64 characters.
    pub device: String,
    /// The address that the member signed in from, as far as it is known; for the same list.
    pub address: Option<IpAddr>,
    /// When it ends unless used.
    pub idle_until: Timestamp,
    /// When it ends at the latest.
    pub ends: Timestamp,
    /// The transaction it began with; its login record dies with the session.
    pub transaction: Digest,
    /// The clients that hold this session, and what each got through it.
    pub clients: BTreeMap<ClientId, Got>,
}

/// What a client got through a session, for the member's own list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Got {
    /// Since when it holds the session.
    pub since: Timestamp,
    /// What it was told, or may ask for, by the scopes whose words say so.
    pub told: Scopes,
}

impl SessionRecord {
    /// A client got this; what it got before is not forgotten. Tells whether anything changed.
    pub fn gave(&mut self, client: &ClientId, got: Got) -> bool {
        let before = self.clients.get(client).copied();
        let all =
            before.map_or(got, |before| Got { since: before.since.earlier(got.since), told: before.told.or(got.told) });
        if before == Some(all) {
            return false;
        }
        self.clients.insert(client.clone(), all);
        true
    }
}

/// What a second hit of a finished transaction is answered with (law 4): only the browser that holds
/// the transaction's cookie can open it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginRecord {
    /// Sealed by `login`: the digest of the WeCom code, the redirect, the session cookie.
    pub sealed: Vec<u8>,
    /// When it is forgotten.
    pub expires: Timestamp,
}

/// Everything that finishing a transaction stores.
#[derive(Clone, Debug, PartialEq)]
pub struct LoginOutcome {
    /// What a second hit is answered with.
    pub record: LoginRecord,
    /// The new session under the digest of its cookie; a phone that only proves its number begins none.
    pub session: Option<(Digest, SessionRecord)>,
    /// The code, where the sign-in needed nothing more.
    pub code: Option<(Digest, CodeRecord)>,
    /// The session this browser had before; it ends.
    pub replaces: Option<Digest>,
    /// Who is told, should that end be a sign-out: the clients with a back channel, and the `sub` each knows.
    pub tell: BTreeMap<ClientId, Subject>,
}

/// A logout token that a client has yet to get. The token itself is made anew at each attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutDelivery {
    /// The client.
    pub client: ClientId,
    /// The session that ended.
    pub sid: Sid,
    /// The `sub` that the client knew the person by when it ended.
    pub subject: Subject,
    /// When it ended.
    pub since: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is due.
    pub next: Timestamp,
}

/// A member as last read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRecord {
    /// What `user/get` told.
    pub member: Member,
    /// When.
    pub read_at: Timestamp,
}

/// Contact details sealed under the sealing key; the associated data is the member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedContact {
    /// The sealed [`crate::domain::member::Contact`].
    pub sealed: Vec<u8>,
    /// What the number in it is known by: a digest under a key that the store does not hold. None where there is no
    /// number that could be understood, or where an earlier version wrote it and nobody has looked since.
    pub number: Option<Digest>,
    /// Another member of the corp, where WeCom has each number once, was read with the same number since: it is told of
    /// this one no longer. It stays as long as the contact does, for whoever asks whose number it was (threat 24).
    pub moved: bool,
}

/// The account at an application that a member was led to (`[clients.nocobase]`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedAccount {
    /// The `sub` it is linked to: whoever gets the userid later has another one (law 6).
    pub subject: Subject,
    /// Where the account is: a digest of address and authenticator.
    pub place: Digest,
    /// The number of the account there.
    pub account: u64,
    /// When it was last seen there.
    pub seen: Timestamp,
}

/// What a member agreed to release to a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Who agreed: the derived subject of the person, so that whoever gets the userid later inherits nothing (law 6).
    pub person: Subject,
    /// The scopes.
    pub scopes: Scopes,
    /// Claims that were asked for by name (Core §5.5).
    pub claims: BTreeSet<String>,
    /// Services that access tokens may be for (RFC 8707).
    pub resources: BTreeSet<Resource>,
    /// When the last of it was agreed to.
    pub agreed: Timestamp,
}

impl Consent {
    /// Whether this answers everything that `asked` asks the same person for.
    pub fn covers(&self, asked: &Self) -> bool {
        self.person == asked.person
            && self.scopes.covers(asked.scopes)
            && self.claims.is_superset(&asked.claims)
            && self.resources.is_superset(&asked.resources)
    }

    /// This and what the same person agreed to before.
    #[must_use]
    pub fn beside(&self, before: Option<Self>) -> Self {
        let mut both = self.clone();
        if let Some(before) = before.filter(|before| before.person == self.person) {
            both.scopes = both.scopes.or(before.scopes);
            both.claims.extend(before.claims);
            both.resources.extend(before.resources);
        }
        both
    }
}

/// The ticket that the link of the first-login guide carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneTicket {
    /// The connection of the sign-in that waits.
    pub connection: ConnectionName,
    /// The only member who can use it.
    pub member: MemberKey,
    /// The client on whose behalf the number is asked for.
    pub client: ClientId,
    /// The transaction that waits.
    pub transaction: Digest,
    /// When it can no longer be used.
    pub expires: Timestamp,
}

/// An entry of the subject registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectEntry {
    /// The folded userid the derivation starts from: another one than the member's after a rename.
    pub derived_from: String,
    /// 1 for the first person of this userid, more after it was released.
    pub generation: u32,
    /// When it was written.
    pub since: Timestamp,
}

/// A pushed authorization request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedRequest {
    /// Who pushed it; no other client may use it.
    pub client: ClientId,
    /// The checked request, in the form that `oidc` writes.
    pub request: Vec<u8>,
    /// When it can no longer be used.
    pub expires: Timestamp,
}

/// A sealed access token of WeCom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamToken {
    /// Sealed by the owner.
    pub sealed: Vec<u8>,
    /// When it is no longer used.
    pub expires: Timestamp,
}

/// Fingerprints of the keys that a store's content depends on (law 6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    /// Of `keys/subject.key`.
    pub subject: String,
    /// Of the sealing keys that anything here may be sealed with; the last is the current one.
    pub sealing: Vec<String>,
    /// The newest signing key of each algorithm, so that an older ring is known for what it is.
    pub ring: Vec<SeenKey>,
}

/// A signing key that was seen beside this store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenKey {
    /// Its key id.
    pub kid: String,
    /// When it was made.
    pub made: Timestamp,
}
