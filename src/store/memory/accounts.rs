//! Accounts at applications that members were led to.

use async_trait::async_trait;

use super::MemoryStore;
use crate::domain::ids::{ClientId, MemberKey};
use crate::store::records::LinkedAccount;
use crate::store::{Accounts, Result};

#[async_trait]
impl Accounts for MemoryStore {
    async fn account(&self, member: &MemberKey, client: &ClientId) -> Result<Option<LinkedAccount>> {
        Ok(self.lock().accounts.get(&(member.clone(), client.clone())).cloned())
    }

    async fn remember_account(&self, member: &MemberKey, client: &ClientId, account: &LinkedAccount) -> Result<()> {
        self.lock().accounts.insert((member.clone(), client.clone()), account.clone());
        Ok(())
    }

    async fn forget_account(&self, member: &MemberKey, client: &ClientId) -> Result<()> {
        self.lock().accounts.remove(&(member.clone(), client.clone()));
        Ok(())
    }
}
