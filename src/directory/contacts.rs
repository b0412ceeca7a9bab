//! Contact details that a member let us read: sealed before they are stored, bound to that member.

use super::Directory;
use crate::domain::ids::MemberKey;
use crate::domain::member::Contact;
use crate::keys::SealPurpose;
use crate::store::records::SealedContact;
use crate::store::{Result, StoreError};

impl Directory {
    /// What was remembered of this member (law 7), unless the number has moved to another member since.
    pub async fn contact(&self, member: &MemberKey) -> Result<Option<Contact>> {
        let Some(stored) = self.store.contact(member).await?.filter(|stored| !stored.moved) else { return Ok(None) };
        self.opened_contact(member, &stored).map(Some)
    }

    /// Opens what the store keeps of this member.
    pub(super) fn opened_contact(&self, member: &MemberKey, stored: &SealedContact) -> Result<Contact> {
        let unreadable = StoreError::Unreadable("contact");
        let Ok(plain) = self.keys.sealer().open(SealPurpose::Contact, &[], &binding(member), &stored.sealed) else {
            return Err(unreadable);
        };
        postcard::from_bytes(&plain).map_err(|_| unreadable)
    }

    /// Remembers, durably, replacing what was there.
    pub async fn remember_contact(&self, member: &MemberKey, contact: &Contact) -> Result<()> {
        let sealed = self.sealed_contact(member, contact)?;
        self.store.remember_contact(member, &sealed).await
    }

    /// Contact details in the form the store keeps.
    pub fn sealed_contact(&self, member: &MemberKey, contact: &Contact) -> Result<SealedContact> {
        let plain = postcard::to_stdvec(contact).map_err(|_| StoreError::Unreadable("contact"))?;
        let sealed = self.keys.sealer().seal(SealPurpose::Contact, &[], &binding(member), &plain, &*self.entropy);
        Ok(SealedContact { sealed, number: self.number_of(contact), moved: false })
    }
}

/// A sealed contact opens for the member it was sealed for and for no other.
fn binding(member: &MemberKey) -> Vec<u8> {
    format!("{}/{}", member.corp(), member.folded_userid()).into_bytes()
}
