//! One raw RS256 signature, as the bar of a sign-in counts it.

use std::hint::black_box;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

use crate::process;

const TIMES: u32 = 3_000;

/// The CPU that one signature takes, in microseconds.
pub fn microseconds() -> f64 {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
    let random = SystemRandom::new();
    let mut signature = vec![0; key.public_modulus_len()];
    let mut sign = || key.sign(&RSA_PKCS1_SHA256, &random, black_box(&[7; 700]), &mut signature).expect("a signature");
    (0..TIMES / 10).for_each(|_| sign());
    let before = process::cpu_of_this_thread();
    (0..TIMES).for_each(|_| sign());
    (process::cpu_of_this_thread() - before) / f64::from(TIMES)
}
