//! Randomness that is handed in, and the unguessable texts made of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Fills buffers with random bytes fit for keys. Handed in everywhere; the running program reads
/// the operating system's generator through the cryptographic library.
pub trait Entropy: Send + Sync {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// 32 random bytes.
pub fn bytes32(entropy: &dyn Entropy) -> [u8; 32] {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    bytes
}

/// 256 random bits as 43 characters of the base64url alphabet: the shape of every code, token and
/// cookie value we make (RFC 6749 §10.10 asks for 128 bits; certification measures entropy, and
/// 43 characters always pass).
pub fn token43(entropy: &dyn Entropy) -> String {
    URL_SAFE_NO_PAD.encode(bytes32(entropy))
}

/// `length` random characters of `[A-Za-z0-9]`, about 5.95 bits each.
pub fn alphanumeric(entropy: &dyn Entropy, length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(length);
    let mut pool = [0u8; 64];
    while text.len() < length {
        entropy.fill(&mut pool);
        // 248 is the largest multiple of 62 in a byte: refusing the rest keeps every letter equally likely.
        let fair = pool.iter().filter(|b| **b < 248).take(length - text.len());
        text.extend(fair.map(|b| char::from(ALPHABET[usize::from(*b % 62)])));
    }
    text
}
