//! Pushed authorization requests and assertion ids, both capped per client.

use async_trait::async_trait;

use super::MemoryStore;
use crate::domain::digest::Digest;
use crate::domain::ids::ClientId;
use crate::domain::time::Timestamp;
use crate::store::records::PushedRequest;
use crate::store::{Pushed, PushedRequests, Result};

#[async_trait]
impl PushedRequests for MemoryStore {
    async fn put_pushed_request(
        &self,
        reference: Digest,
        request: &PushedRequest,
        cap: u32,
        now: Timestamp,
    ) -> Result<Pushed> {
        let mut tables = self.lock();
        if !tables.pushed_quota.has_room(&request.client, cap, now) {
            return Ok(Pushed::TooMany);
        }
        tables.pushed_quota.add(&request.client, request.expires);
        tables.pushed.put(reference, request.clone());
        Ok(Pushed::Stored)
    }

    async fn pushed_request(&self, reference: Digest, now: Timestamp) -> Result<Option<PushedRequest>> {
        Ok(self.lock().pushed.get(&reference, now).cloned())
    }

    async fn take_pushed_request(&self, reference: Digest, now: Timestamp) -> Result<Option<PushedRequest>> {
        let mut tables = self.lock();
        let taken = tables.pushed.take(&reference, now);
        if let Some(request) = &taken {
            tables.pushed_quota.remove(&request.client, request.expires);
        }
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
        let mut tables = self.lock();
        let key = (client.clone(), jti);
        let seen = tables.assertions.get(&key, now).is_some();
        if seen || !tables.assertion_quota.has_room(client, cap, now) {
            return Ok(false);
        }
        tables.assertion_quota.add(client, expires);
        tables.assertions.put(key, expires);
        Ok(true)
    }
}
