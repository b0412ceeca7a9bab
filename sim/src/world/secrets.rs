//! Wrong secrets per address: too many in an hour block the address for an hour.

use std::collections::HashMap;
use std::net::IpAddr;

const HOUR: i64 = 3600;

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    began: i64,
    failures: u32,
    blocked_until: i64,
}

/// The tallies of all addresses.
#[derive(Debug, Default, Clone)]
pub(crate) struct WrongSecrets {
    by_address: HashMap<IpAddr, Tally>,
}

impl WrongSecrets {
    /// Whether the address is blocked.
    pub(crate) fn is_blocked(&self, address: IpAddr, now: i64) -> bool {
        self.by_address.get(&address).is_some_and(|tally| tally.blocked_until > now)
    }

    /// Counts a failure.
    pub(crate) fn failed(&mut self, address: IpAddr, limit: u32, now: i64) {
        let tally = self.by_address.entry(address).or_default();
        if now - tally.began >= HOUR {
            *tally = Tally { began: now, ..Tally::default() };
        }
        tally.failures += 1;
        if tally.failures >= limit {
            tally.blocked_until = now + HOUR;
        }
    }
}
