//! Lifetimes, for all and for one client: each of them acts, and membership is looked at once however many ask.

use tokio::task::JoinSet;
use wecom_oidc::domain::time::Span;
use wecom_sim::{Effect, Fault};

use crate::support::{Client, Setup, Stand, USER_GET};

const SCOPE: &str = "openid phone offline_access";

/// `brief` has its own, `app` those of the whole.
async fn stand() -> Stand {
    let lines = "[clients.lifetimes]\ncode = \"10s\"\naccess_token = \"3m\"\nid_token = \"2m\"\n\
                 refresh_token = \"1h\"\nrefresh_token_max = \"2h\"\nrefresh_grace = \"5s\"\nphone = \"1d\"";
    Stand::of([Client::new("brief").with(lines), Client::new("app")]).await
}

#[tokio::test]
async fn code_and_tokens_of_a_client_live_as_long_as_its_own_table_says() {
    let stand = stand().await;
    let zhangsan = stand.computer("zhangsan");
    for (id, code_life, access_life, id_life) in [("brief", 10, 180, 120), ("app", 60, 3_600, 3_600)] {
        let rp = stand.rp(id);
        let (in_time, too_late) = (rp.code(&zhangsan, SCOPE).await, rp.code(&zhangsan, SCOPE).await);
        stand.later(Span::seconds(code_life - 1));
        let tokens = rp.redeem(&in_time).await.good();
        stand.later(Span::seconds(1));
        rp.redeem(&too_late).await.assert_refused(400, "invalid_grant");
        assert_eq!(tokens.body["expires_in"], access_life);
        let claims = tokens.id_claims();
        assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), id_life);
        stand.later(Span::seconds(access_life - 2));
        assert_eq!(rp.userinfo(tokens.access_token()).await.status, 200, "{id}");
        stand.later(Span::seconds(1));
        assert_eq!(rp.userinfo(tokens.access_token()).await.status, 401, "{id}");
    }
}

#[tokio::test]
async fn refresh_tokens_of_a_client_end_idle_altogether_and_their_grace_as_its_own_table_says() {
    let stand = stand().await;
    let rp = stand.rp("brief");
    let begin = || async { rp.tokens(&stand.computer("zhangsan"), SCOPE).await };
    let idle = begin().await;
    stand.later(Span::minutes(60));
    rp.refresh(idle.refresh_token()).await.assert_refused(400, "invalid_grant");

    let mut last = begin().await;
    stand.later(Span::minutes(59));
    last = rp.refresh(last.refresh_token()).await.good();
    stand.later(Span::minutes(59));
    last = rp.refresh(last.refresh_token()).await.good();
    // Two minutes before the end of all, an access token of three ends with it.
    assert_eq!(last.body["expires_in"], 120);
    stand.later(Span::minutes(2));
    rp.refresh(last.refresh_token()).await.assert_refused(400, "invalid_grant");

    let first = begin().await;
    let second = rp.refresh(first.refresh_token()).await.good();
    stand.later(Span::seconds(4));
    assert_eq!(rp.refresh(first.refresh_token()).await.good().refresh_token(), second.refresh_token());
    stand.later(Span::seconds(1));
    rp.refresh(first.refresh_token()).await.assert_refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_reload_of_a_clients_lifetimes_counts_for_what_is_issued_after_it() {
    let mut stand = Stand::of([Client::new("app")]).await;
    let app = stand.app();
    let first = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    stand.reloaded(Setup::of([Client::new("app").with("[clients.lifetimes]\naccess_token = \"1m\"")])).await;
    let second = app.refresh(first.refresh_token()).await.good();
    assert_eq!(second.body["expires_in"], 60);
    stand.later(Span::minutes(1));
    assert_eq!(app.userinfo(first.access_token()).await.status, 200, "it was promised an hour");
    assert_eq!(app.userinfo(second.access_token()).await.status, 401);
}

/// WeCom takes its time over `user/get`.
fn slow(effect: Option<Effect>) -> Fault {
    Fault { path: USER_GET.to_owned(), latency_ms: 400, effect, ..Fault::default() }
}

#[tokio::test]
async fn of_many_refreshes_of_one_member_at_once_one_asks_wecom_and_all_go_on() {
    let stand = Stand::of([Client::new("app"), Client::new("other")]).await;
    let mut families = Vec::new();
    for id in ["app", "other"] {
        for _ in 0..8 {
            families.push((stand.rp(id), stand.rp(id).tokens(&stand.computer("zhangsan"), SCOPE).await));
        }
    }
    stand.later(Span::minutes(5));
    stand.sim.add_fault(slow(None)).unwrap();
    let before = stand.calls(USER_GET);
    let mut tasks = JoinSet::new();
    for (rp, tokens) in &families {
        let (rp, token) = (rp.clone(), tokens.refresh_token().to_owned());
        tasks.spawn(async move { rp.refresh(&token).await.good() });
    }
    let again = tasks.join_all().await;
    assert_eq!(again.len(), 16);
    assert_eq!(stand.calls(USER_GET), before + 1, "one member, one question");
    stand.sim.clear_faults(None);

    // Within the next minutes nobody asks at all.
    stand.later(Span::seconds(299));
    let rp = stand.app();
    let tokens = rp.tokens(&stand.computer("lisi"), SCOPE).await;
    let before = stand.calls(USER_GET);
    rp.refresh(tokens.refresh_token()).await.good();
    assert_eq!(stand.calls(USER_GET), before);
}

#[tokio::test]
async fn of_many_refreshes_while_wecom_fails_one_waits_for_it_and_all_are_told() {
    let stand = Stand::new().await;
    let mut families = Vec::new();
    for _ in 0..8 {
        families.push(stand.app().tokens(&stand.computer("zhangsan"), SCOPE).await);
    }
    stand.later(Span::minutes(5));
    stand.sim.add_fault(slow(Some(Effect::Status(503)))).unwrap();
    let before = stand.calls(USER_GET);
    let mut tasks = JoinSet::new();
    for tokens in &families {
        let (rp, token) = (stand.app(), tokens.refresh_token().to_owned());
        tasks.spawn(async move { rp.refresh(&token).await });
    }
    for answer in tasks.join_all().await {
        answer.assert_refused(503, "temporarily_unavailable");
    }
    let asked = stand.calls(USER_GET) - before;
    assert!(asked <= 3, "{asked} questions");
    stand.sim.clear_faults(None);
    for tokens in &families {
        stand.app().refresh(tokens.refresh_token()).await.good();
    }
}
