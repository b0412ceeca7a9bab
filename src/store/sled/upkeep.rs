//! Fingerprints, sweeping, and the proof of life.

use std::ops::Bound;

use async_trait::async_trait;

use super::SledStore;
use super::keys::{kind, only, past};
use super::work::failed;
use crate::domain::time::Timestamp;
use crate::store::records::Fingerprints;
use crate::store::{Result, Upkeep};

#[async_trait]
impl Upkeep for SledStore {
    async fn fingerprints(&self) -> Result<Option<Fingerprints>> {
        self.core.get(&only(kind::FINGERPRINTS))
    }

    async fn put_fingerprints(&self, fingerprints: &Fingerprints) -> Result<()> {
        let ticket = self.core.write(only(kind::FINGERPRINTS), fingerprints)?;
        ticket.done().await
    }

    async fn has_members(&self) -> Result<bool> {
        let first = self.core.range(Bound::Included(&[kind::MEMBER]), &past(&[kind::MEMBER]), 1)?;
        Ok(!first.is_empty())
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize> {
        self.core.sweep(now, limit).await
    }

    fn is_shared(&self) -> bool {
        false
    }

    async fn ping(&self) -> Result<()> {
        // Refused once the writer has stopped.
        drop(self.core.begin()?);
        self.core.db.contains_key(only(kind::HEADER)).map(drop).map_err(failed)
    }

    async fn flush(&self) -> Result<()> {
        let ticket = self.core.begin()?.save_durably();
        ticket.done().await
    }
}
