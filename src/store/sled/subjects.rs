//! The registry of subjects.

use async_trait::async_trait;

use super::SledStore;
use super::keys::{self, kind};
use crate::domain::ids::MemberKey;
use crate::store::records::SubjectEntry;
use crate::store::{Result, Subjects};

#[async_trait]
impl Subjects for SledStore {
    async fn subject_entry(&self, member: &MemberKey) -> Result<Option<SubjectEntry>> {
        self.core.get(&keys::member(kind::SUBJECT, member))
    }

    async fn put_subject_entry(&self, member: &MemberKey, entry: &SubjectEntry) -> Result<()> {
        let ticket = self.core.write(keys::member(kind::SUBJECT, member), entry)?;
        ticket.done().await
    }

    async fn subject_entries_after(
        &self,
        after: Option<&MemberKey>,
        limit: usize,
    ) -> Result<Vec<(MemberKey, SubjectEntry)>> {
        self.core.by_member_after(kind::SUBJECT, after, limit)
    }
}
