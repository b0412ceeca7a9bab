//! Writes that are not in the tree yet, and reading through them.
//!
//! There are three layers: what does not stand in the journal yet, the newest writes in the journal, and
//! those that the writer is carrying into the tree just now. All are small: the journal bounds the second,
//! and when it is full, all verbs but those that may be lost wait.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use sled::{Db, IVec};

use super::work::failed;
use crate::store::Result;

/// So many keys are carried without waiting longer.
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

/// The three layers.
#[derive(Default)]
pub(super) struct Pending {
    /// Not in the journal yet, and so never carried into the tree: a crash would leave half a verb there.
    held: Writes,
    newest: Writes,
    leaving: Arc<Writes>,
}

impl Pending {
    /// Adds the writes of one verb, which do not stand in the journal yet.
    pub fn hold(&mut self, writes: impl IntoIterator<Item = (IVec, Change)>) {
        self.held.extend(writes);
    }

    /// What does not stand in the journal yet.
    pub fn held(&self) -> &Writes {
        &self.held
    }

    /// What was held stands in the journal now.
    pub fn let_in(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.newest.extend(held);
    }

    /// Hands what was held to the writer by itself; it stays readable until [`Self::arrived`].
    pub fn leave_held(&mut self) -> Arc<Writes> {
        self.leaving = Arc::new(std::mem::take(&mut self.held));
        Arc::clone(&self.leaving)
    }

    /// Whether there is nothing to carry.
    pub fn is_empty(&self) -> bool {
        self.newest.is_empty() && self.held.is_empty()
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

    /// Whether a key is on its way into the tree just now.
    pub fn is_leaving(&self, key: &[u8]) -> bool {
        self.leaving.contains_key(key)
    }

    /// What is pending for a key.
    pub fn find(&self, key: &[u8]) -> Option<Change> {
        let layers = [&self.held, &self.newest, &self.leaving];
        layers.into_iter().find_map(|layer| layer.get(key)).cloned()
    }

    /// The rows from `from` to before `to` as if everything had arrived, at most `limit`.
    pub fn range(&self, tree: &Db, from: Bound<&[u8]>, to: &[u8], limit: usize) -> Result<Vec<(IVec, IVec)>> {
        let bounds = (from, Bound::Excluded(to));
        let layers = [&self.leaving, &self.newest, &self.held];
        let over: BTreeMap<&IVec, &Change> =
            layers.into_iter().flat_map(|layer| layer.range::<[u8], _>(bounds)).collect();
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
