//! What can go wrong between us and NocoBase, and who does what about it.

use crate::outbound::Unreachable;

/// A call that gave no answer to work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The call.
    pub call: &'static str,
    /// What went wrong.
    pub fault: Fault,
}

/// What went wrong. The text is for the operator, and holds nothing that NocoBase said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There was no answer.
    #[error(transparent)]
    Unreachable(Unreachable),
    /// All calls together took longer than a sign-in waits.
    #[error("it took too long")]
    Late,
    /// 401: the key.
    #[error("it does not accept the API key")]
    Key,
    /// 403: the role of the key.
    #[error("the role of the API key may not do this")]
    Forbidden,
    /// Another status.
    #[error("it answered {0}")]
    Status(u16),
    /// A page, or nothing that says what it is.
    #[error("it answered with something else than JSON")]
    NotJson,
    /// JSON that does not answer the question, a row that was not asked for among it.
    #[error("its answer does not fit the question")]
    Shape,
    /// It refuses to make an account that nothing seems to stand in the way of.
    #[error("it refuses to make the account")]
    NotMade,
    /// It took a link and does not show it.
    #[error("it does not show the link that was just made")]
    NotShown,
}

impl Fault {
    /// The fault of a status that is not 200.
    pub const fn of(status: u16) -> Self {
        match status {
            401 => Self::Key,
            403 => Self::Forbidden,
            status => Self::Status(status),
        }
    }

    /// The trouble with a call.
    pub const fn at(self, call: &'static str) -> Trouble {
        Trouble { call, fault: self }
    }

    /// What helps.
    pub const fn cure(self) -> &'static str {
        match self {
            Self::Unreachable(Unreachable::Refused(_)) => {
                "add the address to outbound.allow_private, if it is meant; check-config writes the line"
            }
            Self::Unreachable(_) | Self::Late => "see whether NocoBase runs and answers at nocobase.url from this host",
            Self::Key => "make a new API key in NocoBase and write it as nocobase.api_key; keys expire",
            Self::Forbidden => "give the role of the API key the permissions in docs/clients/nocobase.md",
            Self::Status(300..=399) => "write the address that needs no redirect as nocobase.url",
            Self::Status(429) => "let NocoBase, or the proxy before it, take more requests of this host",
            Self::Status(404) | Self::NotJson => {
                "write the address at which NocoBase opens in a browser as nocobase.url"
            }
            Self::Status(_) => "look for the reason in NocoBase's own log",
            Self::Shape | Self::NotShown => {
                "see whether this NocoBase is of a version that docs/clients/nocobase.md names"
            }
            Self::NotMade => {
                "see what NocoBase asks of a new user: further required fields, or a user the role may not see"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_says_what_helps_in_one_line_without_names() {
        let statuses = [302, 400, 404, 429, 500, 503].map(Fault::of);
        let others = [Fault::Late, Fault::of(401), Fault::of(403), Fault::NotJson, Fault::Shape, Fault::NotMade];
        for fault in statuses.into_iter().chain(others) {
            assert!(!fault.cure().contains('\n') && !fault.to_string().is_empty(), "{fault:?}");
        }
        assert_eq!(Fault::of(401), Fault::Key);
        assert_ne!(Fault::of(302).cure(), Fault::of(500).cure());
    }
}
