//! The only maker of HTTP clients (threat 44).
//!
//! Every client made here verifies TLS against the system's certificate store, follows no
//! redirect, keeps no cookie, sends no `Referer`, and gives up in time. It speaks to no proxy:
//! `HTTPS_PROXY` and its kin are not read, because WeCom admits callers by their address
//! (企业可信IP) and a proxy that came in by the environment would change it unseen. Addresses that clients
//! name are visited by a [`Guarded`] one alone (threat 35).

pub mod guarded;
pub mod networks;
pub mod visits;

use std::time::Duration;

pub use guarded::Guarded;
pub use networks::Networks;
pub use visits::{Answered, Call, Unreachable, Visits};

/// How long an idle connection is kept. Shorter than the 60 to 75 seconds of common web servers,
/// so that a request seldom meets a connection that the other side is just closing.
const IDLE: Duration = Duration::from_secs(30);

/// What a client may be told.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long connecting may take, name resolution and TLS included.
    pub connect: Duration,
    /// How long a whole call may take, from connecting to the last byte of the answer.
    pub whole: Duration,
    /// PEM certificates that are trusted beside the system's (`outbound.ca_file`).
    pub extra_roots_pem: Option<Vec<u8>>,
}

/// A client that cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The extra roots are no PEM certificates.
    #[error("the file of extra trusted certificates (outbound.ca_file) holds no readable PEM certificate")]
    Roots,
    /// The TLS library refuses to start; most often the system has no certificate store.
    #[error("TLS cannot be set up: is the system's certificate store (package ca-certificates) installed?")]
    Tls,
}

/// Makes a client.
pub fn client(options: &Options) -> Result<reqwest::Client, OutboundError> {
    builder(options)?.build().map_err(|_| OutboundError::Tls)
}

#[allow(clippy::disallowed_methods, reason = "this is the one place that makes HTTP clients")]
fn builder(options: &Options) -> Result<reqwest::ClientBuilder, OutboundError> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("wecom-oidc/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .tls_backend_rustls()
        .connect_timeout(options.connect)
        .timeout(options.whole)
        .pool_idle_timeout(IDLE);
    if let Some(pem) = &options.extra_roots_pem {
        let roots = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| OutboundError::Roots)?;
        if roots.is_empty() {
            return Err(OutboundError::Roots);
        }
        builder = builder.tls_certs_merge(roots);
    }
    Ok(builder)
}

#[cfg(test)]
mod tests;
