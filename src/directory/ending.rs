//! The end of a session, and who is told of it (Back-Channel Logout 1.0 §2).
//!
//! Every way a session ends before its time goes through here: a sign-out, another member in the same browser, a
//! member who left. A session that reaches the end of its time tells nobody: applications have times of their own.

use std::collections::BTreeMap;

use super::Directory;
use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, MemberKey, Subject};
use crate::store::records::SessionRecord;
use crate::store::{Left, Result, Which, Withdrawn};

impl Directory {
    /// Ends a session of a member; of several callers one gets it. Its clients are told from now on.
    pub async fn end_session(&self, session: Digest, member: &MemberKey) -> Result<Option<SessionRecord>> {
        let tell = self.to_tell(member).await?;
        let ended = self.store.end_session(session, &tell, self.clock.now()).await?;
        if ended.is_some() {
            self.tell_now();
        }
        Ok(ended)
    }

    /// A member leaves a session, or all of them, and everything that was granted in it ends.
    pub async fn leave(&self, member: &MemberKey, which: Which) -> Result<Left> {
        let tell = self.to_tell(member).await?;
        let left = self.store.leave(member, which, &tell, self.clock.now()).await?;
        if !left.sessions.is_empty() {
            self.tell_now();
        }
        Ok(left)
    }

    /// Takes back what a client holds of a member. A client with a back channel is told that its sessions are over.
    pub async fn withdraw_access(&self, member: &MemberKey, client: &ClientId) -> Result<Withdrawn> {
        let tell = self.to_tell(member).await?;
        let withdrawn = self.store.withdraw_access(member, client, tell.get(client), self.clock.now()).await?;
        if withdrawn.sessions > 0 {
            self.tell_now();
        }
        Ok(withdrawn)
    }

    /// Every client with a back channel, and the `sub` it knows the member by. The store takes those that hold the
    /// session at the very moment of its end.
    pub async fn to_tell(&self, member: &MemberKey) -> Result<BTreeMap<ClientId, Subject>> {
        let mut tell = BTreeMap::new();
        for client in &self.told {
            tell.insert(client.client_id.clone(), self.subject(client, member).await?);
        }
        Ok(tell)
    }

    /// Something may wait to be delivered.
    pub fn tell_now(&self) {
        self.ended.notify_one();
    }
}
