//! Law 8 against `kill -9`: a child process works on a store and tells every verb that was
//! acknowledged; it is killed in the middle of it; then everything it told has to be there, once.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use wecom_oidc::store::records::RefreshPosition;
use wecom_oidc::store::sled::{Options, SledStore};
use wecom_oidc::store::{
    Codes as _, Finished, Grants as _, Members as _, PushedRequests as _, Redeemed, Rotated, Sessions as _,
};

use super::samples::*;

const ROLE: &str = "WECOM_OIDC_TEST_CRASH_FOLDER";
const THIS_TEST: &str = "store::crash::what_was_acknowledged_survives_kill_9";
const WORKERS: u32 = 8;

#[test]
#[allow(clippy::disallowed_methods, reason = "the environment tells the child its role")]
fn what_was_acknowledged_survives_kill_9() {
    if let Some(folder) = std::env::var_os(ROLE) {
        return child(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    for round in 0..8 {
        let told = run_and_kill(folder.path(), 40 + 97 * round);
        assert!(told.len() >= 40, "the child worked: {told:?}");
        runtime().block_on(check(folder.path(), &told));
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Lets the child work until it has told `enough`, kills it, and returns all it told.
fn run_and_kill(folder: &Path, enough: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([THIS_TEST, "--exact", "--nocapture", "--test-threads=1"])
        .env(ROLE, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut told = Vec::new();
    let mut line = String::new();
    // A last line without its end was not told.
    while lines.read_line(&mut line).unwrap() > 0 && line.ends_with('\n') {
        told.extend(line.strip_prefix("told ").map(|verb| verb.trim_end().to_owned()));
        if told.len() == enough {
            child.kill().unwrap();
        }
        line.clear();
    }
    assert!(!child.wait().unwrap().success(), "it was killed");
    told
}

fn tell(verb: &str, name: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "told {verb} {name}").unwrap();
    out.flush().unwrap();
}

fn child(folder: &Path) {
    // So small a journal turns every few rounds, and some rounds are larger than it.
    let options = Options { journal_bytes: 8 << 10, ..Options::default() };
    let store = Arc::new(SledStore::open_with(folder, &options).unwrap());
    let process = std::process::id();
    runtime().block_on(async {
        let workers = (0..WORKERS).map(|worker| tokio::spawn(work(Arc::clone(&store), format!("{process}-{worker}"))));
        for worker in workers.collect::<Vec<_>>() {
            worker.await.unwrap();
        }
    });
}

/// One worker's life; it ends by itself should nobody kill it.
async fn work(store: Arc<SledStore>, worker: String) {
    for number in 0..10_000 {
        let name = format!("{worker}-{number}");
        let userid = format!("m{name}");
        store.finish_login(digest(&name), &login(&name, &userid), at(0)).await.unwrap();
        tell("login", &name);
        store.redeem_code(digest(&format!("{name}/c")), &redemption(&name, &userid), at(1)).await.unwrap();
        tell("redeem", &name);
        store.rotate_refresh_token(digest(&format!("{name}/0")), &rotation(&name, 1, at(2)), at(2)).await.unwrap();
        tell("rotate", &name);
        store.remember_contact(&member(&userid), &contact(&name)).await.unwrap();
        tell("contact", &name);
        store.put_pushed_request(digest(&name), &pushed("nocobase", at(60)), u32::MAX, at(0)).await.unwrap();
        store.take_pushed_request(digest(&name), at(1)).await.unwrap();
        tell("take", &name);
        if number % 3 == 0 {
            store.end_session(digest(&format!("{name}/s")), &NOBODY, at(3)).await.unwrap();
            tell("end", &name);
        }
        if number % 5 == 0 {
            store.revoke_grant(grant_id(&name)).await.unwrap();
            tell("revoke", &name);
        }
    }
}

async fn check(folder: &Path, told: &[String]) {
    let store = SledStore::open(folder).unwrap();
    let told: Vec<(&str, &str)> = told.iter().map(|line| line.split_once(' ').unwrap()).collect();
    for (verb, name) in &told {
        check_verb(&store, verb, name).await;
    }
    // A second redemption kills the grant, so this comes last.
    for (_, name) in told.iter().filter(|(verb, _)| *verb == "redeem") {
        let again = store.redeem_code(digest(&format!("{name}/c")), &redemption("x", "x"), at(5)).await.unwrap();
        assert_eq!(again, Redeemed::Again, "{name} was redeemed twice");
    }
}

async fn check_verb(store: &SledStore, verb: &str, name: &str) {
    let of = |part: &str| digest(&format!("{name}/{part}"));
    let number: u32 = name.rsplit_once('-').unwrap().1.parse().unwrap();
    // These may be ended or revoked without having been told so.
    let (may_end, may_be_revoked) = (number.is_multiple_of(3), number.is_multiple_of(5));
    match verb {
        "login" if !may_end => {
            assert!(store.session(of("s"), at(3)).await.unwrap().is_some(), "{name}: the session");
            let again = store.finish_login(digest(name), &login(name, "x"), at(3)).await.unwrap();
            assert!(matches!(again, Finished::Before(_)), "{name}: the login");
        }
        "redeem" if !may_be_revoked => {
            assert!(store.access_token(of("a"), at(3)).await.unwrap().is_some(), "{name}: the access token");
        }
        "rotate" if !may_be_revoked => {
            let (_, _, position) = store.refresh_token(of("1"), at(3)).await.unwrap().unwrap();
            assert_eq!(position, RefreshPosition::Current, "{name}: the successor");
            let replayed = store.rotate_refresh_token(of("0"), &rotation(name, 9, at(3)), at(3)).await.unwrap();
            assert!(matches!(replayed, Rotated::Replayed { .. }), "{name}: the grace survives a restart");
        }
        "contact" => {
            let kept = store.contact(&member(&format!("m{name}"))).await.unwrap();
            assert_eq!(kept, Some(contact(name)), "{name}: the contact");
        }
        "take" => {
            assert_eq!(store.take_pushed_request(digest(name), at(1)).await.unwrap(), None, "{name}: taken twice");
        }
        "end" => assert_eq!(store.session(of("s"), at(3)).await.unwrap(), None, "{name}: the ended session"),
        "revoke" => assert_eq!(store.access_token(of("a"), at(3)).await.unwrap(), None, "{name}: the revoked grant"),
        _ => {}
    }
}
