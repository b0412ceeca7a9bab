//! Logout tokens that clients have yet to get.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{MemoryStore, Tables};
use crate::domain::ids::{ClientId, Sid, Subject};
use crate::domain::time::Timestamp;
use crate::store::ending;
use crate::store::records::{LogoutDelivery, SessionRecord};
use crate::store::{LogoutDeliveries, Result};

type Key = (ClientId, Timestamp, Sid);

fn key(delivery: &LogoutDelivery) -> Key {
    (delivery.client.clone(), delivery.next, delivery.sid.clone())
}

impl Tables {
    /// Leaves a token for each client that is to be told of this end.
    pub(super) fn leave_logouts(
        &mut self,
        session: &SessionRecord,
        tell: &BTreeMap<ClientId, Subject>,
        now: Timestamp,
    ) {
        for delivery in ending::deliveries(session, tell, now) {
            self.logouts.insert(key(&delivery), delivery);
        }
    }

    /// Moves a delivery that is still as it was seen.
    fn move_logout(&mut self, seen: &LogoutDelivery, moved: LogoutDelivery) -> Option<LogoutDelivery> {
        let old = key(seen);
        if self.logouts.get(&old) != Some(seen) {
            return None;
        }
        self.logouts.remove(&old);
        self.logouts.insert(key(&moved), moved.clone());
        Some(moved)
    }
}

#[async_trait]
impl LogoutDeliveries for MemoryStore {
    async fn clients_awaiting_logout(&self) -> Result<Vec<ClientId>> {
        let mut clients: Vec<ClientId> = self.lock().logouts.keys().map(|(client, ..)| client.clone()).collect();
        clients.dedup();
        Ok(clients)
    }

    async fn due_logouts(&self, client: &ClientId, now: Timestamp, limit: usize) -> Result<Vec<LogoutDelivery>> {
        let tables = self.lock();
        let due = tables.logouts.values().filter(|delivery| delivery.client == *client && delivery.next <= now);
        Ok(due.take(limit).cloned().collect())
    }

    async fn claim_logout(&self, seen: &LogoutDelivery, until: Timestamp) -> Result<Option<LogoutDelivery>> {
        let claimed = LogoutDelivery { next: until, attempts: seen.attempts.saturating_add(1), ..seen.clone() };
        Ok(self.lock().move_logout(seen, claimed))
    }

    async fn postpone_logout(&self, claimed: &LogoutDelivery, next: Timestamp) -> Result<()> {
        self.lock().move_logout(claimed, LogoutDelivery { next, ..claimed.clone() });
        Ok(())
    }

    async fn settle_logout(&self, claimed: &LogoutDelivery) -> Result<()> {
        let mut tables = self.lock();
        if tables.logouts.get(&key(claimed)) == Some(claimed) {
            tables.logouts.remove(&key(claimed));
        }
        Ok(())
    }
}
