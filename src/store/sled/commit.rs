//! The way to the disk: one thread that carries the writes of all verbs in rounds.
//!
//! A round is one atomic batch, one flush of sled and one `sync_data`, for everybody who waits. sled's
//! own flush is `sync_file_range`: enough when the process is killed, not when the power goes.

use std::fs::File;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sled::{Batch, Db};
use tokio::sync::oneshot;

use super::keys::{self, kind};
use super::open::Seal;
use super::pending::{Change, Writes};
use super::work::Core;
use crate::store::{Result, StoreError};

/// What an acknowledged write survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// The end of the power: every round ends with `sync_data`.
    #[default]
    PowerCut,
    /// The end of the process, `kill -9` included; a power cut may take the last moments.
    Process,
}

/// How long a write that nobody waits for stays in memory at the most.
const PATIENCE: Duration = Duration::from_millis(200);

/// The files of the folder that the writer needs.
#[derive(Debug)]
pub(super) struct Disk {
    /// An own handle of sled's file.
    pub db_file: File,
    /// The seal of the folder, which also locks it.
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
        let load = next(core);
        let outcome = disk.carry(core, &load.writes, !load.waiters.is_empty());
        let failure = outcome.err().map(|error| format!("writing has stopped: {error}"));
        if let Some(reason) = &failure {
            core.lock().failed = Some(reason.clone());
        }
        for waiter in load.waiters {
            // One who no longer waits has lost nothing.
            drop(waiter.send(failure.clone().map_or(Ok(()), |reason| Err(StoreError::Failed(reason)))));
        }
        if load.last || failure.is_some() {
            return;
        }
    }
}

/// Waits until there is something to carry.
fn next(core: &Core) -> Load {
    let mut state = core.lock();
    state.awaited = false;
    loop {
        let patient = state.waiters.is_empty() && !state.closing;
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
    fn carry(&mut self, core: &Core, writes: &Writes, awaited: bool) -> std::result::Result<(), String> {
        if writes.is_empty() && !awaited {
            return Ok(());
        }
        let round = self.round + 1;
        apply(&core.db, writes, round).map_err(|e| e.to_string())?;
        core.lock().pending.arrived();
        self.settle(&core.db)?;
        self.round = round;
        if self.sync == Sync::PowerCut {
            self.seal.note_round(round).map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    /// Everything in the tree reaches the disk.
    pub fn settle(&self, db: &Db) -> std::result::Result<(), String> {
        db.flush().map_err(|e| e.to_string())?;
        match self.sync {
            Sync::PowerCut => self.db_file.sync_data().map_err(|e| e.to_string()),
            Sync::Process => Ok(()),
        }
    }
}

fn apply(db: &Db, writes: &Writes, round: u64) -> sled::Result<()> {
    let mut batch = Batch::default();
    for (key, change) in writes {
        match change {
            Change::Put(value) => batch.insert(key.clone(), value.clone()),
            Change::Remove => batch.remove(key.clone()),
        }
    }
    batch.insert(keys::only(kind::ROUND), &round.to_be_bytes());
    db.apply_batch(batch)
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
