//! How long a start takes, with keys there: empty, and with a hundred thousand records.

use std::time::Duration;

use crate::bridge::Place;
use crate::folk;
use crate::report::Report;

const BAR: Duration = Duration::from_millis(100);
const STARTS: usize = 7;
const RECORDS: usize = 100_000;

/// Prints the median of some starts.
pub fn run(report: &mut Report) {
    let place = Place::with_members(1);
    place.start().end();
    hold(report, "start, an empty store", &place);
    folk::remember(&place.data(), RECORDS, 0);
    hold(report, "start, 100 000 records", &place);
}

fn hold(report: &mut Report, what: &str, place: &Place) {
    let mut times: Vec<Duration> = (0..STARTS)
        .map(|_| {
            let (running, time) = place.timed_start();
            running.end();
            time
        })
        .collect();
    times.sort();
    let median = times[STARTS / 2];
    report.hold(what, &format!("{} ms", median.as_millis()), "≤ 100 ms", median <= BAR);
}
