//! Accounts at applications that members were led to.

use async_trait::async_trait;

use super::SledStore;
use super::keys;
use super::work::{Core, Ticket};
use crate::domain::ids::{ClientId, MemberKey};
use crate::store::records::LinkedAccount;
use crate::store::{Accounts, Result};

impl Core {
    fn forget_account(&self, member: &MemberKey, client: &ClientId) -> Result<Ticket> {
        let mut work = self.begin()?;
        let key = keys::account(member, client);
        if !work.has(&key)? {
            return Ok(work.settle());
        }
        work.remove(key);
        Ok(work.save_durably())
    }
}

#[async_trait]
impl Accounts for SledStore {
    async fn account(&self, member: &MemberKey, client: &ClientId) -> Result<Option<LinkedAccount>> {
        self.core.get(&keys::account(member, client))
    }

    async fn remember_account(&self, member: &MemberKey, client: &ClientId, account: &LinkedAccount) -> Result<()> {
        let ticket = self.core.write(keys::account(member, client), account)?;
        ticket.done().await
    }

    async fn forget_account(&self, member: &MemberKey, client: &ClientId) -> Result<()> {
        let ticket = self.core.forget_account(member, client)?;
        ticket.done().await
    }
}
