//! How many living things each client has waiting: the bounds of law 1 on pushed requests and
//! assertion ids. Counted by the second in which they end, so that what has expired counts no more
//! although nothing swept it.

use std::collections::{BTreeMap, HashMap};

use crate::domain::ids::ClientId;
use crate::domain::time::Timestamp;

/// The counts of every client.
#[derive(Debug, Default)]
pub(super) struct Quota {
    clients: HashMap<ClientId, Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    ends: BTreeMap<Timestamp, u32>,
    total: u32,
}

impl Quota {
    /// Whether the client has room for one more below `cap`.
    pub fn has_room(&mut self, client: &ClientId, cap: u32, now: Timestamp) -> bool {
        self.clients.get_mut(client).map_or(0, |w| w.living(now)) < cap
    }

    /// Counts one more.
    pub fn add(&mut self, client: &ClientId, expires: Timestamp) {
        // Cloned for the first one only.
        if !self.clients.contains_key(client) {
            self.clients.insert(client.clone(), Waiting::default());
        }
        if let Some(waiting) = self.clients.get_mut(client) {
            *waiting.ends.entry(expires).or_default() += 1;
            waiting.total += 1;
        }
    }

    /// Counts one less, taken before its end.
    pub fn remove(&mut self, client: &ClientId, expires: Timestamp) {
        let Some(waiting) = self.clients.get_mut(client) else { return };
        if let Some(count) = waiting.ends.get_mut(&expires).filter(|c| **c > 0) {
            *count -= 1;
            waiting.total -= 1;
        }
    }
}

impl Waiting {
    fn living(&mut self, now: Timestamp) -> u32 {
        while let Some(first) = self.ends.first_entry().filter(|e| *e.key() <= now) {
            self.total -= first.remove();
        }
        self.total
    }
}
