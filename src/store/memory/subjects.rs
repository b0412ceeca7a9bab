//! The registry of subjects.

use async_trait::async_trait;

use super::MemoryStore;
use crate::domain::ids::MemberKey;
use crate::store::records::SubjectEntry;
use crate::store::{Result, Subjects};

#[async_trait]
impl Subjects for MemoryStore {
    async fn subject_entry(&self, member: &MemberKey) -> Result<Option<SubjectEntry>> {
        Ok(self.lock().subjects.get(member).cloned())
    }

    async fn put_subject_entry(&self, member: &MemberKey, entry: &SubjectEntry) -> Result<()> {
        self.lock().subjects.insert(member.clone(), entry.clone());
        Ok(())
    }

    async fn subject_entries_after(
        &self,
        after: Option<&MemberKey>,
        limit: usize,
    ) -> Result<Vec<(MemberKey, SubjectEntry)>> {
        Ok(super::after(&self.lock().subjects, after, limit))
    }
}
