//! Writes that are not in the tree yet, and reading through them.
//!
//! There are two layers: the newest writes, and those that the writer is carrying into the tree just
//! now. Both are small: what was written during one sync.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use sled::{Db, IVec};

use super::work::failed;
use crate::store::Result;

/// So many keys are carried without waiting for company.
const LARGE: usize = 1_024;

/// What becomes of a key.
#[derive(Clone)]
pub(super) enum Change {
    /// It has this value.
    Put(IVec),
    /// It is removed.
    Remove,
}

/// The keys that change.
pub(super) type Writes = BTreeMap<IVec, Change>;

/// The two layers.
#[derive(Default)]
pub(super) struct Pending {
    newest: Writes,
    leaving: Arc<Writes>,
}

impl Pending {
    /// Adds the writes of one verb.
    pub fn add(&mut self, writes: impl IntoIterator<Item = (IVec, Change)>) {
        self.newest.extend(writes);
    }

    /// Whether there is nothing to carry.
    pub fn is_empty(&self) -> bool {
        self.newest.is_empty()
    }

    /// Whether it should be carried at once although nobody waits.
    pub fn is_large(&self) -> bool {
        self.newest.len() >= LARGE
    }

    /// Hands the newest writes to the writer; they stay readable until [`Self::arrived`].
    pub fn leave(&mut self) -> Arc<Writes> {
        self.leaving = Arc::new(std::mem::take(&mut self.newest));
        Arc::clone(&self.leaving)
    }

    /// What left is in the tree.
    pub fn arrived(&mut self) {
        self.leaving = Arc::default();
    }

    /// What is pending for a key.
    pub fn find(&self, key: &[u8]) -> Option<Change> {
        self.newest.get(key).or_else(|| self.leaving.get(key)).cloned()
    }

    /// The rows from `from` to before `to` as if everything had arrived, at most `limit`.
    pub fn range(&self, tree: &Db, from: Bound<&[u8]>, to: &[u8], limit: usize) -> Result<Vec<(IVec, IVec)>> {
        let bounds = (from, Bound::Excluded(to));
        let older = self.leaving.range::<[u8], _>(bounds);
        let over: BTreeMap<&IVec, &Change> = older.chain(self.newest.range::<[u8], _>(bounds)).collect();
        // So many more are read as may turn out to be removed: then `limit` rows of the tree are left,
        // and no pending row beyond the last one read can slip in before an unread one.
        let removed = over.values().filter(|change| matches!(change, Change::Remove)).count();
        let rows = tree.range::<&[u8], _>(bounds).take(limit.saturating_add(removed));
        let mut rows: BTreeMap<IVec, IVec> = rows.collect::<sled::Result<_>>().map_err(failed)?;
        for (key, change) in over {
            match change {
                Change::Put(value) => rows.insert(key.clone(), value.clone()),
                Change::Remove => rows.remove(key),
            };
        }
        Ok(rows.into_iter().take(limit).collect())
    }
}
