//! The folders against `kill -9` while they are made and turned: in the middle of the first start and of a rotation there is never half a ring,
//! never a second subject, and never a signature by a key that relying parties could not know.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::dice::Dice;
use super::site::kids;
use crate::support::{Program, Setup, TokenAnswer, clock, secrets};

const ROUNDS: u64 = 10;

/// The ring names the signing keys that lie there, and nothing of the first start is left.
fn assert_whole(keys: &Path) {
    let named = ring(keys).into_iter().map(|key| key["file"].as_str().expect("a file").to_owned());
    let named: BTreeSet<String> = named.collect();
    let names = fs::read_dir(keys).expect("the folder").map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: Vec<String> = names.collect();
    for needed in ["subject.key", "sealing-1.key", "admin.token", "subjects.jsonl"] {
        assert!(names.iter().any(|name| name == needed), "{needed}: {names:?}");
    }
    assert!(!names.iter().any(|name| name == "first-start"), "{names:?}");
    for file in &named {
        assert!(names.contains(file), "{file}: {names:?}");
    }
    assert_eq!(named.len(), ring(keys).len(), "a key stands in it twice");
}

fn ring(keys: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(keys.join("ring.json")).expect("a ring");
    let ring: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    ring["keys"].as_array().expect("keys").clone()
}

/// How many keys sign or are to sign.
fn in_use(keys: &Path) -> usize {
    ring(keys).iter().filter(|key| key.get("retired_at").is_none()).count()
}

/// Whether the server tells what the disk says; it writes first.
fn are_served(keys: &Path, served: &[String]) -> bool {
    let in_use = ring(keys).into_iter().filter(|key| key.get("retired_at").is_none());
    in_use.map(|key| key["kid"].as_str().map(str::to_owned)).all(|kid| kid.is_some_and(|kid| served.contains(&kid)))
}

fn kid_of(tokens: &TokenAnswer) -> String {
    use base64::Engine as _;
    let head = tokens.id_token().split('.').next().expect("a JWT");
    let head = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(head).expect("base64url");
    let head: serde_json::Value = serde_json::from_slice(&head).expect("JSON");
    head["kid"].as_str().expect("a kid").to_owned()
}

#[tokio::test]
async fn threat_47_a_first_start_that_was_killed_is_done_anew_and_whole() {
    let mut dice = Dice::new(secrets::began().0);
    let mut program = Program::start(Setup::default().on_sled()).await;
    let (keys, store) = (program.folder().join("keys"), program.folder().join("data"));
    for round in 0..ROUNDS {
        program.stop();
        fs::remove_dir_all(&keys).expect("no keys");
        fs::remove_dir_all(&store).expect("no store");
        for _ in 0..2 {
            program.spawned();
            tokio::time::sleep(Duration::from_millis(dice.below(600))).await;
            program.stop();
        }
        program.restarted().await;
        assert_whole(&keys);
        let (app, before) = (program.rp("app"), kids(&program).await);
        let subject = app.subject(&program.computer("zhangsan")).await;
        let browser = program.computer("lisi");
        app.code(&browser, "openid").await;
        program.killed_and_restarted().await;
        assert!(app.silently(&browser).await.get("code").is_some(), "round {round}");
        assert_eq!(kids(&program).await, before, "round {round}");
        assert_eq!(app.subject(&program.computer("zhangsan")).await, subject, "round {round}");
    }
}

#[tokio::test]
async fn threat_47_a_rotation_that_was_killed_signs_with_no_key_that_nobody_knew() {
    let mut dice = Dice::new(secrets::began().0);
    let mut program = Program::in_prepared_folder(Setup::default(), |folder| {
        clock::set(folder, "+0");
        secrets::write_to(&folder.join("keys"));
    })
    .await;
    let app = program.rp("app");
    let (keys, mut hours) = (program.folder().join("keys"), 0);
    let mut known = kids(&program).await;
    let first = known.clone();
    for round in 0..ROUNDS {
        // Successors are published at the end of ninety days and sign some time later.
        hours += if round % 2 == 0 { 91 * 24 } else { 2 };
        program.stop();
        program.clock_shows(&format!("+{hours}h"));
        for _ in 0..2 {
            program.spawned();
            tokio::time::sleep(Duration::from_millis(dice.below(600))).await;
            program.stop();
        }
        program.restarted().await;
        assert_whole(&keys);
        let tokens = app.tokens(&program.computer("zhangsan"), "openid").await;
        let (kid, published) = (kid_of(&tokens), kids(&program).await);
        assert!(known.contains(&kid), "round {round}: signed with a key that was not published before");
        assert!(published.contains(&kid), "round {round}: signed with a key that is not published");
        // The turn itself happens beside the first answers.
        let turned = if round % 2 == 0 { 2 * first.len() } else { first.len() };
        let mut looks = 0;
        while in_use(&keys) != turned || !are_served(&keys, &kids(&program).await) {
            looks += 1;
            assert!(looks < 3_000, "round {round}: it does not turn:\n{}", program.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_whole(&keys);
        known = kids(&program).await;
    }
    assert!(known.iter().all(|kid| !first.contains(kid)), "the ring has turned");
}
