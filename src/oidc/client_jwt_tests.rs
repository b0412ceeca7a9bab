//! What RFC 8725 warns of, and the shapes of claims.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::*;
use crate::oidc::json::Object;

const JWT: &[&str] = &["jwt"];

fn part(json: &str) -> String {
    URL_SAFE_NO_PAD.encode(json)
}

fn headed(header: &Value) -> String {
    format!("{}.{}.AAAA", part(&header.to_string()), part("{}"))
}

/// A key, and what it signs.
fn ed25519() -> (PublicJwk, impl Fn(&str, &str) -> String) {
    let pair = Ed25519KeyPair::generate().expect("a key");
    let material = Material::Ed25519(pair.public_key().as_ref().to_vec());
    let sign = move |header: &str, claims: &str| {
        let message = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
        format!("{message}.{signature}")
    };
    (PublicJwk { kid: None, alg: ClientAlgorithm::EdDsa, material }, sign)
}

#[test]
fn threat_12_an_algorithm_that_proves_nothing_has_no_name_here() {
    for alg in ["none", "None", "nOnE", "", "HS384", "RS384", "ES384", "PS512", "RS256 ", "A128KW"] {
        assert!(header(&headed(&json!({ "alg": alg })), JWT).is_err(), "{alg}");
    }
    assert!(header(&headed(&json!({ "typ": "JWT" })), JWT).is_err());
    for (alg, expected) in ["RS256", "PS256", "ES256", "EdDSA"].into_iter().zip(ClientAlgorithm::ALL) {
        assert_eq!(header(&headed(&json!({ "alg": alg })), JWT).map(|h| h.alg), Ok(Signed::ByKey(expected)));
    }
    // RFC 9864 §2.2.
    let newer = header(&headed(&json!({ "alg": "Ed25519" })), JWT).map(|h| h.alg);
    assert_eq!(newer, Ok(Signed::ByKey(ClientAlgorithm::EdDsa)));
    assert_eq!(header(&headed(&json!({ "alg": "HS256" })), JWT).map(|h| h.alg), Ok(Signed::BySecret));
}

#[test]
fn threat_13_a_header_chooses_no_key_of_its_own_and_asks_for_no_extension() {
    let (key, sign) = ed25519();
    let (stranger, sign_as_stranger) = ed25519();
    let Material::Ed25519(x) = &stranger.material else { panic!("an Ed25519 key") };
    let own = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(x) });
    let embedded =
        json!({ "alg": "EdDSA", "jwk": own, "jku": "https://evil.example/jwks", "x5u": "https://evil.example/c" });
    let forged = sign_as_stranger(&embedded.to_string(), "{}");
    assert_eq!(header(&forged, JWT).map(|h| h.kid), Ok(None));
    assert!(claims::<Object>(&forged, &key).is_err());
    assert!(claims::<Object>(&sign(&embedded.to_string(), "{}"), &key).is_ok());
    for critical in [json!(["exp"]), json!([]), json!(["b64"])] {
        assert!(header(&headed(&json!({ "alg": "EdDSA", "crit": critical, "b64": false })), JWT).is_err());
    }
}

#[test]
fn threat_12_a_key_verifies_with_its_own_algorithm_alone() {
    let (key, sign) = ed25519();
    let Material::Ed25519(x) = &key.material else { panic!("an Ed25519 key") };
    let good = sign(r#"{"alg":"EdDSA"}"#, "{}");
    assert!(claims::<Object>(&good, &key).is_ok());
    // RFC 8725 §2.1: the public key as the secret of an HMAC.
    let message = format!("{}.{}", part(r#"{"alg":"HS256"}"#), part("{}"));
    let tag = aws_lc_rs::hmac::sign(&aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, x), message.as_bytes());
    let hmac = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
    assert!(claims::<Object>(&hmac, &key).is_err());
    assert!(claims_by_secret::<Object>(&hmac, x).is_ok(), "the forgery itself is well made");
    assert!(claims::<Object>(&sign(r#"{"alg":"Ed25519"}"#, "{}"), &key).is_ok());
    // The right signature under another name.
    assert!(claims::<Object>(&sign(r#"{"alg":"ES256"}"#, "{}"), &key).is_err());
}

#[test]
fn threat_48_a_signature_that_was_cut_lengthened_or_emptied_is_none() {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).expect("a key");
    let material = Material::P256(pair.public_key().as_ref().to_vec());
    let key = PublicJwk { kid: None, alg: ClientAlgorithm::Es256, material };
    let message = format!("{}.{}", part(r#"{"alg":"ES256"}"#), part("{}"));
    let signature = pair.sign(&random, message.as_bytes()).expect("a signature");
    let jwt = |signature: &[u8]| format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    let whole = signature.as_ref();
    assert!(claims::<Object>(&jwt(whole), &key).is_ok());
    // All zeros is the signature that CVE-2022-21449 took for everything.
    for wrong in [&whole[..63], &[whole, &[0]].concat(), &[], &[0; 64]] {
        assert!(claims::<Object>(&jwt(wrong), &key).is_err(), "{wrong:?}");
    }
    let good = jwt(whole);
    for wrong in [format!("{good}="), format!("{good}."), format!("{good}.x"), format!(" {good}"), message.clone()] {
        assert!(claims::<Object>(&wrong, &key).is_err(), "{wrong}");
    }
}

#[test]
fn a_type_is_read_without_its_prefix_and_case_and_another_one_is_refused() {
    let typed = |typ: &str| header(&headed(&json!({ "alg": "EdDSA", "typ": typ })), &["jwt", "a+jwt"]).is_ok();
    assert!(typed("JWT") && typed("jwt") && typed("application/A+jwt"));
    assert!(!typed("at+jwt") && !typed("") && !typed("application/application/jwt"));
}

#[test]
fn a_jwt_that_is_too_long_is_not_looked_at() {
    let long = headed(&json!({ "alg": "EdDSA", "x": "x".repeat(LONGEST) }));
    assert!(header(&long, JWT).is_err());
}

#[test]
fn a_moment_is_a_number_and_nothing_else() {
    let moment = |text: &str| serde_json::from_str::<Moment>(text).ok().map(|moment| moment.0.0);
    assert_eq!((moment("17"), moment("17.9"), moment("1.7e1"), moment("0")), (Some(17), Some(17), Some(17), Some(0)));
    // CVE-2026-25537: as text it was no claim at all.
    for wrong in ["\"17\"", "-1", "-0.5", "1e999", "1e300", "null", "[17]", "{}", "true", "NaN"] {
        assert_eq!(moment(wrong), None, "{wrong}");
    }
    assert_eq!(moment("18446744073709551615"), Some(u64::MAX));
}

#[test]
fn times_are_held_against_ours() {
    let now = Timestamp(1_000_000);
    let at = |seconds: u64| Moment(Timestamp(seconds));
    let check = |exp, nbf: Option<u64>, iat: Option<u64>| check_times(at(exp), nbf.map(at), iat.map(at), now).is_ok();
    assert!(check(1_000_001, None, None) && check(1_003_600, Some(1_000_030), Some(1_000_030)));
    assert!(
        !check(1_000_000, None, None)
            && check(1_003_630, None, None)
            && !check(1_003_631, None, None)
            && !check(u64::MAX, None, None)
    );
    assert!(!check(1_000_060, Some(1_000_031), None) && !check(1_000_060, None, Some(1_000_031)));
    assert!(check(1_000_060, Some(0), Some(0)));
}

#[test]
fn threat_4_a_claim_that_comes_twice_is_refused_however_deep() {
    let (key, sign) = ed25519();
    let taken = |text: &str| claims::<Object>(&sign(r#"{"alg":"EdDSA"}"#, text), &key).is_ok();
    assert!(taken(r#"{"a":1,"b":{"a":2}}"#) && !taken(r#"{"a":1,"a":1}"#) && !taken(r#"{"a":1,"\u0061":2}"#));
    assert!(!taken(r#"{"b":{"a":2,"a":3}}"#) && !taken("[]") && !taken("1"));
}

#[test]
fn an_audience_is_one() {
    let only = |text: &str| serde_json::from_str::<Audience>(text).ok().and_then(|aud| aud.only().map(str::to_owned));
    assert_eq!((only("\"a\""), only("[\"a\"]")), (Some("a".into()), Some("a".into())));
    for wrong in ["[]", "[\"a\",\"a\"]", "[\"a\",\"b\"]", "[1]", "{}", "null"] {
        assert_eq!(only(wrong), None, "{wrong}");
    }
}
