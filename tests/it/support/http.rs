//! The one HTTP client of the tests, and ports nobody else takes.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

/// A client that follows nothing and keeps no cookies; one for each test, because its connections live in the test's runtime.
pub fn client() -> reqwest::Client {
    client_trusting(&certificate().0)
}

/// The same, trusting this certificate alone.
#[allow(clippy::disallowed_methods, reason = "the outbound client would guard and time what the tests are to see raw")]
pub fn client_trusting(certificate: &str) -> reqwest::Client {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    let ours = reqwest::Certificate::from_pem(certificate.as_bytes()).expect("a certificate");
    let client = client.tls_certs_only([ours]);
    client.timeout(Duration::from_mins(1)).build().expect("an HTTP client")
}

/// A free port below those that the system hands out by itself, so that no `bind` to port 0 takes it between.
pub fn free_port() -> u16 {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 12_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let offset = u16::try_from(std::process::id() % 97).unwrap_or_default() * 120;
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + (offset.wrapping_add(step)) % COUNT;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no free port between {FIRST} and {}", FIRST + COUNT);
}

/// The certificate for 127.0.0.1 and its key, as PEM; every client here trusts it.
pub fn certificate() -> &'static (String, String) {
    static MADE: OnceLock<(String, String)> = OnceLock::new();
    MADE.get_or_init(another_certificate)
}

/// Another one for the same address.
pub fn another_certificate() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    (pem("CERTIFICATE", made.cert.der()), pem("PRIVATE KEY", &made.signing_key.serialize_der()))
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
