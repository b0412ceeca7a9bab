//! `[lifetimes]`, and `[clients.lifetimes]` over it.

use std::ops::RangeInclusive;

use crate::domain::time::Span;

use super::model::Lifetimes;
use super::schema;
use super::section::Section;

/// The place of one duration in the checked form.
type Field = fn(&mut Lifetimes) -> &mut Span;

const SECOND: Span = Span::seconds(1);
const NOTHING: Span = Span::seconds(0);

#[rustfmt::skip]
const ROWS: [(&str, RangeInclusive<Span>, Field); 14] = [
    ("transaction",       SECOND..=Span::hours(1),    |l| &mut l.transaction),
    ("code",              SECOND..=Span::minutes(10), |l| &mut l.code), // RFC 6749 §4.1.2
    ("access_token",      SECOND..=Span::days(7),     |l| &mut l.access_token),
    ("id_token",          SECOND..=Span::days(7),     |l| &mut l.id_token),
    ("refresh_token",     SECOND..=Span::days(3_650), |l| &mut l.refresh_token),
    ("refresh_token_max", SECOND..=Span::days(3_650), |l| &mut l.refresh_token_max),
    ("refresh_grace",     NOTHING..=Span::minutes(5), |l| &mut l.refresh_grace),
    ("session",           SECOND..=Span::days(365),   |l| &mut l.session),
    ("session_max",       SECOND..=Span::days(365),   |l| &mut l.session_max),
    ("phone",             NOTHING..=Span::days(3_650), |l| &mut l.phone),
    ("membership",        NOTHING..=Span::days(1),    |l| &mut l.membership),
    ("sweep",             SECOND..=Span::days(7),     |l| &mut l.sweep),
    ("pushed_request",    Span::seconds(5)..=Span::minutes(10), |l| &mut l.pushed_request), // RFC 9126 §2.2
    ("upstream",          SECOND..=Span::minutes(1),  |l| &mut l.upstream),
];

/// Pairs of which the first is bounded by the second.
const ORDERED: [[(&str, Field); 2]; 2] = [
    [("refresh_token", |l| &mut l.refresh_token), ("refresh_token_max", |l| &mut l.refresh_token_max)],
    [("session", |l| &mut l.session), ("session_max", |l| &mut l.session_max)],
];

/// Reads `[lifetimes]` of the whole.
pub(super) fn lifetimes(root: &Section<'_>) -> Lifetimes {
    over(&root.table("lifetimes", &schema::LIFETIMES), Lifetimes::default())
}

/// Reads `[clients.lifetimes]` over those of the whole.
pub(super) fn of_client(client: &Section<'_>, whole: &Lifetimes) -> Lifetimes {
    over(&client.table("lifetimes", &schema::CLIENT_LIFETIMES), whole.clone())
}

fn over(section: &Section<'_>, mut lifetimes: Lifetimes) -> Lifetimes {
    for (key, bounds, field) in ROWS {
        if let Some(span) = section.span(key, bounds) {
            *field(&mut lifetimes) = span.value;
        }
    }
    for pair in ORDERED {
        hold_order(section, &mut lifetimes, pair);
    }
    lifetimes
}

/// An idle time above its bound means nothing. Written so it is a slip; when only the bound was
/// written, the idle time that nobody chose follows it.
fn hold_order(section: &Section<'_>, lifetimes: &mut Lifetimes, [idle, longest]: [(&str, Field); 2]) {
    let ((idle, idle_field), (longest, longest_field)) = (idle, longest);
    let bound = *longest_field(lifetimes);
    if *idle_field(lifetimes) <= bound {
        return;
    }
    *idle_field(lifetimes) = bound;
    if section.has(idle) {
        let what = format!("is longer than {longest}, which is {bound}");
        section.reading.error(&section.place_of(idle), what, format!("shorten it, or raise {longest}"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::Severity::Error;
    use super::super::testing::{GOOD, assert_only, read, with_tables};
    use super::*;

    fn whole(lines: &str) -> String {
        with_tables(&format!("[lifetimes]\n{lines}"))
    }

    fn of_the_client(text: &str) -> Lifetimes {
        let config = read(text).expect("good").config;
        config.clients.values().next().expect("one client").lifetimes.clone()
    }

    #[test]
    fn every_duration_of_the_schema_is_read() {
        let read: Vec<&str> = ROWS.iter().map(|(key, ..)| *key).collect();
        assert_eq!(read, schema::LIFETIMES.keys);
        assert!(schema::CLIENT_LIFETIMES.keys.iter().all(|key| read.contains(key)));
    }

    #[test]
    fn the_defaults_keep_their_own_bounds() {
        for (key, bounds, field) in ROWS {
            assert!(bounds.contains(field(&mut Lifetimes::default())), "{key}");
        }
    }

    #[test]
    fn a_duration_out_of_bounds_or_of_another_kind_is_a_problem() {
        for wrong in ["\"11m\"", "\"0s\"", "\"10\"", "60", "\"ten\"", "[\"1m\"]"] {
            assert_only(&whole(&format!("code = {wrong}")), "lifetimes.code", 13, Error);
        }
    }

    #[test]
    fn an_idle_time_may_not_be_longer_than_what_bounds_it() {
        assert_only(&whole("session = \"8d\""), "lifetimes.session", 13, Error);
        assert_only(&whole("refresh_token = \"181d\""), "lifetimes.refresh_token", 13, Error);
        let text = with_tables("[clients.lifetimes]\nrefresh_token = \"181d\"");
        assert_only(&text, "clients[0].lifetimes.refresh_token", 13, Error);
    }

    #[test]
    fn an_idle_time_that_nobody_chose_follows_its_bound() {
        let lifetimes = read(&whole("session_max = \"8h\"")).expect("good").config.lifetimes;
        assert_eq!((lifetimes.session, lifetimes.session_max), (Span::hours(8), Span::hours(8)));
    }

    #[test]
    fn a_client_has_the_lifetimes_of_the_whole_with_its_own_over_them() {
        assert_eq!(of_the_client(GOOD), Lifetimes::default());
        let text = with_tables("[clients.lifetimes]\ncode = \"10s\"\n[lifetimes]\ncode = \"20s\"\nid_token = \"5m\"");
        let own = of_the_client(&text);
        assert_eq!((own.code, own.id_token), (Span::seconds(10), Span::minutes(5)));
    }
}
