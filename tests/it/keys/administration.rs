//! `/admin/keys`: on its own listener, with the token, and not a word to anybody else (threat 46).

use serde_json::Value;

use super::jwks::Jwks;
use crate::support::{Program, Stand};

#[tokio::test]
async fn threat_46_without_the_right_token_the_keys_are_neither_shown_nor_turned() {
    let stand = Stand::new().await;
    let token = stand.admin_token();
    let before = Jwks::of(&stand.issuer, &stand.http).await.kids();
    let other_case: String = token.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c }).collect();
    let wrong = [
        None,
        Some(String::new()),
        Some(format!("Bearer {}", "A".repeat(43))),
        Some(format!("Bearer {}", &token[..42])),
        Some(format!("Bearer {token}A")),
        Some(format!("Bearer {other_case}")),
        Some(format!("Basic {token}")),
        Some(token.clone()),
    ];
    for header in wrong {
        for (method, path) in [(reqwest::Method::GET, "/admin/keys"), (reqwest::Method::POST, "/admin/keys/rotate")] {
            let mut request = stand.http.request(method, stand.admin(path));
            if let Some(header) = &header {
                request = request.header("authorization", header);
            }
            let answer = request.send().await.expect("an answer");
            assert_eq!(answer.status(), 401, "{header:?} {path}");
            assert_eq!(answer.headers()["www-authenticate"], "Bearer realm=\"administration\"");
            let body = answer.text().await.expect("a body");
            assert!(!body.contains(&token[..20]) && !body.contains("kid"), "{body}");
        }
    }
    assert_eq!(Jwks::of(&stand.issuer, &stand.http).await.kids(), before);
    let right = stand.http.get(stand.admin("/admin/keys")).bearer_auth(&token).send().await.expect("an answer");
    assert_eq!((right.status().as_u16(), right.headers()["cache-control"].to_str().unwrap()), (200, "no-store"));
    let body = right.text().await.expect("a body");
    assert_eq!(serde_json::from_str::<Vec<Value>>(&body).expect("JSON").len(), 3);
    assert!(!body.contains("PRIVATE") && !body.contains(&token), "{body}");
}

#[tokio::test]
async fn threat_46_the_public_address_knows_no_administration_even_with_the_token() {
    let stand = Stand::new().await;
    for (method, path) in [(reqwest::Method::GET, "/admin/keys"), (reqwest::Method::POST, "/admin/keys/rotate")] {
        let request = stand.http.request(method, stand.address(path)).bearer_auth(stand.admin_token());
        assert_eq!(request.send().await.expect("an answer").status(), 404);
    }
    let wrong_method = stand.http.get(stand.admin("/admin/keys/rotate")).bearer_auth(stand.admin_token());
    assert_eq!(wrong_method.send().await.expect("an answer").status(), 405);
}

#[tokio::test]
async fn threat_46_who_asked_and_who_was_refused_stands_in_the_log_and_no_token() {
    let program = Program::start(crate::support::Setup::default()).await;
    let token = std::fs::read_to_string(program.folder().join("keys/admin.token")).expect("the token");
    let rotate = || program.http.post(program.admin("/admin/keys/rotate"));
    let presented = "a-token-that-somebody-guessed-0123456789abc";
    assert_eq!(rotate().bearer_auth(presented).send().await.expect("an answer").status(), 401);
    program.logged(&["admin.refused", "address=127.0.0.1", "/admin/keys/rotate"]).await;
    assert_eq!(rotate().bearer_auth(token.trim_end()).send().await.expect("an answer").status(), 200);
    program.logged(&["keys.rotated", "emergency=false", "address=127.0.0.1"]).await;
    let log = program.log();
    assert!(!log.contains(presented) && !log.contains(token.trim_end()), "{log}");
}
