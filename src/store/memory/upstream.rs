//! The access tokens of connections.

use async_trait::async_trait;

use super::MemoryStore;
use crate::domain::ids::ConnectionName;
use crate::domain::time::Timestamp;
use crate::store::records::UpstreamToken;
use crate::store::{Result, UpstreamTokens};

#[async_trait]
impl UpstreamTokens for MemoryStore {
    async fn upstream_token(&self, connection: &ConnectionName, now: Timestamp) -> Result<Option<UpstreamToken>> {
        Ok(self.lock().upstream.get(connection, now).cloned())
    }

    async fn put_upstream_token(&self, connection: &ConnectionName, token: &UpstreamToken) -> Result<()> {
        self.lock().upstream.put(connection.clone(), token.clone());
        Ok(())
    }

    async fn drop_upstream_token(&self, connection: &ConnectionName) -> Result<()> {
        self.lock().upstream.remove(connection);
        Ok(())
    }
}
