//! Subjects (law 6): derived by HMAC, so that a lost store gives the same ones back; the registry
//! holds what the derivation alone cannot give, renames and later generations.

use std::borrow::Cow;

use super::Directory;
use crate::config::Client;
use crate::domain::client::SubjectSource;
use crate::domain::ids::{MemberKey, Sid, Subject, UserId};
use crate::domain::sector::Sector;
use crate::store::records::SubjectEntry;
use crate::store::{Result, StoreError};

impl Directory {
    /// The `sub` that this client knows the member by (OpenID Connect Core §2, §8).
    pub async fn subject(&self, client: &Client, member: &MemberKey) -> Result<Subject> {
        match client.subject {
            SubjectSource::Hmac => self.derived_subject(member, client.sector.as_ref()).await,
            SubjectSource::Userid => {
                let remembered = self.spelling(client, member).await?;
                let userid = remembered.as_ref().map_or(member.folded_userid(), UserId::as_str);
                Subject::parse(userid).map_err(|_| StoreError::Unreadable("member"))
            }
        }
    }

    /// The `sid` that this client knows a session by (Back-Channel Logout 1.0 §2.1): that of the session, or one of the
    /// client's sector alone, as its subjects are.
    pub fn sid<'a>(&self, client: &Client, sid: &'a Sid) -> Cow<'a, Sid> {
        match &client.sector {
            None => Cow::Borrowed(sid),
            Some(sector) => Cow::Owned(self.keys.subject_key().derive_pairwise_sid(sid, sector)),
        }
    }

    /// The person behind a member, by a name that no later holder of the userid ever has: the derived subject.
    pub async fn person(&self, member: &MemberKey) -> Result<Subject> {
        self.derived_subject(member, None).await
    }

    /// The userid as WeCom spells it, from whichever connection of the client was shown it.
    async fn spelling(&self, client: &Client, member: &MemberKey) -> Result<Option<UserId>> {
        for connection in &client.connections {
            if let Some(record) = self.store.member(connection, member).await? {
                return Ok(Some(record.member.userid));
            }
        }
        Ok(None)
    }

    /// A stable name for log lines that tells members apart and names nobody: whoever does not hold
    /// the subject key cannot find it by trying userids. Generation 0 is no subject of anybody.
    pub fn pseudonym(&self, member: &MemberKey) -> String {
        let derived = self.keys.subject_key().derive(member.corp(), member.folded_userid(), 0);
        derived.as_str().chars().take(12).collect()
    }

    /// Public, or pairwise for a sector; what the registry says of renames and generations holds for both.
    async fn derived_subject(&self, member: &MemberKey, sector: Option<&Sector>) -> Result<Subject> {
        let entry = self.store.subject_entry(member).await?;
        let (from, generation) = match &entry {
            None => (member.folded_userid(), 1),
            Some(SubjectEntry { derived_from, generation, .. }) => (derived_from.as_str(), *generation),
        };
        let key = self.keys.subject_key();
        Ok(match sector {
            None => key.derive(member.corp(), from, generation),
            Some(sector) => key.derive_pairwise(member.corp(), from, generation, sector),
        })
    }
}
