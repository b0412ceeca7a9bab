//! The rules of a grant and its refresh tokens (law 3), free of any storage: what a presented token
//! is, and what a rotation does to the family. Every implementation keeps one [`Family`] per grant.

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

use super::Rotated;
use super::lifetime::Ends;
use super::records::{Grant, Redemption, RefreshPosition, Rotation};
use crate::domain::digest::Digest;
use crate::domain::time::Timestamp;

/// A grant with the state of its refresh tokens: one record, so that removing it ends everything of it.
///
/// `G` is `&Grant` where a new family is only written, so that nothing is copied for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Family<G = Grant> {
    /// What was granted.
    pub grant: G,
    /// When the last thing issued from it ends, at most `grant.ends`: from then on the record serves nobody.
    until: Timestamp,
    /// The refresh tokens, where there are any.
    refresh: Option<Refresh>,
}

/// The refresh token to be used next and the one before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Refresh {
    current: Digest,
    idle_until: Timestamp,
    previous: Option<Previous>,
}

/// A rotated token whose answer may have been lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Previous {
    token: Digest,
    sealed_successor: Vec<u8>,
    rotated_at: Timestamp,
}

impl<G> Ends for Family<G> {
    fn ends(&self) -> Timestamp {
        self.until
    }
}

impl<G> Family<G> {
    /// The same with the grant in another form.
    pub fn granting<H>(self, form: impl FnOnce(G) -> H) -> Family<H> {
        Family { grant: form(self.grant), until: self.until, refresh: self.refresh }
    }
}

impl<'a> Family<&'a Grant> {
    /// The family that redeeming a code begins.
    pub fn begin(redemption: &'a Redemption) -> Self {
        let refresh =
            redemption.refresh_token.map(|(current, idle_until)| Refresh { current, idle_until, previous: None });
        let mut family = Self { grant: &redemption.grant, until: Timestamp(0), refresh };
        family.reach(redemption.access_token.1.expires);
        family
    }

    /// The same with a grant of its own.
    pub fn owned(self) -> Family {
        Family { grant: self.grant.clone(), until: self.until, refresh: self.refresh }
    }
}

impl<G: Borrow<Grant>> Family<G> {
    /// Stretches the life of the record over everything that was issued from it.
    fn reach(&mut self, issued_until: Timestamp) {
        let idle = self.refresh.as_ref().map_or(Timestamp(0), |r| r.idle_until);
        let latest = self.until.max(issued_until).max(idle);
        self.until = latest.earlier(self.grant.borrow().ends);
    }

    /// Where a token of this family stands; nothing when its time is over.
    pub fn position(&self, token: Digest, now: Timestamp) -> Option<RefreshPosition> {
        let refresh = self.refresh.as_ref().filter(|r| r.idle_until > now && self.lives(now))?;
        Some(match &refresh.previous {
            _ if refresh.current == token => RefreshPosition::Current,
            Some(previous) if previous.token == token => RefreshPosition::Previous,
            _ => RefreshPosition::Older,
        })
    }

    /// Whether a refresh token of this family can be used.
    pub fn refreshes(&self, now: Timestamp) -> bool {
        self.lives(now) && self.refresh.as_ref().is_some_and(|refresh| refresh.idle_until > now)
    }

    /// Rotates. After `Reused` the caller removes the family; after `Now` and `Replayed` it stores
    /// the family and the new access token.
    pub fn rotate(&mut self, presented: Digest, rotation: &Rotation, now: Timestamp) -> Rotated {
        let Some(position) = self.position(presented, now) else { return Rotated::Unknown };
        let Some(refresh) = self.refresh.as_mut() else { return Rotated::Unknown };
        let rotated = match (position, &refresh.previous) {
            (RefreshPosition::Current, _) => {
                refresh.advance(presented, rotation, now);
                Rotated::Now
            }
            (RefreshPosition::Previous, Some(previous)) if now.since(previous.rotated_at) < rotation.grace => {
                Rotated::Replayed { sealed_successor: previous.sealed_successor.clone() }
            }
            _ => return Rotated::Reused,
        };
        self.reach(rotation.access_token.1.expires);
        rotated
    }
}

impl Refresh {
    fn advance(&mut self, presented: Digest, rotation: &Rotation, now: Timestamp) {
        self.previous =
            Some(Previous { token: presented, sealed_successor: rotation.sealed_successor.clone(), rotated_at: now });
        self.current = rotation.successor;
        self.idle_until = rotation.idle_until;
    }
}
