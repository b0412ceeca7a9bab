//! User tickets: what a code of `snsapi_privateinfo` turns into, good for 1800 seconds.

use std::collections::{BTreeSet, HashMap};

use super::{AppId, random};
use crate::directory::SensitiveField;

/// Lifetime of a ticket in seconds.
pub(crate) const LIFETIME: i64 = 1800;

/// A ticket that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) app: AppId,
    pub(crate) serial: u64,
    pub(crate) granted: BTreeSet<SensitiveField>,
    pub(crate) issued_at: i64,
    pub(crate) used: bool,
}

impl Ticket {
    /// Whether its 1800 seconds are over.
    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.issued_at + LIFETIME <= now
    }
}

/// All tickets of the last hours.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tickets {
    by_value: HashMap<String, Ticket>,
    issued: u64,
}

impl Tickets {
    /// Stores a ticket and returns its value.
    pub(crate) fn issue(&mut self, ticket: Ticket) -> String {
        self.issued += 1;
        if self.issued.is_multiple_of(1024) {
            let now = ticket.issued_at;
            self.by_value.retain(|_, it| it.issued_at + 3 * LIFETIME > now);
        }
        let value = random::base64url(120);
        self.by_value.insert(value.clone(), ticket);
        value
    }

    /// Looks a ticket up, to be used.
    pub(crate) fn get_mut(&mut self, value: &str) -> Option<&mut Ticket> {
        self.by_value.get_mut(value)
    }
}
