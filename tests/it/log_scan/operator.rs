//! What an operator runs and reads: commands, signals, a damaged store.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::Program;
use crate::support::program::{PROGRAM, run};

/// Secrets that a configuration holds which does not hold together.
pub const TYPED: [&str; 4] = [
    "a-wecom-secret-in-a-broken-file-0001",
    "a-client-secret-in-a-broken-file-02",
    "a-secret-that-stands-in-the-wrong-place",
    "a-secret-typed-for-hash-secret-0004",
];

/// Configurations that are refused, each with secrets in it.
fn broken() -> [String; 4] {
    let [wecom, client, elsewhere, _] = TYPED;
    [
        format!(
            "issuer = \"http://{elsewhere}@login.example.com\"\n[wecom.main]\ncorp_id = \"{elsewhere}\"\nsecret = \"{wecom}\"\n\
                 [[clients]]\nclient_id = \"x\"\nclient_secret = \"{client}\"\nclient_secrets = \"{client}\"\nredirect_uris = [\"https://x.example/?{elsewhere}\"]\n"
        ),
        format!("[wecom.main]\nsecret = \"{wecom}\n[[clients]]\nclient_secret = {client}\n"),
        format!(
            "[[clients]]\nclient_secret = [\"{client}\"]\n[wecom.main]\nsecret = {{ is = \"{wecom}\" }}\nagent_id = \"{wecom}\"\n"
        ),
        format!(
            "[[clients]]\nclient_secret_hash = \"$argon2id${client}\"\n[wecom.main]\nsecret_file = \"nowhere\"\nsecret = \"{wecom}\"\n"
        ),
    ]
}

/// The text of every command, good and bad.
pub fn commands() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let mut told = String::new();
    for text in broken() {
        std::fs::write(folder.path().join("config.toml"), text).expect("a file");
        for command in ["check-config", "serve"] {
            let (status, out, err) = run(&[command, "--config", "config.toml"], folder.path());
            assert_eq!(status, 1, "{out}{err}");
            told += &(out + &err);
        }
    }
    let mut command = Command::new(PROGRAM);
    command.arg("hash-secret").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program");
    child.stdin.take().expect("its input").write_all(TYPED[3].as_bytes()).expect("a secret");
    let output = child.wait_with_output().expect("its end");
    assert!(output.status.success());
    told += &String::from_utf8_lossy(&[output.stdout, output.stderr].concat());
    told
}

/// What the operator's address answers, keys turned by command, reloads that are done and refused, and SIGTERM.
pub async fn signals(program: &mut Program) -> String {
    let mut told = String::new();
    for path in ["/healthz", "/readyz", "/metrics", "/admin/", "/setup?token=a-token-at-no-address-0002"] {
        let answer = program.http.get(program.admin(path)).send().await.expect("an answer");
        writeln!(told, "{:?}", answer.headers()).expect("text");
        told += &answer.text().await.expect("a body");
    }
    let wrong = program.http.get(program.admin("/admin/keys")).bearer_auth("an-administrators-token-that-is-wrong");
    told += &wrong.send().await.expect("an answer").text().await.expect("a body");
    for arguments in [&["keys", "list"][..], &["keys", "rotate"], &["keys", "list"]] {
        let (status, out, err) = run(arguments, program.folder());
        assert_eq!(status, 0, "{out}{err}");
        told += &(out + &err);
    }
    let good = program.configuration();
    program.write(&good.replace("Application other", "Application renamed"));
    assert!(program.reloads().await.contains("server.reloaded"));
    for text in broken() {
        program.write(&text);
        assert!(program.reloads().await.contains("server.reload_failed"));
    }
    program.write(&good);
    assert_eq!(program.terminated().await, Some(0));
    told
}

/// A store whose files, one after the other, were written over with something that is somebody's; a file that the store
/// can do without lets it start.
pub async fn damaged_store(program: &mut Program, with: &str) {
    let store = program.folder().join("data");
    let files = std::fs::read_dir(&store).expect("the store").map(|entry| entry.expect("a file").path());
    // `conf` holds a few settings of sled's and nothing of anybody's; sled shows a line of it that it cannot read.
    for file in files.filter(|path| path.is_file() && !path.ends_with("conf")) {
        std::fs::write(&file, with.repeat(50)).expect("damage");
        program.started_for(Duration::from_secs(1)).await;
    }
}
