//! A disk that is full, and one that is read-only: nothing acknowledged is lost, nothing is said to be done that is
//! not, the log names the cure, and with room everything goes on.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::disk::Disk;
use super::site::{self, Site};
use crate::support::program::PROGRAM;
use crate::support::{Browser, Program, RelyingParty, Setup, TokenAnswer, secrets};

const SCOPE: &str = "openid offline_access";

/// An application's hold on a family: the token before and the current one.
struct Held {
    previous: String,
    current: String,
}

/// What `timeout` answers for a program that it had to end.
const RAN_ON: i32 = 124;

fn started_for_a_while(program: &Program) -> (i32, String) {
    let mut command = Command::new("timeout");
    command.args(["20", PROGRAM, "serve", "--config"]).arg(program.folder().join("config.toml"));
    let output = command.output().expect("timeout");
    (output.status.code().unwrap_or_default(), String::from_utf8(output.stderr).expect("text"))
}

fn refused_start(program: &Program) -> String {
    let (status, words) = started_for_a_while(program);
    assert_eq!(status, 1, "{words}");
    words
}

async fn readiness(program: &Program) -> u16 {
    program.http.get(program.admin("/readyz")).send().await.expect("an answer").status().as_u16()
}

/// Works on until an answer is no success; tells what was acknowledged before, and the family that was refused.
async fn work_until_refused(app: &RelyingParty, mut families: Vec<Held>) -> (Vec<Held>, TokenAnswer, usize) {
    for turn in 0..20_000 {
        let place = turn % families.len();
        let answer = app.refresh(&families[place].current).await;
        if answer.status != 200 {
            return (families, answer, place);
        }
        let held = &mut families[place];
        held.previous = std::mem::replace(&mut held.current, answer.refresh_token().to_owned());
    }
    panic!("the disk never got full");
}

/// No sign-in is begun or ended well; every answer says so.
async fn assert_no_false_success(site: &Site, signed_in: &Browser) {
    let silent = signed_in.walk(&site.app.request().set("prompt", "none").url()).await.end();
    match silent {
        Err(left) => assert!(!left.as_str().contains("code="), "{left}"),
        Ok(page) => page.assert_refused(503, "temporarily_unavailable"),
    }
    site.hires("latecomer", "13900000000");
    let page = site.app.walk(&site.computer("latecomer"), SCOPE).await.page();
    page.assert_refused(503, "temporarily_unavailable");
}

#[tokio::test]
async fn threat_47_on_a_full_disk_nothing_acknowledged_is_lost_and_nothing_is_pretended() {
    let mut disk = None;
    let setup = site::setup();
    let mut program = Program::in_prepared_folder(setup, |folder| {
        secrets::write_to(&folder.join("keys"));
        disk = Some(Disk::over(&folder.join("data"), "12m"));
    })
    .await;
    let (disk, site) = (disk.expect("a disk"), Site::of(&program));
    let app = site.app.clone();
    let (mut browsers, mut families) = (Vec::new(), Vec::new());
    for number in 0..4 {
        let member = format!("m{number}");
        site.hires(&member, &format!("1390000001{number}"));
        browsers.push(site.computer(&member));
        let first = app.tokens(&browsers[number], SCOPE).await;
        let second = app.refresh(first.refresh_token()).await.good();
        families.push(Held { previous: first.refresh_token().to_owned(), current: second.refresh_token().to_owned() });
    }
    disk.fill();
    let (families, refused, place) = work_until_refused(&app, families).await;
    refused.assert_refused(503, "temporarily_unavailable");
    // Whoever reads may notice before the writer does; what is begun meanwhile reaches the writer.
    let mut looks = 0;
    while readiness(&program).await != 503 {
        looks += 1;
        assert!(looks < 1_200, "it calls itself ready:\n{}", program.log());
        browsers[0].walk(&app.request().set("prompt", "none").url()).await;
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_no_false_success(&site, &browsers[0]).await;
    let line = program.logged(&["store.failed", "writing has stopped", "No space left"]).await;
    assert!(line.contains("make room") && line.contains("restart"), "{line}");

    program.stop();
    // It may still find what it needs to open; where it does not, it says so.
    let (status, words) = started_for_a_while(&program);
    assert!(status == RAN_ON || words.contains("No space left") && words.contains("make room"), "{status}: {words}");
    disk.make_room();
    program.restarted().await;
    assert_eq!(readiness(&program).await, 200);
    for (number, held) in families.iter().enumerate() {
        assert!(app.silently(&browsers[number]).await.get("code").is_some(), "the session of m{number}");
        // Of the rotation that was refused nothing is known: it may have reached the journal.
        if number != place {
            let again = app.refresh(&held.previous).await.good();
            assert_eq!(again.refresh_token(), held.current, "the family of m{number}");
        }
        let next = app.refresh(&held.current).await.good();
        assert_eq!(app.refresh(&held.current).await.good().refresh_token(), next.refresh_token());
    }
    app.tokens(&site.computer("latecomer"), SCOPE).await;
    drop(program);
}

fn remove_files(folder: &Path) {
    for entry in fs::read_dir(folder).expect("the folder") {
        fs::remove_file(entry.expect("a file").path()).expect("it is gone");
    }
}

#[tokio::test]
async fn threat_47_keys_that_find_no_room_at_the_first_start_are_asked_room_for_and_then_made_whole() {
    let mut disk = None;
    let mut program =
        Program::in_prepared_folder(Setup::default(), |folder| disk = Some(Disk::over(&folder.join("keys"), "64k")))
            .await;
    let (disk, keys) = (disk.expect("a disk"), program.folder().join("keys"));
    program.stop();
    remove_files(&keys);
    disk.fill();
    let words = refused_start(&program);
    assert!(words.contains("make room on that disk"), "{words}");
    assert!(!keys.join("ring.json").exists());
    disk.make_room();
    program.restarted().await;
    assert!(keys.join("ring.json").exists() && !keys.join("first-start").exists());
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    drop(program);
}

#[tokio::test]
async fn threat_47_keys_that_find_no_room_for_their_successors_go_on_and_turn_later() {
    let mut disk = None;
    let mut program = Program::in_prepared_folder(Setup::default(), |folder| {
        crate::support::clock::set(folder, "+0");
        disk = Some(Disk::over(&folder.join("keys"), "64k"));
    })
    .await;
    let disk = disk.expect("a disk");
    let before = site::kids(&program).await;
    program.stop();
    disk.fill();
    program.clock_shows("+91d");
    program.restarted().await;
    program.logged(&["keys.failed", "make room on that disk"]).await;
    assert_eq!(site::kids(&program).await, before);
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    disk.make_room();
    program.killed_and_restarted().await;
    program.logged(&["keys.moved", "Published"]).await;
    let after = site::kids(&program).await;
    assert!(after.len() > before.len() && before.iter().all(|kid| after.contains(kid)), "{before:?} {after:?}");
    drop(program);
}

#[tokio::test]
async fn threat_47_a_read_only_store_is_refused_with_the_cure_and_read_only_keys_only_cannot_turn() {
    let mut program = Program::in_prepared_folder(site::setup(), |folder| {
        crate::support::clock::set(folder, "+0");
        secrets::write_to(&folder.join("keys"));
    })
    .await;
    let (app, browser) = (program.rp("app"), program.computer("zhangsan"));
    let tokens = app.tokens(&browser, SCOPE).await;
    program.stop();

    let disk = Disk::read_only(&program.folder().join("data"));
    let words = refused_start(&program);
    assert!(words.contains("is read-only") && words.contains("mount it writable"), "{words}");
    drop(disk);

    let disk = Disk::read_only(&program.folder().join("keys"));
    program.restarted().await;
    app.refresh(tokens.refresh_token()).await.good();
    let before = site::kids(&program).await;
    program.stop();
    program.clock_shows("+91d");
    program.restarted().await;
    program.logged(&["keys.failed", "mount the folder writable"]).await;
    assert_eq!(site::kids(&program).await, before);
    program.stop();
    drop(disk);
    program.clock_shows("+0");
    program.restarted().await;
    assert!(app.silently(&browser).await.get("code").is_some());
}

#[tokio::test]
async fn threat_47_the_folders_of_another_user_are_refused_with_the_cure() {
    let mut program = Program::start(site::setup()).await;
    program.stop();
    let folder = program.folder();
    let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("chmod");
    open(folder, 0o755);
    let start = || {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", PROGRAM, "serve", "--config"]);
        let output = command.arg(folder.join("config.toml")).output().expect("setpriv, as root");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    };
    let (status, words) = start();
    let cure = "give the folder to the user this server runs as";
    assert!(status == Some(1) && words.contains("/data") && words.contains(cure), "{words}");
    let chown = Command::new("chown").args(["-R", "65534:65534"]).arg(folder.join("data")).status();
    assert!(chown.expect("chown").success());
    let (status, words) = start();
    assert!(status == Some(1) && words.contains("/keys") && words.contains("chown -R USER FOLDER"), "{words}");
    program.restarted().await;
}
