//! The cryptographic library's generator, seeded by the operating system.

use aws_lc_rs::rand;

use crate::domain::random::Entropy;

/// Randomness fit for keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        // AWS-LC ends the process by itself when the operating system gives no randomness; should it
        // ever report instead, going on without would hand out guessable tokens.
        if rand::fill(buffer).is_err() {
            std::process::abort();
        }
    }
}
