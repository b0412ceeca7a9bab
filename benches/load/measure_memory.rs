//! Memory: idle, with a hundred thousand live sessions, and after a hundred thousand abandoned sign-ins.

use std::thread;
use std::time::Duration;

use crate::bridge::Place;
use crate::process::{Running, mebibytes};
use crate::report::Report;
use crate::visits::Visits;

const MANY: usize = 100_000;
const MEMBERS: usize = 10_000;
const AT_ONCE: usize = 8;

/// What counts as nothing: less than eleven bytes for each sign-in that nobody ended. Buffers of connections and the
/// allocator move by as much.
const NOTHING: u64 = 1 << 20;

const IDLE_BAR: u64 = 20 << 20;
const SESSIONS_BAR: u64 = 120 << 20;

/// Prints the resident set at four moments.
pub fn run(report: &mut Report) {
    let place = Place::with_members(MEMBERS);
    let server = place.start();
    let idle = settled(&server);
    report.hold("memory, idle", &mebibytes(idle), "≤ 20 MiB", idle <= IDLE_BAR);
    // Whatever the first ten thousand bring into being once, serves all that follow.
    everybody(&place, MANY / 10, |visits, _| visits.abandon());
    let before = settled(&server);
    everybody(&place, MANY, |visits, _| visits.abandon());
    let after = settled(&server);
    let more = after.saturating_sub(before);
    report.hold(
        "memory, 100 000 abandoned sign-ins more",
        &format!("+ {}", mebibytes(more)),
        "+ 0 (1 MiB)",
        more <= NOTHING,
    );
    everybody(&place, MANY, |visits, number| {
        visits.enter(number % MEMBERS);
    });
    let sessions = settled(&server);
    report.hold("memory, 100 000 live sessions", &mebibytes(sessions), "≤ 120 MiB", sessions <= SESSIONS_BAR);
    server.end();
}

fn everybody(place: &Place, times: usize, visit: impl Fn(&mut Visits, usize) + Sync) {
    thread::scope(|scope| {
        for mine in 0..AT_ONCE {
            let visit = &visit;
            scope.spawn(move || {
                let mut visits = Visits::at(place);
                (mine..times).step_by(AT_ONCE).for_each(|number| visit(&mut visits, number));
            });
        }
    });
}

/// The resident set once the store has written what it had in hand.
fn settled(server: &Running) -> u64 {
    thread::sleep(Duration::from_secs(2));
    server.resident()
}
