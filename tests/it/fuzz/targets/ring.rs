//! `keys/ring.json`: damaged, edited by hand, of another version (threat 45).

use std::fs;

use wecom_oidc::domain::time::Span;
use wecom_oidc::keys::Keys;
use wecom_oidc::serve::entropy::SystemEntropy;

use super::house::{NOW, POLICY, house};

pub fn ring(data: &[u8]) {
    let (_folder, keys) = house().copy_of_keys();
    let genuine = house().keys_folder();
    // The kids are others in every process: in the place of {ring} stands the genuine file.
    let written = fs::read_to_string(genuine.join("ring.json")).expect("the ring");
    let data = String::from_utf8_lossy(data).replace("{ring}", written.trim_end());
    fs::write(keys.join("ring.json"), &data).expect("the ring");
    match Keys::open(&keys, POLICY, NOW, &SystemEntropy) {
        Ok(opened) => {
            let known = house().provider().keys.list();
            assert!(opened.list().iter().all(|key| known.iter().any(|known| known.kid == key.kid)), "{data}");
            // What was read can be turned, and what turning writes can be read.
            opened.advance(NOW + Span::days(1), &SystemEntropy).expect("the ring turns");
            let again = Keys::open(&keys, POLICY, NOW, &SystemEntropy).expect("what we write can be read");
            assert_eq!(again.list(), opened.list());
        }
        Err(error) => {
            let error = error.to_string();
            assert!(error.contains("ring.json") || error.contains("sig-"), "{error}");
        }
    }
    assert_eq!(fs::read(keys.join("subject.key")).ok(), fs::read(genuine.join("subject.key")).ok());
}
