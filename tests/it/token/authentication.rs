//! How a client proves itself (threat 11).

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::task::JoinSet;

use crate::support::relying_party::basic;
use crate::support::{Client, RelyingParty, Setup, Stand, TokenAnswer};

const REFRESH: (&str, &str) = ("grant_type", "refresh_token");
const NONE: (&str, &str) = ("refresh_token", "none");

/// Whether the credentials pass: then the made-up refresh token is what is refused.
fn passed(answer: &TokenAnswer) -> bool {
    match answer.body["error"].as_str() {
        Some("invalid_grant") => true,
        Some("invalid_client") => {
            answer.assert_refused(401, "invalid_client");
            false
        }
        _ => panic!("{}", answer.body),
    }
}

async fn tries(rp: &RelyingParty, header: Option<&str>, fields: &[(&str, &str)]) -> bool {
    passed(&rp.token_as(header, &[&[REFRESH, NONE], fields].concat()).await)
}

#[tokio::test]
async fn threat_11_each_way_of_proving_oneself_passes_where_it_is_registered_and_nowhere_else() {
    let clients = [
        Client::new("any"),
        Client::new("header").with("token_endpoint_auth_method = \"client_secret_basic\""),
        Client::new("body").with("token_endpoint_auth_method = \"client_secret_post\""),
        Client::public("none"),
    ];
    let stand = Stand::of(clients).await;
    // By header, by body, by both alike, by the name alone.
    for (id, expected) in [
        ("any", [true, true, true, false]),
        ("header", [true, false, true, false]),
        ("body", [false, true, true, false]),
        ("none", [false, false, false, true]),
    ] {
        let rp = stand.rp(id);
        let secret = rp.client.secret.clone().unwrap_or_else(|| "a-secret-of-its-own-imagination".to_owned());
        let (header, name, proof) = (basic(id, &secret), ("client_id", id), ("client_secret", secret.as_str()));
        let tried = [
            tries(&rp, Some(&header), &[]).await,
            tries(&rp, None, &[name, proof]).await,
            tries(&rp, Some(&header), &[name, proof]).await,
            tries(&rp, None, &[name]).await,
        ];
        assert_eq!(tried, expected, "{id}");
    }
}

#[tokio::test]
async fn threat_11_header_and_body_that_differ_are_refused() {
    let stand = Stand::new().await;
    let app = stand.app();
    let secret = app.client.secret.clone().unwrap();
    let header = basic("app", &secret);
    assert!(tries(&app, Some(&header), &[("client_id", "app")]).await);
    assert!(!tries(&app, Some(&header), &[("client_id", "other")]).await);
    assert!(!tries(&app, Some(&header), &[("client_secret", "another-secret-of-the-same-client")]).await);
    let other = stand.rp("other").client.secret.unwrap();
    assert!(!tries(&app, Some(&header), &[("client_id", "other"), ("client_secret", &other)]).await);
    assert!(!tries(&app, Some(&basic("app", "wrong")), &[("client_id", "app"), ("client_secret", &secret)]).await);
}

#[tokio::test]
async fn threat_11_unknown_clients_and_wrong_secrets_get_the_very_same_answer() {
    let stand = Stand::of([Client::new("app"), Client::public("spa")]).await;
    let app = stand.app();
    let mut answers = Vec::new();
    for (id, secret) in
        [("nobody", "x"), ("app", "x"), ("app", "secret-of-app-0123456789abcdeF"), ("spa", "x"), ("\u{4e2d}", "x")]
    {
        let by_header = app.token_as(Some(&basic(id, secret)), &[REFRESH, NONE]).await;
        assert_eq!(by_header.page.header("www-authenticate"), Some("Basic realm=\"token\", charset=\"UTF-8\""));
        let by_body = app.token_as(None, &[REFRESH, NONE, ("client_id", id), ("client_secret", secret)]).await;
        assert_eq!(by_body.page.header("www-authenticate"), None);
        answers.extend([(by_header.status, by_header.page.body), (by_body.status, by_body.page.body)]);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn threat_11_headers_that_cannot_be_read_and_empty_secrets_are_refused() {
    let stand = Stand::new().await;
    let app = stand.app();
    let plain = |text: &[u8]| format!("Basic {}", STANDARD.encode(text));
    let headers = [
        "Basic".to_owned(),
        "Basic ".to_owned(),
        "Basic !!!".to_owned(),
        "Bearer x".to_owned(),
        plain(b"app"),
        plain(b":"),
        plain(b"app:"),
        plain(b"app:%zz"),
        plain(b"app:\xff"),
        plain(b"app:%ff"),
        basic("app", ""),
        basic("app", &"x".repeat(8_000)),
    ];
    for header in &headers {
        assert!(!tries(&app, Some(header), &[]).await, "{header}");
    }
    assert!(!tries(&app, None, &[("client_id", "app"), ("client_secret", "")]).await);
    assert!(!tries(&app, None, &[]).await);
    assert!(!tries(&app, None, &[("client_secret", "secret-of-app-0123456789abcdef")]).await);
}

#[tokio::test]
async fn secrets_with_every_kind_of_character_pass_when_they_are_form_encoded() {
    let odd = "a b+c%20:/?&=\u{e9}\u{4e2d}\"'~*-._x";
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, odd.as_bytes());
    let hash = format!("client_secret_hash = \"sha256:{}\"", hex::encode(digest.as_ref()));
    let stand = Stand::of([Client::new("odd").proven_by(odd, &hash)]).await;
    let rp = stand.rp("odd");
    assert!(tries(&rp, Some(&basic("odd", odd)), &[]).await);
    assert!(tries(&rp, None, &[("client_id", "odd"), ("client_secret", odd)]).await);
    let unencoded = format!("Basic {}", STANDARD.encode("odd:a b+c%20"));
    assert!(!tries(&rp, Some(&unencoded), &[]).await);
}

#[tokio::test]
async fn hashed_secrets_pass_again_and_again_and_wrong_ones_never() {
    let chosen = "a-secret-that-somebody-chose";
    // Parameters far below those of `hash-secret`: the checks are what is tested, not the work.
    let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).expect("parameters"));
    let argon2 = cheap.hash_password(chosen.as_bytes()).expect("a hash").to_string();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"made-of-256-random-bits-say");
    let sha256 = hex::encode(digest.as_ref());
    let clients = [
        Client::new("argon").proven_by(chosen, &format!("client_secret_hash = \"{argon2}\"")),
        Client::new("sha")
            .proven_by("made-of-256-random-bits-say", &format!("client_secret_hash = \"sha256:{sha256}\"")),
    ];
    let stand = Stand::of(clients).await;
    for id in ["argon", "sha"] {
        let rp = stand.rp(id);
        let secret = rp.client.secret.clone().unwrap();
        for _ in 0..3 {
            assert!(tries(&rp, Some(&basic(id, &secret)), &[]).await);
            assert!(!tries(&rp, Some(&basic(id, &format!("{secret}x"))), &[]).await);
            assert!(!tries(&rp, None, &[("client_id", id), ("client_secret", "")]).await);
        }
        assert!(!tries(&rp, Some(&basic(id, &argon2)), &[]).await && !tries(&rp, Some(&basic(id, &sha256)), &[]).await);
        rp.tokens(&stand.computer("zhangsan"), "openid").await;
    }
}

#[tokio::test]
async fn too_many_wrong_secrets_hold_that_client_up_at_that_address_for_a_minute() {
    let stand = Stand::with(Setup::default().tables("[limits]\nfailed_client_auth_per_minute = 5")).await;
    let app = stand.app();
    let right = basic("app", app.client.secret.as_ref().unwrap());
    for _ in 0..5 {
        assert!(tries(&app, Some(&right), &[]).await, "right ones do not count");
        assert!(!tries(&app, Some(&basic("app", "wrong")), &[]).await);
    }
    for header in [&basic("app", "wrong"), &right] {
        let answer = app.token_as(Some(header), &[REFRESH, NONE]).await;
        answer.assert_refused(429, "invalid_client");
        let seconds: u64 = answer.page.header("retry-after").expect("Retry-After").parse().expect("seconds");
        assert!((1..=60).contains(&seconds));
    }
    let other = stand.rp("other");
    assert!(tries(&other, Some(&basic("other", other.client.secret.as_ref().unwrap())), &[]).await);
    stand.later(wecom_oidc::domain::time::Span::seconds(60));
    assert!(tries(&app, Some(&right), &[]).await);
}

#[tokio::test]
async fn threat_36_a_storm_of_wrong_secrets_for_a_slow_hash_holds_no_other_client_up() {
    let slow = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(4_096, 1, 1, None).expect("parameters"));
    let argon2 = slow.hash_password(b"a-secret-that-somebody-chose").expect("a hash").to_string();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"made-of-256-random-bits-say");
    let sha256 = format!("client_secret_hash = \"sha256:{}\"", hex::encode(digest.as_ref()));
    let clients = [
        Client::new("argon").proven_by("a-secret-that-somebody-chose", &format!("client_secret_hash = \"{argon2}\"")),
        Client::new("sha").proven_by("made-of-256-random-bits-say", &sha256),
    ];
    let stand = Stand::of(clients).await;
    let mut storm = JoinSet::new();
    for n in 0..100 {
        let argon = stand.rp("argon");
        storm.spawn(async move {
            let wrong = basic("argon", &format!("a-wrong-secret-{n}"));
            let answer = argon.token_as(Some(&wrong), &[REFRESH, NONE]).await;
            (answer.status, answer.body["error"].as_str().unwrap_or_default().to_owned())
        });
    }
    let sha = stand.rp("sha");
    let right = basic("sha", sha.client.secret.as_ref().unwrap());
    let mut served = 0;
    let mut answers = Vec::new();
    while answers.len() < 100 {
        assert!(tries(&sha, Some(&right), &[]).await);
        served += 1;
        while let Some(answer) = storm.try_join_next() {
            answers.push(answer.expect("an answer"));
        }
    }
    assert!(served > 1, "the good client was served while others waited");
    let known = [(401, "invalid_client"), (429, "invalid_client"), (503, "temporarily_unavailable")];
    assert!(answers.iter().all(|(status, error)| known.contains(&(*status, error.as_str()))), "{answers:?}");
    // Thirty may fail in a minute, and no more than those who calculate and wait are under way meanwhile.
    let tried = answers.iter().filter(|(status, _)| *status == 401).count();
    assert!((1..=70).contains(&tried), "the queue is short: {answers:?}");
    stand.later(wecom_oidc::domain::time::Span::seconds(60));
    let argon = stand.rp("argon");
    assert!(tries(&argon, Some(&basic("argon", "a-secret-that-somebody-chose")), &[]).await);
}
