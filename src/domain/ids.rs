//! Names of corps, members, connections, clients, transactions and sessions, each its own type.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that may not be used as the id it was meant to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {what}: {rule}")]
pub struct InvalidId {
    /// The kind of id.
    pub what: &'static str,
    /// What a valid one looks like.
    pub rule: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text when it keeps the rule.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidId { what: $what, rule: $rule })
                }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn every(text: &str, max: usize, allowed: fn(u8) -> bool) -> bool {
    (1..=max).contains(&text.len()) && text.bytes().all(allowed)
}

text_id! {
    /// A WeCom corp id (`corp_id` of a connection; 18 characters in practice, `wecom-api.md` §3).
    CorpId, "corp_id", "1 to 64 of letters, digits, - and _",
    |t| every(t, 64, |b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

text_id! {
    /// The name of a connection, the `NAME` of `[wecom.NAME]`.
    ConnectionName, "connection name", "1 to 32 of small letters, digits, - and _",
    |t| every(t, 32, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

text_id! {
    /// A relying party's `client_id` (RFC 6749 §2.2; VSCHAR of its Appendix A.1, and path-safe because `/open/{client_id}` holds it).
    ClientId, "client_id", "1 to 128 of letters, digits and . - _ ~",
    |t| every(t, 128, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'~'))
}

text_id! {
    /// A member's userid as WeCom returns it (letters in the case the administrator chose).
    UserId, "userid", "1 to 64 of letters, digits and _ . @ -",
    |t| every(t, 64, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'@' | b'-'))
}

text_id! {
    /// The id of a sign-in transaction: seven characters of start time, then random ones, all of `[A-Za-z0-9]`.
    TransactionId, "transaction id", "22 letters and digits",
    |t| t.len() == 22 && t.bytes().all(|b| b.is_ascii_alphanumeric())
}

text_id! {
    /// The public name of a session, the `sid` claim (Back-Channel Logout §2.1).
    Sid, "sid", "1 to 64 of the base64url alphabet",
    |t| every(t, 64, |b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

text_id! {
    /// A subject identifier, the `sub` claim (OpenID Connect Core §2: at most 255 ASCII characters).
    Subject, "sub", "1 to 255 visible ASCII characters",
    |t| every(t, 255, |b| b.is_ascii_graphic())
}

/// A person: a corp and the userid with ASCII letters folded to small ones, because WeCom's uniqueness ignores case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MemberKey {
    corp: CorpId,
    folded: String,
}

impl MemberKey {
    /// The person that `userid` names in `corp`.
    pub fn new(corp: CorpId, userid: &UserId) -> Self {
        Self { corp, folded: userid.as_str().to_ascii_lowercase() }
    }

    /// The corp.
    pub fn corp(&self) -> &CorpId {
        &self.corp
    }

    /// The userid in small letters. To show it, use the spelling that WeCom returned.
    pub fn folded_userid(&self) -> &str {
        &self.folded
    }
}

impl fmt::Debug for MemberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberKey([redacted])")
    }
}

/// A grant: what a code or a family of refresh tokens stands for. 128 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GrantId(pub [u8; 16]);

impl GrantId {
    /// A new one.
    pub fn random(entropy: &dyn super::random::Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        Self(bytes)
    }
}
