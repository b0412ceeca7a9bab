//! Keys that come from elsewhere: which are taken, which are refused.

use std::path::Path;

use rsa::pkcs8::{EncodePrivateKey as _, LineEnding, SecretDocument};

use super::TestEntropy;
use crate::domain::client::SigningAlgorithm::{self, EdDsa, Es256, Rs256};
use crate::domain::random::Entropy;
use crate::keys::KeyError;
use crate::keys::making::{from_pem, make, to_pem};
use crate::keys::signing::{SigningKey, thumbprint};

fn read(alg: SigningAlgorithm, pem: &str) -> Result<SigningKey, KeyError> {
    from_pem(alg, pem, Path::new("keys/sig.pem"))
}

fn pem(der: &[u8]) -> String {
    SecretDocument::try_from(der).unwrap().to_pem("PRIVATE KEY", LineEnding::LF).unwrap().to_string()
}

/// A PKCS#8 key of Ed25519 from its seed (RFC 8410 §7).
fn ed25519(seed: &str) -> String {
    pem(&[&hex::decode("302e020100300506032b657004220420").unwrap()[..], &hex::decode(seed).unwrap()].concat())
}

#[test]
fn a_key_is_the_same_after_writing_and_reading() {
    let entropy = TestEntropy::default();
    for alg in [Es256, EdDsa] {
        let key = make(alg, &entropy).unwrap();
        let again = read(alg, &to_pem(&key).unwrap()).unwrap();
        assert_eq!((again.kid(), again.alg()), (key.kid(), alg));
        assert_ne!(make(alg, &entropy).unwrap().kid(), key.kid());
    }
}

#[test]
fn a_key_of_another_kind_is_refused() {
    let entropy = TestEntropy::default();
    let (ec, ed) = (make(Es256, &entropy).unwrap(), make(EdDsa, &entropy).unwrap());
    for (alg, key) in [(Rs256, &ec), (EdDsa, &ec), (Rs256, &ed), (Es256, &ed)] {
        assert!(matches!(read(alg, &to_pem(key).unwrap()), Err(KeyError::Damaged { .. })), "{alg:?}");
    }
    let other_label = to_pem(&ed).unwrap().replace("PRIVATE KEY", "EC PRIVATE KEY");
    assert!(matches!(read(EdDsa, &other_label), Err(KeyError::Damaged { .. })));
}

#[test]
fn an_rsa_key_below_2048_bits_is_refused() {
    let mut rng = rsa::rand_core::OsRng;
    let weak = rsa::RsaPrivateKey::new(&mut rng, 1024).unwrap().to_pkcs8_pem(LineEnding::LF).unwrap();
    let refusal = read(Rs256, &weak).unwrap_err();
    assert!(matches!(refusal, KeyError::WeakKey { bits: 1024, .. }), "{refusal}");
}

#[test]
fn a_published_example_key_is_refused() {
    // RFC 8037 A.1.
    let example = ed25519("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let refusal = read(EdDsa, &example).unwrap_err();
    assert!(matches!(&refusal, KeyError::KnownKey { kid, .. } if kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    // RFC 7515 A.3: the scalar alone, as PKCS#8.
    let head = "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";
    let scalar = "8e9b109e719098bf980487df1f5d77e9cb29606ebed2263b5f57c213df84f4b2";
    let refusal = read(Es256, &pem(&hex::decode(format!("{head}{scalar}")).unwrap())).unwrap_err();
    assert!(matches!(refusal, KeyError::KnownKey { .. }), "{refusal}");
}

#[test]
fn the_key_id_is_the_thumbprint_of_rfc_7638() {
    let example = serde_json::json!({
        "kty": "RSA", "e": "AQAB",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    });
    assert_eq!(thumbprint(&example), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

#[test]
fn randomness_that_is_none_makes_no_key_and_no_endless_loop() {
    struct Stuck;
    impl Entropy for Stuck {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0xff);
        }
    }
    assert!(matches!(make(Es256, &Stuck), Err(KeyError::Crypto(_))));
}
