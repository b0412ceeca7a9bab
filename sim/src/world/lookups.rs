//! Failing look-ups by mobile number: above a fifth of the headcount the API is blocked for the day.

use std::collections::HashMap;

const DAY: i64 = 86_400;

/// Failures per corp and day.
#[derive(Debug, Default, Clone)]
pub(crate) struct FailedLookups {
    by_corp: HashMap<String, (i64, usize)>,
}

impl FailedLookups {
    /// Whether the corp used its failures up today.
    pub(crate) fn is_blocked(&self, corp_id: &str, headcount: usize, now: i64) -> bool {
        self.by_corp.get(corp_id).is_some_and(|(day, failures)| *day == now / DAY && failures * 5 > headcount)
    }

    /// Counts a failure.
    pub(crate) fn failed(&mut self, corp_id: &str, now: i64) {
        let today = now / DAY;
        let entry = self.by_corp.entry(corp_id.to_owned()).or_insert((today, 0));
        if entry.0 != today {
            *entry = (today, 0);
        }
        entry.1 += 1;
    }
}
