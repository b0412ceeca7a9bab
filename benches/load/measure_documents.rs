//! Discovery and JWKS against a bare actix route that returns the same bytes.

use std::net::SocketAddr;
use std::thread;
use std::time::Instant;

use crate::bare;
use crate::bridge::Place;
use crate::process::Running;
use crate::report::{self, Report};
use crate::visits::repeat;
use crate::wire::{Wire, get};

/// The bar: so large a share of what a bare route does.
const BAR: f64 = 0.8;

const AT_ONCE: usize = 8;
const EACH: usize = 20_000;
const ROUNDS: usize = 3;

/// Prints requests per second of both, and their CPU.
pub fn run(report: &mut Report) {
    let place = Place::with_members(1);
    let server = place.start();
    for (name, target) in [("discovery", "/.well-known/openid-configuration"), ("JWKS", "/jwks.json")] {
        let request = get(target, &place.address.to_string(), "");
        let bytes = Wire::to(place.address).ask(&request).body;
        let (bare, bare_address) = bare::start(&bytes);
        // In turns, so that a machine that changes its pace changes it for both.
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            theirs.push(rate(bare_address, &bare, &request));
            ours.push(rate(place.address, &server, &request));
        }
        let (ours, theirs) = (median(ours), median(theirs));
        let cpu = format!("{:.1} µs of CPU beside {:.1}", ours.1, theirs.1);
        report::note(&format!("{name}: one request"), &cpu);
        let share = ours.0 / theirs.0;
        let figure = format!("{:.0}/s of {:.0}/s", ours.0, theirs.0);
        report.hold(&format!("{name}: share of a bare route, {:.0} %", share * 100.0), &figure, "≥ 80 %", share >= BAR);
    }
}

/// Requests per second, and the server's CPU for each in microseconds.
fn rate(address: SocketAddr, server: &Running, request: &[u8]) -> (f64, f64) {
    repeat(address, request, 1_000);
    let (began, before) = (Instant::now(), server.cpu());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| repeat(address, request, EACH));
        }
    });
    let requests = (AT_ONCE * EACH) as f64;
    (requests / began.elapsed().as_secs_f64(), (server.cpu() - before) / requests)
}

fn median(mut figures: Vec<(f64, f64)>) -> (f64, f64) {
    figures.sort_by(|a, b| a.0.total_cmp(&b.0));
    figures[figures.len() / 2]
}
