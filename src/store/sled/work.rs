//! One verb at work: it reads through what is pending, judges, and leaves its writes all at once.

use std::ops::Bound;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sled::{Db, IVec};
use tokio::sync::oneshot;

use super::codec::{self, Record};
use super::commit::stopped_by;
use super::journal::Journal;
use super::pending::{Change, Pending};
use crate::domain::time::Timestamp;
use crate::store::lifetime::Ends;
use crate::store::quota::Quota;
use crate::store::{Result, StoreError};

/// What the verbs and the writer share.
pub(super) struct Core {
    pub db: Db,
    pub state: Mutex<State>,
    /// Wakes the writer.
    pub wake: Condvar,
}

/// What stands under the lock. The lock is never held across an await, nor while the disk is waited for:
/// appending to the journal hands some hundred bytes to the system.
pub(super) struct State {
    pub pending: Pending,
    pub journal: Journal,
    /// Those who wait for the next round.
    pub waiters: Vec<oneshot::Sender<Result<()>>>,
    /// Whether somebody waits for the round that is under way.
    pub awaited: bool,
    /// No more rounds after the next.
    pub closing: bool,
    /// Why nothing can be written any more.
    pub failed: Option<String>,
    pub pushed: Quota,
    pub assertions: Quota,
}

impl State {
    /// Nothing pending, nobody waiting.
    pub fn new(journal: Journal) -> Self {
        Self {
            pending: Pending::default(),
            journal,
            waiters: Vec::new(),
            awaited: false,
            closing: false,
            failed: None,
            pushed: Quota::default(),
            assertions: Quota::default(),
        }
    }

    /// Appends what is held to the journal as one record; tells whether it had room. A failure is the last word
    /// of this store.
    pub fn let_in(&mut self) -> std::result::Result<bool, String> {
        if self.pending.held().is_empty() {
            return Ok(true);
        }
        match self.journal.append(self.pending.held()) {
            Ok(true) => self.pending.let_in(),
            Ok(false) => return Ok(false),
            Err(error) => {
                let reason = stopped_by(error);
                self.failed = Some(reason.clone());
                return Err(reason);
            }
        }
        Ok(true)
    }
}

/// Turns an error of sled into ours.
#[allow(clippy::needless_pass_by_value, reason = "it stands behind map_err")]
pub(super) fn failed(error: sled::Error) -> StoreError {
    StoreError::Failed(error.to_string())
}

impl Core {
    /// The shared state. A panic cannot leave it half changed: verbs change it in one call at their end.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a verb that may write.
    pub fn begin(&self) -> Result<Work<'_>> {
        let state = self.lock();
        match &state.failed {
            Some(reason) => Err(StoreError::Failed(reason.clone())),
            None => Ok(Work { core: self, state, writes: Vec::new() }),
        }
    }

    /// Writes one record durably, whatever was there.
    pub fn write<R: Record + Serialize>(&self, key: IVec, record: &R) -> Result<Ticket> {
        let mut work = self.begin()?;
        work.put(key, record)?;
        Ok(work.save_durably())
    }

    /// Reads one record. Readers hold the lock only to look at what is pending.
    pub fn get<R: Record + DeserializeOwned>(&self, key: &[u8]) -> Result<Option<R>> {
        let pending = self.lock().pending.find(key);
        read(&self.db, pending, key)
    }

    /// Reads one record that has not ended.
    pub fn living<R: Record + DeserializeOwned + Ends>(&self, key: &[u8], now: Timestamp) -> Result<Option<R>> {
        Ok(self.get::<R>(key)?.filter(|record| record.lives(now)))
    }

    /// Reads rows from `from` to before `to`, at most `limit`.
    pub fn range(&self, from: Bound<&[u8]>, to: &[u8], limit: usize) -> Result<Vec<(IVec, IVec)>> {
        self.lock().pending.range(&self.db, from, to, limit)
    }

    /// Tells the writer to write what is left and to end.
    pub fn close(&self) {
        self.lock().closing = true;
        self.wake.notify_one();
    }
}

fn read<R: Record + DeserializeOwned>(db: &Db, pending: Option<Change>, key: &[u8]) -> Result<Option<R>> {
    let bytes = match pending {
        Some(Change::Put(bytes)) => Some(bytes),
        Some(Change::Remove) => None,
        None => db.get(key).map_err(failed)?,
    };
    bytes.map(|bytes| codec::decode(&bytes)).transpose()
}

/// A verb under the lock. Its reads do not see its own writes; dropped, it has written nothing.
pub(super) struct Work<'a> {
    core: &'a Core,
    pub state: MutexGuard<'a, State>,
    writes: Vec<(IVec, Change)>,
}

impl Work<'_> {
    /// Reads one record.
    pub fn get<R: Record + DeserializeOwned>(&self, key: &[u8]) -> Result<Option<R>> {
        read(&self.core.db, self.state.pending.find(key), key)
    }

    /// Reads one record that has not ended.
    pub fn living<R: Record + DeserializeOwned + Ends>(&self, key: &[u8], now: Timestamp) -> Result<Option<R>> {
        Ok(self.get::<R>(key)?.filter(|record| record.lives(now)))
    }

    /// Reads bytes that are no record.
    pub fn raw(&self, key: &[u8]) -> Result<Option<IVec>> {
        match self.state.pending.find(key) {
            Some(Change::Put(bytes)) => Ok(Some(bytes)),
            Some(Change::Remove) => Ok(None),
            None => self.core.db.get(key).map_err(failed),
        }
    }

    /// Whether there is such a record, readable or not.
    pub fn has(&self, key: &[u8]) -> Result<bool> {
        match self.state.pending.find(key) {
            Some(pending) => Ok(matches!(pending, Change::Put(_))),
            None => self.core.db.contains_key(key).map_err(failed),
        }
    }

    /// Reads the rows that begin with `prefix`, at most `limit`.
    pub fn under(&self, prefix: &[u8], limit: usize) -> Result<Vec<(IVec, IVec)>> {
        self.before(prefix, &super::keys::past(prefix), limit)
    }

    /// Reads the rows from `from` to before `to`, at most `limit`.
    pub fn before(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(IVec, IVec)>> {
        self.state.pending.range(&self.core.db, Bound::Included(from), to, limit)
    }

    /// Writes one record.
    pub fn put<R: Record + Serialize>(&mut self, key: IVec, record: &R) -> Result<()> {
        self.put_raw(key, codec::encode(record)?);
        Ok(())
    }

    /// Writes bytes that are no record: an index entry, a note.
    pub fn put_raw(&mut self, key: IVec, value: IVec) {
        self.writes.push((key, Change::Put(value)));
    }

    /// Removes one record.
    pub fn remove(&mut self, key: IVec) {
        self.writes.push((key, Change::Remove));
    }

    /// Whether nothing was written.
    pub fn is_idle(&self) -> bool {
        self.writes.is_empty()
    }

    /// Leaves the writes to whoever writes next, or to the writer's next round: for what may be lost with
    /// this process because it is simply begun again.
    pub fn save_lazily(mut self) {
        let writes = std::mem::take(&mut self.writes);
        self.state.pending.hold(writes);
    }

    /// Leaves the writes: they outlive this process, and soon the power. Nobody waits, unless the journal is full.
    pub fn save(mut self) -> Ticket {
        match self.append() {
            Err(reason) => Ticket::failed(reason),
            Ok(true) => {
                if self.state.pending.is_large() {
                    self.core.wake.notify_one();
                }
                Ticket(None)
            }
            Ok(false) => self.wait(),
        }
    }

    /// Leaves the writes and waits until they outlive the power.
    pub fn save_durably(mut self) -> Ticket {
        match self.append() {
            Err(reason) => Ticket::failed(reason),
            Ok(_) => self.wait(),
        }
    }

    /// Writes nothing. What this verb saw may be on its way to the disk: waits for it, so that
    /// nothing is answered that a crash could take back.
    pub fn settle(mut self) -> Ticket {
        self.writes.clear();
        let on_the_way = self.state.awaited || !self.state.waiters.is_empty() || self.state.journal.full;
        if on_the_way { self.wait() } else { Ticket(None) }
    }

    /// Hands the writes to the journal, behind those that were left before; tells whether it had room.
    fn append(&mut self) -> std::result::Result<bool, String> {
        let writes = std::mem::take(&mut self.writes);
        self.state.pending.hold(writes);
        self.state.let_in().inspect_err(|_| self.core.wake.notify_one())
    }

    fn wait(mut self) -> Ticket {
        let (sender, receiver) = oneshot::channel();
        self.state.waiters.push(sender);
        drop(self.state);
        self.core.wake.notify_one();
        Ticket(Some(receiver))
    }
}

/// A place in a round of the writer.
#[must_use]
pub(super) struct Ticket(Option<oneshot::Receiver<Result<()>>>);

impl Ticket {
    fn failed(reason: String) -> Self {
        let (sender, receiver) = oneshot::channel();
        // The receiver is right here.
        let _ = sender.send(Err(StoreError::Failed(reason)));
        Self(Some(receiver))
    }

    /// Waits until the round is over.
    pub async fn done(self) -> Result<()> {
        match self.0 {
            None => Ok(()),
            Some(round) => round
                .await
                .unwrap_or_else(|_| Err(StoreError::Failed("the writer of the store has stopped".to_owned()))),
        }
    }
}
