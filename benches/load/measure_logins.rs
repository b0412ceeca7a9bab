//! The server's CPU for one sign-in, in raw signatures, and beside the least that could do it.

use std::thread;

use crate::bare;
use crate::bridge::Place;
use crate::process::Running;
use crate::report::{self, Report};
use crate::visits::Visits;
use crate::wire::{Wire, get};

/// The bar: one sign-in by SSO costs at most so many raw signatures.
const SSO_BAR: f64 = 1.5;

const WARM_UP: usize = 200;
const LOGINS: usize = 4_000;
const MEMBERS: usize = 2_000;

/// Somebody who signs in again and again, so often.
type Visitor = Box<dyn FnMut(usize) + Send>;

/// Prints SSO, fresh sign-ins and the least of all, one after the other and eight at once.
pub fn run(report: &mut Report) {
    let place = Place::with_members(MEMBERS);
    let server = place.start();
    let raw = report.signature;
    for at_once in [8, 1] {
        let least = least(at_once);
        report::note(&format!("the least: three bare requests, one signs, {at_once} at once"), &figure(least, raw));
        let micros = cost(&server, at_once, |_| {
            let mut visits = Visits::at(&place);
            let session = visits.enter(0).0;
            Box::new(move |times| (0..times).for_each(|_| visits.sso(&session)))
        });
        let what = format!("CPU of one SSO login, {at_once} at once ({:.2} of the least)", micros / least);
        // A machine that falls asleep between two requests of the only visitor makes every instruction dearer, the
        // signature's too: then the least alone comes near the bar.
        if at_once == 1 {
            report::note(&what, &figure(micros, raw));
        } else {
            report.hold(&what, &figure(micros, raw), &format!("≤ {SSO_BAR} signatures"), micros <= SSO_BAR * raw);
        }
    }
    for at_once in [8, 1] {
        let micros = cost(&server, at_once, |mine| {
            let mut visits = Visits::at(&place);
            Box::new(move |times| (0..times).for_each(|time| visits.fresh((mine * times + time) % MEMBERS)))
        });
        report::note(&format!("CPU of one fresh login, {at_once} at once"), &figure(micros, raw));
    }
    server.end();
}

fn least(at_once: usize) -> f64 {
    let (server, address) = bare::start(&[b'x'; 700]);
    cost(&server, at_once, |_| {
        let mut wire = Wire::to(address);
        let requests = ["/", bare::SIGNS, "/"].map(|target| get(target, &address.to_string(), ""));
        Box::new(move |times| {
            (0..times).for_each(|_| requests.iter().for_each(|request| assert_eq!(wire.ask(request).status, 200)));
        })
    })
}

fn figure(micros: f64, raw: f64) -> String {
    format!("{micros:.0} µs = {:.2} signatures", micros / raw)
}

/// The server's CPU for each of [`LOGINS`] in microseconds, after a warm-up.
fn cost(server: &Running, at_once: usize, visitor: impl Fn(usize) -> Visitor) -> f64 {
    let mut visitors: Vec<Visitor> = (0..at_once).map(visitor).collect();
    together(&mut visitors, WARM_UP / at_once);
    let before = server.cpu();
    together(&mut visitors, LOGINS / at_once);
    (server.cpu() - before) / (LOGINS / at_once * at_once) as f64
}

fn together(visitors: &mut [Visitor], times: usize) {
    thread::scope(|scope| {
        for visitor in visitors {
            scope.spawn(move || visitor(times));
        }
    });
}
