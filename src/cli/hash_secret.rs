//! `wecom-oidc hash-secret`: what `client_secret_hash` takes, made from a secret on standard input.

use std::io::Read as _;
use std::process::ExitCode;

use argon2::{Argon2, PasswordHasher};

use super::output;

/// Reads at most a kilobyte; one line end at its end does not count. A secret of 256 random bits
/// (43 base64url or 64 hexadecimal characters) needs no slow hash; a chosen one does.
pub fn run() -> ExitCode {
    let mut secret = String::new();
    if std::io::stdin().lock().take(1_024).read_to_string(&mut secret).is_err() {
        output::complain("wecom-oidc: the secret on standard input is not text");
        return ExitCode::from(1);
    }
    let secret = secret.strip_suffix('\n').unwrap_or(&secret);
    let secret = secret.strip_suffix('\r').unwrap_or(secret);
    if secret.len() < 16 {
        output::complain(
            "wecom-oidc: a client secret has at least 16 characters; pipe it in, for example: openssl rand -base64 32 | wecom-oidc hash-secret",
        );
        return ExitCode::from(1);
    }
    match hash(secret) {
        Some(hash) => {
            output::print(&format!("{hash}\n"));
            ExitCode::SUCCESS
        }
        None => {
            output::complain("wecom-oidc: the secret could not be hashed");
            ExitCode::from(1)
        }
    }
}

fn hash(secret: &str) -> Option<String> {
    let random_hex = secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_hexdigit());
    let random_base64 = matches!(secret.len(), 43 | 44) && distinct(secret) >= 16;
    if random_hex || random_base64 {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.as_bytes());
        return Some(format!("sha256:{}", hex::encode(digest.as_ref())));
    }
    Argon2::default().hash_password(secret.as_bytes()).ok().map(|hash| hash.to_string())
}

fn distinct(secret: &str) -> usize {
    secret.bytes().collect::<std::collections::BTreeSet<u8>>().len()
}
