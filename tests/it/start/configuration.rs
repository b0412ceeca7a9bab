//! Every problem at once, with its key, and the exit status that scripts rely on.

use std::path::Path;

use tempfile::TempDir;

use crate::support::program::run;

const GOOD: &str = r#"issuer = "https://login.example.com"

[wecom.main]
corp_id = "ww0123456789abcdef"
agent_id = 1000002
secret = "wecom-secret-of-the-tests"

[[clients]]
client_id = "nb"
client_secret = "client-secret-of-the-tests"
redirect_uris = ["https://nb.example.com/api/oidc:redirect"]
"#;

fn folder(text: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("config.toml"), text).expect("a file");
    folder
}

fn check(folder: &Path) -> (i32, String) {
    let (status, out, err) = run(&["check-config", "--config", "config.toml"], folder);
    assert_eq!(err, "");
    (status, out)
}

#[test]
fn a_good_configuration_is_status_0_from_any_folder() {
    let folder = folder(GOOD);
    let (status, out) = check(folder.path());
    assert_eq!(status, 0, "{out}");
    assert_eq!(run(&["check-config"], folder.path()).0, 0, "config.toml is the default");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.toml");
    assert_eq!(run(&["check-config", "--config", path.to_str().unwrap()], elsewhere.path()).0, 0);
}

#[test]
fn several_problems_are_told_at_once_and_serve_refuses_with_the_same_report() {
    let text = GOOD
        .replace("issuer = \"https://login.example.com\"", "issuer = \"http://login.example.com\"\nisuer = 1")
        .replace("agent_id = 1000002", "agentid = 1000002")
        .replace("https://nb.example", "http://nb.example");
    let folder = folder(&format!("{text}subject_type = \"pairwse\"\n[server]\nlisten = \"localhost\"\n"));
    let (status, out) = check(folder.path());
    assert_eq!(status, 1);
    for key in [
        "issuer",
        "isuer",
        "wecom.main.agentid",
        "clients[0].redirect_uris[0]",
        "clients[0].subject_type",
        "server.listen",
    ] {
        assert!(out.contains(&format!("error: {key} (config.toml:")), "{key}\n{out}");
    }
    for secret in ["wecom-secret", "client-secret"] {
        assert!(!out.contains(secret), "{out}");
    }
    let (status, nothing, err) = run(&["serve", "--config", "config.toml"], folder.path());
    assert_eq!((status, nothing.as_str()), (1, ""));
    assert_eq!(err.trim_end(), out.trim_end());
    assert!(!folder.path().join("keys").exists() && !folder.path().join("data").exists(), "nothing was begun");
}

#[test]
fn what_this_version_cannot_do_is_refused_by_name() {
    let folder = folder(&format!(
        "{GOOD}[keys]\nring = \"store\"\n\
         [store]\nbackend = \"postgres\"\nurl = \"postgres://bridge@db/bridge\"\n"
    ));
    let (status, out) = check(folder.path());
    assert_eq!(status, 1);
    for key in ["keys.ring", "store.backend", "store.url"] {
        let line = out.lines().position(|line| line.contains(key)).unwrap_or_else(|| panic!("{key}\n{out}"));
        let around: String = out.lines().skip(line).take(3).collect();
        assert!(around.contains("not available in this version"), "{out}");
    }
    assert_eq!(run(&["serve"], folder.path()).0, 1);
}

#[test]
fn a_missing_variable_and_a_missing_file_are_problems_with_their_keys() {
    let text = GOOD
        .replace("\"wecom-secret-of-the-tests\"", "\"${WECOM_SECRET_THAT_IS_NOT_SET}\"")
        .replace("client_secret = \"client-secret-of-the-tests\"", "client_secret_file = \"not-there\"");
    let (status, out) = check(folder(&text).path());
    assert_eq!(status, 1);
    assert!(out.contains("wecom.main.secret") && out.contains("WECOM_SECRET_THAT_IS_NOT_SET"), "{out}");
    assert!(out.contains("clients[0].client_secret_file"), "{out}");
    let (status, out, _) = run(&["check-config", "--config", "not-there.toml"], tempfile::tempdir().unwrap().path());
    assert_eq!(status, 1, "{out}");
}

#[test]
fn wrong_usage_is_status_2_and_help_is_0() {
    let here = tempfile::tempdir().expect("a folder");
    for wrong in [&["sing"][..], &["serve", "--confg", "x"], &["serve", "--log", "loud"], &["check-config", "x"], &[]] {
        let (status, out, err) = run(wrong, here.path());
        assert_eq!((status, out.as_str()), (2, ""), "{wrong:?}");
        assert!(err.contains("--help") || err.contains("Usage:"), "{err}");
    }
    for right in [&["--help"][..], &["--version"], &["serve", "--help"]] {
        assert_eq!(run(right, here.path()).0, 0, "{right:?}");
    }
}

#[test]
fn a_userid_as_the_subject_needs_connections_of_one_corp() {
    let second = |corp: &str| {
        let id = if corp.is_empty() { "ww0123456789abcdef" } else { corp };
        format!(
            "[wecom.second]\ncorp_id = \"{id}\"\nagent_id = 1000003\nsecret = \"another-wecom-secret-of-the-tests\"\n"
        )
    };
    let two_corps = second("wwfedcba9876543210");
    let (status, out) = check(folder(&format!("{GOOD}subject = \"userid\"\n{two_corps}")).path());
    assert_eq!(status, 1, "{out}");
    assert!(out.contains("error: clients[0].subject (config.toml:"), "{out}");
    for good in [
        format!("{GOOD}subject = \"userid\"\nwecom = [\"main\"]\n{two_corps}"),
        format!("{GOOD}subject = \"userid\"\n{}", second("")),
        format!("{GOOD}{two_corps}"),
    ] {
        let (status, out) = check(folder(&good).path());
        assert_eq!(status, 0, "{good}\n{out}");
    }
}
