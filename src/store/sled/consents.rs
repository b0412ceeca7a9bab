//! What members agreed to release.

use async_trait::async_trait;

use super::SledStore;
use super::codec::decode;
use super::keys::{self, kind};
use super::work::{Core, Ticket};
use crate::domain::ids::{ClientId, MemberKey};
use crate::store::records::Consent;
use crate::store::{Consents, Result, StoreError};

impl Core {
    fn agree(&self, member: &MemberKey, client: &ClientId, consent: &Consent) -> Result<Ticket> {
        let mut work = self.begin()?;
        let key = keys::consent(member, client);
        let before = work.get::<Consent>(&key)?;
        work.put(key, &consent.beside(before))?;
        Ok(work.save_durably())
    }

    fn withdraw_consent(&self, member: &MemberKey, client: &ClientId) -> Result<(bool, Ticket)> {
        let mut work = self.begin()?;
        let key = keys::consent(member, client);
        if !work.has(&key)? {
            return Ok((false, work.settle()));
        }
        work.remove(key);
        Ok((true, work.save_durably()))
    }
}

#[async_trait]
impl Consents for SledStore {
    async fn consent(&self, member: &MemberKey, client: &ClientId) -> Result<Option<Consent>> {
        self.core.get(&keys::consent(member, client))
    }

    async fn agree(&self, member: &MemberKey, client: &ClientId, consent: &Consent) -> Result<()> {
        let ticket = self.core.agree(member, client, consent)?;
        ticket.done().await
    }

    async fn withdraw_consent(&self, member: &MemberKey, client: &ClientId) -> Result<bool> {
        let (withdrawn, ticket) = self.core.withdraw_consent(member, client)?;
        ticket.done().await?;
        Ok(withdrawn)
    }

    async fn consents_of(&self, member: &MemberKey) -> Result<Vec<(ClientId, Consent)>> {
        let rows = self.core.begin()?.under(&keys::index(kind::CONSENT, member), usize::MAX)?;
        let client = |key| keys::consented_client(key).ok_or(StoreError::Unreadable("consent"));
        rows.iter().map(|(key, value)| Ok((client(key)?, decode(value)?))).collect()
    }
}
