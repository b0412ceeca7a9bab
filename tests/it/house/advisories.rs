//! What came into the tree with a known flaw, and what may not come in at all (threat 49): `deny.toml` held against
//! `Cargo.lock`, the dependencies that are compiled, and the documentation. Whether there are *new* advisories, only
//! `cargo deny check advisories` can say, where the database is in reach.

use std::process::Command;

use super::{files, text};

fn deny() -> toml::Table {
    text("deny.toml").parse().expect("deny.toml")
}

fn list<'a>(deny: &'a toml::Table, section: &str, key: &str) -> Vec<&'a toml::Table> {
    let list = deny[section][key].as_array().expect("a list");
    list.iter().map(|entry| entry.as_table().expect("a table")).collect()
}

#[test]
fn threat_49_every_advisory_that_is_ignored_says_why_and_is_about_something_that_is_here() {
    let (lock, security, deny) = (text("Cargo.lock"), text("docs/security.md"), deny());
    let ignored = list(&deny, "advisories", "ignore");
    for advisory in &ignored {
        let (id, reason) = (advisory["id"].as_str().expect("an id"), advisory["reason"].as_str().expect("a reason"));
        assert!(id.starts_with("RUSTSEC-2") && id.len() == "RUSTSEC-2023-0071".len(), "{id}");
        assert!(reason.len() > 40, "{id}: {reason}");
        let package = reason.split([' ', ':']).next().expect("a package");
        assert!(lock.contains(&format!("name = \"{package}\"\n")), "{id}: {package} is not in the tree any more");
        let row = security.lines().find(|line| line.starts_with("| 49 |")).expect("a row");
        assert!(row.contains(&format!("`{package}`")), "docs/security.md does not name {package}");
    }
    assert!(!ignored.is_empty());
    // The reason for `rsa` is that it never uses a private key.
    for (path, source) in files("src") {
        for use_of_a_key in ["rsa::pkcs1v15", "rsa::pss", "Pkcs1v15Sign", "Pkcs1v15Encrypt", "rsa::oaep", "rsa::Oaep"] {
            assert!(!source.contains(use_of_a_key), "{path} uses {use_of_a_key}");
        }
    }
}

#[test]
fn threat_49_what_is_banned_is_not_compiled() {
    let deny = deny();
    let arguments = ["tree", "--offline", "--locked", "--workspace", "--prefix=none", "--format={p}"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let output = output.expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("text");
    let compiled = |name: &str, version: &str| tree.lines().any(|line| line.starts_with(&format!("{name} v{version}")));
    assert!(compiled("aws-lc-rs", "1."), "{tree}");
    for banned in list(&deny, "bans", "deny") {
        let (name, versions) = banned["crate"]
            .as_str()
            .expect("a crate")
            .split_once(":<")
            .unwrap_or((banned["crate"].as_str().expect("a crate"), ""));
        assert!(banned["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{name}");
        match versions {
            "" => assert!(!compiled(name, ""), "{name} is compiled"),
            "0.4" => assert!(["0.1.", "0.2.", "0.3."].iter().all(|old| !compiled(name, old)), "{name} is compiled"),
            other => panic!("this test does not know what {name} below {other} is"),
        }
    }
}
