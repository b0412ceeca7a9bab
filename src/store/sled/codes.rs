//! Authorization codes.

use async_trait::async_trait;

use super::SledStore;
use super::keys::{self, kind};
use super::work::{Core, Ticket};
use crate::domain::digest::Digest;
use crate::domain::time::Timestamp;
use crate::store::records::{CodeRecord, Redemption};
use crate::store::{Codes, Redeemed, Result};

impl Core {
    fn redeem_code(&self, code: Digest, redemption: &Redemption, now: Timestamp) -> Result<(Redeemed, Ticket)> {
        let mut work = self.begin()?;
        let key = keys::digest(kind::CODE, &code);
        let Some(mut record) = work.living::<CodeRecord>(&key, now)? else {
            return Ok((Redeemed::Unknown, work.settle()));
        };
        if let Some(grant) = record.redeemed {
            let ticket = if work.revoke_grant(grant)? { work.save_durably() } else { work.settle() };
            return Ok((Redeemed::Again, ticket));
        }
        record.redeemed = Some(redemption.grant_id);
        record.expires = redemption.remember_until;
        work.put(key, &record)?;
        work.begin_grant(redemption)?;
        let ticket = if redemption.refresh_token.is_some() { work.save_durably() } else { work.save() };
        Ok((Redeemed::Now, ticket))
    }
}

#[async_trait]
impl Codes for SledStore {
    async fn put_code(&self, code: Digest, record: &CodeRecord) -> Result<()> {
        let mut work = self.core.begin()?;
        work.put_code(&code, record)?;
        work.save_lazily();
        Ok(())
    }

    async fn code(&self, code: Digest, now: Timestamp) -> Result<Option<CodeRecord>> {
        self.core.living(&keys::digest(kind::CODE, &code), now)
    }

    async fn redeem_code(&self, code: Digest, redemption: &Redemption, now: Timestamp) -> Result<Redeemed> {
        let (redeemed, ticket) = self.core.redeem_code(code, redemption, now)?;
        ticket.done().await?;
        Ok(redeemed)
    }
}

impl super::work::Work<'_> {
    /// Writes a new code.
    pub fn put_code(&mut self, code: &Digest, record: &CodeRecord) -> Result<()> {
        let key = keys::digest(kind::CODE, code);
        self.note(record.expires, &[&key]);
        self.put(key, record)
    }
}
