//! Notes for the sweep: at this moment, look at these records.
//!
//! A verb writes one note for all records it makes, at the end of the first of them, and never looks
//! for it again. When the end of a record moved meanwhile, the sweep finds it alive and moves the note.
//! So prolonging a record costs nothing here, and no record is ever without a note.

use sled::IVec;

use super::codec::decode;
use super::keys::{self, kind};
use super::pending::{Change, Writes};
use super::work::{Core, Ticket, Work};
use crate::domain::ids::GrantId;
use crate::domain::time::{Span, Timestamp};
use crate::store::family::Family;
use crate::store::lifetime::Ends as _;
use crate::store::records::{
    AccessToken, CodeRecord, LoginRecord, PhoneTicket, PushedRequest, SessionRecord, UpstreamToken,
};
use crate::store::{Result, StoreError};

/// How many notes are looked at under one lock.
const HANDFUL: usize = 16;

/// Notes of one second are written into the tree together, up to so many bytes.
const TOGETHER: usize = 512;

/// When a damaged record is looked at again. It is kept for whoever repairs it.
const LATER: Span = Span::days(1);

/// What looking at a handful came to.
struct Swept {
    /// So many records were removed.
    removed: usize,
    /// More notes may be due.
    more: bool,
    /// Some of them were just on their way into the tree, and are looked at when they have arrived.
    on_the_way: bool,
}

impl Work<'_> {
    /// Writes a note on new records; `due` is the end of the first of them.
    pub fn note(&mut self, due: Timestamp, records: &[&IVec]) {
        let Some(first) = records.first() else { return };
        let mut value = Vec::with_capacity(records.iter().map(|key| key.len() + 1).sum());
        for key in records {
            // The longest key is that of an assertion id: 1 + 128 + 1 + 20.
            value.push(u8::try_from(key.len()).unwrap_or(u8::MAX));
            value.extend_from_slice(key);
        }
        self.put_raw(keys::note(due, first), IVec::from(value));
    }

    /// Looks at a handful of notes that are due.
    fn sweep(&mut self, now: Timestamp, limit: usize) -> Result<Swept> {
        let end = keys::note(Timestamp(now.0.saturating_add(1)), &[]);
        let mut due = self.before(&[kind::NOTE], &end, HANDFUL)?;
        let found = due.len();
        // In the tree a note can hold more than it holds on its way there.
        due.retain(|(note, _)| !self.state.pending.is_leaving(note));
        let on_the_way = due.len() < found;
        let mut removed = 0;
        for (note, records) in &due {
            if removed >= limit {
                break;
            }
            removed += self.sweep_note(note, records, now, limit - removed)?;
        }
        Ok(Swept { removed, more: found == HANDFUL || on_the_way, on_the_way })
    }

    fn sweep_note(&mut self, note: &IVec, records: &IVec, now: Timestamp, limit: usize) -> Result<usize> {
        let mut removed = 0;
        let mut left: Option<Timestamp> = None;
        let mut survivors: Vec<IVec> = Vec::new();
        for key in split(records) {
            let end = match self.end_of(key) {
                Ok(None) => continue,
                Ok(Some(end)) => end,
                Err(StoreError::Unreadable(what)) => {
                    tracing::warn!(
                        event = "store.unreadable",
                        record = what,
                        "a record cannot be read and is left alone"
                    );
                    now + LATER
                }
                Err(error) => return Err(error),
            };
            if end <= now && removed < limit {
                self.forget(key)?;
                removed += 1;
            } else {
                left = Some(left.map_or(end, |earliest| earliest.earlier(end)));
                survivors.push(IVec::from(key));
            }
        }
        self.remove(note.clone());
        if let Some(due) = left {
            self.note(due, &survivors.iter().collect::<Vec<_>>());
        }
        Ok(removed)
    }

    /// When a record ends; nothing when it is gone.
    fn end_of(&self, key: &[u8]) -> Result<Option<Timestamp>> {
        macro_rules! end {
            ($record:ty) => {
                self.get::<$record>(key)?.map(|record| record.ends())
            };
        }
        Ok(match key.first() {
            Some(&kind::CODE) => end!(CodeRecord),
            Some(&kind::ACCESS) => end!(AccessToken),
            Some(&kind::GRANT) => end!(Family),
            Some(&kind::SESSION) => end!(SessionRecord),
            Some(&kind::LOGIN) => end!(LoginRecord),
            Some(&kind::TICKET) => end!(PhoneTicket),
            Some(&kind::PUSHED) => end!(PushedRequest),
            Some(&kind::ASSERTION) => end!(Timestamp),
            Some(&kind::UPSTREAM) => end!(UpstreamToken),
            // A refresh token is remembered as long as its family.
            Some(&kind::REFRESH) => match self.get::<GrantId>(key)? {
                None => None,
                Some(id) => Some(self.get::<Family>(&keys::grant(id))?.map_or(Timestamp(0), |f| f.ends())),
            },
            _ => None,
        })
    }

    /// Removes an ended record with its index entry.
    fn forget(&mut self, key: &[u8]) -> Result<()> {
        match key.first() {
            Some(&kind::GRANT) => {
                if let Some(family) = self.get::<Family>(key)? {
                    self.drop_grant(IVec::from(key), &family);
                }
            }
            Some(&kind::SESSION) => {
                if let Some(session) = self.get::<SessionRecord>(key)? {
                    self.drop_session(IVec::from(key), &session);
                }
            }
            _ => self.remove(IVec::from(key)),
        }
        Ok(())
    }
}

/// Writes as the tree gets them: notes of one second, which a busy server writes by the hundred, become few.
pub(super) fn together(writes: &Writes) -> Vec<(IVec, Change)> {
    let mut rows: Vec<(IVec, Change)> = Vec::with_capacity(writes.len());
    for (key, change) in writes {
        if let Some((first, Change::Put(sum))) = rows.last_mut()
            && let Change::Put(value) = change
            && keys::same_second(first, key)
            && sum.len() + value.len() <= TOGETHER
        {
            *sum = IVec::from([&**sum, &**value].concat());
        } else {
            rows.push((key.clone(), change.clone()));
        }
    }
    rows
}

/// The keys of a note.
fn split(mut value: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = value.split_first()?;
        let (key, rest) = rest.split_at_checked(usize::from(*length))?;
        value = rest;
        Some(key)
    })
}

impl Core {
    /// Sweeps one handful. Tells how many records went and whether more notes may be due; the ticket
    /// is to be waited for, so that a long sweep never runs ahead of the disk.
    fn sweep_handful(&self, now: Timestamp, limit: usize) -> Result<(usize, bool, Ticket)> {
        let mut work = self.begin()?;
        let swept = work.sweep(now, limit)?;
        let ticket = match (swept.on_the_way, work.is_idle()) {
            // The writer's next round begins when those have arrived.
            (true, _) => work.save_durably(),
            (false, true) => work.settle(),
            (false, false) => work.save(),
        };
        Ok((swept.removed, swept.more, ticket))
    }

    /// Sweeps, a handful at a time, so that nobody waits long for the lock.
    pub async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize> {
        let mut removed = 0;
        while removed < limit {
            let (count, more, ticket) = self.sweep_handful(now, limit - removed)?;
            ticket.done().await?;
            removed += count;
            if !more {
                break;
            }
        }
        Ok(removed)
    }

    /// Counts what each client has waiting, once at the start.
    pub fn count_waiting(&self) -> Result<()> {
        let mut work = self.begin()?;
        for (_, value) in work.under(&[kind::PUSHED], usize::MAX)? {
            // A damaged one counts for nobody; taking it fails.
            if let Ok(request) = decode::<PushedRequest>(&value) {
                work.state.pushed.add(&request.client, request.expires);
            }
        }
        for (key, value) in work.under(&[kind::ASSERTION], usize::MAX)? {
            if let (Some(client), Ok(expires)) = (keys::client_of(&key), decode(&value)) {
                work.state.assertions.add(&client, expires);
            }
        }
        Ok(())
    }
}
