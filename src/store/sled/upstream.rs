//! The access tokens of connections.

use async_trait::async_trait;

use super::SledStore;
use super::keys;
use crate::domain::ids::ConnectionName;
use crate::domain::time::Timestamp;
use crate::store::records::UpstreamToken;
use crate::store::{Result, UpstreamTokens};

#[async_trait]
impl UpstreamTokens for SledStore {
    async fn upstream_token(&self, connection: &ConnectionName, now: Timestamp) -> Result<Option<UpstreamToken>> {
        self.core.living(&keys::upstream(connection), now)
    }

    async fn put_upstream_token(&self, connection: &ConnectionName, token: &UpstreamToken) -> Result<()> {
        let ticket = {
            let mut work = self.core.begin()?;
            let key = keys::upstream(connection);
            work.note(token.expires, &[&key]);
            work.put(key, token)?;
            work.save()
        };
        ticket.done().await
    }

    async fn drop_upstream_token(&self, connection: &ConnectionName) -> Result<()> {
        let ticket = {
            let mut work = self.core.begin()?;
            work.remove(keys::upstream(connection));
            work.save()
        };
        ticket.done().await
    }
}
