//! What the demo remembers of its visitors: in memory, bounded, found by an unguessable key.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};

use crate::domain::random::token43;
use crate::serve::entropy::SystemEntropy;

/// More visitors than any demo has; beyond it the oldest is forgotten.
const MOST: usize = 500;

/// A new unguessable text.
pub fn unguessable() -> String {
    token43(&SystemEntropy)
}

/// Things by their keys.
pub struct Shelf<T>(Mutex<Kept<T>>);

struct Kept<T> {
    things: HashMap<String, T>,
    order: VecDeque<String>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(Mutex::new(Kept { things: HashMap::new(), order: VecDeque::new() }))
    }
}

impl<T> Shelf<T> {
    fn kept(&self) -> MutexGuard<'_, Kept<T>> {
        // A panic elsewhere leaves the maps whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a thing under a new key.
    pub fn put(&self, thing: T) -> String {
        let key = unguessable();
        self.keep(key.clone(), thing);
        key
    }

    /// Keeps a thing under a key that is unguessable already.
    pub fn keep(&self, key: String, thing: T) {
        let mut kept = self.kept();
        if kept.order.len() >= MOST
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.things.remove(&oldest);
        }
        kept.order.push_back(key.clone());
        kept.things.insert(key, thing);
    }

    /// Takes a thing away; only one taker gets it.
    pub fn take(&self, key: &str) -> Option<T> {
        let mut kept = self.kept();
        kept.order.retain(|known| known != key);
        kept.things.remove(key)
    }

    /// Looks at a thing, or changes it.
    pub fn with<R>(&self, key: &str, look: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.kept().things.get_mut(key).map(look)
    }
}

/// The value of a cookie.
pub fn cookie_of(request: &HttpRequest, name: &str) -> Option<String> {
    request.cookie(name).map(|cookie| cookie.value().to_owned())
}

/// A cookie until the browser closes. `Lax`: the way back from the bridge is a navigation from elsewhere.
pub fn cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).finish()
}

/// The end of a cookie.
pub fn no_cookie(name: &'static str) -> Cookie<'static> {
    let mut gone = cookie(name, String::new());
    gone.make_removal();
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first_and_a_thing_is_taken_once() {
        let shelf = Shelf::default();
        let keys: Vec<String> = (0..=MOST).map(|number| shelf.put(number)).collect();
        assert_eq!(shelf.take(&keys[0]), None);
        assert_eq!(shelf.with(&keys[1], |number| *number), Some(1));
        assert_eq!((shelf.take(&keys[1]), shelf.take(&keys[1])), (Some(1), None));
    }
}
