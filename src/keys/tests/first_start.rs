//! The very first start, and every one after it.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};

use secrecy::ExposeSecret as _;

use super::*;
use crate::domain::client::SigningAlgorithm;
use crate::domain::ids::CorpId;
use crate::keys::{KeyError, KeyPhase, SealPurpose};

#[test]
fn what_the_first_start_made_the_next_one_reads_again() {
    let folder = TestFolder::new();
    let first = folder.open().unwrap();
    // Other randomness: nothing may be drawn anew.
    let again = Keys::open(&folder.path(), POLICY, START + Span::days(1), &TestEntropy::series(9)).unwrap();
    assert_eq!(first.ring().jwks_json(), again.ring().jwks_json());
    assert_eq!(first.ring().jwks_etag(), again.ring().jwks_etag());
    assert_eq!(first.fingerprints(), again.fingerprints());
    assert_eq!(first.admin_token().expose_secret(), again.admin_token().expose_secret());
    assert_eq!(first.admin_token().expose_secret().len(), 43);
    let corp = CorpId::parse("ww1").unwrap();
    assert_eq!(first.subject_key().derive(&corp, "a", 1), again.subject_key().derive(&corp, "a", 1));
    let sealed = first.sealer().seal(SealPurpose::Contact, b"", b"", b"x", &TestEntropy::default());
    assert!(again.sealer().open(SealPurpose::Contact, b"", b"", &sealed).is_ok());
    assert_eq!(first.list(), again.list());
    for listed in first.list() {
        assert_eq!(listed.phase, KeyPhase::Signing(START), "the first keys sign at once");
    }
    for alg in SigningAlgorithm::ALL {
        assert_eq!(first.ring().signer(alg).alg(), alg);
        assert_eq!(first.ring().signer(alg).kid(), again.ring().signer(alg).kid());
    }
}

#[test]
fn threat_45_the_folder_is_its_owners_alone_and_so_is_every_file() {
    let folder = TestFolder::new();
    folder.open().unwrap();
    assert_eq!(fs::metadata(folder.path()).unwrap().mode() & 0o7777, 0o700);
    let names = folder.names();
    for name in &names {
        assert_eq!(fs::metadata(folder.file(name)).unwrap().mode() & 0o7777, 0o600, "{name}");
    }
    let kinds =
        ["admin.token", "ring.json", "sealing-1.key", "sig-ed", "sig-es", "sig-rs", "subject.key", "subjects.jsonl"];
    assert_eq!(names.len(), kinds.len(), "{names:?}");
    assert!(names.iter().zip(kinds).all(|(name, kind)| name.starts_with(kind)), "{names:?}");
}

#[test]
fn an_empty_folder_that_is_there_already_is_a_new_one_too() {
    let folder = TestFolder::new();
    fs::create_dir(folder.path()).unwrap();
    folder.mode("", 0o755);
    fs::write(folder.file(".gitkeep"), "").unwrap();
    folder.open().unwrap();
}

#[test]
fn the_folder_may_be_reached_through_a_symbolic_link() {
    let folder = TestFolder::started();
    let link = folder.0.path().join("link");
    symlink(folder.path(), &link).unwrap();
    open(&link).unwrap();
    folder.mode("", 0o770);
    assert!(matches!(open(&link).unwrap_err(), KeyError::FolderOpenToOthers { .. }));
}

#[test]
fn a_first_start_that_was_killed_begins_anew() {
    let folder = TestFolder::started();
    let pem = folder.named("sig-rs256-");
    folder.write("first-start", "");
    folder.remove("ring.json");
    folder.remove("subject.key");
    let keys = Keys::open(&folder.path(), POLICY, START, &TestEntropy::series(3)).unwrap();
    assert!(!folder.names().contains(&pem), "its leftovers are gone");
    assert_eq!(folder.names().len(), 8);
    // Killed one step later, everything stands.
    folder.write("first-start", "");
    assert_eq!(folder.open().unwrap().fingerprints(), keys.fingerprints());
    assert_eq!(folder.names().len(), 8);
}

#[test]
fn removing_the_administration_token_is_how_it_is_changed() {
    let folder = TestFolder::started();
    let before = folder.read("admin.token");
    folder.remove("admin.token");
    Keys::open(&folder.path(), POLICY, START, &TestEntropy::series(5)).unwrap();
    assert_ne!(folder.read("admin.token"), before);
}

#[test]
fn nothing_secret_is_told_by_debug_or_by_errors() {
    let folder = TestFolder::started();
    let keys = folder.open().unwrap();
    let mut told = format!("{keys:?} {:?} {:?} {:?}", keys.sealer(), keys.subject_key(), keys.admin_token());
    write!(told, "{:?} {:?}", keys.ring(), keys.subjects_journal()).unwrap();
    let secrets: Vec<_> = folder.names().iter().filter(|n| *n != "ring.json").map(|n| folder.read(n)).collect();
    for name in folder.names() {
        let whole = folder.read(&name);
        for text in ["", "{", "!", &whole[..whole.len() / 2]] {
            folder.write(&name, text);
            if let Err(error) = folder.open() {
                write!(told, "{error} {error:?}").unwrap();
            }
        }
        folder.write(&name, &whole);
    }
    for line in secrets.iter().flat_map(|text| text.lines()).filter(|line| line.len() > 20 && !line.contains("KEY")) {
        assert!(!told.contains(line), "{line}");
        assert!(!told.contains(&line[..line.len() / 2]), "{line}");
    }
}
