//! What was granted: codes, and the grants with their tokens.

use async_trait::async_trait;

use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, ConnectionName, GrantId, MemberKey, Subject};
use crate::domain::time::Timestamp;
use crate::store::Result;
use crate::store::records::{AccessToken, CodeRecord, Grant, LivingGrant, Redemption, RefreshPosition, Rotation};

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
