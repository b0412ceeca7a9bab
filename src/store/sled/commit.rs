//! The way to the disk: one thread that syncs the journal for those who wait, and lets the tree follow.

use std::fmt::Display;
use std::fs::File;
use std::io;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sled::{Batch, Db};
use tokio::sync::oneshot;

use super::keys::{self, kind};
use super::notes;
use super::pending::{Change, Writes};
use super::seal::Seal;
use super::work::Core;
use crate::store::{Result, StoreError};

/// What an acknowledged write survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// The end of the power: a durable verb waits for `sync_data`.
    #[default]
    PowerCut,
    /// The end of the process, `kill -9` included. A power cut may take the last moments, and of what
    /// changed in them some and not the rest: a code redeemed just then could be redeemed once more.
    Process,
}

/// How long a write that nobody waits for stays out of the tree, and unsynced, at the most.
const PATIENCE: Duration = Duration::from_millis(200);

/// How often the tree is told which record of the journal it holds. After a crash so many more may be repeated.
const MARK_EVERY: u64 = 256;

/// The files of the folder that the writer needs.
pub(super) struct Disk {
    /// An own handle of sled's file: sled's own flush is `sync_file_range`, which no power cut respects.
    pub db_file: File,
    /// An own handle of the journal, which the verbs append to.
    pub journal_file: File,
    /// Held for its lock.
    pub seal: Seal,
    pub sync: Sync,
    /// The record that the tree was last told of.
    pub marked: u64,
}

/// What one round carries.
struct Load {
    writes: Arc<Writes>,
    /// The last record of the journal that is in `writes`.
    number: u64,
    /// The journal has no room: the tree has to last before the next turn.
    full: bool,
    waiters: Vec<oneshot::Sender<Result<()>>>,
    last: bool,
}

/// The life of the writer.
pub(super) fn run(core: &Core, mut disk: Disk) {
    let _stopped = Stopped(core);
    loop {
        let mut load = next(core);
        let mut outcome = disk.carry(core, &mut load);
        if load.last && outcome.is_ok() {
            outcome = disk.checkpoint(&core.db, load.number);
        }
        if let Err(error) = outcome {
            let reason = core.lock().failed.get_or_insert_with(|| stopped_by(error)).clone();
            load.answer(&Err(reason));
            return;
        }
        if load.last {
            return;
        }
    }
}

/// Why nothing can be written any more, with the cure.
pub(super) fn stopped_by(error: impl Display) -> String {
    format!("writing has stopped: {error}; make room on that disk, or mend it, then restart the server")
}

impl Load {
    fn answer(&mut self, outcome: &std::result::Result<(), String>) {
        for waiter in self.waiters.drain(..) {
            // One who no longer waits has lost nothing.
            drop(waiter.send(outcome.clone().map_err(StoreError::Failed)));
        }
    }
}

/// Waits until there is something to carry.
fn next(core: &Core) -> Load {
    let mut state = core.lock();
    state.awaited = false;
    loop {
        let patient = state.waiters.is_empty() && !state.closing && !state.journal.full && !state.pending.is_large();
        if !patient {
            break;
        }
        let (guard, timeout) = core.wake.wait_timeout(state, PATIENCE).unwrap_or_else(PoisonError::into_inner);
        state = guard;
        if timeout.timed_out() && !state.pending.is_empty() {
            break;
        }
    }
    // Should this fail or find no room, the round looks into that.
    let _ = state.let_in();
    let waiters = std::mem::take(&mut state.waiters);
    state.awaited = !waiters.is_empty();
    let (number, full) = (state.journal.last, state.journal.full);
    Load { writes: state.pending.leave(), number, full, waiters, last: state.closing }
}

impl Disk {
    fn carry(&mut self, core: &Core, load: &mut Load) -> std::result::Result<(), String> {
        // A verb whose append failed has said why already.
        if let Some(reason) = &core.lock().failed {
            return Err(reason.clone());
        }
        if !load.full {
            self.settle().map_err(|e| e.to_string())?;
            load.answer(&Ok(()));
        }
        apply(&core.db, &load.writes).map_err(|e| e.to_string())?;
        if load.full {
            self.turn(core, load.number)?;
            self.settle().map_err(|e| e.to_string())?;
            load.answer(&Ok(()));
            return Ok(());
        }
        self.arrived(core, load.number);
        if load.number / MARK_EVERY > self.marked / MARK_EVERY {
            mark(&core.db, load.number).map_err(|e| e.to_string())?;
            self.marked = load.number;
        }
        Ok(())
    }

    /// What was carried is in the tree and, in the journal, as synced as it will be.
    fn arrived(&self, core: &Core, number: u64) {
        let mut state = core.lock();
        state.pending.arrived();
        if self.sync == Sync::PowerCut {
            state.journal.synced = number;
        }
    }

    /// What is in the journal lasts as long as was promised to those who wait.
    fn settle(&self) -> io::Result<()> {
        if self.sync == Sync::PowerCut { self.journal_file.sync_data() } else { Ok(()) }
    }

    /// The tree holds everything up to `number`: it is made to last, and the journal begins anew with
    /// what was held back meanwhile. What is larger than the whole journal goes into the tree in one piece.
    fn turn(&mut self, core: &Core, number: u64) -> std::result::Result<(), String> {
        loop {
            self.checkpoint(&core.db, number)?;
            let too_large = {
                let mut state = core.lock();
                state.pending.arrived();
                state.journal.turn();
                if state.let_in()? {
                    return Ok(());
                }
                state.pending.leave_held()
            };
            core.db.apply_batch(batch(&too_large)).map_err(|e| e.to_string())?;
        }
    }

    /// Everything in the tree, up to the record `number`, lasts. Whatever was promised, this is synced:
    /// the journal's next turn overwrites what else would stand in for the tree.
    pub fn checkpoint(&mut self, db: &Db, number: u64) -> std::result::Result<(), String> {
        self.marked = number;
        mark(db, number).and_then(|()| db.flush()).map_err(|e| e.to_string())?;
        self.db_file.sync_data().map_err(|e| e.to_string())
    }
}

/// Carries writes into the tree.
///
/// Write by write: sled's own batches seal and write a buffer twice for each, and what a crash leaves
/// of it is made whole from the journal, where repeating a write does no harm.
pub(super) fn apply(db: &Db, writes: &Writes) -> sled::Result<()> {
    for (key, change) in notes::together(writes) {
        match change {
            Change::Put(value) => db.insert(key, value)?,
            Change::Remove => db.remove(key)?,
        };
    }
    Ok(())
}

fn batch(writes: &Writes) -> Batch {
    let mut batch = Batch::default();
    for (key, change) in writes {
        match change {
            Change::Put(value) => batch.insert(key, value),
            Change::Remove => batch.remove(key),
        }
    }
    batch
}

/// Notes in the tree that it holds everything up to a record of the journal.
fn mark(db: &Db, number: u64) -> sled::Result<()> {
    db.insert(keys::only(kind::ROUND), &number.to_be_bytes()).map(drop)
}

/// Whatever ends the writer, nobody waits for it in vain.
struct Stopped<'a>(&'a Core);

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.failed.get_or_insert_with(|| "the writer of the store has stopped".to_owned());
        state.waiters.clear();
    }
}
