//! Logout tokens that clients have yet to get. When one is due stands in its key, so that finding what is due reads
//! nothing else, and a key that is gone tells that another was faster.

use std::collections::BTreeMap;
use std::ops::Bound;

use async_trait::async_trait;

use super::SledStore;
use super::codec;
use super::keys::{self, kind};
use super::work::{Core, Ticket, Work};
use crate::domain::ids::{ClientId, Subject};
use crate::domain::time::Timestamp;
use crate::store::ending;
use crate::store::records::{LogoutDelivery, SessionRecord};
use crate::store::{LogoutDeliveries, Result};

/// So many that cannot be read may stand before the next good one: they are left alone and hold nobody up.
const DAMAGED: usize = 16;

impl Work<'_> {
    /// Leaves a token for each client that is to be told of this end.
    pub fn leave_logouts(
        &mut self,
        session: &SessionRecord,
        tell: &BTreeMap<ClientId, Subject>,
        now: Timestamp,
    ) -> Result<()> {
        for delivery in ending::deliveries(session, tell, now) {
            self.put(keys::logout(&delivery), &delivery)?;
        }
        Ok(())
    }
}

impl Core {
    fn clients_awaiting(&self) -> Result<Vec<ClientId>> {
        let end = keys::past(&[kind::LOGOUT]);
        let (mut from, mut clients) = (vec![kind::LOGOUT], Vec::new());
        while let Some((key, _)) = self.range(Bound::Included(&from), &end, 1)?.pop() {
            // Nothing but a client stands there; whatever else does is passed over.
            let Some(client) = keys::awaiting_client(&key) else {
                from = [&key[..], &[0]].concat();
                continue;
            };
            from = keys::past(&keys::logouts_of(&client));
            clients.push(client);
        }
        Ok(clients)
    }

    /// Replaces a delivery that is still as it was seen, or ends it.
    fn replace_logout(&self, seen: &LogoutDelivery, by: Option<&LogoutDelivery>) -> Result<(bool, Ticket)> {
        let mut work = self.begin()?;
        let key = keys::logout(seen);
        if work.get::<LogoutDelivery>(&key)?.as_ref() != Some(seen) {
            return Ok((false, work.settle()));
        }
        work.remove(key);
        if let Some(moved) = by {
            work.put(keys::logout(moved), moved)?;
        }
        Ok((true, work.save()))
    }
}

#[async_trait]
impl LogoutDeliveries for SledStore {
    async fn clients_awaiting_logout(&self) -> Result<Vec<ClientId>> {
        self.core.clients_awaiting()
    }

    async fn due_logouts(&self, client: &ClientId, now: Timestamp, limit: usize) -> Result<Vec<LogoutDelivery>> {
        let (from, to) = (keys::logouts_of(client), keys::logouts_past(client, now));
        let rows = self.core.range(Bound::Included(&from), &to, limit.saturating_add(DAMAGED))?;
        Ok(rows.iter().filter_map(|(_, value)| codec::decode(value).ok()).take(limit).collect())
    }

    async fn claim_logout(&self, seen: &LogoutDelivery, until: Timestamp) -> Result<Option<LogoutDelivery>> {
        let claimed = LogoutDelivery { next: until, attempts: seen.attempts.saturating_add(1), ..seen.clone() };
        let (done, ticket) = self.core.replace_logout(seen, Some(&claimed))?;
        ticket.done().await?;
        Ok(done.then_some(claimed))
    }

    async fn postpone_logout(&self, claimed: &LogoutDelivery, next: Timestamp) -> Result<()> {
        let later = LogoutDelivery { next, ..claimed.clone() };
        let (_, ticket) = self.core.replace_logout(claimed, Some(&later))?;
        ticket.done().await
    }

    async fn settle_logout(&self, claimed: &LogoutDelivery) -> Result<()> {
        let (_, ticket) = self.core.replace_logout(claimed, None)?;
        ticket.done().await
    }
}
