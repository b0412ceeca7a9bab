//! `wecom-oidc check-config`: reads the configuration as `serve` would and says what it thinks of it.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use crate::config::{self, Config, Environment, Problem, Report, Severity};
use crate::outbound::Unreachable;
use crate::serve::assemble;

/// How long the resolver may take for one name.
const RESOLVED_WITHIN: Duration = Duration::from_secs(5);

/// Checks the file at `path`. Gives the text to print, in colour when asked, and the exit status:
/// 0 when the server would start (warnings allowed), 1 when it would not.
pub async fn check_config(path: &Path, environment: &dyn Environment, colour: bool) -> (String, i32) {
    match config::load(path, environment) {
        Ok(loaded) => {
            let mut problems = loaded.warnings;
            problems.extend(refused_addresses(&loaded.config).await);
            (Report::new(problems).render(colour, path), 0)
        }
        Err(report) => (report.render(colour, path), 1),
    }
}

/// Addresses of clients that resolve, here and now, into a network that is not visited (threat 35). A name that cannot
/// be resolved is none of them: another machine may know it.
async fn refused_addresses(config: &Config) -> Vec<Problem> {
    // Without TLS there is nothing to visit with; the server says so when it starts.
    let Ok(guarded) = assemble::guarded(config) else { return Vec::new() };
    let mut problems = Vec::new();
    for client in config.clients.values() {
        for (key, address) in client.visited() {
            let looked = tokio::time::timeout(RESOLVED_WITHIN, guarded.check(address)).await;
            if let Ok(Err(Unreachable::Refused(inside))) = looked {
                problems.push(refused(&format!("{key} of client {}", client.client_id), inside));
            }
        }
    }
    problems
}

fn refused(key: &str, inside: IpAddr) -> Problem {
    let whole = if inside.is_ipv4() { 32 } else { 128 };
    Problem {
        key: key.to_owned(),
        line: None,
        column: None,
        what: format!("leads to {inside}, in a network that is not visited"),
        remedy: format!("write allow_private = [\"{inside}/{whole}\"] in [outbound], or the network of the company"),
        severity: Severity::Warning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nothing;

    impl Environment for Nothing {
        fn var(&self, _: &str) -> Option<String> {
            None
        }
    }

    async fn check(text: &str) -> (String, i32) {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).expect("write");
        let (text, status) = check_config(&path, &Nothing, false).await;
        (text.replace(&path.display().to_string(), "config.toml"), status)
    }

    const GOOD: &str = r#"
issuer = "http://127.0.0.1:8080"
[wecom.main]
corp_id = "ww0123456789abcdef"
agent_id = 1000002
secret = "s3cr3t-of-this-test"
"#;

    #[tokio::test]
    async fn warnings_are_shown_and_let_the_server_start() {
        let (text, status) = check(GOOD).await;
        assert_eq!(status, 0);
        assert!(text.starts_with("warning: clients (config.toml)\n"), "{text}");
        assert!(text.ends_with("config.toml: 0 errors, 1 warning\n"), "{text}");
    }

    #[tokio::test]
    async fn a_problem_is_status_1_and_shows_no_secret() {
        let (text, status) = check(&GOOD.replace("agent_id", "agentid")).await;
        assert_eq!(status, 1);
        assert!(text.contains("error: wecom.main.agentid (config.toml:5:1)\n"), "{text}");
        assert!(text.contains("→ write agent_id, if that was meant"), "{text}");
        assert!(!text.contains("s3cr3t"), "{text}");
    }

    #[tokio::test]
    async fn threat_35_check_config_names_addresses_of_clients_inside_with_the_line_to_add() {
        let client = |id: &str, address: &str| {
            format!(
                "[[clients]]\nclient_id = \"{id}\"\nclient_secret = \"a-secret-of-this-test\"\n\
                 redirect_uris = [\"https://{id}.example/cb\"]\nbackchannel_logout_uri = \"{address}\"\n"
            )
        };
        let inside = [("a", "https://10.1.2.3/out"), ("b", "https://[fd00::1]/out"), ("c", "https://1.1.1.1/out")];
        let clients: String = inside.iter().map(|(id, address)| client(id, address)).collect();
        let (text, status) = check(&format!("{GOOD}{clients}")).await;
        assert_eq!(status, 0, "{text}");
        assert!(text.contains("backchannel_logout_uri of client a"), "{text}");
        assert!(text.contains("allow_private = [\"10.1.2.3/32\"]"), "{text}");
        assert!(text.contains("allow_private = [\"fd00::1/128\"]"), "{text}");
        assert!(text.ends_with("0 errors, 2 warnings\n"), "{text}");
        let opened = "[outbound]\nallow_private = [\"10.0.0.0/8\", \"fd00::/8\"]\n";
        let (text, _) = check(&format!("{GOOD}{opened}{clients}")).await;
        assert!(!text.contains("allow_private"), "{text}");
    }
}
