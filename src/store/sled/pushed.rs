//! Pushed authorization requests and assertion ids, both capped per client.
//!
//! The counts live in memory, by the second of expiry, and are made anew when the store is opened.

use async_trait::async_trait;

use super::SledStore;
use super::keys::{self, kind};
use super::work::{Core, Ticket};
use crate::domain::digest::Digest;
use crate::domain::ids::ClientId;
use crate::domain::time::Timestamp;
use crate::store::records::PushedRequest;
use crate::store::{Pushed, PushedRequests, Result};

impl Core {
    fn put_pushed(
        &self,
        reference: Digest,
        request: &PushedRequest,
        cap: u32,
        now: Timestamp,
    ) -> Result<(Pushed, Ticket)> {
        let mut work = self.begin()?;
        if !work.state.pushed.has_room(&request.client, cap, now) {
            return Ok((Pushed::TooMany, work.settle()));
        }
        let key = keys::digest(kind::PUSHED, &reference);
        work.note(request.expires, &[&key]);
        work.put(key, request)?;
        work.state.pushed.add(&request.client, request.expires);
        Ok((Pushed::Stored, work.save()))
    }

    fn take_pushed(&self, reference: Digest, now: Timestamp) -> Result<(Option<PushedRequest>, Ticket)> {
        let mut work = self.begin()?;
        let key = keys::digest(kind::PUSHED, &reference);
        let Some(request) = work.living::<PushedRequest>(&key, now)? else {
            return Ok((None, work.settle()));
        };
        work.remove(key);
        work.state.pushed.remove(&request.client, request.expires);
        Ok((Some(request), work.save_durably()))
    }

    fn use_assertion(
        &self,
        client: &ClientId,
        jti: &Digest,
        expires: Timestamp,
        cap: u32,
        now: Timestamp,
    ) -> Result<(bool, Ticket)> {
        let mut work = self.begin()?;
        let key = keys::assertion(client, jti);
        let seen = work.living::<Timestamp>(&key, now)?.is_some();
        if seen || !work.state.assertions.has_room(client, cap, now) {
            return Ok((false, work.settle()));
        }
        work.note(expires, &[&key]);
        work.put(key, &expires)?;
        work.state.assertions.add(client, expires);
        Ok((true, work.save_durably()))
    }
}

#[async_trait]
impl PushedRequests for SledStore {
    async fn put_pushed_request(
        &self,
        reference: Digest,
        request: &PushedRequest,
        cap: u32,
        now: Timestamp,
    ) -> Result<Pushed> {
        let (pushed, ticket) = self.core.put_pushed(reference, request, cap, now)?;
        ticket.done().await?;
        Ok(pushed)
    }

    async fn pushed_request(&self, reference: Digest, now: Timestamp) -> Result<Option<PushedRequest>> {
        self.core.living(&keys::digest(kind::PUSHED, &reference), now)
    }

    async fn take_pushed_request(&self, reference: Digest, now: Timestamp) -> Result<Option<PushedRequest>> {
        let (taken, ticket) = self.core.take_pushed(reference, now)?;
        ticket.done().await?;
        Ok(taken)
    }

    async fn use_assertion_id(
        &self,
        client: &ClientId,
        jti: Digest,
        expires: Timestamp,
        cap: u32,
        now: Timestamp,
    ) -> Result<bool> {
        let (fresh, ticket) = self.core.use_assertion(client, &jti, expires, cap, now)?;
        ticket.done().await?;
        Ok(fresh)
    }
}
