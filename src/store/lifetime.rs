//! When each kind of record ends. One place, so that every implementation agrees.

use super::records::{AccessToken, CodeRecord, LoginRecord, PhoneTicket, PushedRequest, SessionRecord, UpstreamToken};
use crate::domain::time::Timestamp;

/// A record that ends by itself.
pub(super) trait Ends {
    /// From this moment on the record does not exist.
    fn ends(&self) -> Timestamp;

    /// Whether it still exists.
    fn lives(&self, now: Timestamp) -> bool {
        self.ends() > now
    }
}

/// A bare end, for records that are nothing else.
impl Ends for Timestamp {
    fn ends(&self) -> Timestamp {
        *self
    }
}

impl Ends for SessionRecord {
    fn ends(&self) -> Timestamp {
        self.idle_until.earlier(self.ends)
    }
}

macro_rules! ends_at_expires {
    ($($record:ty),+) => {$(
        impl Ends for $record {
            fn ends(&self) -> Timestamp {
                self.expires
            }
        }
    )+};
}

ends_at_expires!(CodeRecord, AccessToken, LoginRecord, PhoneTicket, PushedRequest, UpstreamToken);
