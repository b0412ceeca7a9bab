//! Computers that wait at the guide for a number, and the wake-up when it comes within this process.
//!
//! In memory, per instance, and bounded (law 1): so many waiting pages altogether, two of one
//! transaction. Whoever finds no place asks now and then instead.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::domain::digest::Digest;
use crate::domain::ids::MemberKey;

/// How many pages of one transaction wait at once: two tabs; an older one gives way.
const OF_ONE_TRANSACTION: usize = 2;

/// What a waiting page is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Nothing yet.
    Wait,
    /// A number of this member was stored a moment ago.
    Look,
    /// A newer page of the same transaction took the place.
    GiveWay,
    /// The server stops.
    Close,
}

/// Everybody who waits.
pub struct Waiting {
    most: usize,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    closed: bool,
    next: u64,
    places: HashMap<u64, watch::Sender<Call>>,
    of_member: HashMap<MemberKey, Vec<u64>>,
    of_transaction: HashMap<Digest, Vec<u64>>,
}

/// The place of one waiting page; it is free again when this is dropped.
pub struct Place {
    waiting: Arc<Waiting>,
    id: u64,
    member: MemberKey,
    transaction: Digest,
    calls: watch::Receiver<Call>,
}

impl Waiting {
    /// At most `most` pages wait at once.
    pub fn new(most: usize) -> Self {
        Self { most, table: Mutex::default() }
    }

    /// Takes a place. `None` when all are taken, or the server stops.
    pub fn place(self: &Arc<Self>, member: &MemberKey, transaction: Digest) -> Option<Place> {
        let mut table = self.lock();
        if table.closed || table.places.len() >= self.most {
            return None;
        }
        let id = table.next;
        table.next += 1;
        let (call, calls) = watch::channel(Call::Wait);
        table.places.insert(id, call);
        table.of_member.entry(member.clone()).or_default().push(id);
        let pages = table.of_transaction.entry(transaction).or_default();
        pages.push(id);
        let older = pages.len().saturating_sub(OF_ONE_TRANSACTION);
        let older: Vec<u64> = pages[..older].to_vec();
        table.call(&older, Call::GiveWay);
        Some(Place { waiting: self.clone(), id, member: member.clone(), transaction, calls })
    }

    /// A number of this member was stored: whoever waits for it looks at once.
    pub fn arrived(&self, member: &MemberKey) {
        let table = self.lock();
        table.call(table.of_member.get(member).map_or(&[], Vec::as_slice), Call::Look);
    }

    /// Ends all waiting, now and from now on, so that stopping is quick.
    pub fn close(&self) {
        let mut table = self.lock();
        table.closed = true;
        for place in table.places.values() {
            place.send_replace(Call::Close);
        }
    }

    /// How many wait.
    pub fn count(&self) -> usize {
        self.lock().places.len()
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn call(&self, ids: &[u64], call: Call) {
        for place in ids.iter().filter_map(|id| self.places.get(id)) {
            place.send_replace(call);
        }
    }
}

impl Place {
    /// Waits until it is called for anything.
    pub async fn called(&mut self) -> Call {
        match self.calls.changed().await {
            Ok(()) => *self.calls.borrow_and_update(),
            Err(_) => Call::Close,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.waiting.lock();
        table.places.remove(&self.id);
        leave(&mut table.of_member, &self.member, self.id);
        leave(&mut table.of_transaction, &self.transaction, self.id);
    }
}

fn leave<K: std::hash::Hash + Eq>(index: &mut HashMap<K, Vec<u64>>, key: &K, id: u64) {
    if let Some(ids) = index.get_mut(key) {
        ids.retain(|known| *known != id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::digest::Purpose;
    use crate::domain::ids::{CorpId, UserId};

    fn member(userid: &str) -> MemberKey {
        MemberKey::new(CorpId::parse("ww1").unwrap(), &UserId::parse(userid).unwrap())
    }

    fn transaction(name: &str) -> Digest {
        Digest::of(Purpose::Transaction, name)
    }

    #[tokio::test]
    async fn every_page_of_the_member_is_called_and_nobody_elses() {
        let waiting = Arc::new(Waiting::new(10));
        let mut first = waiting.place(&member("ann"), transaction("1")).unwrap();
        let mut second = waiting.place(&member("ann"), transaction("2")).unwrap();
        let other = waiting.place(&member("bob"), transaction("3")).unwrap();
        waiting.arrived(&member("ann"));
        assert_eq!((first.called().await, second.called().await), (Call::Look, Call::Look));
        assert!(!other.calls.has_changed().unwrap());
    }

    #[tokio::test]
    async fn threat_36_places_are_few_and_free_again_and_of_one_transaction_the_newest_two_stay() {
        let waiting = Arc::new(Waiting::new(3));
        let mut pages: Vec<_> =
            (0..3).map(|_| waiting.place(&member("ann"), transaction("1")).expect("a place")).collect();
        assert!(waiting.place(&member("bob"), transaction("2")).is_none());
        assert_eq!(pages[0].called().await, Call::GiveWay);
        assert!(!pages[1].calls.has_changed().unwrap() && !pages[2].calls.has_changed().unwrap());
        drop(pages);
        assert_eq!(waiting.count(), 0);
        assert!(waiting.lock().of_member.is_empty() && waiting.lock().of_transaction.is_empty());
        assert!(waiting.place(&member("bob"), transaction("2")).is_some());
    }

    #[tokio::test]
    async fn whoever_stops_calls_all_and_takes_nobody_more() {
        let waiting = Arc::new(Waiting::new(3));
        let mut page = waiting.place(&member("ann"), transaction("1")).unwrap();
        waiting.close();
        assert_eq!(page.called().await, Call::Close);
        assert!(waiting.place(&member("ann"), transaction("1")).is_none());
    }
}
