//! How long an answer takes tells nothing (threat 50): secrets are found by their digests, and an unknown client is
//! compared with a secret that nobody has. Medians of requests in turn, with wide bounds and a second and third chance:
//! a comparison that stops at the first difference, or a look-up that is left out, is what this must notice.

use std::time::Duration;

use tokio::time::Instant;

use serde_json::json;

use crate::support::relying_party::basic;
use crate::support::signer::{Signer, jwks};
use crate::support::{Client, Setup, Stand};

/// Enough for a median that does not move.
const ROUNDS: usize = 150;

/// The quotient of the medians of two kinds of requests, made in turn.
async fn quotient(mut first: impl AsyncFnMut(), mut second: impl AsyncFnMut()) -> f64 {
    let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        first().await;
        firsts.push(began.elapsed());
        let began = Instant::now();
        second().await;
        seconds.push(began.elapsed());
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    };
    median(&mut firsts) / median(&mut seconds)
}

/// Whether the two take the same time at least once in three tries.
async fn same(name: &str, mut first: impl AsyncFnMut(), mut second: impl AsyncFnMut()) {
    let mut seen = Vec::new();
    for _ in 0..3 {
        let quotient = quotient(&mut first, &mut second).await;
        seen.push(quotient);
        if (0.6..1.7).contains(&quotient) {
            println!("{name}: {seen:?}");
            return;
        }
    }
    panic!("{name}: {seen:?}");
}

#[tokio::test]
async fn threat_50_unknown_and_nearly_right_secrets_take_the_same_time() {
    let stand = Stand::with(Setup::default().tables("[limits]\nfailed_client_auth_per_minute = 0")).await;
    let app = stand.app();
    let secret = app.client.secret.clone().unwrap();
    let nearly = format!("{}x", &secret[..secret.len() - 1]);
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let proof = async |id: &str, secret: &str| {
        app.token_as(Some(&basic(id, secret)), &fields).await.assert_refused(401, "invalid_client");
    };
    same("unknown client, wrong secret", async || proof("nobody", &secret).await, async || proof("app", "wrong").await)
        .await;
    same("wrong, nearly right", async || proof("app", "wrong").await, async || proof("app", &nearly).await).await;

    let tokens = app.tokens(&stand.computer("zhangsan"), "openid offline_access").await;
    let last_changed = |token: &str| {
        let last = if token.ends_with('A') { 'Q' } else { 'A' };
        format!("{}{last}", &token[..token.len() - 1])
    };
    let (access, refresh) = (last_changed(tokens.access_token()), last_changed(tokens.refresh_token()));
    let userinfo = async |token: &str| assert_eq!(app.userinfo(token).await.status, 401);
    let unknown = "u".repeat(access.len());
    same("access tokens", async || userinfo(&unknown).await, async || userinfo(&access).await).await;
    let rotate = async |token: &str| app.refresh(token).await.assert_refused(400, "invalid_grant");
    let unknown = "u".repeat(refresh.len());
    same("refresh tokens", async || rotate(&unknown).await, async || rotate(&refresh).await).await;
}

#[tokio::test]
async fn threat_50_assertions_of_unknown_clients_and_with_wrong_signatures_take_the_same_time() {
    let keys = [Signer::new("1", "PS256"), Signer::new("2", "ES256"), Signer::new("3", "EdDSA")];
    let clients = [Client::keyed("app", &jwks(&keys.each_ref())), Client::new("other")];
    let stand = Stand::with(Setup::of(clients).tables("[limits]\nfailed_client_auth_per_minute = 0")).await;
    let app = stand.app();
    let proof = async |assertion: &str| {
        let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        let fields = [("grant_type", "refresh_token"), ("refresh_token", "x"), kind, ("client_assertion", assertion)];
        app.token_as(None, &fields).await.assert_refused(401, "invalid_client");
    };
    for key in &keys {
        let claims = |id: &str| json!({ "iss": id, "sub": id, "aud": stand.issuer, "exp": stand.now().0 + 60, "jti": "never used up" });
        let wrong = |id: &str| {
            let right = key.jwt(&claims(id));
            let (message, signature) = right.rsplit_once('.').unwrap();
            let other = if signature.as_bytes()[20] == b'A' { "B" } else { "A" };
            format!("{message}.{}{other}{}", &signature[..20], &signature[21..])
        };
        let (known, unknown, confidential) = (wrong("app"), wrong("nobody"), wrong("other"));
        let what = key.header()["alg"].to_string();
        same(&format!("{what}, unknown client"), async || proof(&unknown).await, async || proof(&known).await).await;
        same(&format!("{what}, another method"), async || proof(&confidential).await, async || proof(&known).await)
            .await;
    }
}
