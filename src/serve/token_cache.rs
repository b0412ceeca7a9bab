//! WeCom's access token across restarts: sealed, in the store.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use crate::domain::ids::ConnectionName;
use crate::domain::random::Entropy;
use crate::domain::time::Clock;
use crate::keys::{Keys, SealPurpose};
use crate::store::Store;
use crate::store::records::UpstreamToken;
use crate::wecom::{CachedToken, TokenCache};

/// The copy of one connection.
pub struct StoredToken {
    /// Its name.
    pub connection: ConnectionName,
    /// What its secret is known by: a token of another secret is not this connection's.
    pub binding: Vec<u8>,
    /// The store.
    pub store: Arc<dyn Store>,
    /// The sealing key.
    pub keys: Arc<Keys>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub entropy: Arc<dyn Entropy>,
}

#[async_trait]
impl TokenCache for StoredToken {
    async fn load(&self) -> Option<CachedToken> {
        let stored = self.store.upstream_token(&self.connection, self.clock.now()).await.ok()??;
        let context = self.connection.as_str().as_bytes();
        let plain = self.keys.sealer().open(SealPurpose::UpstreamToken, &self.binding, context, &stored.sealed).ok()?;
        let token = String::from_utf8(plain).ok().map(SecretString::from)?;
        Some(CachedToken { token, good_until: stored.expires })
    }

    async fn save(&self, token: &CachedToken) {
        let sealed = self.keys.sealer().seal(
            SealPurpose::UpstreamToken,
            &self.binding,
            self.connection.as_str().as_bytes(),
            token.token.expose_secret().as_bytes(),
            &*self.entropy,
        );
        let record = UpstreamToken { sealed, expires: token.good_until };
        if let Err(error) = self.store.put_upstream_token(&self.connection, &record).await {
            tracing::warn!(event = "store.failed", error = %error, "the access token of WeCom is kept in memory only");
        }
    }

    async fn drop(&self) {
        if let Err(error) = self.store.drop_upstream_token(&self.connection).await {
            tracing::warn!(event = "store.failed", error = %error, "an access token that WeCom refused stays in the store");
        }
    }
}
