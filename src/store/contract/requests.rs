//! What lives a short while: pushed requests, identifiers of assertions, WeCom's access tokens.

use async_trait::async_trait;

use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, ConnectionName};
use crate::domain::time::Timestamp;
use crate::store::Result;
use crate::store::records::{PushedRequest, UpstreamToken};

/// What pushing a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It is stored.
    Stored,
    /// The client has as many waiting as it may.
    TooMany,
}

/// Pushed authorization requests (RFC 9126) and the ids of client assertions: the bounded exceptions of law 1.
#[async_trait]
pub trait PushedRequests: Send + Sync {
    /// **Atomic.** Stores a request until `request.expires` unless the client has `cap` living ones.
    async fn put_pushed_request(
        &self,
        reference: Digest,
        request: &PushedRequest,
        cap: u32,
        now: Timestamp,
    ) -> Result<Pushed>;

    /// Looks at a request without using it.
    async fn pushed_request(&self, reference: Digest, now: Timestamp) -> Result<Option<PushedRequest>>;

    /// **Atomic, durable.** Takes a request: exactly one taker gets it.
    async fn take_pushed_request(&self, reference: Digest, now: Timestamp) -> Result<Option<PushedRequest>>;

    /// **Atomic, durable.** Remembers the `jti` of an assertion until `expires`; `false` when it was seen before or `cap` is reached.
    async fn use_assertion_id(
        &self,
        client: &ClientId,
        jti: Digest,
        expires: Timestamp,
        cap: u32,
        now: Timestamp,
    ) -> Result<bool>;
}

/// The access token of a connection, shared by restarts and instances (`gettoken` once in two hours).
#[async_trait]
pub trait UpstreamTokens: Send + Sync {
    /// The sealed token.
    async fn upstream_token(&self, connection: &ConnectionName, now: Timestamp) -> Result<Option<UpstreamToken>>;

    /// Stores it.
    async fn put_upstream_token(&self, connection: &ConnectionName, token: &UpstreamToken) -> Result<()>;

    /// Drops it, when WeCom refused it before its time.
    async fn drop_upstream_token(&self, connection: &ConnectionName) -> Result<()>;
}
