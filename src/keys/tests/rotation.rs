//! Rotation with real keys on a real folder.

use std::fs;

use super::*;
use crate::domain::client::SigningAlgorithm::{self, Rs256};
use crate::keys::{KeyError, Moved, SealPurpose};

fn keys_in(ring: &crate::keys::SigningRing) -> usize {
    ring.jwks().keys().len()
}

#[test]
fn threat_45_the_ring_turns_and_the_old_keys_verify_until_they_are_removed_and_a_restart_changes_nothing() {
    let folder = TestFolder::started();
    let keys = folder.open().unwrap();
    let entropy = TestEntropy::series(1);
    let at_start = keys.ring();
    let old = at_start.signer(Rs256).kid().to_owned();
    assert_eq!(keys.advance(START, &entropy).unwrap(), []);

    let hand_over = START + POLICY.rotate_every;
    assert_eq!(keys.advance(hand_over - POLICY.publish_before, &entropy).unwrap().len(), 3);
    assert_eq!(keys.ring().signer(Rs256).kid(), old);
    assert_eq!(keys_in(&keys.ring()), 6);
    assert_ne!(keys.ring().jwks_etag(), at_start.jwks_etag());
    assert_eq!(keys_in(&at_start), 3, "a snapshot that is held does not change");
    assert_eq!(folder.open().unwrap().ring().jwks_json(), keys.ring().jwks_json());

    assert_eq!(keys.advance(hand_over, &entropy).unwrap().len(), 6);
    let new = keys.ring().signer(Rs256).kid().to_owned();
    assert_ne!(new, old);
    assert!(keys.ring().verifying(&old).is_some());
    let again = folder.open().unwrap();
    assert_eq!(again.ring().signer(Rs256).kid(), new);
    assert!(again.ring().verifying(&old).is_some());

    assert_eq!(again.advance(hand_over + POLICY.retire_for, &entropy).unwrap(), []);
    assert_eq!(again.advance(hand_over + POLICY.retire_for + Span(1), &entropy).unwrap().len(), 3);
    assert!(again.ring().verifying(&old).is_none());
    assert_eq!(keys_in(&again.ring()), 3);
    assert_eq!(folder.names().len(), 8, "the files of removed keys are gone");
    assert_eq!(folder.open().unwrap().list(), again.list());
}

#[test]
fn in_an_emergency_new_keys_sign_at_once_and_the_old_ones_are_gone_from_memory_and_disk() {
    let folder = TestFolder::started();
    let keys = folder.open().unwrap();
    let before = keys.ring();
    let fingerprints = keys.fingerprints();
    let sealed = keys.sealer().seal(SealPurpose::Contact, b"", b"", b"x", &TestEntropy::series(2));
    let steps = keys.rotate(START + Span(5), true, &TestEntropy::series(2)).unwrap();
    assert_eq!(steps.iter().filter(|step| step.moved == Moved::Removed).count(), 3);
    assert_eq!(steps.iter().filter(|step| step.moved == Moved::Signing).count(), 4, "the sealing key too");
    for alg in SigningAlgorithm::ALL {
        let old = before.signer(alg).kid();
        assert_ne!(keys.ring().signer(alg).kid(), old);
        assert!(keys.ring().verifying(old).is_none());
    }
    assert_eq!(keys_in(&keys.ring()), 3);
    assert_eq!(folder.names().len(), 9);
    let again = folder.open().unwrap();
    assert_eq!(again.ring().jwks_json(), keys.ring().jwks_json());
    assert_eq!(again.fingerprints(), keys.fingerprints());
    assert_eq!(keys.fingerprints().subject, fingerprints.subject, "law 6: never by a rotation");
    assert_eq!(keys.fingerprints().sealing[0], fingerprints.sealing[0]);
    assert_eq!(keys.fingerprints().sealing.len(), 2);
    for keys in [&keys, &again] {
        assert!(keys.sealer().open(SealPurpose::Contact, b"", b"", &sealed).is_ok());
    }
}

#[test]
fn threat_47_a_rotation_that_the_disk_refuses_leaves_everything_as_it_was() {
    let folder = TestFolder::started();
    let keys = folder.open().unwrap();
    let (ring, names, text) = (keys.ring(), folder.names(), folder.read("ring.json"));
    // A folder in the way of the temporary file: the keys can be written, what names them cannot.
    fs::create_dir(folder.file(".ring.json.new")).unwrap();
    for emergency in [false, true] {
        let refusal = keys.rotate(START, emergency, &TestEntropy::series(4)).unwrap_err();
        assert!(matches!(refusal, KeyError::Io { .. }), "{refusal}");
    }
    fs::remove_dir(folder.file(".ring.json.new")).unwrap();
    assert_eq!((folder.names(), folder.read("ring.json")), (names, text));
    assert_eq!(keys.ring().jwks_json(), ring.jwks_json());
    assert_eq!(keys.fingerprints(), folder.open().unwrap().fingerprints());
    keys.rotate(START, false, &TestEntropy::series(4)).unwrap();
}

#[test]
fn what_a_killed_writer_left_is_no_hindrance() {
    let folder = TestFolder::started();
    for name in [".ring.json.new", ".sealing-2.key.new", "sig-rs256-abandoned.pem"] {
        folder.write(name, "half");
    }
    let keys = folder.open().unwrap();
    keys.rotate(START, false, &TestEntropy::series(6)).unwrap();
    folder.open().unwrap();
    assert_eq!(folder.read("sig-rs256-abandoned.pem"), "half", "what ring.json does not name may be a backup's");
}

#[test]
fn a_file_that_cannot_be_deleted_is_told_and_its_key_verifies_no_more() {
    let folder = TestFolder::started();
    let keys = folder.open().unwrap();
    let old = keys.ring().signer(Rs256).kid().to_owned();
    let file = folder.named("sig-rs256-");
    folder.remove(&file);
    fs::create_dir(folder.file(&file)).unwrap();
    let steps = keys.rotate(START, true, &TestEntropy::series(7)).unwrap();
    assert!(steps.iter().any(|step| step.moved == Moved::LeftBehind && step.kid == old));
    assert!(keys.ring().verifying(&old).is_none());
    folder.open().unwrap();
}
