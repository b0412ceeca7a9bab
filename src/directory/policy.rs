//! Who may enter which application: one policy for fresh sign-in, SSO, `prompt=none` and refresh (law 11).

use std::collections::BTreeSet;

use super::departments::Ask;
use super::{Directory, Turned};
use crate::config::{Allow, Client};
use crate::domain::ids::{ConnectionName, MemberKey};
use crate::domain::member::{Member, Standing};
use crate::domain::refusal::Refusal;
use crate::store::Result;

impl Directory {
    /// Whether whoever came by this connection means anything to this client: it accepts the connection, and the
    /// connection is still there and of the same corp. What came by one that a reload took away is nothing to anyone.
    pub fn reaches(&self, client: &Client, connection: &ConnectionName, member: &MemberKey) -> bool {
        client.connections.contains(connection)
            && self.branches.get(connection).is_some_and(|branch| branch.corp == *member.corp())
    }

    /// Whether the member, as last read, may enter this application.
    pub async fn may_enter(
        &self,
        client: &Client,
        connection: &ConnectionName,
        member: &MemberKey,
        ask: Ask,
    ) -> Result<std::result::Result<(), Turned>> {
        let Some(record) = self.store.member(connection, member).await? else {
            return Ok(Err(Refusal::NotAMember.into()));
        };
        if !self.reaches(client, connection, member) {
            return Ok(Err(Refusal::NotAllowed.into()));
        }
        Ok(self.admits(client, connection, &record.member, ask).await)
    }

    /// The same for a member that was just read.
    pub async fn admits(
        &self,
        client: &Client,
        connection: &ConnectionName,
        member: &Member,
        ask: Ask,
    ) -> std::result::Result<(), Turned> {
        standing(member.standing)?;
        if !client.connections.contains(connection) {
            return Err(Refusal::NotAllowed.into());
        }
        match &client.allow {
            None => Ok(()),
            Some(allow) if allow.names(&member.userid) => Ok(()),
            Some(allow) => self.admits_by_department(allow, connection, member, ask).await,
        }
    }

    async fn admits_by_department(
        &self,
        allow: &Allow,
        connection: &ConnectionName,
        member: &Member,
        ask: Ask,
    ) -> std::result::Result<(), Turned> {
        let refused = Err(Refusal::NotAllowed.into());
        if allow.departments.is_empty() || member.departments.is_empty() {
            return refused;
        }
        if member.departments.iter().any(|id| allow.departments.contains(id)) {
            return Ok(());
        }
        let Some(branch) = self.branches.get(connection) else { return refused };
        // Fails closed: without the tree nobody knows whether the member's department lies below an allowed one.
        let tree = branch.departments.read(&*branch.wecom, self.clock.now(), ask).await?;
        let above: BTreeSet<u64> = member.departments.iter().flat_map(|id| tree.with_ancestors(*id)).collect();
        if above.is_disjoint(&allow.departments) { refused } else { Ok(()) }
    }
}

/// Law 5: only status 1 enters.
pub fn standing(standing: Standing) -> std::result::Result<(), Turned> {
    match standing {
        Standing::Active => Ok(()),
        Standing::Gone => Err(Refusal::NotVisible.into()),
        Standing::NotActivated => Err(Refusal::MemberNotActivated.into()),
        Standing::Disabled | Standing::Quit | Standing::Unknown(_) => Err(Refusal::MemberDisabled.into()),
    }
}
