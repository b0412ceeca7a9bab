//! Exchanges that failed: at most five WeCom codes for one transaction, and the same page for the same code.
//!
//! In memory, per instance, and of a fixed size (law 1): when it is full, the oldest entry goes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::directory::Turned;
use crate::domain::digest::Digest;

/// How many transactions are remembered.
const REMEMBERED: usize = 4_096;

/// How many failed exchanges one transaction may have.
const MOST: u8 = 5;

/// The table.
#[derive(Default)]
pub struct Attempts(Mutex<Table>);

#[derive(Default)]
struct Table {
    entries: HashMap<Digest, Entry>,
    order: VecDeque<Digest>,
}

struct Entry {
    failed: u8,
    last: Option<(Digest, Turned)>,
}

impl Attempts {
    /// Whether the transaction has used up its tries.
    pub fn exhausted(&self, transaction: Digest) -> bool {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.entries.get(&transaction).is_some_and(|entry| entry.failed >= MOST)
    }

    /// What this very WeCom code came to before, where that was final.
    pub fn outcome(&self, transaction: Digest, code: Digest) -> Option<Turned> {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, turned) = table.entries.get(&transaction)?.last.as_ref()?;
        (*known == code).then(|| turned.clone())
    }

    /// Counts a failure; a final one is remembered with its code.
    pub fn failed(&self, transaction: Digest, code: Digest, turned: &Turned, is_final: bool) {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !table.entries.contains_key(&transaction) {
            if table.order.len() >= REMEMBERED
                && let Some(oldest) = table.order.pop_front()
            {
                table.entries.remove(&oldest);
            }
            table.order.push_back(transaction);
        }
        let entry = table.entries.entry(transaction).or_insert(Entry { failed: 0, last: None });
        entry.failed = entry.failed.saturating_add(1);
        if is_final {
            entry.last = Some((code, turned.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::digest::Purpose;
    use crate::domain::refusal::Refusal;

    #[test]
    fn five_failures_are_enough_and_the_table_stays_small() {
        let attempts = Attempts::default();
        let digest = |n: usize| Digest::of(Purpose::Transaction, &n.to_string());
        let turned = Turned::from(Refusal::NotAMember);
        for n in 0..5 {
            assert!(!attempts.exhausted(digest(0)), "{n}");
            attempts.failed(digest(0), digest(n), &turned, true);
        }
        assert!(attempts.exhausted(digest(0)));
        assert!(attempts.outcome(digest(0), digest(4)).is_some() && attempts.outcome(digest(0), digest(3)).is_none());
        for n in 1..=REMEMBERED {
            attempts.failed(digest(n), digest(n), &turned, false);
        }
        assert!(!attempts.exhausted(digest(0)));
    }
}
