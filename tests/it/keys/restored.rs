//! Keys folders that are gone or from yesterday, beside a store that knows better (law 6).

use std::fs;
use std::path::Path;

use super::jwks::Jwks;
use crate::support::program::run;
use crate::support::{Program, Setup};

fn refused(program: &Program) -> String {
    let (status, out, err) = run(&["serve", "--config", "config.toml"], program.folder());
    assert_eq!((status, out.as_str()), (1, ""), "{err}");
    err
}

/// Copies a folder with its modes, in place of one that is there.
fn copy(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).expect("no folder");
    }
    let done = std::process::Command::new("cp").args(["-a", "--"]).args([from, to]).status().expect("cp");
    assert!(done.success());
}

fn rotate(program: &Program, arguments: &[&str]) {
    let arguments = [&["keys", "rotate", "--config", "config.toml"], arguments].concat();
    let (status, out, err) = run(&arguments, program.folder());
    assert_eq!(status, 0, "{out}{err}");
}

#[tokio::test]
async fn threat_45_a_keys_folder_that_is_missing_or_empty_beside_members_is_refused_and_not_made_anew() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let subject = program.rp("app").subject(&program.computer("zhangsan")).await;
    program.stop();
    let (keys, backup) = (program.folder().join("keys"), program.folder().join("backup"));
    copy(&keys, &backup);
    fs::remove_dir_all(&keys).expect("lost");
    let err = refused(&program);
    assert!(err.contains("missing or empty") && err.contains("newest backup"), "{err}");
    assert!(!keys.exists());
    fs::create_dir(&keys).expect("a folder");
    assert!(refused(&program).contains("missing or empty"));
    assert_eq!(fs::read_dir(&keys).expect("the folder").count(), 0, "nothing is in the way of the backup");

    copy(&backup, &keys);
    program.restarted().await;
    assert_eq!(program.rp("app").subject(&program.computer("zhangsan")).await, subject);
    // Without a store there is nothing to lose: the keys alone may be new.
    program.stop();
    fs::remove_dir_all(program.folder().join("data")).expect("no store");
    fs::remove_dir_all(&keys).expect("no keys");
    program.restarted().await;
}

#[tokio::test]
async fn threat_45_an_older_backup_of_the_keys_is_refused_with_which_one_is_needed() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    let (keys, older, newer) =
        (program.folder().join("keys"), program.folder().join("older"), program.folder().join("newer"));
    copy(&keys, &older);
    rotate(&program, &[]);
    let kids = Jwks::of(&program.issuer, &program.http).await.kids();
    program.stop();
    copy(&keys, &newer);
    copy(&older, &keys);
    let err = refused(&program);
    assert!(err.contains("sealing") && err.contains("newest backup"), "{err}");
    // With the sealing keys at hand, the ring alone tells.
    fs::copy(newer.join("sealing-2.key"), keys.join("sealing-2.key")).expect("a key");
    let err = refused(&program);
    assert!(err.contains("keys/ring.json is older") && err.contains("made after that"), "{err}");
    assert!(kids.iter().any(|kid| err.contains(kid)) && err.contains("made 20"), "{err}");
    // An ordinary rotation of the older ring cures nothing: its retired keys would sign on.
    rotate(&program, &[]);
    assert!(refused(&program).contains("keys/ring.json is older"));

    copy(&newer, &keys);
    program.restarted().await;
    assert_eq!(Jwks::of(&program.issuer, &program.http).await.kids(), kids);
}

#[tokio::test]
async fn threat_45_a_key_that_was_given_up_never_signs_again_out_of_a_backup() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let leaked = program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    let (keys, older) = (program.folder().join("keys"), program.folder().join("older"));
    copy(&keys, &older);
    rotate(&program, &["--emergency", "--yes"]);
    program.stop();
    let sealing = fs::read(keys.join("sealing-2.key")).expect("a key");
    copy(&older, &keys);
    fs::write(keys.join("sealing-2.key"), sealing).expect("a key");
    let mode = std::process::Command::new("chmod").arg("600").arg(keys.join("sealing-2.key")).status();
    assert!(mode.expect("chmod").success());
    assert!(refused(&program).contains("keys rotate --emergency --yes"));

    // There is no newer backup: what the line says cures it.
    rotate(&program, &["--emergency", "--yes"]);
    program.restarted().await;
    assert!(!Jwks::of(&program.issuer, &program.http).await.verifies(leaked.id_token()));
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
}
