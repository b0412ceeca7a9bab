//! Whether a number proves an account (threat 24): it must be the member's own, lately read, and nobody else's. A number
//! moves on to other people; what it opened once it must not open for whoever holds it next.

use super::{Search, Why};
use crate::domain::phone::PhoneNumber;
use crate::store::Result;

impl Search<'_> {
    /// The number that a link may be made by.
    pub(super) async fn number(&self) -> Result<std::result::Result<PhoneNumber, Why>> {
        let directory = &self.provider.directory;
        let Some(contact) = directory.contact(&self.session.member).await? else { return Ok(Err(Why::NoNumber)) };
        let Some(number) = contact.phone.filter(|number| number.e164().is_some()) else {
            return Ok(Err(Why::NoNumber));
        };
        let now = self.provider.now();
        // A moment that has not come yet says nothing about an age.
        if contact.read_at > now || now.since(contact.read_at) >= self.client.lifetimes.phone {
            return Ok(Err(Why::OldNumber));
        }
        if directory.holds_it_too(&self.session.member, &number).await? {
            return Ok(Err(Why::SharedNumber));
        }
        Ok(Ok(number))
    }
}
