//! Who may enter which application: one policy for fresh sign-in, SSO, `prompt=none` and refresh (law 11).

use tokio::time::Instant;

use super::ahead::Ask;
use super::departments::{self, lies_in};
use super::verdict::Verdict;
use super::{Branch, Directory, Turned};
use crate::config::{Allow, Client};
use crate::domain::ids::{ConnectionName, MemberKey};
use crate::domain::member::{Member, Standing};
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;
use crate::store::Result;
use crate::wecom::{Call, WecomError};

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
        let Some(allow) = &client.allow else { return Ok(()) };
        let Some(branch) = self.branches.get(connection) else { return Err(Refusal::NotAllowed.into()) };
        let (now, mut failed) = (self.clock.now(), None);
        let mut verdict = branch.meets(allow, member, now);
        if verdict == Verdict::Unsure && ask == Ask::Once {
            failed = branch.read_for(allow, now).await.err();
            verdict = branch.meets(allow, member, now);
        }
        match verdict {
            Verdict::Yes => Ok(()),
            Verdict::No => Err(Refusal::NotAllowed.into()),
            // Fails closed: nobody knows whether the member lies below an allowed department, or has an allowed tag.
            Verdict::Unsure => Err(failed.map_or_else(|| Refusal::WecomUnavailable.into(), Turned::from)),
        }
    }
}

impl Branch {
    /// Whether any one of the lists is met, by what is known and believed.
    fn meets(&self, allow: &Allow, member: &Member, now: Timestamp) -> Verdict {
        if allow.names(&member.userid) {
            return Verdict::Yes;
        }
        let tree = self.departments.believed(now);
        let tree = tree.as_deref();
        let tagged = |id: &u64| self.tags.believed(*id, now).map_or(Verdict::Unsure, |tag| tag.hold(member, tree));
        let by_department = lies_in(&allow.departments, member, tree);
        allow.tags.iter().fold(by_department, |verdict, id| verdict.or(|| tagged(id)))
    }

    /// Reads what the lists hang on and what is not known, the tree beside the tags, all of it no longer than the
    /// connection's patience.
    async fn read_for(&self, allow: &Allow, now: Timestamp) -> std::result::Result<(), WecomError> {
        let wecom = &*self.wecom;
        let until = Instant::now() + self.patience;
        let tree = self.departments.needed(Call::DepartmentList, now, self.patience, departments::read(wecom));
        let tags = async {
            let mut outcome = Ok(());
            for id in &allow.tags {
                let left = until.saturating_duration_since(Instant::now());
                outcome = outcome.and(self.tags.needed(wecom, *id, now, left).await.map(drop));
            }
            outcome
        };
        let (tree, tags) = tokio::join!(tree, tags);
        tags.and(tree.map(drop))
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
