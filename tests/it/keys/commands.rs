//! `wecom-oidc keys list|rotate`, beside a running server and without one.

use serde_json::Value;

use super::jwks::{Jwks, kid};
use crate::support::program::run;
use crate::support::{Program, Setup};

fn keys(program: &Program, arguments: &[&str]) -> (i32, String, String) {
    run(&[&["keys"], arguments, &["--config", "config.toml"]].concat(), program.folder())
}

/// Runs it where the runtime of the test may go on.
async fn keys_beside(program: &Program, arguments: &'static [&'static str]) -> (i32, String, String) {
    let folder = program.folder().to_owned();
    let arguments = [&["keys"], arguments, &["--config", "config.toml"]].concat();
    tokio::task::spawn_blocking(move || run(&arguments, &folder)).await.expect("run")
}

fn states(json: &str) -> Vec<String> {
    let states = json.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["state"].clone());
    states.map(|state| state.as_str().expect("a state").to_owned()).collect()
}

#[tokio::test]
async fn threat_45_keys_are_listed_and_rotated_while_the_server_runs() {
    let program = Program::start(Setup::default().on_sled()).await;
    let before = program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    let (status, out, err) = keys(&program, &["list"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(out.contains(&kid(before.id_token())) && out.matches("signing since 20").count() == 3, "{out}");

    let (status, out, _) = keys(&program, &["rotate"]);
    assert_eq!(status, 0);
    assert_eq!(out.matches("is published, signs from 20").count(), 3, "{out}");
    assert!(out.contains("sealing-2.key") && out.contains("The new keys sign from 20"), "{out}");
    program.logged(&["keys.rotated"]).await;
    let (_, out, _) = keys(&program, &["list", "--json"]);
    assert_eq!(states(&out).iter().filter(|state| *state == "published").count(), 3, "{out}");
    let jwks = Jwks::of(&program.issuer, &program.http).await;
    assert_eq!(jwks.kids().len(), 6);
    let after = program.rp("app").tokens(&program.computer("lisi"), "openid").await;
    assert_eq!(kid(after.id_token()), kid(before.id_token()), "published before they sign");
    let (status, out, _) = keys(&program, &["rotate"]);
    assert!(status == 0 && out.matches("was published already").count() == 3, "{out}");
}

#[tokio::test]
async fn threat_45_keys_are_listed_and_rotated_while_no_server_runs_and_the_next_start_goes_by_it() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let subject = program.rp("app").subject(&program.computer("zhangsan")).await;
    let before = program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    program.stop();
    let (status, out, _) = keys(&program, &["list", "--json"]);
    assert!(status == 0 && states(&out) == ["signing"; 3], "{out}");
    let (status, out, _) = keys(&program, &["rotate"]);
    assert!(status == 0 && out.contains("No server runs"), "{out}");
    program.restarted().await;
    let jwks = Jwks::of(&program.issuer, &program.http).await;
    assert!(jwks.kids().len() == 6 && jwks.verifies(before.id_token()));
    assert_eq!(program.rp("app").subject(&program.computer("zhangsan")).await, subject);

    program.stop();
    let (status, out, _) = keys(&program, &["rotate", "--emergency", "--yes", "--json"]);
    assert_eq!((status, out.matches("\"moved\":\"removed\"").count()), (0, 6), "{out}");
    program.restarted().await;
    let jwks = Jwks::of(&program.issuer, &program.http).await;
    assert!(jwks.kids().len() == 3 && !jwks.verifies(before.id_token()));
    assert_eq!(program.rp("app").subject(&program.computer("zhangsan")).await, subject);
}

#[tokio::test]
async fn threat_45_an_emergency_says_what_it_costs_and_does_nothing_until_it_is_confirmed() {
    let program = Program::start(Setup::default()).await;
    let before = Jwks::of(&program.issuer, &program.http).await.kids();
    let (status, out, err) = keys(&program, &["rotate", "--emergency"]);
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(err.contains("--yes") && err.contains("ID token"), "{err}");
    assert_eq!(keys(&program, &["rotate", "--yes"]).0, 2);
    assert_eq!(Jwks::of(&program.issuer, &program.http).await.kids(), before);
    let (status, out, _) = keys(&program, &["rotate", "--emergency", "--yes"]);
    assert!(status == 0 && out.matches("removed: verifies no more").count() == 3, "{out}");
    program.logged(&["keys.rotated", "emergency=true"]).await;
    let after = Jwks::of(&program.issuer, &program.http).await.kids();
    assert!(after.len() == 3 && after.iter().all(|kid| !before.contains(kid)));
}

#[tokio::test]
async fn threat_47_several_rotations_at_once_leave_one_successor_and_a_whole_folder() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let rotate: &[&str] = &["rotate"];
    for running in [true, false] {
        if !running {
            program.stop();
        }
        let (one, two, three) =
            tokio::join!(keys_beside(&program, rotate), keys_beside(&program, rotate), keys_beside(&program, rotate));
        for (status, out, err) in [one, two, three] {
            assert_eq!(status, 0, "{running}: {out}{err}");
        }
        let (_, out, _) = keys(&program, &["list", "--json"]);
        assert_eq!(states(&out).iter().filter(|state| *state == "published").count(), 3, "{out}");
    }
    let sealing = std::fs::read_dir(program.folder().join("keys")).expect("the folder");
    let names = sealing.map(|entry| entry.expect("a file").file_name().into_string().expect("a name"));
    assert_eq!(names.filter(|name| name.starts_with("sealing-")).count(), 7, "each has a file of its own");
    program.restarted().await;
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
}

#[tokio::test]
async fn what_stands_in_the_way_is_said_with_the_cure_and_status_1() {
    let program = Program::start(Setup::default()).await;
    let good = program.configuration();
    let line = |key: &str| good.lines().find(|line| line.starts_with(key)).expect("a line").to_owned();
    // A configuration of another listener: the folder is held, and nobody answers there.
    let elsewhere = format!("admin_listen = \"127.0.0.1:{}\"", crate::support::http::free_port());
    program.write(&good.replace(&line("admin_listen"), &elsewhere));
    let (status, _, err) = keys(&program, &["rotate"]);
    assert!(status == 1 && err.contains("another process holds the keys") && err.contains("admin_listen"), "{err}");
    program.write(&good.replace("dir = \"keys\"", "dir = \"none\""));
    let (status, _, err) = keys(&program, &["list"]);
    assert!(status == 1 && err.contains("first start") && !program.folder().join("none").exists(), "{err}");
    program.write(&good.replace("agent_id", "agentid"));
    let (status, _, err) = keys(&program, &["list"]);
    assert!(status == 1 && err.contains("wecom.main.agentid"), "{err}");
    program.write(&good);
    std::fs::write(program.folder().join("keys/admin.token"), "B".repeat(43)).expect("another token");
    let (status, _, err) = keys(&program, &["list"]);
    assert!(status == 1 && err.contains("does not accept keys/admin.token") && !err.contains("BBBB"), "{err}");
    assert_eq!(keys(&program, &["turn"]).0, 2);
}

#[tokio::test]
async fn threat_47_a_second_server_on_the_same_keys_is_refused_whatever_its_store() {
    let mut program = Program::start(Setup::default()).await;
    let good = program.configuration();
    let ports = [crate::support::http::free_port(), crate::support::http::free_port()];
    let other: Vec<String> = good
        .lines()
        .map(|line| match line.split_once(" = ") {
            Some(("listen", _)) => format!("listen = \"127.0.0.1:{}\"", ports[0]),
            Some(("admin_listen", _)) => format!("admin_listen = \"127.0.0.1:{}\"", ports[1]),
            _ => line.to_owned(),
        })
        .collect();
    std::fs::write(program.folder().join("second.toml"), other.join("\n")).expect("a configuration");
    let (status, _, err) = run(&["serve", "--config", "second.toml"], program.folder());
    assert!(status == 1 && err.contains("another process uses the keys"), "{err}");
    assert!(program.runs());
}
