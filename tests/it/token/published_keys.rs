//! Keys that a client publishes at its `jwks_uri` (threats 35 and 36).

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::Instant;
use wecom_oidc::domain::time::Span;

use super::assertions::{good, passes};
use crate::support::publisher::Publisher;
use crate::support::signer::Signer;
use crate::support::{Client, Program, Setup, Stand};

fn at(address: &str) -> Setup {
    let client = Client::keyed("app", &format!("jwks_uri = \"{address}\""));
    Setup::of([client]).tables("[limits]\nfailed_client_auth_per_minute = 0")
}

#[tokio::test]
async fn published_keys_are_fetched_when_one_is_needed_and_a_change_of_keys_is_seen() {
    let (first, second) = (Signer::new("1", "ES256"), Signer::new("2", "PS256"));
    let publisher = Publisher::of(&[&first]).await;
    let stand = Stand::with(at(&publisher.address)).await;
    let app = stand.app();
    assert_eq!(publisher.asked(), 0);
    for _ in 0..3 {
        assert!(passes(&app, &first.jwt(&good(&stand, "app"))).await);
    }
    assert_eq!(publisher.asked(), 1);
    publisher.publishes(&[&second]);
    // Not sooner than after half a minute, so that made-up names cause no flood.
    assert!(!passes(&app, &second.jwt(&good(&stand, "app"))).await);
    stand.later(Span::seconds(30));
    assert!(passes(&app, &second.jwt(&good(&stand, "app"))).await);
    assert!(!passes(&app, &first.jwt(&good(&stand, "app"))).await);
    assert_eq!(publisher.asked(), 2);
    // What was fetched outlives a reload.
    stand.reloaded_text(|text| text).await;
    assert!(passes(&app, &second.jwt(&good(&stand, "app"))).await);
    assert_eq!(publisher.asked(), 2);
}

#[tokio::test]
async fn threat_36_many_at_once_cause_one_fetch() {
    let signer = Signer::new("1", "EdDSA");
    let publisher = Publisher::of(&[&signer]).await;
    let stand = Stand::with(at(&publisher.address)).await;
    let mut at_once = JoinSet::new();
    for _ in 0..24 {
        let (app, assertion) = (stand.app(), signer.jwt(&good(&stand, "app")));
        at_once.spawn(async move { passes(&app, &assertion).await });
    }
    assert!(at_once.join_all().await.into_iter().all(|passed| passed));
    assert_eq!(publisher.asked(), 1);
}

#[tokio::test]
async fn keys_that_were_fetched_stay_good_while_their_server_is_down() {
    let signer = Signer::new("1", "EdDSA");
    let publisher = Publisher::of(&[&signer]).await;
    let stand = Stand::with(at(&publisher.address)).await;
    let app = stand.app();
    assert!(passes(&app, &signer.jwt(&good(&stand, "app"))).await);
    publisher.says("503 Service Unavailable", "", b"");
    stand.later(Span::hours(12));
    assert!(passes(&app, &signer.jwt(&good(&stand, "app"))).await);
    assert_eq!(publisher.asked(), 2);
    stand.later(Span::days(2));
    assert!(!passes(&app, &signer.jwt(&good(&stand, "app"))).await);
    publisher.publishes(&[&signer]);
    stand.later(Span::seconds(30));
    assert!(passes(&app, &signer.jwt(&good(&stand, "app"))).await);
}

#[tokio::test]
async fn threat_35_what_is_no_plain_set_of_public_keys_is_refused_whoever_sends_it() {
    let signer = Signer::new("1", "ES256");
    let publisher = Publisher::of(&[&signer]).await;
    let elsewhere = Publisher::of(&[&signer]).await;
    let stand = Stand::with(at(&publisher.address)).await;
    let app = stand.app();
    let set = |keys: serde_json::Value| json!({ "keys": keys }).to_string().into_bytes();
    let mut private = signer.jwk();
    private["d"] = json!("AAAA");
    let padded = [set(json!([signer.jwk()])), vec![b' '; 64 * 1_024]].concat();
    let json_type = "Content-Type: application/json\r\n";
    let redirect = format!("Location: {}\r\n", elsewhere.address);
    for (status, headers, body) in [
        ("302 Found", redirect.as_str(), set(json!([signer.jwk()]))),
        ("307 Temporary Redirect", &redirect, Vec::new()),
        ("404 Not Found", json_type, set(json!([signer.jwk()]))),
        ("200 OK", "Content-Type: text/html\r\n", b"<!doctype html><title>Sign in</title>".to_vec()),
        ("200 OK", json_type, b"{\"keys\":[".to_vec()),
        ("200 OK", json_type, set(json!([]))),
        ("200 OK", json_type, set(json!([private]))),
        ("200 OK", json_type, set(json!(vec![signer.jwk(); 33]))),
        ("200 OK", json_type, set(json!([signer.jwk(), signer.jwk()]))),
        ("200 OK", json_type, padded),
    ] {
        publisher.says(status, headers, &body);
        assert!(!passes(&app, &signer.jwt(&good(&stand, "app"))).await, "{status} {}", String::from_utf8_lossy(&body));
        stand.later(Span::minutes(11));
    }
    assert_eq!((publisher.asked(), elsewhere.asked()), (10, 0), "each was asked for, and no redirect was followed");
    // A body without an end is left at its bound.
    let endless = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".iter().copied();
    publisher.answers(endless.chain(std::iter::repeat_n(b' ', 4 * 1_024 * 1_024)).collect());
    assert!(!passes(&app, &signer.jwt(&good(&stand, "app"))).await);
    stand.later(Span::minutes(11));
    publisher.publishes(&[&signer]);
    assert!(passes(&app, &signer.jwt(&good(&stand, "app"))).await);
}

#[tokio::test]
async fn threat_35_a_server_that_does_not_answer_holds_nobody_for_long() {
    let signer = Signer::new("1", "ES256");
    let publisher = Publisher::of(&[&signer]).await;
    publisher.answers(Vec::new());
    let stand = Stand::with(at(&publisher.address)).await;
    let began = Instant::now();
    assert!(!passes(&stand.app(), &signer.jwt(&good(&stand, "app"))).await);
    assert!((4..20).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    // The next one does not even wait.
    let began = Instant::now();
    assert!(!passes(&stand.app(), &signer.jwt(&good(&stand, "app"))).await);
    assert!(began.elapsed().as_secs() < 3, "{:?}", began.elapsed());
}

#[tokio::test]
async fn threat_35_private_and_link_local_networks_are_not_visited_and_the_operator_is_told_once() {
    let signer = Signer::new("1", "ES256");
    let hosts =
        ["10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]"];
    let clients = hosts
        .iter()
        .enumerate()
        .map(|(number, host)| Client::keyed(&format!("app{number}"), &format!("jwks_uri = \"https://{host}/jwks\"")));
    let program = Program::start(Setup::of(clients)).await;
    let now = crate::support::secrets::began().0;
    for number in 0..hosts.len() {
        let id = format!("app{number}");
        let rp = program.rp(&id);
        for turn in 0..2 {
            let claims =
                json!({ "iss": id, "sub": id, "aud": program.issuer, "jti": turn.to_string(), "exp": now + 1_800 });
            let began = Instant::now();
            assert!(!passes(&rp, &signer.jwt(&claims)).await);
            assert!(began.elapsed().as_secs() < 4, "no connection is even tried: {:?}", began.elapsed());
        }
        let words = ["client.keys_unavailable", &format!("client={id} "), "outbound.allow_private"];
        program.logged(&words).await;
        let lines = program.log().lines().filter(|line| words.iter().all(|word| line.contains(word))).count();
        assert_eq!(lines, 1);
    }
}
