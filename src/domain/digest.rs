//! Digests under which unguessable things are stored, so that the store never holds a usable one.

use std::fmt;

use aws_lc_rs::digest as sha;
use serde::{Deserialize, Serialize};

/// SHA-256 over a purpose and a value. Two kinds of token with the same text have different digests.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(pub [u8; 32]);

/// What a digested value is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An authorization code of ours.
    Code,
    /// An access token of ours.
    AccessToken,
    /// A refresh token of ours.
    RefreshToken,
    /// The value of a session cookie.
    Session,
    /// The id of a sign-in transaction.
    Transaction,
    /// The ticket in the link of the first-login guide.
    PhoneTicket,
    /// The reference of a pushed authorization request.
    PushedRequest,
    /// The `jti` of a client assertion.
    AssertionId,
    /// The tail that tells shortened usernames apart.
    Username,
    /// The token in a form of ours.
    FormToken,
    /// A code that WeCom handed to a browser.
    WecomCode,
    /// Where the accounts of a client are.
    AccountPlace,
}

impl Digest {
    /// Digests `value` for `purpose`.
    pub fn of(purpose: Purpose, value: &str) -> Self {
        let mut context = sha::Context::new(&sha::SHA256);
        context.update(&[purpose as u8]);
        context.update(value.as_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.finish().as_ref());
        Self(bytes)
    }

    /// The first eight hexadecimal digits, to tell things apart in a log line.
    pub fn short(&self) -> String {
        hex::encode(&self.0[..4])
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({}…)", self.short())
    }
}
