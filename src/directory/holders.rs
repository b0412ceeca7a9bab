//! Whose number it is: one that two members hold proves nothing about either (threat 24).

use super::Directory;
use crate::domain::digest::Digest;
use crate::domain::ids::MemberKey;
use crate::domain::member::Contact;
use crate::domain::phone::PhoneNumber;
use crate::store::Result;

/// How many contacts of an earlier version are looked at in one go.
const STEP: usize = 256;

impl Directory {
    /// Whether somebody else's remembered number is the same one, whatever the spelling. A number that cannot be
    /// understood is compared with none.
    pub async fn holds_it_too(&self, member: &MemberKey, number: &PhoneNumber) -> Result<bool> {
        let Some(e164) = number.e164() else { return Ok(false) };
        self.numbers_are_noted().await?;
        let holders = self.store.holders_of(self.keys.subject_key().number(e164), 2).await?;
        Ok(holders.iter().any(|holder| holder != member))
    }

    /// Every remembered number can be compared, those as well that an earlier version wrote.
    pub(super) async fn numbers_are_noted(&self) -> Result<()> {
        self.numbers.get_or_try_init(|| self.note_numbers()).await.map(drop)
    }

    /// What the number of a contact is known by.
    pub(super) fn number_of(&self, contact: &Contact) -> Option<Digest> {
        let e164 = contact.phone.as_ref()?.e164()?;
        Some(self.keys.subject_key().number(e164))
    }

    /// Contacts that an earlier version wrote can be compared from now on: those that hold a number, once in a store's life.
    async fn note_numbers(&self) -> Result<()> {
        let mut after = None;
        loop {
            let step = self.store.contacts_after(after.as_ref(), STEP).await?;
            for (member, stored) in step.iter().filter(|(_, stored)| stored.number.is_none()) {
                // One that cannot be opened is of no use to its own member either.
                let number = self.opened_contact(member, stored).ok().and_then(|contact| self.number_of(&contact));
                if let Some(number) = number {
                    self.store.note_number(member, stored, number).await?;
                }
            }
            match step.last() {
                Some((last, _)) if step.len() == STEP => after = Some(last.clone()),
                _ => return Ok(()),
            }
            tokio::task::yield_now().await;
        }
    }
}
