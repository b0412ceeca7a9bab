//! Tickets of the first-login guide.

use async_trait::async_trait;

use super::MemoryStore;
use crate::domain::digest::Digest;
use crate::domain::ids::MemberKey;
use crate::domain::time::Timestamp;
use crate::store::records::{PhoneTicket, SealedContact};
use crate::store::{PhoneTickets, Result};

#[async_trait]
impl PhoneTickets for MemoryStore {
    async fn put_phone_ticket(
        &self,
        digest: Digest,
        ticket: &PhoneTicket,
        now: Timestamp,
    ) -> Result<Option<PhoneTicket>> {
        let mut tables = self.lock();
        let before = tables.tickets.get(&digest, now).cloned();
        if before.is_none() {
            tables.tickets.put(digest, ticket.clone());
        }
        Ok(before)
    }

    async fn withdraw_phone_ticket(&self, digest: Digest) -> Result<()> {
        self.lock().tickets.remove(&digest);
        Ok(())
    }

    async fn phone_ticket(&self, digest: Digest, now: Timestamp) -> Result<Option<PhoneTicket>> {
        Ok(self.lock().tickets.get(&digest, now).cloned())
    }

    async fn redeem_phone_ticket(
        &self,
        digest: Digest,
        member: &MemberKey,
        contact: &SealedContact,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tables = self.lock();
        // A ticket of another member stays with its owner (law 7).
        if tables.tickets.get(&digest, now).is_none_or(|t| t.member != *member) {
            return Ok(false);
        }
        tables.tickets.remove(&digest);
        tables.put_contact(member, contact);
        Ok(true)
    }
}
