//! Authorization codes.

use async_trait::async_trait;

use super::{MemoryStore, Tables};
use crate::domain::digest::Digest;
use crate::domain::time::Timestamp;
use crate::store::records::{CodeRecord, Redemption};
use crate::store::{Codes, Redeemed, Result};

impl Tables {
    fn redeem_code(&mut self, code: Digest, redemption: &Redemption, now: Timestamp) -> Redeemed {
        let used = self.codes.change(&code, now, |record| {
            if record.redeemed.is_none() {
                record.redeemed = Some(redemption.grant_id);
                record.expires = redemption.remember_until;
                return None;
            }
            record.redeemed
        });
        match used {
            None => Redeemed::Unknown,
            Some(Some(grant)) => {
                self.revoke_grant(grant);
                Redeemed::Again
            }
            Some(None) => {
                self.begin_grant(redemption);
                Redeemed::Now
            }
        }
    }
}

#[async_trait]
impl Codes for MemoryStore {
    async fn put_code(&self, code: Digest, record: &CodeRecord) -> Result<()> {
        self.lock().codes.put(code, record.clone());
        Ok(())
    }

    async fn code(&self, code: Digest, now: Timestamp) -> Result<Option<CodeRecord>> {
        Ok(self.lock().codes.get(&code, now).cloned())
    }

    async fn redeem_code(&self, code: Digest, redemption: &Redemption, now: Timestamp) -> Result<Redeemed> {
        Ok(self.lock().redeem_code(code, redemption, now))
    }
}
