//! JWK sets that clients publish (RFC 7517; threats 12, 13, 35).

use serde_json::Value;
use wecom_oidc::domain::jwk::{KeySet, Material};
use wecom_oidc::oidc::client_jwt;

/// What only the owner of a key may know (RFC 7518 §6, RFC 8037 §2).
const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

pub fn jwks(data: &[u8]) {
    let Ok(set) = KeySet::parse(data) else { return };
    let document: Value = serde_json::from_slice(data).expect("a set is JSON");
    let shown = document["keys"].as_array().expect("a set has keys");
    assert!((1..=32).contains(&shown.len()) && set.keys().len() <= shown.len());
    assert!(shown.iter().all(|key| key["kty"] != "oct" && PRIVATE.iter().all(|name| key.get(*name).is_none())));
    for key in set.keys() {
        match &key.material {
            Material::Rsa { n, e } => {
                assert!((256..=1_024).contains(&n.len()) && (1..=4).contains(&e.len()));
                assert!(n[0] != 0 && n[n.len() - 1] % 2 == 1 && e != &[1]);
            }
            Material::P256(point) => assert!(point.len() == 65 && point[0] == 4),
            Material::Ed25519(x) => assert_eq!(x.len(), 32),
        }
        let kid = key.kid.as_deref();
        assert!(kid.is_none_or(|kid| shown.iter().any(|key| key["kid"] == kid)));
        let doubled = set.keys().iter().filter(|other| other.alg == key.alg && other.kid == key.kid).count() > 1;
        assert_eq!(kid.is_some() && set.find(kid, key.alg).is_none(), kid.is_some() && doubled);
        // Whatever the key is, what it did not sign is refused.
        let header = format!("{{\"alg\":\"{}\"}}", key.alg.as_str());
        let jwt = format!("{}.e30.{}", super::house::encoded(header.as_bytes()), "A".repeat(86));
        assert!(client_jwt::claims::<Value>(&jwt, key).is_err());
    }
}
