//! Members and their sealed contact details.

use async_trait::async_trait;

use super::MemoryStore;
use crate::domain::ids::{ConnectionName, MemberKey};
use crate::store::records::{MemberRecord, SealedContact};
use crate::store::{Members, Result};

#[async_trait]
impl Members for MemoryStore {
    async fn remember_member(
        &self,
        connection: &ConnectionName,
        member: &MemberKey,
        record: &MemberRecord,
    ) -> Result<()> {
        self.lock().members.insert((member.clone(), connection.clone()), record.clone());
        Ok(())
    }

    async fn member(&self, connection: &ConnectionName, member: &MemberKey) -> Result<Option<MemberRecord>> {
        Ok(self.lock().members.get(&(member.clone(), connection.clone())).cloned())
    }

    async fn forget_member(&self, member: &MemberKey) -> Result<()> {
        let mut tables = self.lock();
        tables.members.retain(|(known, _), _| known != member);
        tables.contacts.remove(member);
        tables.consents.retain(|(known, _), _| known != member);
        Ok(())
    }

    async fn remember_contact(&self, member: &MemberKey, contact: &SealedContact) -> Result<()> {
        self.lock().contacts.insert(member.clone(), contact.clone());
        Ok(())
    }

    async fn contact(&self, member: &MemberKey) -> Result<Option<SealedContact>> {
        Ok(self.lock().contacts.get(member).cloned())
    }

    async fn forget_contact(&self, member: &MemberKey) -> Result<bool> {
        Ok(self.lock().contacts.remove(member).is_some())
    }

    async fn contacts_after(&self, after: Option<&MemberKey>, limit: usize) -> Result<Vec<(MemberKey, SealedContact)>> {
        Ok(super::after(&self.lock().contacts, after, limit))
    }
}
