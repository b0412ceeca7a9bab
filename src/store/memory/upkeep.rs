//! Fingerprints, sweeping, and what a store on a disk would have to do besides.

use async_trait::async_trait;

use super::{MemoryStore, Tables};
use crate::domain::time::Timestamp;
use crate::store::records::Fingerprints;
use crate::store::{Result, Upkeep};

impl Tables {
    fn sweep(&mut self, now: Timestamp, limit: usize) -> usize {
        let mut left = limit;
        while left > 0
            && let Some(id) = self.grants.ended(now).copied()
        {
            self.revoke_grant(id);
            left -= 1;
        }
        while left > 0
            && let Some(digest) = self.sessions.ended(now).copied()
        {
            self.remove_session(&digest);
            left -= 1;
        }
        left -= self.codes.sweep(now, left);
        left -= self.access_tokens.sweep(now, left);
        left -= self.logins.sweep(now, left);
        left -= self.tickets.sweep(now, left);
        left -= self.pushed.sweep(now, left);
        left -= self.assertions.sweep(now, left);
        left -= self.upstream.sweep(now, left);
        limit - left
    }
}

#[async_trait]
impl Upkeep for MemoryStore {
    async fn fingerprints(&self) -> Result<Option<Fingerprints>> {
        Ok(self.lock().fingerprints.clone())
    }

    async fn put_fingerprints(&self, fingerprints: &Fingerprints) -> Result<()> {
        self.lock().fingerprints = Some(fingerprints.clone());
        Ok(())
    }

    async fn has_members(&self) -> Result<bool> {
        Ok(!self.lock().members.is_empty())
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize> {
        Ok(self.lock().sweep(now, limit))
    }

    fn is_shared(&self) -> bool {
        false
    }

    async fn ping(&self) -> Result<()> {
        Ok(())
    }

    async fn flush(&self) -> Result<()> {
        Ok(())
    }
}
