//! Members and their sealed contact details.

use async_trait::async_trait;

use super::{MemoryStore, Tables};
use crate::domain::digest::Digest;
use crate::domain::ids::{ConnectionName, MemberKey};
use crate::store::records::{MemberRecord, SealedContact};
use crate::store::{Members, Result};

impl Tables {
    /// Writes a contact that was just read. A number has one member of a corp: an earlier one is told of it no longer.
    pub fn put_contact(&mut self, member: &MemberKey, contact: &SealedContact) {
        self.write_contact(member, contact);
        if contact.moved {
            return;
        }
        let holders = self.holders.iter().filter(|(held, holder)| {
            Some(*held) == contact.number && holder != member && holder.corp() == member.corp()
        });
        for (_, holder) in holders {
            if let Some(held) = self.contacts.get_mut(holder) {
                held.moved = true;
            }
        }
    }

    /// Writes a contact, and by which number its member is found from now on.
    fn write_contact(&mut self, member: &MemberKey, contact: &SealedContact) {
        self.remove_contact(member);
        self.holders.extend(contact.number.map(|number| (number, member.clone())));
        self.contacts.insert(member.clone(), contact.clone());
    }

    /// Removes a contact; tells whether there was one.
    pub fn remove_contact(&mut self, member: &MemberKey) -> bool {
        let before = self.contacts.remove(member);
        if let Some(number) = before.as_ref().and_then(|contact| contact.number) {
            self.holders.remove(&(number, member.clone()));
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
        tables.accounts.retain(|(known, _), _| known != member);
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

    async fn holders_of(&self, number: Digest, limit: usize) -> Result<Vec<MemberKey>> {
        let tables = self.lock();
        let holders = tables.holders.iter().filter(|(held, _)| *held == number).map(|(_, member)| member.clone());
        Ok(holders.take(limit).collect())
    }

    async fn note_number(&self, member: &MemberKey, seen: &SealedContact, number: Digest) -> Result<()> {
        let mut tables = self.lock();
        if tables.contacts.get(member) == Some(seen) {
            tables.write_contact(member, &SealedContact { number: Some(number), ..seen.clone() });
        }
        Ok(())
    }
}
