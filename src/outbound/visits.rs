//! What the protocol asks of addresses that clients name: a document to read, a form to hand over.

use std::net::IpAddr;

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

/// Visits to the hosts of clients. A visit is bounded in time, follows no redirect, and goes to no network that
/// the operator did not open (threat 35).
#[async_trait]
pub trait Visits: Send + Sync {
    /// Fetches a document of at most `largest` bytes.
    async fn get(&self, url: &Url, accept: &'static str, largest: usize) -> Result<Answered, Unreachable>;

    /// Posts a form in `application/x-www-form-urlencoded`. The status is the answer: nothing behind the head is waited for.
    async fn post(&self, url: &Url, form: String) -> Result<u16, Unreachable>;

    /// Calls an interface that takes and gives JSON.
    async fn call(&self, url: &Url, call: Call<'_>) -> Result<Answered, Unreachable>;
}

/// A call of an interface that takes and gives JSON (RFC 8259), by whoever holds a key (RFC 6750 §2.1).
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The key; it is sent to the address called, and to no other.
    pub bearer: &'a SecretString,
    /// What is posted; without it the call is a GET.
    pub json: Option<String>,
    /// The most bytes that its answer may have.
    pub largest: usize,
}

/// What an address answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status; redirects are not followed.
    pub status: u16,
    /// `Content-Type` without its parameters, in small letters.
    pub media_type: String,
    /// `Cache-Control`, as it came.
    pub cache_control: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer. The text is for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// The host has no address but ones that may not be visited.
    #[error("{0} is in a network that is not visited; when it is meant, add it to outbound.allow_private")]
    Refused(IpAddr),
    /// The name is not known.
    #[error("its name has no address")]
    Unresolved,
    /// Nobody answers there, or TLS fails.
    #[error("it cannot be connected to")]
    Connect,
    /// It took too long.
    #[error("it did not answer in time")]
    Slow,
    /// The answer is larger than asked for.
    #[error("its answer is too large")]
    Large,
    /// The connection ended early, or what came is no HTTP.
    #[error("its answer cannot be read")]
    Broken,
}
