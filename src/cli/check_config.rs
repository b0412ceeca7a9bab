//! `wecom-oidc check-config`: reads the configuration as `serve` would and says what it thinks of it.

use std::path::Path;

use crate::config::{self, Environment, Report};

/// Checks the file at `path`. Gives the text to print, in colour when asked, and the exit status:
/// 0 when the server would start (warnings allowed), 1 when it would not.
pub fn check_config(path: &Path, environment: &dyn Environment, colour: bool) -> (String, i32) {
    match config::load(path, environment) {
        Ok(loaded) => (Report::new(loaded.warnings).render(colour, path), 0),
        Err(report) => (report.render(colour, path), 1),
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

    fn check(text: &str) -> (String, i32) {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).expect("write");
        let (text, status) = check_config(&path, &Nothing, false);
        (text.replace(&path.display().to_string(), "config.toml"), status)
    }

    const GOOD: &str = r#"
issuer = "http://127.0.0.1:8080"
[wecom.main]
corp_id = "ww0123456789abcdef"
agent_id = 1000002
secret = "s3cr3t-of-this-test"
"#;

    #[test]
    fn warnings_are_shown_and_let_the_server_start() {
        let (text, status) = check(GOOD);
        assert_eq!(status, 0);
        assert!(text.starts_with("warning: clients (config.toml)\n"), "{text}");
        assert!(text.ends_with("config.toml: 0 errors, 1 warning\n"), "{text}");
    }

    #[test]
    fn a_problem_is_status_1_and_shows_no_secret() {
        let (text, status) = check(&GOOD.replace("agent_id", "agentid"));
        assert_eq!(status, 1);
        assert!(text.contains("error: wecom.main.agentid (config.toml:5:1)\n"), "{text}");
        assert!(text.contains("→ write agent_id, if that was meant"), "{text}");
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}
