//! The folder of the sled store: what is refused, with the words the operator needs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use wecom_oidc::store::sled::{OpenError, SledStore};
use wecom_oidc::store::{Codes as _, Members as _, Upkeep as _};

use super::samples::*;
use crate::support::held::once_let_go;

fn refused(path: &Path) -> (OpenError, String) {
    let error = SledStore::open(path).expect_err("it must be refused");
    let text = error.to_string();
    (error, text)
}

/// What lies beneath. A store just closed may hold its lock a moment longer.
fn raw(path: &Path) -> sled::Db {
    let mut attempts = 0;
    loop {
        match sled::open(path) {
            Err(sled::Error::Io(_)) if attempts < 100 => attempts += 1,
            opened => return opened.unwrap(),
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// A store with some content, opened and closed again so often.
async fn filled(path: &Path, times: u32) {
    for time in 0..times {
        let store = once_let_go(|| SledStore::open(path)).unwrap();
        for number in 0..800 {
            let userid = format!("member{time}-{number}");
            store.put_code(digest(&userid), &code(&userid, at(60))).await.unwrap();
        }
        store.remember_contact(&member("anna"), &contact("sealed")).await.unwrap();
    }
}

fn halve(file: &Path) {
    let file = fs::OpenOptions::new().write(true).open(file).unwrap();
    let size = file.metadata().unwrap().len();
    file.set_len(size / 2).unwrap();
}

#[tokio::test]
async fn a_store_is_whole_again_after_it_was_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made/on/the/way");
    for round in 0..3 {
        let store = once_let_go(|| SledStore::open(&path)).unwrap();
        assert_eq!(store.has_members().await.unwrap(), round > 0);
        // Nobody waits for this one: closing carries it.
        store.put_code(digest(&round.to_string()), &code("anna", at(60))).await.unwrap();
        store.remember_member(&connection(), &member("anna"), &member_record("anna")).await.unwrap();
        for earlier in 0..=round {
            assert!(store.code(digest(&earlier.to_string()), at(0)).await.unwrap().is_some(), "{earlier}");
        }
    }
}

#[tokio::test]
async fn a_second_server_on_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let _first = SledStore::open(folder.path()).unwrap();
    let (error, text) = refused(folder.path());
    assert!(matches!(error, OpenError::Locked { .. }), "{text}");
    assert!(text.contains("another server runs on this folder"), "{text}");
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let other = raw(folder.path());
    other.insert("theirs", "kept").unwrap();
    drop(other);
    let (error, text) = refused(folder.path());
    assert!(matches!(error, OpenError::Foreign { .. }), "{text}");
    assert!(text.contains("is not a wecom-oidc store"), "{text}");
    assert!(!folder.path().join("wecom-oidc.store").exists());
    let other = raw(folder.path());
    assert_eq!(other.get("theirs").unwrap().as_deref(), Some(&b"kept"[..]));
}

#[tokio::test]
async fn a_file_that_only_has_the_name_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("db"), b"SQLite format 3").unwrap();
    let (error, text) = refused(folder.path());
    assert!(matches!(error, OpenError::Foreign { .. }), "{text}");
    assert_eq!(fs::read(folder.path().join("db")).unwrap(), b"SQLite format 3");
}

#[tokio::test]
async fn a_newer_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 1).await;
    let beneath = raw(folder.path());
    beneath.insert([0], &b"wecom-oidc\0\0\0\x09"[..]).unwrap();
    drop(beneath);
    let (error, text) = refused(folder.path());
    assert!(matches!(error, OpenError::Newer { found: 9, .. }), "{text}");
    assert!(text.contains("run the newer version"), "{text}");
}

#[tokio::test]
async fn a_damaged_store_is_refused() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 10] = [
        ("half of it", |folder| halve(&folder.join("db"))),
        ("nothing of it", |folder| fs::write(folder.join("db"), b"").unwrap()),
        ("other bytes", |folder| {
            let mut bytes = fs::read(folder.join("db")).unwrap();
            for (index, byte) in bytes.iter_mut().enumerate().skip(64) {
                *byte ^= u8::try_from(index % 251).unwrap();
            }
            fs::write(folder.join("db"), bytes).unwrap();
        }),
        ("no file", |folder| fs::remove_file(folder.join("db")).unwrap()),
        ("no journal", |folder| fs::remove_file(folder.join("journal")).unwrap()),
        ("half of the journal", |folder| halve(&folder.join("journal"))),
        ("no seal", |folder| fs::remove_file(folder.join("wecom-oidc.store")).unwrap()),
        ("nothing in the seal", |folder| fs::write(folder.join("wecom-oidc.store"), b"").unwrap()),
        ("no settings", |folder| fs::remove_file(folder.join("conf")).unwrap()),
        ("no seal to read", |folder| fs::write(folder.join("wecom-oidc.store"), b"garbled").unwrap()),
    ];
    for (name, harm) in harms {
        let folder = tempfile::tempdir().unwrap();
        filled(folder.path(), 4).await;
        harm(folder.path());
        let (error, text) = refused(folder.path());
        assert!(matches!(error, OpenError::Damaged { .. }), "{name}: {text}");
        assert!(text.contains("restore the last backup"), "{name}: {text}");
    }
}

#[tokio::test]
async fn a_tree_that_lost_only_what_the_journal_holds_is_made_whole() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 1).await;
    halve(&folder.path().join("db"));
    let store = once_let_go(|| SledStore::open(folder.path())).unwrap();
    assert_eq!(store.contact(&member("anna")).await.unwrap(), Some(contact("sealed")));
    for number in 0..800 {
        assert!(store.code(digest(&format!("member0-{number}")), at(0)).await.unwrap().is_some(), "{number}");
    }
}

#[tokio::test]
async fn a_store_tells_nothing_of_its_content_when_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let store = once_let_go(|| SledStore::open(folder.path())).unwrap();
    store.remember_contact(&member("anna"), &contact("sealed")).await.unwrap();
    assert_eq!(format!("{store:?}"), "SledStore { .. }");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o555)).unwrap();
    let (error, text) = refused(&path);
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{text}");
    assert!(text.contains("is read-only"), "{text}");
}

#[tokio::test]
async fn a_file_in_the_place_of_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    fs::write(&path, b"").unwrap();
    for path in [path.clone(), path.join("below")] {
        let (error, text) = refused(&path);
        assert!(matches!(error, OpenError::NotAFolder { .. }), "{text}");
    }
}
