//! Members and their sealed contact details.

use async_trait::async_trait;

use super::{MemoryStore, Tables};
use crate::domain::ids::{ConnectionName, MemberKey};
use crate::store::records::{MemberRecord, SealedContact};
use crate::store::{Members, Result};

impl Tables {
    /// Writes contact details. A number that another member was known by has moved: what that one let us read goes.
    pub(super) fn put_contact(&mut self, member: &MemberKey, contact: &SealedContact) {
        self.remove_contact(member);
        if let Some(before) = contact.number.and_then(|number| self.numbers.insert(number, member.clone())) {
            self.contacts.remove(&before);
        }
        self.contacts.insert(member.clone(), contact.clone());
    }

    fn remove_contact(&mut self, member: &MemberKey) -> bool {
        let before = self.contacts.remove(member);
        if let Some(number) = before.as_ref().and_then(|before| before.number) {
            self.numbers.remove(&number);
        }
        before.is_some()
    }
}

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
        tables.remove_contact(member);
        tables.consents.retain(|(known, _), _| known != member);
        Ok(())
    }

    async fn remember_contact(&self, member: &MemberKey, contact: &SealedContact) -> Result<()> {
        self.lock().put_contact(member, contact);
        Ok(())
    }

    async fn contact(&self, member: &MemberKey) -> Result<Option<SealedContact>> {
        Ok(self.lock().contacts.get(member).cloned())
    }

    async fn forget_contact(&self, member: &MemberKey) -> Result<bool> {
        Ok(self.lock().remove_contact(member))
    }

    async fn contacts_after(&self, after: Option<&MemberKey>, limit: usize) -> Result<Vec<(MemberKey, SealedContact)>> {
        Ok(super::after(&self.lock().contacts, after, limit))
    }
}
