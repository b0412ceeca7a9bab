//! Refresh tokens: rotated, replayed within the grace, bound to client, scopes and membership (threats 9 and 10).

use serde_json::json;
use tokio::task::JoinSet;
use wecom_oidc::domain::time::Span;
use wecom_sim::{Effect, Fault};

use crate::support::{Client, Program, RelyingParty, Setup, Stand, TokenAnswer, USER_GET};

const SCOPE: &str = "openid profile email offline_access";

async fn begun(stand: &Stand) -> (RelyingParty, TokenAnswer) {
    let app = stand.app();
    let tokens = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    (app, tokens)
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_the_next_one_and_a_new_id_token() {
    let stand = Stand::new().await;
    let (app, first) = begun(&stand).await;
    stand.later(Span::minutes(1));
    let second = app.refresh(first.refresh_token()).await.good();
    assert_ne!(first.refresh_token(), second.refresh_token());
    assert_ne!(first.access_token(), second.access_token());
    let (then, now) = (first.id_claims(), second.id_claims());
    for claim in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(then[claim], now[claim], "{claim}");
    }
    assert_eq!(now["iat"].as_u64(), then["iat"].as_u64().map(|iat| iat + 60));
    assert!(now.get("nonce").is_none());
    assert_eq!(app.userinfo(second.access_token()).await.status, 200);
}

#[tokio::test]
async fn threat_10_a_lost_answer_is_given_again_within_the_grace_and_nothing_is_forked() {
    for setup in [Setup::default(), Setup::default().on_sled()] {
        let stand = Stand::with(setup).await;
        let (app, first) = begun(&stand).await;
        let second = app.refresh(first.refresh_token()).await.good();
        stand.later(Span::seconds(29));
        let again = app.refresh(first.refresh_token()).await.good();
        assert_eq!(second.refresh_token(), again.refresh_token());
        assert_eq!(app.userinfo(again.access_token()).await.status, 200);
        let third = app.refresh(second.refresh_token()).await.good();
        // The grace ends when the successor was used.
        app.refresh(first.refresh_token()).await.assert_refused(400, "invalid_grant");
        app.refresh(third.refresh_token()).await.assert_refused(400, "invalid_grant");
        assert_eq!(app.userinfo(third.access_token()).await.status, 401, "the family is gone");
    }
}

#[tokio::test]
async fn threat_9_reuse_after_the_grace_kills_the_family() {
    let stand = Stand::new().await;
    let (app, first) = begun(&stand).await;
    let second = app.refresh(first.refresh_token()).await.good();
    stand.later(Span::seconds(30));
    app.refresh(first.refresh_token()).await.assert_refused(400, "invalid_grant");
    app.refresh(second.refresh_token()).await.assert_refused(400, "invalid_grant");
    for tokens in [&first, &second] {
        assert_eq!(app.userinfo(tokens.access_token()).await.status, 401);
    }
}

#[tokio::test]
async fn threat_10_of_twenty_refreshes_at_once_all_get_the_same_successor() {
    let stand = Stand::with(Setup::default().on_sled()).await;
    let (app, first) = begun(&stand).await;
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let (app, token) = (app.clone(), first.refresh_token().to_owned());
        tasks.spawn(async move { app.refresh(&token).await.good().refresh_token().to_owned() });
    }
    let mut successors = tasks.join_all().await;
    successors.dedup();
    assert_eq!(successors.len(), 1);
    app.refresh(&successors[0]).await.good();
}

#[tokio::test]
async fn threat_9_wider_scopes_are_refused_and_narrower_ones_granted() {
    let stand = Stand::new().await;
    let (app, first) = begun(&stand).await;
    let with = |scope: &'static str, token: String| {
        let app = app.clone();
        async move { app.token(&[("grant_type", "refresh_token"), ("refresh_token", &token), ("scope", scope)]).await }
    };
    for wider in ["openid phone", "openid profile email offline_access phone", "phone"] {
        with(wider, first.refresh_token().to_owned()).await.assert_refused(400, "invalid_scope");
    }
    let narrow = with("openid", first.refresh_token().to_owned()).await.good();
    assert_eq!(narrow.body["scope"], "openid");
    let claims = app.userinfo(narrow.access_token()).await.json();
    assert!(claims.get("name").is_none(), "{claims}");
    // Narrowing is for one access token; the grant keeps what it had (RFC 6749 §6).
    let wide = with(SCOPE, narrow.refresh_token().to_owned()).await.good();
    assert_eq!(app.userinfo(wide.access_token()).await.json()["name"], "张三");
}

#[tokio::test]
async fn threat_9_another_client_gets_nothing_and_spoils_nothing() {
    let stand = Stand::of([Client::new("app"), Client::new("other"), Client::public("spa")]).await;
    let (app, first) = begun(&stand).await;
    for thief in ["other", "spa"] {
        stand.rp(thief).refresh(first.refresh_token()).await.assert_refused(400, "invalid_grant");
    }
    let second = app.refresh(first.refresh_token()).await.good();
    // Not even an old one in a thief's hands ends the family of its owner.
    stand.later(Span::minutes(1));
    stand.rp("other").refresh(first.refresh_token()).await.assert_refused(400, "invalid_grant");
    app.refresh(second.refresh_token()).await.good();
}

#[tokio::test]
async fn threat_48_a_refresh_token_that_was_cut_lengthened_or_recased_is_none() {
    let stand = Stand::new().await;
    let (app, first) = begun(&stand).await;
    for wrong in super::code::changed(first.refresh_token()) {
        app.refresh(&wrong).await.assert_refused(400, "invalid_grant");
    }
    app.refresh(first.access_token()).await.assert_refused(400, "invalid_grant");
    app.refresh(first.refresh_token()).await.good();
}

#[tokio::test]
async fn a_family_ends_when_nobody_uses_it_and_at_the_latest_after_half_a_year() {
    let stand = Stand::new().await;
    let (app, first) = begun(&stand).await;
    stand.later(Span::days(30));
    app.refresh(first.refresh_token()).await.assert_refused(400, "invalid_grant");

    let (app, mut last) = begun(&stand).await;
    for _ in 0..6 {
        stand.later(Span::days(29));
        last = app.refresh(last.refresh_token()).await.good();
    }
    stand.later(Span::days(6));
    app.refresh(last.refresh_token()).await.assert_refused(400, "invalid_grant");
}

#[tokio::test]
async fn threat_38_a_member_who_was_disabled_or_left_or_moved_gets_nothing_more() {
    let allowed = Client::new("app").with("allow = { departments = [7] }");
    let changes =
        [json!({ "status": 2 }), json!({ "status": 5 }), json!({ "department": [9] }), json!({ "department": [20] })];
    for change in changes {
        let stand = Stand::of([allowed.clone()]).await;
        let (app, first) = begun(&stand).await;
        stand.sim.patch_member(None, "zhangsan", &change).unwrap();
        let before = stand.calls(USER_GET);
        let second = app.refresh(first.refresh_token()).await.good();
        assert_eq!(stand.calls(USER_GET), before, "an answer is believed for five minutes");
        stand.later(Span::minutes(5));
        app.refresh(second.refresh_token()).await.assert_refused(400, "invalid_grant");
        assert_eq!(stand.calls(USER_GET), before + 1);
    }
    let stand = Stand::new().await;
    let (app, first) = begun(&stand).await;
    stand.sim.delete_member(None, "zhangsan").unwrap();
    stand.later(Span::minutes(5));
    app.refresh(first.refresh_token()).await.assert_refused(400, "invalid_grant");
    assert_eq!(app.userinfo(first.access_token()).await.status, 401, "the tokens of someone who left die with it");
}

#[tokio::test]
async fn while_wecom_is_down_a_refresh_has_to_wait_and_nothing_is_lost() {
    let stand = Stand::new().await;
    let (app, first) = begun(&stand).await;
    stand.later(Span::minutes(5));
    for effect in [Effect::Status(503), Effect::Errcode(-1), Effect::Errcode(45009), Effect::Html, Effect::Drop] {
        let fault = Fault { path: USER_GET.to_owned(), effect: Some(effect.clone()), ..Fault::default() };
        stand.sim.add_fault(fault).unwrap();
        app.refresh(first.refresh_token()).await.assert_refused(503, "temporarily_unavailable");
        stand.sim.clear_faults(None);
    }
    let second = app.refresh(first.refresh_token()).await.good();
    assert_eq!(app.userinfo(second.access_token()).await.status, 200);
}

#[tokio::test]
async fn a_rotation_and_its_grace_survive_kill_9() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let app = program.rp("app");
    let first = app.tokens(&program.computer("zhangsan"), SCOPE).await;
    let second = app.refresh(first.refresh_token()).await.good();
    program.killed_and_restarted().await;
    let again = app.refresh(first.refresh_token()).await.good();
    assert_eq!(second.refresh_token(), again.refresh_token());
    let third = app.refresh(second.refresh_token()).await.good();
    app.refresh(first.refresh_token()).await.assert_refused(400, "invalid_grant");
    program.killed_and_restarted().await;
    app.refresh(third.refresh_token()).await.assert_refused(400, "invalid_grant");
}
