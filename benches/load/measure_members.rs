//! Growth: what a sign-in costs beside a thousand remembered members, and beside a million.

use std::time::Instant;

use crate::bridge::Place;
use crate::folk;
use crate::process::mebibytes;
use crate::report::{self, Report};
use crate::visits::Visits;

const FEW: usize = 1_000;
const MANY: usize = 1_000_000;
const BAR: f64 = 1.3;
const WARM_UP: usize = 200;
const LOGINS: usize = 4_000;

/// Prints both, and their ratio.
pub fn run(report: &mut Report) {
    let few = cost(FEW);
    let many = cost(MANY);
    let growth = many / few;
    report.hold("SSO login beside 1 000 000 members : beside 1 000", &format!("{growth:.2}"), "≤ 1.3", growth <= BAR);
}

fn cost(members: usize) -> f64 {
    let place = Place::with_members(1);
    // Keys first: a store with members refuses to be begun without.
    place.start().end();
    let began = Instant::now();
    // Those who sign in stand among all the others in the tree, whose keys are in the order of their userids.
    folk::remember(&place.data(), members, FEW);
    println!("    ({members} members remembered in {:.0} s)", began.elapsed().as_secs_f64());
    let (server, time) = place.timed_start();
    let mut visits = Visits::at(&place);
    let mut sign_in = |number: usize| visits.sso(&format!("session={}", folk::cookie(number % FEW)));
    (0..WARM_UP).for_each(&mut sign_in);
    let before = server.cpu();
    (0..LOGINS).for_each(&mut sign_in);
    let micros = (server.cpu() - before) / LOGINS as f64;
    let figure = format!("{micros:.0} µs, start {} ms, {}", time.as_millis(), mebibytes(server.resident()));
    report::note(&format!("CPU of one SSO login beside {members} members"), &figure);
    server.end();
    micros
}
