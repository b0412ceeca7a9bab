//! Callbacks under way: two hits of one transaction take turns (law 4).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use crate::domain::digest::Digest;

/// The transactions with a callback under way; as many entries as there are requests, no more.
#[derive(Default)]
pub struct Flights(Mutex<HashMap<Digest, Arc<tokio::sync::Mutex<()>>>>);

/// A turn; the next hit of the same transaction waits until it is dropped.
pub struct Turn<'a> {
    flights: &'a Flights,
    key: Digest,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Flights {
    /// Waits for one's turn.
    pub async fn turn(&self, key: Digest) -> Turn<'_> {
        let lock = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().clone();
        Turn { flights: self, key, guard: Some(lock.lock_owned().await) }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.guard.take();
        let mut table = self.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        if table.get(&self.key).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            table.remove(&self.key);
        }
    }
}
