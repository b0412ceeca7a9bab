//! OAuth codes: one use, 300 seconds, bound to the app and to the host they were sent to.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{AppId, random};
use crate::directory::{SensitiveField, Visitor};

/// Lifetime of a code in seconds.
pub(crate) const LIFETIME: i64 = 300;

/// The scope a code was asked for with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Scope {
    /// Silent; the userid only.
    #[default]
    #[serde(rename = "snsapi_base")]
    Base,
    /// The old silent scope; nothing more than `snsapi_base` today.
    #[serde(rename = "snsapi_userinfo")]
    Userinfo,
    /// With the consent page; gives a ticket.
    #[serde(rename = "snsapi_privateinfo")]
    Privateinfo,
}

/// A code that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) app: AppId,
    pub(crate) visitor: Visitor,
    /// What the member ticked; `None` where no ticket belongs to the code.
    pub(crate) granted: Option<BTreeSet<SensitiveField>>,
    /// The address the code was sent to; unknown for codes made through the control address.
    pub(crate) redirect: Option<url::Url>,
    pub(crate) issued_at: i64,
    pub(crate) used: bool,
}

impl Code {
    /// Whether its 300 seconds are over.
    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.issued_at + LIFETIME <= now
    }
}

/// All codes of the last minutes; older ones are as unknown as those never made.
#[derive(Debug, Default, Clone)]
pub(crate) struct Codes {
    by_value: HashMap<String, Code>,
    issued: u64,
}

impl Codes {
    /// Stores a code and returns its value.
    pub(crate) fn issue(&mut self, code: Code) -> String {
        self.issued += 1;
        if self.issued.is_multiple_of(1024) {
            let now = code.issued_at;
            self.by_value.retain(|_, it| it.issued_at + 3 * LIFETIME > now);
        }
        let value = random::base64url(43);
        self.by_value.insert(value.clone(), code);
        value
    }

    /// Looks a code up, to be used.
    pub(crate) fn get_mut(&mut self, value: &str) -> Option<&mut Code> {
        self.by_value.get_mut(value)
    }
}
