//! Sealing: what was changed, cut or meant for another use does not open.

use zeroize::Zeroizing;

use super::TestEntropy;
use crate::keys::SealPurpose::{Contact, Transaction};
use crate::keys::sealing::SealingKey;
use crate::keys::{NotSealedByUs, Sealer};

fn key(byte: u8) -> SealingKey {
    SealingKey::new(Zeroizing::new([byte; 32]))
}

#[test]
fn what_was_sealed_opens_and_each_time_looks_different() {
    let (sealer, entropy) = (Sealer::new(vec![key(1)]), TestEntropy::default());
    for plain in [b"".as_slice(), b"x", &[7; 4096]] {
        let boxed = sealer.seal(Transaction, b"cookie", b"id", plain, &entropy);
        assert_eq!(boxed.len(), plain.len() + 33);
        assert_eq!(sealer.open(Transaction, b"cookie", b"id", &boxed).as_deref(), Ok(plain));
        assert_ne!(boxed, sealer.seal(Transaction, b"cookie", b"id", plain, &entropy));
    }
}

#[test]
fn threat_39_no_byte_can_be_changed_cut_or_added() {
    let sealer = Sealer::new(vec![key(1), key(2)]);
    let boxed = sealer.seal(Transaction, b"cookie", b"id", b"state", &TestEntropy::default());
    for at in 0..boxed.len() {
        for bit in 0..8 {
            let mut other = boxed.clone();
            other[at] ^= 1 << bit;
            assert_eq!(sealer.open(Transaction, b"cookie", b"id", &other), Err(NotSealedByUs), "byte {at} bit {bit}");
        }
        assert_eq!(sealer.open(Transaction, b"cookie", b"id", &boxed[..at]), Err(NotSealedByUs), "cut at {at}");
    }
    assert_eq!(sealer.open(Transaction, b"cookie", b"id", &[&boxed[..], &[0]].concat()), Err(NotSealedByUs));
}

#[test]
fn another_purpose_binding_or_context_does_not_open_it() {
    let sealer = Sealer::new(vec![key(1)]);
    let boxed = sealer.seal(Transaction, b"cookie", b"id", b"state", &TestEntropy::default());
    assert_eq!(sealer.open(Contact, b"cookie", b"id", &boxed), Err(NotSealedByUs));
    assert_eq!(sealer.open(Transaction, b"cookiE", b"id", &boxed), Err(NotSealedByUs));
    assert_eq!(sealer.open(Transaction, b"", b"id", &boxed), Err(NotSealedByUs));
    assert_eq!(sealer.open(Transaction, b"cookie", b"ie", &boxed), Err(NotSealedByUs));
    assert_eq!(sealer.open(Transaction, b"cookiei", b"d", &boxed), Err(NotSealedByUs));
}

#[test]
fn an_old_sealing_key_opens_what_it_sealed_until_its_file_is_gone() {
    let entropy = TestEntropy::default();
    let old = Sealer::new(vec![key(1)]);
    let boxed = old.seal(Contact, b"", b"zhangsan", b"13800000001", &entropy);
    old.add(key(2));
    assert_eq!(old.open(Contact, b"", b"zhangsan", &boxed).as_deref(), Ok(b"13800000001".as_slice()));
    let newly = old.seal(Contact, b"", b"zhangsan", b"13800000001", &entropy);
    let new = Sealer::new(vec![key(2)]);
    assert!(new.open(Contact, b"", b"zhangsan", &newly).is_ok(), "the newest key seals");
    assert_eq!(new.open(Contact, b"", b"zhangsan", &boxed), Err(NotSealedByUs));
}
