//! `[server]`, `[store]`, `[keys]` and `[limits]`: where and how the program itself runs.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

use crate::domain::time::Span;

use super::model::{KeyRing, Keys, Limits, Server, StoreBackend, TlsFiles};
use super::reading::{Found, Reading};
use super::schema;
use super::section::Section;

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);
const ADMIN_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8081);
const PEM_MAX: u64 = 1024 * 1024;

/// Reads `[server]`.
pub(super) fn server(root: &Section<'_>) -> Server {
    let section = root.table("server", &schema::SERVER);
    let listen = socket(&section, "listen");
    let admin_listen = socket(&section, "admin_listen");
    let server = Server {
        listen: listen.unwrap_or(LISTEN),
        admin_listen: admin_listen.unwrap_or(ADMIN_LISTEN),
        trusted_proxies: trusted_proxies(&section),
        tls: tls(&section),
    };
    if meet(server.listen, server.admin_listen) {
        let remedy = "give it another port; it must never be reachable where members are";
        section.reading.error(&section.place_of("admin_listen"), "is the same address as listen", remedy);
    }
    server
}

fn socket(section: &Section<'_>, key: &str) -> Option<SocketAddr> {
    let text = section.text(key)?;
    let address = text.value.parse().ok();
    if address.is_none() {
        let remedy = "write an IP address and a port, such as \"127.0.0.1:8080\", \"0.0.0.0:8080\" or \"[::1]:8080\"";
        section.reading.error(&text.place, "is not an address to listen on", remedy);
    }
    address
}

/// Whether both listeners would want the same port; port 0 is a new one each time.
fn meet(a: SocketAddr, b: SocketAddr) -> bool {
    let everywhere = a.ip().is_unspecified() || b.ip().is_unspecified();
    a.port() != 0 && a.port() == b.port() && (a.ip() == b.ip() || everywhere)
}

fn trusted_proxies(section: &Section<'_>) -> Vec<IpAddr> {
    let texts = section.texts("trusted_proxies").map(|found| found.value).unwrap_or_default();
    let parse = |text: Found<String>| {
        let address = text.value.parse().ok();
        if address.is_none() {
            let remedy = "write single addresses such as \"127.0.0.1\"; names and networks are not taken";
            section.reading.error(&text.place, "is not an IP address", remedy);
        }
        address
    };
    texts.into_iter().filter_map(parse).collect()
}

fn tls(section: &Section<'_>) -> Option<TlsFiles> {
    for (here, other) in [("tls_cert", "tls_key"), ("tls_key", "tls_cert")] {
        if section.has(here) && !section.has(other) {
            let what = format!("is given without {other}");
            section.reading.error(&section.place_of(here), what, "write both, or none behind a proxy");
        }
    }
    let certificate = pem(section, "tls_cert", "CERTIFICATE-----");
    let key = pem(section, "tls_key", "PRIVATE KEY-----");
    Some(TlsFiles { certificate: certificate?, key: key? })
}

fn pem(section: &Section<'_>, key: &str, label: &str) -> Option<PathBuf> {
    let bytes = section.file(key, PEM_MAX)?;
    check_pem(section.reading, &bytes, label)?;
    section.path(key).map(|found| found.value)
}

/// Notes a file that holds no PEM block of the wanted kind.
pub(super) fn check_pem(reading: &Reading<'_>, bytes: &Found<Vec<u8>>, label: &str) -> Option<()> {
    if String::from_utf8_lossy(&bytes.value).lines().any(|l| l.starts_with("-----BEGIN ") && l.contains(label)) {
        return Some(());
    }
    let what = format!("names a file without a \"-----BEGIN {label}\" block");
    reading.error(&bytes.place, what, "name the PEM file that holds it");
    None
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Backend {
    Sled,
    Memory,
    Postgres,
}

/// Reads `[store]`.
pub(super) fn store(root: &Section<'_>) -> StoreBackend {
    let section = root.table("store", &schema::STORE);
    let path = section.path("path");
    match section.word::<Backend>("backend").map(|found| found.value) {
        Some(Backend::Memory) => {
            if let Some(path) = path {
                let remedy = "take it out, or write backend = \"sled\"";
                section.reading.warning(&path.place, "means nothing to backend = \"memory\"", remedy);
            }
            StoreBackend::Memory
        }
        // `postgres` has been answered by the table of what is not available.
        Some(Backend::Sled | Backend::Postgres) | None => {
            StoreBackend::Sled { path: path.map_or_else(|| section.reading.path("data"), |found| found.value) }
        }
    }
}

/// Reads `[keys]`.
pub(super) fn keys(root: &Section<'_>) -> Keys {
    let section = root.table("keys", &schema::KEYS);
    let rotate_every = section.span("rotate_every", Span::hours(2)..=Span::days(3_650));
    Keys {
        dir: section.path("dir").map_or_else(|| section.reading.path("keys"), |found| found.value),
        rotate_every: rotate_every.map_or(Span::days(90), |found| found.value),
        ring: KeyRing::Dir,
    }
}

/// Reads `[limits]`.
pub(super) fn limits(root: &Section<'_>) -> Limits {
    let section = root.table("limits", &schema::LIMITS);
    let default = Limits::default();
    let read = |key: &str, default: u32| section.number(key, 0..=1_000_000_000).map_or(default, |found| found.value);
    Limits {
        address_per_minute: read("address_per_minute", default.address_per_minute),
        failed_client_auth_per_minute: read("failed_client_auth_per_minute", default.failed_client_auth_per_minute),
        pushed_requests_per_client: read("pushed_requests_per_client", default.pushed_requests_per_client),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::report::Severity::{Error, Warning};
    use super::super::testing::{GOOD, assert_only, read, with_tables};
    use super::*;

    fn one(table: &str, line: &str) -> String {
        with_tables(&format!("[{table}]\n{line}"))
    }

    #[test]
    fn without_a_word_the_server_listens_on_loopback_and_keeps_its_things_beside_the_file() {
        let config = read(GOOD).expect("good").config;
        assert_eq!((config.server.listen, config.server.admin_listen), (LISTEN, ADMIN_LISTEN));
        assert_eq!(config.store, StoreBackend::Sled { path: Path::new("/nowhere/data").into() });
        assert_eq!(config.keys.dir, Path::new("/nowhere/keys"));
        assert_eq!((config.keys.rotate_every, config.limits), (Span::days(90), Limits::default()));
    }

    #[test]
    fn an_address_to_listen_on_is_an_ip_address_and_a_port() {
        for wrong in ["localhost:8080", "8080", "127.0.0.1", ""] {
            assert_only(&one("server", &format!("listen = \"{wrong}\"")), "server.listen", 13, Error);
        }
    }

    #[test]
    fn the_two_listeners_do_not_meet() {
        for clash in ["127.0.0.1:8080", "0.0.0.0:8080"] {
            assert_only(&one("server", &format!("admin_listen = \"{clash}\"")), "server.admin_listen", 13, Error);
        }
        let any_port = "listen = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"";
        assert!(read(&one("server", any_port)).is_ok());
    }

    #[test]
    fn trusted_proxies_are_single_addresses() {
        let text = one("server", "trusted_proxies = [\"::1\", \"10.0.0.0/8\"]");
        assert_only(&text, "server.trusted_proxies[1]", 13, Error);
    }

    #[test]
    fn own_tls_needs_both_files_and_they_must_hold_what_they_say() {
        let folder = tempfile::tempdir().expect("folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(path("c.pem"), "-----BEGIN CERTIFICATE-----\n").expect("write");
        std::fs::write(path("k.pem"), "-----BEGIN EC PRIVATE KEY-----\n").expect("write");
        let tls = |cert: &str, key: &str| {
            one("server", &format!("tls_cert = \"{}\"\ntls_key = \"{}\"", path(cert), path(key)))
        };
        let config = read(&tls("c.pem", "k.pem")).expect("good").config;
        assert_eq!(config.server.tls.map(|tls| tls.key), Some(path("k.pem").into()));
        assert_only(&tls("c.pem", "c.pem"), "server.tls_key", 14, Error);
        assert_only(&tls("not-there", "k.pem"), "server.tls_cert", 13, Error);
        assert_only(&one("server", &format!("tls_cert = \"{}\"", path("c.pem"))), "server.tls_cert", 13, Error);
    }

    #[test]
    fn the_store_is_one_of_the_known_ones() {
        assert_eq!(read(&one("store", "backend = \"memory\"")).expect("good").config.store, StoreBackend::Memory);
        assert_only(&one("store", "backend = \"sledd\""), "store.backend", 13, Error);
        assert_only(&one("store", "backend = \"memory\"\npath = \"x\""), "store.path", 14, Warning);
        assert_only(&one("store", "path = \"\""), "store.path", 13, Error);
    }

    #[test]
    fn limits_and_rotation_keep_their_bounds() {
        assert_only(&one("limits", "address_per_minute = -1"), "limits.address_per_minute", 13, Error);
        assert_only(&one("keys", "rotate_every = \"1m\""), "keys.rotate_every", 13, Error);
        assert_eq!(
            read(&one("limits", "address_per_minute = 0x10")).expect("good").config.limits.address_per_minute,
            16
        );
    }
}
