//! What every module looks at, whatever it is about.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The claims that an ID token may hold when nothing else was asked for.
const PROTOCOL_CLAIMS: [&str; 15] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "sid",
    "jti",
    "nbf",
];

/// Nobody guesses it: Shannon entropy of its characters, times its length, above 96 bits.
#[track_caller]
pub fn is_unguessable(what: &str, text: &str) {
    let mut counts = BTreeMap::new();
    for letter in text.chars() {
        *counts.entry(letter).or_insert(0_u32) += 1;
    }
    let length = f64::from(u32::try_from(text.len()).expect("a short text"));
    let entropy: f64 = counts.values().map(|count| f64::from(*count) / length).map(|share| -share * share.log2()).sum();
    assert!(text.len() >= 16 && entropy * length > 96.0, "{what}: {} bits in {text}", entropy * length);
}

/// RFC 6749 §4.1.2.1; line breaks and tabs would be a WARNING.
#[track_caller]
pub fn is_a_description(text: &str) {
    let allowed = |byte: u8| matches!(byte, 0x20 | 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
    assert!(!text.is_empty() && text.bytes().all(allowed), "{text}");
}

/// Each key has a `kid` of its own, says what it is for, and shows nothing that signs.
#[track_caller]
pub fn keys_are_clean(set: &Value) {
    let keys = set["keys"].as_array().expect("keys");
    let kids: BTreeSet<_> = keys.iter().map(|key| key["kid"].as_str().expect("a kid")).collect();
    assert!(!keys.is_empty() && kids.len() == keys.len(), "{set}");
    for key in keys {
        assert_eq!(key["use"], "sig", "{key}");
        assert!(["RSA", "EC", "OKP"].iter().any(|kind| key["kty"] == *kind), "{key}");
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
    }
}

/// Nothing in it that was not asked for: no claim of the member, and none of ours.
#[track_caller]
pub fn holds_protocol_claims_alone(claims: &Value, asked: &[&str]) {
    for name in claims.as_object().expect("claims").keys() {
        assert!(PROTOCOL_CLAIMS.contains(&name.as_str()) || asked.contains(&name.as_str()), "{name} in {claims}");
    }
}

/// Core §5.1: each standard claim is of its type; nothing is null, empty or the word "null".
#[track_caller]
pub fn claims_are_well_typed(claims: &Value, now: u64) {
    for (name, value) in claims.as_object().expect("claims") {
        let good = match name.as_str() {
            "email_verified" | "phone_number_verified" => value.is_boolean(),
            "updated_at" => value.as_u64().is_some_and(|at| at > 631_152_000 && at <= now + 300),
            "address" => value.is_object(),
            "email" => {
                value.as_str().is_some_and(|address| address.split('@').filter(|half| !half.is_empty()).count() == 2)
            }
            "phone_number" => value.as_str().is_some_and(|number| number.starts_with('+')),
            "groups" => value.is_array(),
            _ => value.as_str().is_some_and(|text| !text.is_empty() && text != "null"),
        };
        assert!(good, "{name} = {value}");
    }
    let sub = claims["sub"].as_str().expect("a subject");
    assert!((1..=255).contains(&sub.len()) && sub.is_ascii(), "{sub}");
}
