//! One raw RS256 signature, as the bar of a sign-in counts it.

use std::hint::black_box;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

use crate::process;

const TIMES: u32 = 3_000;

/// A parsed key.
pub struct Signer(RsaKeyPair);

impl Signer {
    /// Makes one.
    pub fn new() -> Self {
        Self(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"))
    }

    /// Signs.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).expect("a signature");
        signature
    }
}

/// The CPU that one signature takes, in microseconds.
pub fn microseconds() -> f64 {
    let signer = Signer::new();
    let sign = || black_box(signer.sign(black_box(&[7; 700])));
    (0..TIMES / 10).for_each(|_| drop(sign()));
    let before = process::cpu_of_this_thread();
    (0..TIMES).for_each(|_| drop(sign()));
    (process::cpu_of_this_thread() - before) / f64::from(TIMES)
}
