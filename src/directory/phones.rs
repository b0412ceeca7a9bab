//! Remembered phones as operators see and forget them; a number is shown by its last digits alone.

use serde::{Deserialize, Serialize};

use super::Directory;
use crate::domain::ids::{CorpId, MemberKey};
use crate::domain::member::{ContactSource, Member};
use crate::domain::time::Timestamp;
use crate::store::Result;
use crate::store::records::SealedContact;

/// A phone that is remembered of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedPhone {
    /// The corp.
    pub corp_id: CorpId,
    /// The userid in WeCom's spelling, where a connection still knows the member; otherwise in small letters.
    pub userid: String,
    /// `name`, where WeCom told one.
    pub name: Option<String>,
    /// The last four digits.
    pub phone: String,
    /// On which way it came.
    pub source: ContactSource,
    /// When the member agreed and it was read, in seconds since 1970.
    pub read_at: Timestamp,
    /// Another member of the corp was read with the same number since: no application is told of this one.
    pub moved: bool,
}

/// Some of the remembered phones, in the order of corps and userids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhonePage {
    /// The phones.
    pub phones: Vec<RememberedPhone>,
    /// After whom the next page begins; none when this is the last one.
    pub next: Option<MemberKey>,
}

/// What forgetting came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forgotten {
    /// It is gone, durably; the next sign-in that needs it asks the member again.
    Forgotten,
    /// The member is known, and nothing was remembered.
    Nothing,
    /// Nobody of that userid ever came here.
    Unknown,
}

impl Directory {
    /// At most `limit` members' phones after `after`. Contacts without a number take their place in the count.
    pub async fn phones_after(&self, after: Option<&MemberKey>, limit: usize) -> Result<PhonePage> {
        let contacts = self.store.contacts_after(after, limit).await?;
        let next = contacts.last().filter(|_| contacts.len() == limit).map(|(member, _)| member.clone());
        let mut phones = Vec::with_capacity(contacts.len());
        for (member, contact) in contacts {
            phones.extend(self.remembered_phone(&member, &contact).await?);
        }
        Ok(PhonePage { phones, next })
    }

    /// The phone that is remembered of one member. `None` when nobody of that userid ever came here.
    pub async fn phone_of(&self, member: &MemberKey) -> Result<Option<Vec<RememberedPhone>>> {
        if let Some(contact) = self.store.contact(member).await? {
            return Ok(Some(self.remembered_phone(member, &contact).await?.into_iter().collect()));
        }
        Ok(self.described(member).await?.map(|_| Vec::new()))
    }

    /// Forgets what a member let us read: the number, and the addresses that came with it.
    pub async fn forget_phone(&self, member: &MemberKey) -> Result<Forgotten> {
        if self.store.forget_contact(member).await? {
            return Ok(Forgotten::Forgotten);
        }
        Ok(if self.described(member).await?.is_some() { Forgotten::Nothing } else { Forgotten::Unknown })
    }

    async fn remembered_phone(&self, key: &MemberKey, stored: &SealedContact) -> Result<Option<RememberedPhone>> {
        let contact = self.opened_contact(key, stored)?;
        let Some(phone) = &contact.phone else { return Ok(None) };
        let member = self.described(key).await?;
        Ok(Some(RememberedPhone {
            corp_id: key.corp().clone(),
            userid: member.as_ref().map_or(key.folded_userid(), |member| member.userid.as_str()).to_owned(),
            name: member.and_then(|member| member.name),
            phone: phone.masked(),
            source: contact.source,
            read_at: contact.read_at,
            moved: stored.moved,
        }))
    }

    /// The member as one of the corp's connections was last told.
    async fn described(&self, key: &MemberKey) -> Result<Option<Member>> {
        for (name, _) in self.branches.iter().filter(|(_, branch)| branch.corp == *key.corp()) {
            if let Some(record) = self.store.member(name, key).await? {
                return Ok(Some(record.member));
            }
        }
        Ok(None)
    }
}
