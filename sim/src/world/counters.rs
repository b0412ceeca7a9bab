//! How often each path was called, how often that failed, and how many calls ran at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The numbers of one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counter {
    /// Calls that came in.
    pub calls: u64,
    /// Calls answered with an errcode other than 0, with an HTTP status from 400 on, or not answered.
    pub failures: u64,
    /// Calls running now.
    pub running: u32,
    /// The most that ran at once.
    pub most_at_once: u32,
}

/// The numbers of all paths.
#[derive(Debug, Default, Clone)]
pub(crate) struct Counters {
    by_path: BTreeMap<String, Counter>,
}

impl Counters {
    /// A call begins; returns how many run at the path, this one included.
    pub(crate) fn begin(&mut self, path: &str) -> u32 {
        let counter = self.by_path.entry(path.to_owned()).or_default();
        counter.calls += 1;
        counter.running += 1;
        counter.most_at_once = counter.most_at_once.max(counter.running);
        counter.running
    }

    /// A call ended.
    pub(crate) fn end(&mut self, path: &str, failed: bool) {
        if let Some(counter) = self.by_path.get_mut(path) {
            counter.running = counter.running.saturating_sub(1);
            counter.failures += u64::from(failed);
        }
    }

    /// All numbers.
    pub(crate) fn all(&self) -> BTreeMap<String, Counter> {
        self.by_path.clone()
    }

    /// Back to zero; what runs goes on being counted.
    pub(crate) fn reset(&mut self) {
        self.by_path.retain(|_, counter| counter.running > 0);
        for counter in self.by_path.values_mut() {
            *counter = Counter { running: counter.running, most_at_once: counter.running, ..Counter::default() };
        }
    }
}
