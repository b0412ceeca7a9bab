//! What clients hold of a member, seen by the member, taken back, and ended with a session.

use std::sync::Arc;

use tokio::task::JoinSet;
use wecom_oidc::domain::ids::{ClientId, Sid};
use wecom_oidc::domain::time::Timestamp;
use wecom_oidc::store::records::{LogoutDelivery, Redemption};
use wecom_oidc::store::{Left, Store, Which, Withdrawn};

use super::grants::redeemed;
use super::samples::*;

fn of(id: &str, mut redemption: Redemption) -> Redemption {
    redemption.grant.client = client(id);
    redemption
}

async fn lives(store: &Arc<dyn Store>, name: &str) -> (bool, bool) {
    let access = store.access_token(digest(&format!("{name}/a")), at(1)).await.unwrap().is_some();
    (access, store.refresh_token(digest(&format!("{name}/0")), at(1)).await.unwrap().is_some())
}

async fn waiting(store: &Arc<dyn Store>, id: &str) -> Vec<LogoutDelivery> {
    store.due_logouts(&client(id), Timestamp(u64::MAX - 1), 100).await.unwrap()
}

/// Signs in: a session `name/s` with its own `sid`, held by these clients.
async fn signed_in(store: &Arc<dyn Store>, name: &str, userid: &str, clients: &[&str]) {
    let mut outcome = login(name, userid);
    if let Some((_, session)) = &mut outcome.session {
        session.sid = Sid::parse(&format!("sid-{name}")).unwrap();
        session.clients = clients.iter().map(|id| (client(id), got(0, "openid"))).collect();
    }
    store.finish_login(digest(name), &outcome, at(0)).await.unwrap();
}

async fn clients_of(store: &Arc<dyn Store>, name: &str) -> Vec<String> {
    let session = store.session(digest(&format!("{name}/s")), at(1)).await.unwrap().unwrap();
    session.clients.keys().map(ClientId::to_string).collect()
}

pub async fn the_grants_of_a_member_are_those_that_live(store: Arc<dyn Store>) {
    redeemed(&store, &redemption("g1", "ann")).await;
    redeemed(&store, &short_redemption("g2", "ann")).await;
    redeemed(&store, &redemption("g3", "anna")).await;
    redeemed(&store, &redemption("g4", "ANN")).await;
    store.revoke_grant(grant_id("g4")).await.unwrap();
    let seen = |now| {
        let store = store.clone();
        async move {
            let grants = store.grants_of(&member("Ann"), now).await.unwrap();
            assert!(grants.iter().all(|living| living.grant == grant("ann", at(180 * DAY))));
            let mut seen: Vec<bool> = grants.iter().map(|living| living.refreshes).collect();
            seen.sort_unstable();
            seen
        }
    };
    assert_eq!(seen(at(1)).await, [false, true]);
    assert_eq!(seen(at(HOUR)).await, [true]);
    assert!(seen(at(30 * DAY)).await.is_empty());
    assert_eq!(store.grants_of(&member("an"), at(1)).await.unwrap(), []);
}

pub async fn access_that_is_taken_back_ends_for_that_member_and_that_client_alone(store: Arc<dyn Store>) {
    for (name, id, userid) in [("g1", "wiki", "ann"), ("g2", "chat", "ann"), ("g3", "wiki", "anna")] {
        redeemed(&store, &of(id, redemption(name, userid))).await;
        store.agree(&member(userid), &client(id), &consent(userid, "openid", &[])).await.unwrap();
        signed_in(&store, &format!("of-{name}"), userid, &["wiki", "chat"]).await;
    }
    redeemed(&store, &of("wiki", short_redemption("g4", "ann"))).await;
    let withdrawn = store.withdraw_access(&member("Ann"), &client("wiki"), None, at(1)).await.unwrap();
    assert_eq!(withdrawn, Withdrawn { grants: 2, sessions: 2, consent: true });
    for (name, alive) in [("g1", (false, false)), ("g2", (true, true)), ("g3", (true, true)), ("g4", (false, false))] {
        assert_eq!(lives(&store, name).await, alive, "{name}");
    }
    for (name, clients) in [("of-g1", vec!["chat"]), ("of-g2", vec!["chat"]), ("of-g3", vec!["chat", "wiki"])] {
        assert_eq!(clients_of(&store, name).await, clients, "{name}");
    }
    assert_eq!(store.consent(&member("ann"), &client("wiki")).await.unwrap(), None);
    assert!(store.consent(&member("ann"), &client("chat")).await.unwrap().is_some());
    assert!(store.consent(&member("anna"), &client("wiki")).await.unwrap().is_some());
    assert_eq!(waiting(&store, "wiki").await, [], "nobody was to be told");
}

pub async fn a_client_whose_access_is_taken_back_is_left_a_logout_token_for_each_session(store: Arc<dyn Store>) {
    signed_in(&store, "one", "ann", &["wiki", "chat"]).await;
    signed_in(&store, "two", "ann", &["wiki"]).await;
    signed_in(&store, "three", "ann", &["chat"]).await;
    store.withdraw_access(&member("ann"), &client("wiki"), Some(&subject("ann")), at(2)).await.unwrap();
    let mut sids: Vec<_> = waiting(&store, "wiki").await.iter().map(|d| d.sid.to_string()).collect();
    sids.sort();
    assert_eq!(sids, ["sid-one", "sid-two"]);
    assert!(waiting(&store, "wiki").await.iter().all(|d| d.subject == subject("ann") && d.since == at(2)));
    assert_eq!(waiting(&store, "chat").await, []);
    // The sign-out that follows is for the others: it was told already.
    let tell = ["wiki", "chat"].map(|id| (client(id), subject("ann"))).into();
    store.end_session(digest("one/s"), &tell, at(3)).await.unwrap().unwrap();
    assert_eq!((waiting(&store, "wiki").await.len(), waiting(&store, "chat").await.len()), (2, 1));
}

pub async fn taking_back_what_nobody_has_changes_nothing(store: Arc<dyn Store>) {
    signed_in(&store, "one", "ann", &["chat"]).await;
    let nothing = Withdrawn::default();
    for (userid, id) in [("ann", "wiki"), ("bob", "chat")] {
        let tell = subject(userid);
        assert_eq!(
            store.withdraw_access(&member(userid), &client(id), Some(&tell), at(1)).await.unwrap(),
            nothing,
            "{id}"
        );
    }
    assert_eq!(clients_of(&store, "one").await, ["chat"]);
    assert_eq!(store.clients_awaiting_logout().await.unwrap(), Vec::<ClientId>::new());
    // A session that has ended by itself held nothing any more.
    let later = at(8 * DAY);
    assert_eq!(store.withdraw_access(&member("ann"), &client("chat"), None, later).await.unwrap(), nothing);
}

pub async fn of_64_who_take_access_back_one_finds_it(store: Arc<dyn Store>) {
    redeemed(&store, &of("wiki", redemption("g", "ann"))).await;
    signed_in(&store, "one", "ann", &["wiki"]).await;
    let mut tasks = JoinSet::new();
    for _ in 0..64 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let tell = subject("ann");
            store.withdraw_access(&member("ann"), &client("wiki"), Some(&tell), at(1)).await.unwrap()
        });
    }
    let found: Vec<_> = tasks.join_all().await.into_iter().filter(|w| *w != Withdrawn::default()).collect();
    assert_eq!(found, [Withdrawn { grants: 1, sessions: 1, consent: false }]);
    assert_eq!(waiting(&store, "wiki").await.len(), 1);
}

/// What was granted in the session `name/s`.
fn given_in(name: &str, mut redemption: Redemption) -> Redemption {
    redemption.grant.sid = Sid::parse(&format!("sid-{name}")).unwrap();
    redemption
}

/// Two sessions of ann with a grant each, one grant of a session long over, and a session of anna.
async fn three_grants_and_three_sessions(store: &Arc<dyn Store>) {
    for (name, userid) in [("one", "ann"), ("two", "ann"), ("hers", "anna")] {
        signed_in(store, name, userid, &["wiki", "chat"]).await;
    }
    for (name, session, userid) in [("g1", "one", "ann"), ("g2", "two", "ann"), ("g3", "gone", "ann")] {
        redeemed(store, &given_in(session, redemption(name, userid))).await;
    }
    // The same public name of a session would be another member's all the same.
    redeemed(store, &given_in("one", redemption("g4", "anna"))).await;
}

fn to_wiki() -> std::collections::BTreeMap<ClientId, wecom_oidc::domain::ids::Subject> {
    [(client("wiki"), subject("ann"))].into()
}

pub async fn whoever_leaves_a_session_ends_what_was_granted_in_it_and_nothing_else(store: Arc<dyn Store>) {
    three_grants_and_three_sessions(&store).await;
    let one = Which::One(digest("one/s"));
    let left = store.leave(&member("Ann"), one, &to_wiki(), at(1)).await.unwrap();
    assert_eq!((left.sessions.len(), left.sessions[0].sid.as_str(), left.grants), (1, "sid-one", 1));
    for (name, lasts) in [("one", false), ("two", true), ("hers", true)] {
        assert_eq!(store.session(digest(&format!("{name}/s")), at(1)).await.unwrap().is_some(), lasts, "{name}");
    }
    for (name, alive) in [("g1", (false, false)), ("g2", (true, true)), ("g3", (true, true)), ("g4", (true, true))] {
        assert_eq!(lives(&store, name).await, alive, "{name}");
    }
    assert_eq!(store.finished_login(digest("one"), at(1)).await.unwrap(), None, "its callback leads in no more");
    let told = waiting(&store, "wiki").await;
    assert_eq!((told.len(), told[0].sid.as_str(), told[0].since), (1, "sid-one", at(1)));
    assert_eq!(waiting(&store, "chat").await, []);
    assert_eq!(store.leave(&member("ann"), one, &to_wiki(), at(2)).await.unwrap(), Left::default());
    assert_eq!(waiting(&store, "wiki").await.len(), 1);
}

pub async fn whoever_leaves_everywhere_ends_every_session_and_every_grant(store: Arc<dyn Store>) {
    three_grants_and_three_sessions(&store).await;
    let left = store.leave(&member("ann"), Which::All, &to_wiki(), at(1)).await.unwrap();
    let mut sids: Vec<_> = left.sessions.iter().map(|session| session.sid.as_str()).collect();
    sids.sort_unstable();
    assert_eq!((sids, left.grants), (vec!["sid-one", "sid-two"], 3));
    assert!(store.sessions_of(&member("ann"), at(1)).await.unwrap().is_empty());
    assert!(store.grants_of(&member("ann"), at(1)).await.unwrap().is_empty());
    assert!(store.session(digest("hers/s"), at(1)).await.unwrap().is_some());
    assert_eq!(lives(&store, "g4").await, (true, true));
    assert_eq!(waiting(&store, "wiki").await.len(), 2);
}

pub async fn a_session_of_somebody_else_or_one_that_is_over_cannot_be_left(store: Arc<dyn Store>) {
    three_grants_and_three_sessions(&store).await;
    let nothing = Left::default();
    for which in [digest("hers/s"), digest("never was")] {
        assert_eq!(store.leave(&member("ann"), Which::One(which), &to_wiki(), at(1)).await.unwrap(), nothing);
    }
    assert_eq!(store.leave(&member("nobody"), Which::All, &to_wiki(), at(1)).await.unwrap(), nothing);
    assert!(store.session(digest("hers/s"), at(1)).await.unwrap().is_some());
    // Ended by itself: nothing is told, and its grants have ends of their own.
    let left = store.leave(&member("ann"), Which::One(digest("one/s")), &to_wiki(), at(8 * DAY)).await.unwrap();
    assert_eq!(left, nothing);
    assert_eq!((waiting(&store, "wiki").await, lives(&store, "g1").await), (vec![], (true, true)));
}

pub async fn of_64_who_leave_a_session_at_once_one_gets_it(store: Arc<dyn Store>) {
    three_grants_and_three_sessions(&store).await;
    let mut tasks = JoinSet::new();
    for number in 0..64 {
        let store = Arc::clone(&store);
        let which = if number % 2 == 0 { Which::One(digest("one/s")) } else { Which::All };
        tasks.spawn(async move { store.leave(&member("ann"), which, &to_wiki(), at(1)).await.unwrap() });
    }
    let left: Vec<_> = tasks.join_all().await;
    assert_eq!(left.iter().map(|left| left.sessions.len()).sum::<usize>(), 2);
    assert_eq!(left.iter().map(|left| left.grants).sum::<usize>(), 3);
    assert_eq!(waiting(&store, "wiki").await.len(), 2);
}
