//! Seconds since the Unix epoch, spans of seconds, and the clock that is handed in.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Datelike as _, Timelike as _};
use serde::{Deserialize, Serialize};

/// A moment, in whole seconds since 1970-01-01T00:00:00Z (`NumericDate` of RFC 7519 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub u64);

/// A length of time in whole seconds, written `90d`, `12h`, `10m`, `30s` in the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span(pub u64);

impl Timestamp {
    /// How long after `earlier` this moment is; nothing when it is before it.
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// The earlier of two moments.
    pub fn earlier(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }
}

/// For people: `2026-11-26T05:20:00Z` (RFC 3339); a moment that no calendar holds as its number.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = i64::try_from(self.0).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let Some(moment) = moment else { return write!(f, "{}", self.0) };
        let (date, time) = (moment.date_naive(), moment.time());
        write!(f, "{:04}-{:02}-{:02}T", date.year(), date.month(), date.day())?;
        write!(f, "{:02}:{:02}:{:02}Z", time.hour(), time.minute(), time.second())
    }
}

impl Add<Span> for Timestamp {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Timestamp {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Span {
    /// So many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// So many minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self(minutes * 60)
    }

    /// So many hours.
    pub const fn hours(hours: u64) -> Self {
        Self(hours * 3_600)
    }

    /// So many days of 24 hours.
    pub const fn days(days: u64) -> Self {
        Self(days * 86_400)
    }

    /// The same length for timers.
    pub const fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_secs(self.0)
    }
}

/// A text that is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a duration: write a whole number and s, m, h or d, such as \"10m\"")]
pub struct NotASpan;

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let (digits, factor) = match text.as_bytes().last() {
            Some(b's') => (&text[..text.len() - 1], 1),
            Some(b'm') => (&text[..text.len() - 1], 60),
            Some(b'h') => (&text[..text.len() - 1], 3_600),
            Some(b'd') => (&text[..text.len() - 1], 86_400),
            _ => return Err(NotASpan),
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotASpan);
        }
        let count: u64 = digits.parse().map_err(|_| NotASpan)?;
        count.checked_mul(factor).map(Self).ok_or(NotASpan)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            s if s > 0 && s.is_multiple_of(86_400) => write!(f, "{}d", s / 86_400),
            s if s > 0 && s.is_multiple_of(3_600) => write!(f, "{}h", s / 3_600),
            s if s > 0 && s.is_multiple_of(60) => write!(f, "{}m", s / 60),
            s => write!(f, "{s}s"),
        }
    }
}

/// Tells what time it is. Handed in everywhere, so tests travel in time without sleeping.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is moved, for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    /// A clock that shows `start`.
    pub const fn new(start: Timestamp) -> Self {
        Self(AtomicU64::new(start.0))
    }

    /// Moves the hands forward.
    pub fn advance(&self, span: Span) {
        self.0.fetch_add(span.0, Ordering::SeqCst);
    }

    /// Puts the hands to a moment, earlier ones included.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_and_one_of_four_letters() {
        assert_eq!("90d".parse(), Ok(Span::days(90)));
        assert_eq!("10m".parse(), Ok(Span::minutes(10)));
        for wrong in ["", "s", "10", "1.5h", "-1s", "10 m", "99999999999999999999d", "１s"] {
            assert_eq!(wrong.parse::<Span>(), Err(NotASpan), "{wrong}");
        }
    }

    #[test]
    fn a_moment_is_written_as_people_read_it() {
        assert_eq!(Timestamp(1_764_134_400).to_string(), "2025-11-26T05:20:00Z");
        assert_eq!(Timestamp(u64::MAX).to_string(), u64::MAX.to_string());
    }

    #[test]
    fn a_span_is_written_as_it_is_read() {
        for text in ["90d", "12h", "10m", "45s", "0s"] {
            assert_eq!(text.parse::<Span>().map(|s| s.to_string()).as_deref(), Ok(text));
        }
    }
}
