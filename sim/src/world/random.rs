//! Random identifiers in the shapes WeCom gives them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngExt as _;

/// `length` characters of the base64url alphabet.
pub(crate) fn base64url(length: usize) -> String {
    let mut bytes = vec![0_u8; length];
    rand::rng().fill(&mut bytes[..]);
    let mut text = URL_SAFE_NO_PAD.encode(bytes);
    text.truncate(length);
    text
}

/// `length` decimal digits.
pub(crate) fn digits(length: usize) -> String {
    let mut rng = rand::rng();
    (0..length).map(|_| char::from(b'0' + rng.random_range(0..10_u8))).collect()
}

/// `length` letters and digits.
pub(crate) fn alphanumeric(length: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut rng = rand::rng();
    (0..length).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect()
}
