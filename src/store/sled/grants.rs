//! Grants and what is issued from them. Removing the one record of a grant ends everything of it.

use async_trait::async_trait;
use sled::IVec;

use super::SledStore;
use super::keys::{self, kind};
use super::work::{Core, Ticket, Work};
use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, ConnectionName, GrantId, MemberKey, Subject};
use crate::domain::time::Timestamp;
use crate::store::family::Family;
use crate::store::lifetime::Ends as _;
use crate::store::records::{AccessToken, Grant, LivingGrant, Redemption, RefreshPosition, Rotation};
use crate::store::{Grants, Result, Rotated, Withdrawn};

impl Work<'_> {
    /// Writes a new grant with its first tokens.
    pub fn begin_grant(&mut self, redemption: &Redemption) -> Result<()> {
        let id = redemption.grant_id;
        let (access, token) = &redemption.access_token;
        let (grant, access) = (keys::grant(id), keys::digest(kind::ACCESS, access));
        let family = Family::begin(redemption);
        let due = token.expires.earlier(family.ends());
        if let Some((refresh, _)) = &redemption.refresh_token {
            let refresh = keys::digest(kind::REFRESH, refresh);
            self.note(due, &[&grant, &access, &refresh]);
            self.put(refresh, &id)?;
        } else {
            self.note(due, &[&grant, &access]);
        }
        self.put_raw(keys::index_entry(kind::GRANT_OF, &redemption.grant.member, &grant), IVec::default());
        self.put(grant, &family)?;
        self.put(access, token)
    }

    /// Ends a grant; tells whether there was one.
    pub fn revoke_grant(&mut self, id: GrantId) -> Result<bool> {
        let key = keys::grant(id);
        let Some(family) = self.get::<Family>(&key)? else { return Ok(false) };
        self.drop_grant(key, &family);
        Ok(true)
    }

    /// Removes a grant with its index entry.
    pub fn drop_grant(&mut self, key: IVec, family: &Family) {
        self.remove(keys::index_entry(kind::GRANT_OF, &family.grant.member, &key));
        self.remove(key);
    }

    /// Ends the grants of a member that this is true of, and tells how many there were.
    pub fn drop_grants_of(&mut self, member: &MemberKey, meant: impl Fn(&Grant) -> bool) -> Result<usize> {
        let mut dropped = 0;
        for (entry, _) in self.under(&keys::index(kind::GRANT_OF, member), usize::MAX)? {
            let Some(grant) = keys::tail(&entry).map(|id| keys::grant(GrantId(id))) else {
                self.remove(entry);
                continue;
            };
            // A damaged grant has to end as well, whatever it was.
            if !matches!(self.get::<Family>(&grant), Ok(Some(family)) if !meant(&family.grant)) {
                self.remove(grant);
                self.remove(entry);
                dropped += 1;
            }
        }
        Ok(dropped)
    }

    fn put_rotated(&mut self, id: GrantId, family: &Family, rotation: &Rotation, rotated: &Rotated) -> Result<()> {
        let (access, token) = &rotation.access_token;
        let access = keys::digest(kind::ACCESS, access);
        if *rotated == Rotated::Now {
            let refresh = keys::digest(kind::REFRESH, &rotation.successor);
            self.note(token.expires.earlier(family.ends()), &[&access, &refresh]);
            self.put(refresh, &id)?;
        } else {
            self.note(token.expires, &[&access]);
        }
        self.put(keys::grant(id), family)?;
        self.put(access, token)
    }
}

impl Core {
    fn rotate(&self, presented: Digest, rotation: &Rotation, now: Timestamp) -> Result<(Rotated, Ticket)> {
        let mut work = self.begin()?;
        let id: Option<GrantId> = work.get(&keys::digest(kind::REFRESH, &presented))?;
        let family = match id {
            Some(id) => work.living::<Family>(&keys::grant(id), now)?.map(|family| (id, family)),
            None => None,
        };
        let Some((id, mut family)) = family else { return Ok((Rotated::Unknown, work.settle())) };
        let rotated = family.rotate(presented, rotation, now);
        match rotated {
            Rotated::Unknown => return Ok((rotated, work.settle())),
            Rotated::Reused => work.drop_grant(keys::grant(id), &family),
            Rotated::Now | Rotated::Replayed { .. } => work.put_rotated(id, &family, rotation, &rotated)?,
        }
        Ok((rotated, work.save_durably()))
    }

    fn revoke_grants_of(&self, member: &MemberKey, connection: Option<&ConnectionName>) -> Result<(usize, Ticket)> {
        let mut work = self.begin()?;
        let through = |grant: &Grant| connection.is_none_or(|name| grant.connection == *name);
        let revoked = work.drop_grants_of(member, through)?;
        Ok((revoked, if revoked > 0 { work.save_durably() } else { work.settle() }))
    }

    fn grants_of(&self, member: &MemberKey, now: Timestamp) -> Result<Vec<LivingGrant>> {
        let work = self.begin()?;
        let mut living = Vec::new();
        for (entry, _) in work.under(&keys::index(kind::GRANT_OF, member), usize::MAX)? {
            let Some(grant) = keys::tail(&entry).map(|id| keys::grant(GrantId(id))) else { continue };
            if let Some(family) = work.living::<Family>(&grant, now)? {
                living.push(LivingGrant { refreshes: family.refreshes(now), grant: family.grant });
            }
        }
        Ok(living)
    }

    fn withdraw_access(
        &self,
        member: &MemberKey,
        client: &ClientId,
        tell: Option<&Subject>,
        now: Timestamp,
    ) -> Result<(Withdrawn, Ticket)> {
        let mut work = self.begin()?;
        let grants = work.drop_grants_of(member, |grant| grant.client == *client)?;
        let tell = tell.map(|subject| (client.clone(), subject.clone())).into_iter().collect();
        let mut sessions = 0;
        for (digest, mut session) in work.living_sessions(member, now)? {
            if session.clients.contains_key(client) {
                work.leave_logouts(&session, &tell, now)?;
                session.clients.remove(client);
                work.put(keys::digest(kind::SESSION, &digest), &session)?;
                sessions += 1;
            }
        }
        let agreed = keys::consent(member, client);
        let consent = work.has(&agreed)?;
        if consent {
            work.remove(agreed);
        }
        let withdrawn = Withdrawn { grants, sessions, consent };
        Ok((withdrawn, if work.is_idle() { work.settle() } else { work.save_durably() }))
    }

    fn revoke(&self, revoke: impl FnOnce(&mut Work<'_>) -> Result<bool>) -> Result<Ticket> {
        let mut work = self.begin()?;
        let changed = revoke(&mut work)?;
        Ok(if changed { work.save_durably() } else { work.settle() })
    }
}

#[async_trait]
impl Grants for SledStore {
    async fn access_token(&self, token: Digest, now: Timestamp) -> Result<Option<(AccessToken, Grant)>> {
        let key = keys::digest(kind::ACCESS, &token);
        let Some(access) = self.core.living::<AccessToken>(&key, now)? else { return Ok(None) };
        let family = self.core.living::<Family>(&keys::grant(access.grant), now)?;
        Ok(family.map(|family| (access, family.grant)))
    }

    async fn refresh_token(&self, token: Digest, now: Timestamp) -> Result<Option<(GrantId, Grant, RefreshPosition)>> {
        let key = keys::digest(kind::REFRESH, &token);
        let Some(id) = self.core.get::<GrantId>(&key)? else { return Ok(None) };
        let family = self.core.living::<Family>(&keys::grant(id), now)?;
        Ok(family.and_then(|family| Some((id, family.position(token, now)?, family.grant))).map(|(i, p, g)| (i, g, p)))
    }

    async fn rotate_refresh_token(&self, presented: Digest, rotation: &Rotation, now: Timestamp) -> Result<Rotated> {
        let (rotated, ticket) = self.core.rotate(presented, rotation, now)?;
        ticket.done().await?;
        Ok(rotated)
    }

    async fn revoke_access_token(&self, token: Digest) -> Result<()> {
        let key = keys::digest(kind::ACCESS, &token);
        let ticket = self.core.revoke(|work| {
            let known = work.has(&key)?;
            work.remove(key);
            Ok(known)
        })?;
        ticket.done().await
    }

    async fn revoke_grant(&self, grant: GrantId) -> Result<()> {
        let ticket = self.core.revoke(|work| work.revoke_grant(grant))?;
        ticket.done().await
    }

    async fn revoke_grants_of(&self, member: &MemberKey, connection: Option<&ConnectionName>) -> Result<usize> {
        let (revoked, ticket) = self.core.revoke_grants_of(member, connection)?;
        ticket.done().await?;
        Ok(revoked)
    }

    async fn grants_of(&self, member: &MemberKey, now: Timestamp) -> Result<Vec<LivingGrant>> {
        self.core.grants_of(member, now)
    }

    async fn withdraw_access(
        &self,
        member: &MemberKey,
        client: &ClientId,
        tell: Option<&Subject>,
        now: Timestamp,
    ) -> Result<Withdrawn> {
        let (withdrawn, ticket) = self.core.withdraw_access(member, client, tell, now)?;
        ticket.done().await?;
        Ok(withdrawn)
    }
}
