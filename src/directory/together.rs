//! Work that many ask for at once and one does: all who ask meanwhile are told the same.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

/// What is under way, by its name; as many entries as there are such requests, no more.
pub struct Together<K, V>(Mutex<HashMap<K, Arc<OnceCell<V>>>>);

/// A part in one piece of work. Whoever joins after it is done begins anew.
struct Part<'a, K: Eq + Hash, V> {
    all: &'a Together<K, V>,
    name: K,
    cell: Arc<OnceCell<V>>,
}

impl<K, V> Default for Together<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Together<K, V> {
    /// Does the work, or waits for whoever does it. One who hangs up while at it, and an error, leave it to the next.
    pub async fn once<E>(&self, name: K, work: impl Future<Output = Result<V, E>>) -> Result<V, E> {
        let part = self.join(name);
        part.cell.get_or_try_init(|| work).await.cloned()
    }

    fn join(&self, name: K) -> Part<'_, K, V> {
        let cell = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name.clone()).or_default().clone();
        Part { all: self, name, cell }
    }
}

impl<K: Eq + Hash, V> Drop for Part<'_, K, V> {
    fn drop(&mut self) {
        let mut table = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Ours and the table's.
        let last = Arc::strong_count(&self.cell) <= 2;
        if (self.cell.initialized() || last) && table.get(&self.name).is_some_and(|of| Arc::ptr_eq(of, &self.cell)) {
            table.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn of_64_who_ask_one_works_and_the_next_one_begins_anew() {
        let (together, worked) = (Together::<u8, usize>::default(), AtomicUsize::new(0));
        let ask = || {
            together.once(7, async {
                tokio::task::yield_now().await;
                Ok::<_, ()>(worked.fetch_add(1, Ordering::Relaxed))
            })
        };
        let all: Vec<_> = std::iter::repeat_with(ask).take(64).collect();
        let mut told = Vec::new();
        let mut waiting: Vec<_> = all.into_iter().map(Box::pin).collect();
        // Everybody has asked before anybody is told.
        std::future::poll_fn(|context| {
            waiting.retain_mut(|one| match one.as_mut().poll(context) {
                std::task::Poll::Ready(answer) => {
                    told.push(answer);
                    false
                }
                std::task::Poll::Pending => true,
            });
            if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        assert_eq!(told, vec![Ok(0); 64]);
        assert_eq!(ask().await, Ok(1));
        assert!(together.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn an_error_is_nobody_elses() {
        let together = Together::<u8, u8>::default();
        assert_eq!(together.once(7, async { Err::<u8, _>("no") }).await, Err("no"));
        assert_eq!(together.once(7, async { Ok::<_, ()>(3) }).await, Ok(3));
    }
}
