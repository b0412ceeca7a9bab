//! What members agreed to release.

use async_trait::async_trait;

use super::MemoryStore;
use crate::domain::ids::{ClientId, MemberKey};
use crate::store::records::Consent;
use crate::store::{Consents, Result};

#[async_trait]
impl Consents for MemoryStore {
    async fn consent(&self, member: &MemberKey, client: &ClientId) -> Result<Option<Consent>> {
        Ok(self.lock().consents.get(&(member.clone(), client.clone())).cloned())
    }

    async fn agree(&self, member: &MemberKey, client: &ClientId, consent: &Consent) -> Result<()> {
        let consents = &mut self.lock().consents;
        let key = (member.clone(), client.clone());
        let before = consents.remove(&key);
        consents.insert(key, consent.beside(before));
        Ok(())
    }

    async fn withdraw_consent(&self, member: &MemberKey, client: &ClientId) -> Result<bool> {
        Ok(self.lock().consents.remove(&(member.clone(), client.clone())).is_some())
    }

    async fn consents_of(&self, member: &MemberKey) -> Result<Vec<(ClientId, Consent)>> {
        let tables = self.lock();
        let of_member = tables.consents.iter().filter(|((of, _), _)| of == member);
        Ok(of_member.map(|((_, client), consent)| (client.clone(), consent.clone())).collect())
    }
}
