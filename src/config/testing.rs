//! What the tests of this module share: an environment, a good text to change, problems in short.

use std::path::Path;

use super::client::Client;
use super::environment::Environment;
use super::load::{Loaded, load_text};
use super::report::{Report, Severity};

/// An environment of the given pairs.
pub(super) struct Fake(pub &'static [(&'static str, &'static str)]);

impl Environment for Fake {
    fn var(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }
}

/// What every test starts from; line 1 is the issuer, 3 to 6 the connection, 8 to 11 the client.
pub(super) const GOOD: &str = r#"issuer = "https://login.example.com"

[wecom.main]
corp_id = "ww0123456789abcdef"
agent_id = 1000002
secret = "wecom-secret-of-the-tests"

[[clients]]
client_id = "nb"
client_secret = "client-secret-of-the-tests"
redirect_uris = ["https://nb.example.com/api/oidc:redirect"]
"#;

/// Reads a text with an environment of one variable, `SET`.
pub(super) fn read(text: &str) -> Result<Loaded, Report> {
    load_text(text, Path::new("/nowhere"), &Fake(&[("SET", "a-value-of-the-environment")]))
}

/// The one client of a good text.
pub(super) fn client(text: &str) -> Client {
    let config = read(text).expect("good").config;
    Client::clone(config.clients.values().next().expect("one"))
}

/// [`GOOD`] with one piece replaced; fails the test when the piece is not there.
pub(super) fn with(old: &str, new: &str) -> String {
    assert!(GOOD.contains(old), "{old}");
    GOOD.replacen(old, new, 1)
}

/// [`GOOD`] with more keys for its client, which begin on line 12.
pub(super) fn with_client(keys: &str) -> String {
    format!("{GOOD}{keys}\n")
}

/// [`GOOD`] with more tables after it, which begin on line 12.
pub(super) fn with_tables(tables: &str) -> String {
    with_client(tables)
}

/// Key, line and severity of each problem, warnings included.
pub(super) fn problems(text: &str) -> Vec<(String, Option<usize>, Severity)> {
    let all = match read(text) {
        Ok(loaded) => loaded.warnings,
        Err(report) => report.problems,
    };
    all.into_iter().map(|p| (p.key, p.line, p.severity)).collect()
}

/// Asserts that a text has exactly one problem.
#[track_caller]
pub(super) fn assert_only(text: &str, key: &str, line: usize, severity: Severity) {
    assert_eq!(problems(text), [(key.to_owned(), Some(line), severity)], "{text}");
}
