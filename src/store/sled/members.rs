//! Members and their sealed contact details.

use std::ops::Bound;

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use sled::IVec;

use super::SledStore;
use super::codec::{Record, decode};
use super::keys::{self, kind};
use super::work::{Core, Ticket, Work};
use crate::domain::digest::Digest;
use crate::domain::ids::{ConnectionName, MemberKey};
use crate::store::records::{MemberRecord, SealedContact};
use crate::store::{Members, Result, StoreError};

impl Work<'_> {
    /// Writes a contact that was just read. A number has one member of a corp: an earlier one is told of it no longer.
    pub fn put_contact(&mut self, member: &MemberKey, contact: &SealedContact) -> Result<()> {
        self.write_contact(member, contact)?;
        let Some(number) = contact.number.filter(|_| !contact.moved) else { return Ok(()) };
        for (entry, _) in self.under(&keys::holders_of(&number), usize::MAX)? {
            let Some(holder) = keys::holder(&entry) else { continue };
            if holder == *member || holder.corp() != member.corp() {
                continue;
            }
            let key = keys::member(kind::CONTACT, &holder);
            // One that cannot be read is told to nobody anyway.
            if let Ok(Some(held)) = self.get::<SealedContact>(&key)
                && !held.moved
            {
                self.put(key, &SealedContact { moved: true, ..held })?;
            }
        }
        Ok(())
    }

    /// Writes a contact, and by which number its member is found from now on.
    fn write_contact(&mut self, member: &MemberKey, contact: &SealedContact) -> Result<()> {
        self.remove_holder(member, contact.number);
        if let Some(number) = &contact.number {
            self.put_raw(keys::holder_of(number, member), IVec::default());
        }
        self.put(keys::member(kind::CONTACT, member), contact)
    }

    /// Removes a contact.
    fn remove_contact(&mut self, member: &MemberKey) {
        self.remove_holder(member, None);
        self.remove(keys::member(kind::CONTACT, member));
    }

    /// The contact that goes may be damaged; whoever replaces or forgets it is not held up.
    fn remove_holder(&mut self, member: &MemberKey, stays: Option<Digest>) {
        let before = self.get::<SealedContact>(&keys::member(kind::CONTACT, member)).ok().flatten();
        if let Some(number) = before.and_then(|contact| contact.number).filter(|number| Some(*number) != stays) {
            self.remove(keys::holder_of(&number, member));
        }
    }
}

impl Core {
    /// The records of one kind by member after `after`, at most `limit`.
    pub fn by_member_after<R: Record + DeserializeOwned>(
        &self,
        kind: u8,
        after: Option<&MemberKey>,
        limit: usize,
    ) -> Result<Vec<(MemberKey, R)>> {
        let first = after.map_or_else(|| keys::only(kind), |member| keys::member(kind, member));
        let rows = self.range(Bound::Excluded(&first), &keys::past(&[kind]), limit)?;
        rows.iter()
            .map(|(key, value)| Ok((keys::member_of(key).ok_or(StoreError::Unreadable(R::NAME))?, decode(value)?)))
            .collect()
    }

    fn remember_member(&self, key: IVec, record: &MemberRecord) -> Result<Ticket> {
        let mut work = self.begin()?;
        let known = work.has(&key)?;
        work.put(key, record)?;
        Ok(if known { work.save() } else { work.save_durably() })
    }

    fn forget_contact(&self, member: &MemberKey) -> Result<(bool, Ticket)> {
        let mut work = self.begin()?;
        if !work.has(&keys::member(kind::CONTACT, member))? {
            return Ok((false, work.settle()));
        }
        work.remove_contact(member);
        Ok((true, work.save_durably()))
    }

    fn remember_contact(&self, member: &MemberKey, contact: &SealedContact) -> Result<Ticket> {
        let mut work = self.begin()?;
        work.put_contact(member, contact)?;
        Ok(work.save_durably())
    }

    fn note_number(&self, member: &MemberKey, seen: &SealedContact, number: Digest) -> Result<Ticket> {
        let mut work = self.begin()?;
        if work.get::<SealedContact>(&keys::member(kind::CONTACT, member))?.as_ref() != Some(seen) {
            return Ok(work.settle());
        }
        // Which of several was read last is not known: none of them has moved.
        work.write_contact(member, &SealedContact { number: Some(number), ..seen.clone() })?;
        Ok(work.save())
    }
}

#[async_trait]
impl Members for SledStore {
    async fn remember_member(
        &self,
        connection: &ConnectionName,
        member: &MemberKey,
        record: &MemberRecord,
    ) -> Result<()> {
        let ticket = self.core.remember_member(keys::member_at(member, connection), record)?;
        ticket.done().await
    }

    async fn member(&self, connection: &ConnectionName, member: &MemberKey) -> Result<Option<MemberRecord>> {
        self.core.get(&keys::member_at(member, connection))
    }

    async fn forget_member(&self, member: &MemberKey) -> Result<()> {
        let ticket = {
            let mut work = self.core.begin()?;
            for kind in [kind::MEMBER, kind::CONSENT, kind::ACCOUNT] {
                for (key, _) in work.under(&keys::index(kind, member), usize::MAX)? {
                    work.remove(key);
                }
            }
            work.remove_contact(member);
            work.save_durably()
        };
        ticket.done().await
    }

    async fn remember_contact(&self, member: &MemberKey, contact: &SealedContact) -> Result<()> {
        let ticket = self.core.remember_contact(member, contact)?;
        ticket.done().await
    }

    async fn contact(&self, member: &MemberKey) -> Result<Option<SealedContact>> {
        self.core.get(&keys::member(kind::CONTACT, member))
    }

    async fn forget_contact(&self, member: &MemberKey) -> Result<bool> {
        let (forgotten, ticket) = self.core.forget_contact(member)?;
        ticket.done().await?;
        Ok(forgotten)
    }

    async fn contacts_after(&self, after: Option<&MemberKey>, limit: usize) -> Result<Vec<(MemberKey, SealedContact)>> {
        self.core.by_member_after(kind::CONTACT, after, limit)
    }

    async fn holders_of(&self, number: Digest, limit: usize) -> Result<Vec<MemberKey>> {
        let rows = self.core.begin()?.under(&keys::holders_of(&number), limit)?;
        rows.iter().map(|(key, _)| keys::holder(key).ok_or(StoreError::Unreadable("holder of a number"))).collect()
    }

    async fn note_number(&self, member: &MemberKey, seen: &SealedContact, number: Digest) -> Result<()> {
        let ticket = self.core.note_number(member, seen, number)?;
        ticket.done().await
    }
}
