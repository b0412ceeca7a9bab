//! The folder as a whole: made once, read again, refused, rotated.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::random::Entropy;

/// Randomness that is the same in every run and never repeats within one.
#[derive(Default)]
pub(super) struct TestEntropy(AtomicU64);

impl Entropy for TestEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            let block = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &count);
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
    }
}
