//! Faults, limits, counters and sent messages.

use std::collections::BTreeMap;

use super::Control;
use crate::world::{Counter, Fault, Limit, SentMessage};

impl Control {
    /// Switches a fault on.
    pub fn add_fault(&self, fault: Fault) {
        self.shared.world().faults.add(fault);
    }

    /// The faults that are on.
    pub fn faults(&self) -> Vec<Fault> {
        self.shared.world().faults.list()
    }

    /// Switches faults off: those at a path, or all.
    pub fn clear_faults(&self, path: Option<&str>) {
        self.shared.world().faults.clear(path);
    }

    /// Sets the limits of a path.
    pub fn set_limit(&self, path: &str, limit: Limit) {
        self.shared.world().faults.limit(path, limit);
    }

    /// The counters of all paths that were called.
    pub fn counters(&self) -> BTreeMap<String, Counter> {
        self.shared.world().counters.all()
    }

    /// The counter of a path; zeros when it was not called.
    pub fn counter(&self, path: &str) -> Counter {
        self.counters().get(path).copied().unwrap_or_default()
    }

    /// Sets the counters to zero.
    pub fn reset_counters(&self) {
        self.shared.world().counters.reset();
    }

    /// The messages that were sent.
    pub fn messages(&self) -> Vec<SentMessage> {
        self.shared.world().messages.list()
    }

    /// Forgets the messages, and with them the limits on sending.
    pub fn clear_messages(&self) {
        self.shared.world().messages.clear();
    }
}
