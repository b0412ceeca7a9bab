//! How much was really done: a driver that did nothing would find nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

/// For each verb: how often it was begun, acknowledged, and looked at after a reopening.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Mutex<BTreeMap<&'static str, Counts>>>);

#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub begun: u64,
    pub acknowledged: u64,
    pub checked: u64,
}

impl Tally {
    pub fn begun(&self, verb: &'static str) {
        self.change(verb, |counts| counts.begun += 1);
    }

    pub fn acknowledged(&self, verb: &'static str) {
        self.change(verb, |counts| counts.acknowledged += 1);
    }

    pub fn checked(&self, verb: &'static str) {
        self.change(verb, |counts| counts.checked += 1);
    }

    pub fn of(&self, verb: &str) -> Counts {
        self.0.lock().unwrap().get(verb).copied().unwrap_or_default()
    }

    fn change(&self, verb: &'static str, change: impl FnOnce(&mut Counts)) {
        change(self.0.lock().unwrap().entry(verb).or_default());
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (verb, counts) in self.0.lock().unwrap().iter() {
            let cut_off = counts.begun - counts.acknowledged;
            writeln!(
                f,
                "  {verb:<12} {:>6} acknowledged, {cut_off:>4} cut off, {:>6} checked after a reopening",
                counts.acknowledged, counts.checked
            )?;
        }
        Ok(())
    }
}
