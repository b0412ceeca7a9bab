//! The keys and the store: modes, one owner at a time, and keys that belong to their store (law 6, threat 45).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::program::run;
use crate::support::{Program, Setup};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

fn serve(program: &Program) -> (i32, String) {
    let (status, out, err) = run(&["serve", "--config", "config.toml"], program.folder());
    assert_eq!(out, "");
    (status, err)
}

#[tokio::test]
async fn threat_45_keys_are_made_for_their_owner_alone_and_files_open_to_others_are_refused() {
    let mut program = Program::with_no_keys(Setup::default()).await;
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    program.stop();
    let keys = program.folder().join("keys");
    assert_eq!(mode(&keys), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&keys).expect("the folder") {
        let path = entry.expect("a file").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path);
    }
    for needed in ["subject.key", "admin.token", "ring.json", "subjects.jsonl", "sealing-1.key"] {
        assert!(names.contains(&keys.join(needed)), "{needed}: {names:?}");
    }
    for path in names.iter().filter(|path| path.extension().is_some_and(|kind| kind == "key" || kind == "pem")) {
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("chmod");
        let (status, err) = serve(&program);
        assert_eq!(status, 1, "{}", path.display());
        assert!(
            err.contains("mode 0644")
                && err.contains(&format!("chmod 600 {}", fs::canonicalize(path).unwrap().display()))
                || err.contains("chmod 600"),
            "{err}"
        );
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("chmod");
    }
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o777)).expect("chmod");
    let (status, err) = serve(&program);
    assert!(status == 1 && err.contains("chmod go-w"), "{err}");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o700)).expect("chmod");
    program.restarted().await;
    assert!(program.runs());
}

#[tokio::test]
async fn a_store_beside_another_subject_key_or_without_its_sealing_key_names_the_backup_that_is_needed() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let before = program.rp("app").subject(&program.computer("zhangsan")).await;
    program.stop();
    let keys = program.folder().join("keys");
    let other = "A".repeat(43) + "\n";
    for (name, words) in [("subject.key", "subject.key"), ("sealing-1.key", "sealing")] {
        let path = keys.join(name);
        let right = fs::read(&path).expect("the key");
        fs::write(&path, &other).expect("another key");
        let (status, err) = serve(&program);
        assert_eq!(status, 1);
        assert!(err.contains(words) && err.contains("backup"), "{err}");
        fs::remove_file(&path).expect("no key");
        let (status, err) = serve(&program);
        assert_eq!(status, 1);
        assert!(err.contains(words) && err.contains("backup"), "{err}");
        assert!(!path.exists(), "it is never made anew on the quiet");
        fs::write(&path, right).expect("restored");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode");
    }
    program.restarted().await;
    assert_eq!(program.rp("app").subject(&program.computer("zhangsan")).await, before);
}

#[tokio::test]
async fn threat_47_a_second_server_on_one_folder_exits_at_once_and_the_first_serves_on() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let text = fs::read_to_string(program.folder().join("config.toml")).expect("the configuration");
    let issuer = program.issuer.clone();
    let port = issuer.rsplit(':').next().unwrap();
    let ports = [crate::support::http::free_port(), crate::support::http::free_port()];
    let second =
        text.replace(&format!("127.0.0.1:{port}\"\nadmin_listen"), &format!("127.0.0.1:{}\"\nadmin_listen", ports[0]));
    let admin = second.lines().find(|line| line.starts_with("admin_listen")).expect("a line").to_owned();
    let second = second.replace(&admin, &format!("admin_listen = \"127.0.0.1:{}\"", ports[1]));
    fs::write(program.folder().join("second.toml"), second).expect("a configuration");
    let (status, _, err) = run(&["serve", "--config", "second.toml"], program.folder());
    assert_eq!(status, 1);
    assert!(err.contains("data") && err.to_lowercase().contains("another"), "{err}");
    assert!(program.runs());
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_with_what_to_do() {
    let mut program = Program::start(Setup::default()).await;
    program.stop();
    let address = program.issuer.trim_start_matches("http://");
    let _taken = std::net::TcpListener::bind(address).expect("the address of the program");
    let (status, err) = serve(&program);
    assert_eq!(status, 1);
    assert!(err.contains(&format!("cannot listen on {address}")) && err.contains("[server]"), "{err}");
}

#[tokio::test]
async fn sigterm_lets_the_program_end_well() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let tokens = program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    assert_eq!(program.terminated().await, Some(0));
    assert!(program.log().contains("server.stopping"));
    program.restarted().await;
    assert_eq!(program.rp("app").userinfo(tokens.access_token()).await.status, 200);
}

#[tokio::test]
async fn threat_48_the_stores_folder_is_made_for_its_owner_alone() {
    let program = Program::start(Setup::default().on_sled()).await;
    assert_eq!(mode(&program.folder().join("data")), 0o700);
}
