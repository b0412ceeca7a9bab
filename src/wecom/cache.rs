//! Where an access token outlives the process, or is shared with the other instances.

use async_trait::async_trait;
use secrecy::SecretString;

use crate::domain::time::Timestamp;

/// An access token (page 91039) and the moment at which it stops being good.
#[derive(Clone, Debug)]
pub struct CachedToken {
    /// `access_token`.
    pub token: SecretString,
    /// The moment of asking plus `expires_in`, at most two hours.
    pub good_until: Timestamp,
}

/// A durable or shared copy of one connection's access token. It is the caller's matter to seal
/// what is kept, and to report its own failures: none of these calls can fail, and none may block
/// a sign-in for more than a second.
#[async_trait]
pub trait TokenCache: Send + Sync {
    /// The copy, if there is one.
    async fn load(&self) -> Option<CachedToken>;
    /// Keeps a copy in place of the one before.
    async fn save(&self, token: &CachedToken);
    /// Forgets the copy: WeCom refused it.
    async fn drop(&self);
}

/// No copy at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCache;

#[async_trait]
impl TokenCache for NoCache {
    async fn load(&self) -> Option<CachedToken> {
        None
    }

    async fn save(&self, _token: &CachedToken) {}

    async fn drop(&self) {}
}
