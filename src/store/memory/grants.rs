//! Grants and what is issued from them.

use async_trait::async_trait;

use super::{MemoryStore, Tables};
use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, ConnectionName, GrantId, MemberKey, Subject};
use crate::domain::time::Timestamp;
use crate::store::family::Family;
use crate::store::lifetime::Ends;
use crate::store::records::{AccessToken, Grant, LivingGrant, Redemption, RefreshPosition, Rotation, SessionRecord};
use crate::store::{Grants, Result, Rotated, Withdrawn};

/// A family with the digests of all its refresh tokens, so that they go when it goes.
#[derive(Debug)]
pub(super) struct Held {
    family: Family,
    tokens: Vec<Digest>,
}

impl Ends for Held {
    fn ends(&self) -> Timestamp {
        self.family.ends()
    }
}

impl Tables {
    pub(super) fn begin_grant(&mut self, redemption: &Redemption) {
        let id = redemption.grant_id;
        let tokens: Vec<Digest> = redemption.refresh_token.iter().map(|(token, _)| *token).collect();
        for token in &tokens {
            self.refresh_tokens.insert(*token, id);
        }
        self.grants_of.insert((redemption.grant.member.clone(), id));
        self.grants.put(id, Held { family: Family::begin(redemption).owned(), tokens });
        self.access_tokens.put(redemption.access_token.0, redemption.access_token.1.clone());
    }

    /// Ends a grant; tells whether there was one.
    pub(super) fn revoke_grant(&mut self, id: GrantId) -> bool {
        let Some(held) = self.grants.remove(&id) else { return false };
        for token in &held.tokens {
            self.refresh_tokens.remove(token);
        }
        self.grants_of.remove(&(held.family.grant.member, id));
        true
    }

    fn rotate(&mut self, presented: Digest, rotation: &Rotation, now: Timestamp) -> Rotated {
        let Some(id) = self.refresh_tokens.get(&presented).copied() else { return Rotated::Unknown };
        let rotated = self.grants.change(&id, now, |held| {
            let rotated = held.family.rotate(presented, rotation, now);
            if rotated == Rotated::Now {
                held.tokens.push(rotation.successor);
            }
            rotated
        });
        let rotated = rotated.unwrap_or(Rotated::Unknown);
        match rotated {
            Rotated::Unknown => return rotated,
            Rotated::Reused => {
                self.revoke_grant(id);
                return rotated;
            }
            Rotated::Now => {
                self.refresh_tokens.insert(rotation.successor, id);
            }
            Rotated::Replayed { .. } => {}
        }
        self.access_tokens.put(rotation.access_token.0, rotation.access_token.1.clone());
        rotated
    }

    /// The grants of a member that this is true of, those that have ended and are still here included.
    pub(super) fn grants_of(&self, member: &MemberKey, meant: impl Fn(&Grant) -> bool) -> Vec<GrantId> {
        let first = (member.clone(), GrantId([0; 16]));
        let of_member = self.grants_of.range(first..).take_while(|(m, _)| m == member).map(|(_, id)| *id);
        let is_meant = |id: &GrantId| self.grants.get(id, Timestamp(0)).is_some_and(|held| meant(&held.family.grant));
        of_member.filter(is_meant).collect()
    }

    pub(super) fn revoke_all(&mut self, grants: Vec<GrantId>) -> usize {
        grants.into_iter().filter(|id| self.revoke_grant(*id)).count()
    }

    fn withdraw_access(
        &mut self,
        member: &MemberKey,
        client: &ClientId,
        tell: Option<&Subject>,
        now: Timestamp,
    ) -> Withdrawn {
        let grants = self.revoke_all(self.grants_of(member, |grant| grant.client == *client));
        let tell = tell.map(|subject| (client.clone(), subject.clone())).into_iter().collect();
        let holds = |session: &SessionRecord| session.clients.contains_key(client);
        let held: Vec<_> = self.living_sessions(member, now).into_iter().filter(|(_, s)| holds(s)).collect();
        for (digest, session) in &held {
            self.leave_logouts(session, &tell, now);
            self.sessions.change(digest, now, |session| session.clients.remove(client));
        }
        let consent = self.consents.remove(&(member.clone(), client.clone())).is_some();
        Withdrawn { grants, sessions: held.len(), consent }
    }
}

#[async_trait]
impl Grants for MemoryStore {
    async fn access_token(&self, token: Digest, now: Timestamp) -> Result<Option<(AccessToken, Grant)>> {
        let tables = self.lock();
        let found = tables.access_tokens.get(&token, now).and_then(|access| {
            let held = tables.grants.get(&access.grant, now)?;
            Some((access.clone(), held.family.grant.clone()))
        });
        Ok(found)
    }

    async fn refresh_token(&self, token: Digest, now: Timestamp) -> Result<Option<(GrantId, Grant, RefreshPosition)>> {
        let tables = self.lock();
        let found = tables.refresh_tokens.get(&token).and_then(|id| {
            let held = tables.grants.get(id, now)?;
            Some((*id, held.family.grant.clone(), held.family.position(token, now)?))
        });
        Ok(found)
    }

    async fn rotate_refresh_token(&self, presented: Digest, rotation: &Rotation, now: Timestamp) -> Result<Rotated> {
        Ok(self.lock().rotate(presented, rotation, now))
    }

    async fn revoke_access_token(&self, token: Digest) -> Result<()> {
        self.lock().access_tokens.remove(&token);
        Ok(())
    }

    async fn revoke_grant(&self, grant: GrantId) -> Result<()> {
        self.lock().revoke_grant(grant);
        Ok(())
    }

    async fn revoke_grants_of(&self, member: &MemberKey, connection: Option<&ConnectionName>) -> Result<usize> {
        let mut tables = self.lock();
        let grants = tables.grants_of(member, |grant| connection.is_none_or(|name| grant.connection == *name));
        Ok(tables.revoke_all(grants))
    }

    async fn grants_of(&self, member: &MemberKey, now: Timestamp) -> Result<Vec<LivingGrant>> {
        let tables = self.lock();
        let ids = tables.grants_of(member, |_| true);
        let living = ids
            .iter()
            .filter_map(|id| tables.grants.get(id, now))
            .map(|held| LivingGrant { grant: held.family.grant.clone(), refreshes: held.family.refreshes(now) });
        Ok(living.collect())
    }

    async fn withdraw_access(
        &self,
        member: &MemberKey,
        client: &ClientId,
        tell: Option<&Subject>,
        now: Timestamp,
    ) -> Result<Withdrawn> {
        Ok(self.lock().withdraw_access(member, client, tell, now))
    }
}
