//! Members and their sealed contact details.

use std::ops::Bound;

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use sled::IVec;

use super::SledStore;
use super::codec::{Record, decode};
use super::keys::{self, kind};
use super::work::{Core, Ticket, Work};
use crate::domain::ids::{ConnectionName, MemberKey};
use crate::store::records::{MemberRecord, SealedContact};
use crate::store::{Members, Result, StoreError};

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
        work.remove_contact(member)?;
        Ok((true, work.save_durably()))
    }
}

impl Work<'_> {
    /// Writes contact details. A number that another member was known by has moved: what that one let us read goes.
    pub fn put_contact(&mut self, member: &MemberKey, contact: &SealedContact) -> Result<()> {
        self.remove_contact(member)?;
        let key = keys::member(kind::CONTACT, member);
        if let Some(number) = &contact.number {
            let place = keys::digest(kind::NUMBER, number);
            if let Some(before) = self.raw(&place)?.filter(|before| *before != key) {
                self.remove(before);
            }
            self.put_raw(place, key.clone());
        }
        self.put(key, contact)
    }

    /// Removes contact details, and that the number is this member's.
    pub fn remove_contact(&mut self, member: &MemberKey) -> Result<()> {
        let key = keys::member(kind::CONTACT, member);
        match self.get::<SealedContact>(&key) {
            Ok(before) => {
                if let Some(number) = before.and_then(|before| before.number) {
                    self.remove(keys::digest(kind::NUMBER, &number));
                }
            }
            // A damaged one can still be replaced; its number finds nobody any more.
            Err(StoreError::Unreadable(_)) => {}
            Err(error) => return Err(error),
        }
        self.remove(key);
        Ok(())
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
            for kind in [kind::MEMBER, kind::CONSENT] {
                for (key, _) in work.under(&keys::index(kind, member), usize::MAX)? {
                    work.remove(key);
                }
            }
            work.remove_contact(member)?;
            work.save_durably()
        };
        ticket.done().await
    }

    async fn remember_contact(&self, member: &MemberKey, contact: &SealedContact) -> Result<()> {
        let ticket = {
            let mut work = self.core.begin()?;
            work.put_contact(member, contact)?;
            work.save_durably()
        };
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
}
