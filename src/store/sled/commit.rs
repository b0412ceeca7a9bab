//! The way to the disk: one thread that carries the writes of all verbs in rounds.
//!
//! A round is one record in the journal with one `sync_data` for everybody who waits; the tree follows.

use std::fs::File;
use std::io;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sled::Db;
use tokio::sync::oneshot;

use super::journal::{Journal, Room, Round};
use super::keys::{self, kind};
use super::pending::{Change, Writes};
use super::seal::Seal;
use super::work::Core;
use crate::store::{Result, StoreError};

/// What an acknowledged write survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// The end of the power: every round ends with `sync_data`.
    #[default]
    PowerCut,
    /// The end of the process, `kill -9` included. A power cut may take the last moments, and of what
    /// changed in them some and not the rest: a code redeemed just then could be redeemed once more.
    Process,
}

/// How long a write that nobody waits for stays in memory at the most.
const PATIENCE: Duration = Duration::from_millis(200);

/// How often the tree is told which round it holds. After a crash so many rounds more may be repeated.
const MARK_EVERY: u64 = 64;

/// The files of the folder that the writer needs.
pub(super) struct Disk {
    /// An own handle of sled's file: sled's own flush is `sync_file_range`, which no power cut respects.
    pub db_file: File,
    pub journal: Journal,
    /// Held for its lock.
    pub seal: Seal,
    pub sync: Sync,
    /// The number of the last round.
    pub round: u64,
}

/// What one round carries.
struct Load {
    writes: Arc<Writes>,
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
            outcome = disk.checkpoint(&core.db, disk.round);
        }
        if let Err(error) = outcome {
            let reason = format!("writing has stopped: {error}");
            core.lock().failed = Some(reason.clone());
            load.answer(&Err(reason));
            return;
        }
        if load.last {
            return;
        }
    }
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
        let patient = state.waiters.is_empty() && !state.closing && !state.pending.is_large();
        if !patient {
            break;
        }
        let (guard, timeout) = core.wake.wait_timeout(state, PATIENCE).unwrap_or_else(PoisonError::into_inner);
        state = guard;
        if timeout.timed_out() && !state.pending.is_empty() {
            break;
        }
    }
    let waiters = std::mem::take(&mut state.waiters);
    state.awaited = !waiters.is_empty();
    Load { writes: state.pending.leave(), waiters, last: state.closing }
}

impl Disk {
    fn carry(&mut self, core: &Core, load: &mut Load) -> std::result::Result<(), String> {
        if load.writes.is_empty() {
            // Those who wait without a write wait for what is in the journal already.
            self.settle(!load.waiters.is_empty()).map_err(|e| e.to_string())?;
            load.answer(&Ok(()));
            return Ok(());
        }
        self.round += 1;
        let round = Round { number: self.round, writes: Arc::clone(&load.writes) };
        let room = self.journal.prepare(&round);
        if room == Room::NextTurn {
            self.checkpoint(&core.db, round.number - 1)?;
        }
        if room != Room::Never {
            self.journal.append().and_then(|()| self.settle(!load.waiters.is_empty())).map_err(|e| e.to_string())?;
            load.answer(&Ok(()));
        }
        apply(&core.db, &round).map_err(|e| e.to_string())?;
        core.lock().pending.arrived();
        if room == Room::Never {
            self.checkpoint(&core.db, round.number)?;
            load.answer(&Ok(()));
        }
        Ok(())
    }

    /// What is in the journal lasts as long as was promised to those who wait.
    fn settle(&self, awaited: bool) -> io::Result<()> {
        if awaited && self.sync == Sync::PowerCut { self.journal.sync() } else { Ok(()) }
    }

    /// Everything in the tree, up to `round`, lasts; the journal begins anew. Whatever was promised, this is synced:
    /// the journal's next turn overwrites what else would stand in for the tree.
    pub fn checkpoint(&mut self, db: &Db, round: u64) -> std::result::Result<(), String> {
        mark(db, round).and_then(|()| db.flush()).map_err(|e| e.to_string())?;
        self.db_file.sync_data().and_then(|()| self.journal.turn()).map_err(|e| e.to_string())
    }
}

/// Carries a round into the tree.
///
/// Write by write: sled's own batches seal and write a buffer twice for each, and what a crash leaves
/// of a round is made whole from the journal, where repeating a write does no harm.
pub(super) fn apply(db: &Db, round: &Round) -> sled::Result<()> {
    for (key, change) in round.writes.iter() {
        match change {
            Change::Put(value) => db.insert(key, value)?,
            Change::Remove => db.remove(key)?,
        };
    }
    if round.number.is_multiple_of(MARK_EVERY) {
        mark(db, round.number)?;
    }
    Ok(())
}

/// Notes in the tree that it holds everything up to a round.
fn mark(db: &Db, round: u64) -> sled::Result<()> {
    db.insert(keys::only(kind::ROUND), &round.to_be_bytes()).map(drop)
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
