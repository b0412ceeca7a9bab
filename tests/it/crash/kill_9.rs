//! The driver: workers at the compiled program, `kill -9` at any moment, the same folder again, and then
//! nothing acknowledged is lost (law 8), nothing redeemed twice and no family forked (law 3).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use super::dice::Dice;
use super::operator::Operator;
use super::site::{self, Site};
use super::tally::Tally;
use super::worker::Worker;
use crate::support::{Program, secrets};

/// How often the program is killed.
const ROUNDS: &str = "WECOM_OIDC_CRASH_ROUNDS";
/// What chance begins with.
const SEED: &str = "WECOM_OIDC_CRASH_SEED";

const WORKERS: u64 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threat_47_what_was_acknowledged_survives_kill_9_in_the_middle_of_everything() {
    let rounds = number(ROUNDS).unwrap_or(200);
    let seed = number(SEED).unwrap_or_else(|| secrets::began().0);
    println!("{rounds} rounds, {SEED}={seed}");
    let mut dice = Dice::new(seed);
    let mut program = Program::start(site::setup()).await;
    let (site, tally) = (Site::of(&program), Tally::default());
    let new = |number| Worker::new(number, site.clone(), dice.split(), tally.clone());
    let mut workers: Vec<Worker> = (0..WORKERS).map(new).collect();
    let mut operator = Operator::of(&program, dice.split(), tally.clone());
    for round in 0..rounds {
        let until = Duration::from_millis(15 + dice.below(80));
        let rotating = tokio::spawn(operator.works());
        workers = work_and_kill(&mut program, workers, until).await;
        operator = rotating.await.expect("the operator");
        program.restarted().await;
        operator.checks(&program).await;
        if round == rounds / 4 {
            // Until now it was cut off while it made RSA keys; once there are successors it is quick.
            operator.rotates().await.expect("an answer");
        }
        let checking: JoinSet<Worker> = workers.into_iter().map(Worker::checks).collect();
        workers = checking.join_all().await;
    }
    println!("{tally}");
    assert!(!program.log().contains("panicked"), "{}", program.log());
    for verb in ["login", "redeem", "refresh", "sign-out", "phone", "redeem again", "reuse", "replay", "sso"] {
        let counts = tally.of(verb);
        assert!(counts.acknowledged >= rounds / 10, "too few of {verb}: {counts:?}");
    }
    assert!(tally.of("keys rotate").acknowledged >= rounds / 100, "too few rotations of the keys");
    for verb in ["login", "redeem", "refresh"] {
        let counts = tally.of(verb);
        assert!(counts.begun - counts.acknowledged >= rounds / 40, "too few of {verb} were cut off: {counts:?}");
    }
}

async fn work_and_kill(program: &mut Program, workers: Vec<Worker>, until: Duration) -> Vec<Worker> {
    let killed = Arc::new(AtomicBool::new(false));
    let working: JoinSet<Worker> = workers.into_iter().map(|worker| worker.works(Arc::clone(&killed))).collect();
    tokio::time::sleep(until).await;
    killed.store(true, Ordering::SeqCst);
    program.stop();
    working.join_all().await
}

#[allow(clippy::disallowed_methods, reason = "whoever runs the test chooses how long and from where")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}
