//! Logout tokens that an ended session leaves for its clients.

use std::sync::Arc;

use wecom_oidc::domain::ids::{ClientId, Sid};
use wecom_oidc::domain::time::Timestamp;
use wecom_oidc::store::Store;
use wecom_oidc::store::records::LogoutDelivery;

use super::samples::*;

/// Everything that waits for a client, whenever it is due.
async fn waiting(store: &Arc<dyn Store>, id: &str) -> Vec<LogoutDelivery> {
    store.due_logouts(&client(id), Timestamp(u64::MAX - 1), 100).await.unwrap()
}

fn delivery(id: &str, userid: &str, since: Timestamp) -> LogoutDelivery {
    let sid = Sid::parse("sid-1").unwrap();
    LogoutDelivery { client: client(id), sid, subject: subject(userid), since, attempts: 0, next: since }
}

/// The same with another public name of its session.
fn named(sid: &str, mut outcome: wecom_oidc::store::records::LoginOutcome) -> wecom_oidc::store::records::LoginOutcome {
    if let Some((_, session)) = &mut outcome.session {
        session.sid = Sid::parse(sid).unwrap();
    }
    outcome
}

pub async fn an_ended_session_leaves_a_logout_token_for_each_of_its_clients_that_is_told(store: Arc<dyn Store>) {
    store.finish_login(digest("t"), &login("t", "anna"), at(0)).await.unwrap();
    store.add_session_client(digest("t/s"), &client("wiki"), got(1, ""), at(1)).await.unwrap();
    store.add_session_client(digest("t/s"), &client("mute"), got(1, ""), at(1)).await.unwrap();
    let tell = ["nocobase", "wiki", "elsewhere"].map(|id| (client(id), subject("anna"))).into();
    assert_eq!(store.clients_awaiting_logout().await.unwrap(), Vec::<ClientId>::new());
    store.end_session(digest("t/s"), &tell, at(2)).await.unwrap().unwrap();
    for id in ["nocobase", "wiki"] {
        assert_eq!(waiting(&store, id).await, [delivery(id, "anna", at(2))]);
    }
    assert_eq!(store.clients_awaiting_logout().await.unwrap(), [client("nocobase"), client("wiki")]);
    // Nothing ends twice.
    assert_eq!(store.end_session(digest("t/s"), &tell, at(3)).await.unwrap(), None);
    assert_eq!(waiting(&store, "nocobase").await.len(), 1);
    // Nor by itself.
    while store.sweep(at(10_000 * DAY), 100).await.unwrap() > 0 {}
    assert_eq!(waiting(&store, "wiki").await.len(), 1);
}

pub async fn a_session_that_ended_by_itself_leaves_no_logout_token(store: Arc<dyn Store>) {
    let first = login("t", "anna");
    store.finish_login(digest("t"), &first, at(0)).await.unwrap();
    store.finish_login(digest("u"), &login("u", "berta"), at(0)).await.unwrap();
    assert_eq!(store.end_session(digest("t/s"), &first.tell, at(12 * HOUR)).await.unwrap(), None);
    let mut other = named("sid-2", login("v", "carla"));
    other.replaces = Some(digest("u/s"));
    store.finish_login(digest("v"), &other, at(12 * HOUR)).await.unwrap();
    assert_eq!(waiting(&store, "nocobase").await, []);
}

pub async fn another_session_in_the_same_browser_leaves_logout_tokens_for_the_one_before(store: Arc<dyn Store>) {
    store.finish_login(digest("t"), &login("t", "anna"), at(0)).await.unwrap();
    let mut other = named("sid-2", login("u", "berta"));
    other.replaces = Some(digest("t/s"));
    other.tell = [(client("nocobase"), subject("anna"))].into();
    store.finish_login(digest("u"), &other, at(5)).await.unwrap();
    assert_eq!(waiting(&store, "nocobase").await, [delivery("nocobase", "anna", at(5))]);
    // The loser of a race for the same transaction ends nothing.
    let mut third = named("sid-3", login("w", "carla"));
    third.replaces = Some(digest("u/s"));
    store.finish_login(digest("u"), &third, at(6)).await.unwrap();
    assert_eq!(waiting(&store, "nocobase").await.len(), 1);
}

pub async fn a_session_that_goes_on_under_another_cookie_keeps_its_clients_and_tells_nobody(store: Arc<dyn Store>) {
    store.finish_login(digest("t"), &login("t", "anna"), at(0)).await.unwrap();
    store.add_session_client(digest("t/s"), &client("wiki"), got(1, "email"), at(1)).await.unwrap();
    let mut again = login("u", "anna");
    again.replaces = Some(digest("t/s"));
    store.finish_login(digest("u"), &again, at(2)).await.unwrap();
    assert_eq!(waiting(&store, "nocobase").await, []);
    let session = store.session(digest("u/s"), at(2)).await.unwrap().unwrap();
    assert_eq!(session.clients, [(client("nocobase"), got(0, "openid")), (client("wiki"), got(1, "email"))].into());
}

pub async fn a_delivery_is_due_in_its_time_and_one_after_the_other(store: Arc<dyn Store>) {
    let tell = ["app", "app-2"].map(|id| (client(id), subject("anna"))).into();
    for (name, when) in [("t3", 30), ("t1", 10), ("t2", 20)] {
        store.finish_login(digest(name), &named(name, login(name, "anna")), at(0)).await.unwrap();
        for id in ["app", "app-2"] {
            store.add_session_client(digest(&format!("{name}/s")), &client(id), got(1, ""), at(1)).await.unwrap();
        }
        store.end_session(digest(&format!("{name}/s")), &tell, at(when)).await.unwrap().unwrap();
    }
    let due = |now, limit| {
        let store = Arc::clone(&store);
        async move {
            let due = store.due_logouts(&client("app"), at(now), limit).await.unwrap();
            assert!(due.iter().all(|delivery| delivery.client == client("app")));
            due.iter().map(|delivery| delivery.sid.as_str().to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(due(9, 9).await, Vec::<String>::new());
    assert_eq!(due(10, 9).await, ["t1"]);
    assert_eq!(due(30, 9).await, ["t1", "t2", "t3"]);
    assert_eq!(due(30, 2).await, ["t1", "t2"]);
}

pub async fn a_delivery_is_claimed_put_off_and_settled(store: Arc<dyn Store>) {
    let first = login("t", "anna");
    store.finish_login(digest("t"), &first, at(0)).await.unwrap();
    store.end_session(digest("t/s"), &first.tell, at(1)).await.unwrap().unwrap();
    let seen = waiting(&store, "nocobase").await.remove(0);
    let claimed = store.claim_logout(&seen, at(31)).await.unwrap().unwrap();
    assert_eq!(claimed, LogoutDelivery { attempts: 1, next: at(31), ..seen.clone() });
    assert_eq!(store.due_logouts(&client("nocobase"), at(30), 9).await.unwrap(), []);
    // Whoever saw it before comes too late, whatever is tried.
    assert_eq!(store.claim_logout(&seen, at(40)).await.unwrap(), None);
    store.postpone_logout(&seen, at(41)).await.unwrap();
    store.settle_logout(&seen).await.unwrap();
    assert_eq!(waiting(&store, "nocobase").await, std::slice::from_ref(&claimed));

    store.postpone_logout(&claimed, at(60)).await.unwrap();
    store.settle_logout(&claimed).await.unwrap();
    assert_eq!(waiting(&store, "nocobase").await, [LogoutDelivery { next: at(60), ..claimed.clone() }]);
    let again = store.claim_logout(&waiting(&store, "nocobase").await[0], at(90)).await.unwrap().unwrap();
    assert_eq!(again.attempts, 2);
    store.settle_logout(&again).await.unwrap();
    assert_eq!(waiting(&store, "nocobase").await, []);
    assert_eq!(store.clients_awaiting_logout().await.unwrap(), Vec::<ClientId>::new());
}
