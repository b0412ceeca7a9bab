//! Faults, limits, counters and sent messages.

use std::collections::BTreeMap;

use super::{Control, ControlError};
use crate::world::{Counter, Fault, Limit, SentMessage};
use crate::{api, pages};

impl Control {
    /// Switches a fault on; its path must be one that exists, or `*`.
    pub fn add_fault(&self, fault: Fault) -> Result<(), ControlError> {
        if fault.path != "*" {
            check_path(&fault.path)?;
        }
        self.shared.world().faults.add(fault);
        Ok(())
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
    pub fn set_limit(&self, path: &str, limit: Limit) -> Result<(), ControlError> {
        check_path(path)?;
        self.shared.world().faults.limit(path, limit);
        Ok(())
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

/// A fault at a path that does not exist would never hit, and the test that set it would mean nothing.
fn check_path(path: &str) -> Result<(), ControlError> {
    if api::knows(path) || pages::knows(path) {
        Ok(())
    } else {
        Err(ControlError::Invalid(format!("there is no path {path}")))
    }
}
