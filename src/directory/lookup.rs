//! A member as a client's sign-in would find one: as remembered, or as WeCom tells at this moment. Nothing is kept.

use super::Directory;
use super::person::Named;
use crate::config::Client;
use crate::domain::client::SubjectSource;
use crate::domain::ids::{ConnectionName, MemberKey, Subject};
use crate::store::records::MemberRecord;
use crate::store::{Result, StoreError};
use crate::wecom::{Fault, WecomError};

/// A member and where from one is known.
pub struct Found {
    /// The connection that knows the member.
    pub connection: ConnectionName,
    /// The person.
    pub key: MemberKey,
    /// What WeCom told.
    pub record: MemberRecord,
    /// Whether it was remembered from a sign-in.
    pub remembered: bool,
}

/// A member who is not to be found, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    /// WeCom shows nobody.
    #[error(
        "nobody of that userid ever signed in here, and WeCom shows the app none: copy the userid from the member's page in the WeCom console, and see that the app's visible range (可见范围) holds the member"
    )]
    Nobody,
    /// WeCom cannot say.
    #[error("nobody of that userid ever signed in here, and WeCom cannot be asked ({0}). {cure}", cure = .0.cure())]
    Unasked(WecomError),
}

impl Directory {
    /// Looks through the connections that would serve the client: first what is remembered, then WeCom.
    pub async fn find(&self, client: &Client, named: &Named) -> Result<std::result::Result<Found, NotFound>> {
        let connections = self.serving(client, named);
        let found = |connection: &ConnectionName, record, remembered| {
            Ok(Ok(Found { connection: connection.clone(), key: named.member.clone(), record, remembered }))
        };
        for connection in &connections {
            if let Some(record) = self.store.member(connection, &named.member).await? {
                return found(connection, record, true);
            }
        }
        let mut reason = NotFound::Nobody;
        for connection in &connections {
            match self.described_now(connection, named).await {
                Ok(Some(record)) => return found(connection, record, false),
                Ok(None) => {}
                Err(error) => reason = NotFound::Unasked(error),
            }
        }
        Ok(Err(reason))
    }

    /// The `sub` that this client knows, or would know, the member by.
    pub async fn subject_of(&self, client: &Client, found: &Found) -> Result<Subject> {
        match client.subject {
            // A sign-in would be the first to remember the spelling.
            SubjectSource::Userid if !found.remembered => {
                Subject::parse(found.record.member.userid.as_str()).map_err(|_| StoreError::Unreadable("member"))
            }
            _ => self.subject(client, &found.key).await,
        }
    }

    /// The connection that was named; otherwise those of the corp that the client accepts; with none of them all of
    /// the corp, for the member is known there and turned away here.
    fn serving(&self, client: &Client, named: &Named) -> Vec<ConnectionName> {
        if let Some(connection) = &named.connection {
            return vec![connection.clone()];
        }
        let of_corp = self.branches.iter().filter(|(_, branch)| branch.corp == *named.member.corp());
        let of_corp: Vec<ConnectionName> = of_corp.map(|(name, _)| name.clone()).collect();
        let accepted: Vec<_> = of_corp.iter().filter(|name| client.connections.contains(name)).cloned().collect();
        if accepted.is_empty() { of_corp } else { accepted }
    }

    /// What WeCom tells of the member now; nothing where it shows none of that userid.
    async fn described_now(
        &self,
        connection: &ConnectionName,
        named: &Named,
    ) -> std::result::Result<Option<MemberRecord>, WecomError> {
        let Some(branch) = self.branches.get(connection) else { return Ok(None) };
        match branch.wecom.member(&named.userid).await {
            // An answer about somebody else is a broken answer.
            Ok(member) if MemberKey::new(branch.corp.clone(), &member.userid) != named.member => Ok(None),
            Ok(member) => Ok(Some(MemberRecord { member, read_at: self.clock.now() })),
            Err(error) if matches!(error.fault, Fault::NoSuchMember | Fault::Member) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
