//! The server's CPU for one sign-in, in raw signatures.

use std::thread;
use std::time::Instant;

use crate::bridge::Place;
use crate::process::Running;
use crate::report::{self, Report};
use crate::visits::Visits;

/// The bar: one sign-in by SSO costs at most so many raw signatures.
const SSO_BAR: f64 = 1.5;

const WARM_UP: usize = 200;
const LOGINS: usize = 4_000;

/// Prints SSO one after the other and eight at once, and fresh sign-ins.
pub fn run(report: &mut Report) {
    let place = Place::with_members(2_000);
    let server = place.start();
    let raw = report.signature;
    for at_once in [1, 8] {
        let micros = cost(&place, &server, at_once, |visits, mine, times| {
            let session = visits.enter(mine).0;
            move |visits: &mut Visits| (0..times).for_each(|_| visits.sso(&session))
        });
        let what = format!("CPU of one SSO login, {at_once} at once");
        report.hold(&what, &figure(micros, raw), &format!("≤ {SSO_BAR} signatures"), micros <= SSO_BAR * raw);
    }
    for at_once in [1, 8] {
        let micros = cost(&place, &server, at_once, |_, mine, times| {
            move |visits: &mut Visits| (0..times).for_each(|time| visits.fresh((mine * times + time) % 2_000))
        });
        report::note(&format!("CPU of one fresh login, {at_once} at once"), &figure(micros, raw));
    }
    server.end();
}

fn figure(micros: f64, raw: f64) -> String {
    format!("{micros:.0} µs = {:.2} signatures", micros / raw)
}

/// Microseconds of CPU for each of [`LOGINS`], after a warm-up.
fn cost<W: FnOnce(&mut Visits) + Send>(
    place: &Place,
    server: &Running,
    at_once: usize,
    prepare: impl Fn(&mut Visits, usize, usize) -> W,
) -> f64 {
    let each = LOGINS / at_once;
    let (mut visits, mut works) = (Vec::new(), Vec::new());
    for mine in 0..at_once {
        let mut visit = Visits::at(place);
        prepare(&mut visit, mine, WARM_UP / at_once)(&mut visit);
        works.push(prepare(&mut visit, mine, each));
        visits.push(visit);
    }
    let (began, before) = (Instant::now(), server.cpu());
    thread::scope(|scope| {
        for (mut visit, work) in visits.into_iter().zip(works) {
            scope.spawn(move || work(&mut visit));
        }
    });
    let used = (server.cpu() - before) / (each * at_once) as f64;
    println!("    ({:.0} a second)", (each * at_once) as f64 / began.elapsed().as_secs_f64());
    used
}
