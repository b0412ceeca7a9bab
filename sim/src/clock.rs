//! The simulator's clock: real time plus an offset that tests may advance.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Time as every lifetime in the simulator sees it.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    offset_millis: AtomicI64,
}

impl Clock {
    /// Milliseconds since the Unix epoch, offset included.
    pub(crate) fn millis(&self) -> i64 {
        let real = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        real.saturating_add(self.offset_millis.load(Ordering::Relaxed))
    }

    /// Seconds since the Unix epoch, offset included.
    pub(crate) fn seconds(&self) -> i64 {
        self.millis().div_euclid(1000)
    }

    /// Moves the clock; a negative number moves it back.
    pub(crate) fn advance(&self, seconds: i64) {
        self.offset_millis.fetch_add(seconds.saturating_mul(1000), Ordering::Relaxed);
    }
}
