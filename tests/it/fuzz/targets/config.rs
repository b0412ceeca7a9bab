//! `config.toml` (law 14; threat 31).

use std::path::Path;

use wecom_oidc::config::{Environment, Loaded, Report, Severity, load_text};
use wecom_oidc::domain::client::ApplicationType;
use wecom_oidc::domain::redirect::RedirectUri;

struct OneVariable;

impl Environment for OneVariable {
    fn var(&self, name: &str) -> Option<String> {
        (name == "SET").then(|| "a-value-out-of-the-environment".to_owned())
    }
}

pub fn config(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // A file that never ends, or waits for somebody to write, is the administrator's own doing.
    if text.contains("/dev/") || text.contains("/proc/") {
        return;
    }
    match load_text(text, Path::new("/nowhere"), &OneVariable) {
        Ok(loaded) => assert_whole(text, &loaded),
        Err(report) => {
            assert!(report.errors() > 0, "refused for nothing");
            assert_report(text, &report);
        }
    }
}

fn assert_whole(text: &str, loaded: &Loaded) {
    assert!(loaded.warnings.iter().all(|warning| warning.severity == Severity::Warning));
    assert_report(text, &Report::new(loaded.warnings.clone()));
    let config = &loaded.config;
    assert!(!config.connections.is_empty());
    for client in config.clients.values() {
        let native = client.application_type == ApplicationType::Native;
        let loopback = native || config.issuer.is_loopback();
        assert!(client.redirect_uris.iter().all(|uri| RedirectUri::register(uri.as_str(), loopback, native).is_ok()));
        assert!(client.connections.iter().all(|name| config.connections.contains_key(name)));
    }
    assert!(!format!("{config:?}").contains("a-value-out-of-the-environment"));
}

/// Every problem has a key and a place, and none of them shows a secret.
fn assert_report(text: &str, report: &Report) {
    let lines = text.split('\n').count();
    for problem in &report.problems {
        assert!(!problem.key.is_empty() || report.problems.len() == 1, "{problem:?}");
        assert_eq!(problem.line.is_some(), problem.column.is_some());
        assert!(problem.line.is_none_or(|line| (1..=lines).contains(&line)), "{problem:?}");
        assert!(!problem.what.is_empty() && !problem.remedy.is_empty());
    }
    let told = report.render(false, Path::new("config.toml"));
    assert!(!told.contains("a-value-out-of-the-environment"));
    for secret in secrets(text) {
        assert!(!told.contains(&secret), "{secret:?} is shown in\n{told}");
    }
}

/// The secrets of a file that stand in it once: seen again, they could have come from nowhere else.
fn secrets(text: &str) -> Vec<String> {
    let Ok(toml::Value::Table(root)) = text.parse::<toml::Table>().map(toml::Value::Table) else { return Vec::new() };
    let connections = root.get("wecom").and_then(toml::Value::as_table).into_iter().flat_map(|table| table.values());
    let clients = root.get("clients").and_then(toml::Value::as_array).into_iter().flatten();
    let values = connections
        .filter_map(|connection| connection.get("secret"))
        .chain(clients.filter_map(|client| client.get("client_secret")));
    let long = values.filter_map(|value| value.as_str()).filter(|secret| secret.len() >= 12 && !secret.contains("${"));
    long.filter(|secret| text.matches(secret).count() == 1).map(str::to_owned).collect()
}
