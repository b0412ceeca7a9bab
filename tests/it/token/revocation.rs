//! Revocation (RFC 7009): a client gives back what was issued to it, and nothing of anybody else's.

use serde_json::json;

use crate::support::{Client, Page, Program, RelyingParty, Setup, Stand, TokenAnswer};

const SCOPE: &str = "openid offline_access";

async fn revoke(rp: &RelyingParty, token: &str, hint: Option<&str>) -> Page {
    let mut fields = vec![("token", token)];
    fields.extend(hint.map(|hint| ("token_type_hint", hint)));
    let answer = rp.ask("/revoke", &fields).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer
}

async fn revoked(rp: &RelyingParty, token: &str) {
    let answer = revoke(rp, token, None).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
}

/// Whether access and refresh token still work, as everybody sees it.
async fn lives(rp: &RelyingParty, tokens: &TokenAnswer) -> (bool, bool) {
    let mut seen = Vec::new();
    for token in [tokens.access_token(), tokens.refresh_token()] {
        let told = rp.ask("/introspect", &[("token", token)]).await.json();
        seen.push(told["active"].as_bool().expect("a word"));
        assert!(seen[seen.len() - 1] || told == json!({ "active": false }), "{told}");
    }
    assert_eq!(rp.userinfo(tokens.access_token()).await.status == 200, seen[0]);
    (seen[0], seen[1])
}

#[tokio::test]
async fn a_refresh_token_takes_its_access_tokens_along_and_an_access_token_goes_alone() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let first = app.tokens(&zhangsan, SCOPE).await;
    let bystander = app.tokens(&zhangsan, SCOPE).await;
    assert_eq!(lives(&app, &first).await, (true, true));
    revoked(&app, first.access_token()).await;
    assert_eq!(lives(&app, &first).await, (false, true));
    let second = app.refresh(first.refresh_token()).await.good();
    assert_eq!(lives(&app, &second).await, (true, true));
    revoked(&app, second.refresh_token()).await;
    assert_eq!(lives(&app, &second).await, (false, false));
    app.refresh(second.refresh_token()).await.assert_refused(400, "invalid_grant");
    app.refresh(first.refresh_token()).await.assert_refused(400, "invalid_grant");
    assert_eq!(lives(&app, &bystander).await, (true, true), "another grant of the same member");
    // The member is signed in as before.
    app.silently(&zhangsan).await.code();
}

#[tokio::test]
async fn a_refresh_token_that_was_rotated_still_takes_its_family_along() {
    let stand = Stand::new().await;
    let app = stand.app();
    let first = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    let second = app.refresh(first.refresh_token()).await.good();
    let third = app.refresh(second.refresh_token()).await.good();
    revoked(&app, first.refresh_token()).await;
    assert_eq!(lives(&app, &third).await, (false, false));
}

#[tokio::test]
async fn a_hint_says_where_to_look_first_and_is_never_in_the_way() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    for hint in ["access_token", "refresh_token", "urn:example:another", ""] {
        let tokens = app.tokens(&zhangsan, SCOPE).await;
        assert_eq!(revoke(&app, tokens.access_token(), Some(hint)).await.status, 200, "{hint}");
        assert_eq!(lives(&app, &tokens).await, (false, true), "{hint}");
        assert_eq!(revoke(&app, tokens.refresh_token(), Some(hint)).await.status, 200, "{hint}");
        assert_eq!(lives(&app, &tokens).await, (false, false), "{hint}");
    }
}

#[tokio::test]
async fn what_is_unknown_changed_or_revoked_already_is_no_error_and_harms_nothing() {
    let stand = Stand::new().await;
    let app = stand.app();
    let tokens = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    let (access, refresh) = (tokens.access_token(), tokens.refresh_token());
    let recased =
        access.chars().map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
    let changed = [
        "x".to_owned(),
        access[..42].to_owned(),
        format!("{access}A"),
        recased.collect(),
        format!(" {access}"),
        refresh[1..].to_owned(),
        "x".repeat(20_000),
        tokens.id_token().to_owned(),
    ];
    for text in &changed {
        revoked(&app, text).await;
    }
    assert_eq!(lives(&app, &tokens).await, (true, true));
    revoked(&app, refresh).await;
    revoked(&app, refresh).await;
    revoked(&app, access).await;
}

#[tokio::test]
async fn threat_9_another_clients_token_is_refused_and_lives_on() {
    let stand = Stand::of([Client::new("app"), Client::new("other"), Client::public("spa")]).await;
    let app = stand.app();
    let tokens = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    for id in ["other", "spa"] {
        for token in [tokens.access_token(), tokens.refresh_token()] {
            let answer = revoke(&stand.rp(id), token, None).await;
            assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_grant")), "{id}");
        }
    }
    assert_eq!(lives(&app, &tokens).await, (true, true));
}

#[tokio::test]
async fn a_client_without_a_secret_revokes_its_own_tokens() {
    let stand = Stand::of([Client::public("spa"), Client::new("app")]).await;
    let spa = stand.rp("spa");
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let request = spa.request().scope(SCOPE).set("code_challenge", challenge).set("code_challenge_method", "S256");
    let code = stand.computer("zhangsan").walk(&request.url()).await.answer().code();
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let uri = spa.client.redirect_uri.clone();
    let fields =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &uri), ("code_verifier", verifier)];
    let tokens = spa.token(&fields).await.good();
    revoked(&spa, tokens.refresh_token()).await;
    assert_eq!(spa.userinfo(tokens.access_token()).await.status, 401);
    spa.refresh(tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
}

#[tokio::test]
async fn who_cannot_prove_to_be_the_client_revokes_nothing_and_what_is_incomplete_is_refused() {
    let stand = Stand::new().await;
    let app = stand.app();
    let tokens = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    let wrong = crate::support::relying_party::basic("app", "wrong");
    let token = ("token", tokens.refresh_token());
    let answer = app.ask_as("/revoke", Some(&wrong), &[token]).await;
    assert_eq!((answer.status, &answer.json()["error"]), (401, &json!("invalid_client")));
    assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"revoke\", charset=\"UTF-8\""));
    assert_eq!(app.ask_as("/revoke", None, &[token, ("client_id", "app")]).await.status, 401);
    for fields in [vec![], vec![("token", "")], vec![token, token], vec![token, ("foo", ""), ("foo", "")]] {
        let answer = app.ask("/revoke", &fields).await;
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_request")), "{fields:?}");
    }
    assert_eq!(app.ask("/revoke", &[token, ("foo", &"x".repeat(40_000))]).await.status, 413);
    assert_eq!(stand.http.get(stand.address("/revoke")).send().await.unwrap().status(), 405);
    assert_eq!(lives(&app, &tokens).await, (true, true));
}

#[tokio::test]
async fn a_revocation_survives_kill_9_right_after_the_answer() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let app = program.rp("app");
    let zhangsan = program.computer("zhangsan");
    let (one, two) = (app.tokens(&zhangsan, SCOPE).await, app.tokens(&zhangsan, SCOPE).await);
    revoked(&app, one.access_token()).await;
    revoked(&app, two.refresh_token()).await;
    program.killed_and_restarted().await;
    assert_eq!(lives(&app, &one).await, (false, true));
    assert_eq!(lives(&app, &two).await, (false, false));
}

#[tokio::test]
async fn refreshes_at_the_moment_of_a_revocation_leave_nothing_alive() {
    let stand = Stand::new().await;
    let app = stand.app();
    for round in 0..4 {
        let tokens = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
        let mut storm = tokio::task::JoinSet::new();
        for n in 0..16 {
            let (app, token) = (app.clone(), tokens.refresh_token().to_owned());
            storm.spawn(async move {
                if n == 4 * round {
                    revoked(&app, &token).await;
                    return None;
                }
                let answer = app.refresh(&token).await;
                (answer.status == 200).then_some(answer)
            });
        }
        for answer in storm.join_all().await.into_iter().flatten().chain([tokens]) {
            assert_eq!(lives(&app, &answer).await, (false, false), "round {round}");
        }
    }
}
