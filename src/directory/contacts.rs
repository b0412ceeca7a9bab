//! Contact details that a member let us read: sealed before they are stored, bound to that member.

use super::Directory;
use crate::domain::ids::MemberKey;
use crate::domain::member::Contact;
use crate::keys::SealPurpose;
use crate::store::records::SealedContact;
use crate::store::{Result, StoreError};

/// What is kept of a member.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// What may be told.
    pub contact: Contact,
    /// Another member of the corp was read with the number since: it is kept, and told to nobody.
    pub moved: bool,
}

impl Directory {
    /// What was remembered of this member (law 7), without a number that has moved to another member since. The
    /// addresses are the member's own as before.
    pub async fn contact(&self, member: &MemberKey) -> Result<Option<Contact>> {
        let kept = self.kept_contact(member).await?;
        let told = |kept: Kept| {
            let something = !kept.moved || kept.contact.biz_mail.is_some() || kept.contact.email.is_some();
            something.then_some(kept.contact)
        };
        Ok(kept.and_then(told))
    }

    /// The same for the member's own page, also where nothing of it may be told.
    pub async fn kept_contact(&self, member: &MemberKey) -> Result<Option<Kept>> {
        let Some(stored) = self.store.contact(member).await? else { return Ok(None) };
        let mut contact = self.opened_contact(member, &stored)?;
        if stored.moved {
            contact.phone = None;
        }
        Ok(Some(Kept { contact, moved: stored.moved }))
    }

    /// Opens what the store keeps of this member.
    pub(super) fn opened_contact(&self, member: &MemberKey, stored: &SealedContact) -> Result<Contact> {
        let unreadable = StoreError::Unreadable("contact");
        let Ok(plain) = self.keys.sealer().open(SealPurpose::Contact, &[], &binding(member), &stored.sealed) else {
            return Err(unreadable);
        };
        postcard::from_bytes(&plain).map_err(|_| unreadable)
    }

    /// Remembers, durably, replacing what was there. Whose number moved on and who shows no other one has held it all
    /// the same: what the number is known by stays (threat 24).
    pub async fn remember_contact(&self, member: &MemberKey, contact: &Contact) -> Result<()> {
        let mut sealed = self.sealed_contact(member, contact).await?;
        if contact.phone.is_none()
            && let Some(before) = self.store.contact(member).await?.filter(|before| before.moved)
        {
            sealed = SealedContact { number: before.number, moved: true, ..sealed };
        }
        self.store.remember_contact(member, &sealed).await
    }

    /// Contact details in the form the store keeps, once whoever holds the same number can be found by it.
    pub async fn sealed_contact(&self, member: &MemberKey, contact: &Contact) -> Result<SealedContact> {
        self.numbers_are_noted().await?;
        self.seal_contact(member, contact)
    }

    fn seal_contact(&self, member: &MemberKey, contact: &Contact) -> Result<SealedContact> {
        let plain = postcard::to_stdvec(contact).map_err(|_| StoreError::Unreadable("contact"))?;
        let sealed = self.keys.sealer().seal(SealPurpose::Contact, &[], &binding(member), &plain, &*self.entropy);
        Ok(SealedContact { sealed, number: self.number_of(contact), moved: false })
    }
}

/// A sealed contact opens for the member it was sealed for and for no other.
fn binding(member: &MemberKey) -> Vec<u8> {
    format!("{}/{}", member.corp(), member.folded_userid()).into_bytes()
}
