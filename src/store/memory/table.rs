//! A table whose rows end, with an index by end, so that sweeping never looks at a living row.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::time::Timestamp;
use crate::store::lifetime::Ends;

/// Rows by key; the index always holds every row under its present end.
#[derive(Debug)]
pub(super) struct Table<K, V> {
    rows: BTreeMap<K, V>,
    ends: BTreeSet<(Timestamp, K)>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), ends: BTreeSet::new() }
    }
}

impl<K: Ord + Clone, V: Ends> Table<K, V> {
    /// A living row.
    pub fn get(&self, key: &K, now: Timestamp) -> Option<&V> {
        self.rows.get(key).filter(|v| v.lives(now))
    }

    /// Writes a row, in place of an older one.
    pub fn put(&mut self, key: K, row: V) {
        self.remove(&key);
        self.ends.insert((row.ends(), key.clone()));
        self.rows.insert(key, row);
    }

    /// Changes a living row.
    pub fn change<R>(&mut self, key: &K, now: Timestamp, change: impl FnOnce(&mut V) -> R) -> Option<R> {
        let row = self.rows.get_mut(key).filter(|v| v.lives(now))?;
        let before = row.ends();
        let result = change(row);
        let end = row.ends();
        if end != before {
            self.ends.remove(&(before, key.clone()));
            self.ends.insert((end, key.clone()));
        }
        Some(result)
    }

    /// Removes a row, living or not.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let row = self.rows.remove(key)?;
        self.ends.remove(&(row.ends(), key.clone()));
        Some(row)
    }

    /// Removes a row; it is nothing when it has ended.
    pub fn take(&mut self, key: &K, now: Timestamp) -> Option<V> {
        self.remove(key).filter(|v| v.lives(now))
    }

    /// The key of a row that has ended.
    pub fn ended(&self, now: Timestamp) -> Option<&K> {
        self.ends.first().filter(|(end, _)| *end <= now).map(|(_, key)| key)
    }

    /// Removes up to `limit` ended rows and returns how many.
    pub fn sweep(&mut self, now: Timestamp, limit: usize) -> usize {
        let mut removed = 0;
        while removed < limit && self.ends.first().is_some_and(|(end, _)| *end <= now) {
            if let Some((_, key)) = self.ends.pop_first() {
                self.rows.remove(&key);
                removed += 1;
            }
        }
        removed
    }
}
