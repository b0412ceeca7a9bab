//! Tickets of the first-login guide.

use async_trait::async_trait;

use super::SledStore;
use super::keys::{self, kind};
use super::work::{Core, Ticket};
use crate::domain::digest::Digest;
use crate::domain::ids::MemberKey;
use crate::domain::time::Timestamp;
use crate::store::records::{PhoneTicket, SealedContact};
use crate::store::{PhoneTickets, Result};

impl Core {
    fn put_ticket(
        &self,
        digest: Digest,
        ticket: &PhoneTicket,
        now: Timestamp,
    ) -> Result<(Option<PhoneTicket>, Ticket)> {
        let mut work = self.begin()?;
        let key = keys::digest(kind::TICKET, &digest);
        if let Some(before) = work.living(&key, now)? {
            return Ok((Some(before), work.settle()));
        }
        work.note(ticket.expires, &[&key]);
        work.put(key, ticket)?;
        Ok((None, work.save_durably()))
    }

    fn withdraw_ticket(&self, digest: Digest) -> Result<Ticket> {
        let mut work = self.begin()?;
        work.remove(keys::digest(kind::TICKET, &digest));
        Ok(work.save_durably())
    }

    fn redeem_ticket(
        &self,
        digest: Digest,
        member: &MemberKey,
        contact: &SealedContact,
        now: Timestamp,
    ) -> Result<(bool, Ticket)> {
        let mut work = self.begin()?;
        let key = keys::digest(kind::TICKET, &digest);
        // A ticket of another member stays with its owner (law 7).
        if work.living::<PhoneTicket>(&key, now)?.is_none_or(|ticket| ticket.member != *member) {
            return Ok((false, work.settle()));
        }
        work.remove(key);
        work.put_contact(member, contact)?;
        Ok((true, work.save_durably()))
    }
}

#[async_trait]
impl PhoneTickets for SledStore {
    async fn put_phone_ticket(
        &self,
        digest: Digest,
        ticket: &PhoneTicket,
        now: Timestamp,
    ) -> Result<Option<PhoneTicket>> {
        let (before, place) = self.core.put_ticket(digest, ticket, now)?;
        place.done().await?;
        Ok(before)
    }

    async fn withdraw_phone_ticket(&self, digest: Digest) -> Result<()> {
        let place = self.core.withdraw_ticket(digest)?;
        place.done().await
    }

    async fn phone_ticket(&self, digest: Digest, now: Timestamp) -> Result<Option<PhoneTicket>> {
        self.core.living(&keys::digest(kind::TICKET, &digest), now)
    }

    async fn redeem_phone_ticket(
        &self,
        digest: Digest,
        member: &MemberKey,
        contact: &SealedContact,
        now: Timestamp,
    ) -> Result<bool> {
        let (redeemed, place) = self.core.redeem_ticket(digest, member, contact, now)?;
        place.done().await?;
        Ok(redeemed)
    }
}
