//! Sessions and finished logins.

use std::collections::BTreeSet;
use std::sync::Arc;

use wecom_oidc::store::records::{LoginOutcome, LoginRecord};
use wecom_oidc::store::{Finished, Store};

use super::samples::*;

pub async fn a_login_is_finished_once_and_then_remembered(store: Arc<dyn Store>) {
    let outcome = login("t", "anna");
    assert_eq!(store.finish_login(digest("t"), &outcome, at(0)).await.unwrap(), Finished::Now);
    let other = login("u", "anna");
    let second = store.finish_login(digest("t"), &other, at(1)).await.unwrap();
    assert_eq!(second, Finished::Before(outcome.record.clone()));
    assert_eq!(store.session(digest("u/s"), at(1)).await.unwrap(), None, "nothing of the second is stored");
    assert_eq!(store.code(digest("u/c"), at(1)).await.unwrap(), None);
    assert_eq!(store.session(digest("t/s"), at(1)).await.unwrap(), outcome.session.map(|(_, session)| session));
    assert_eq!(store.code(digest("t/c"), at(1)).await.unwrap(), outcome.code.map(|(_, record)| record));
    assert_eq!(store.finished_login(digest("t"), at(1)).await.unwrap(), Some(outcome.record));
    assert_eq!(store.finished_login(digest("t"), at(2 * MINUTE)).await.unwrap(), None);
    assert_eq!(store.finish_login(digest("t"), &other, at(2 * MINUTE)).await.unwrap(), Finished::Now);
}

pub async fn a_finished_login_can_be_amended_while_it_is_remembered(store: Arc<dyn Store>) {
    store.finish_login(digest("t"), &login("t", "anna"), at(0)).await.unwrap();
    let amended = LoginRecord { sealed: b"another answer".to_vec(), expires: at(3 * MINUTE) };
    store.amend_login(digest("t"), &amended, at(1)).await.unwrap();
    while store.sweep(at(2 * MINUTE), 100).await.unwrap() > 0 {}
    assert_eq!(store.finished_login(digest("t"), at(3 * MINUTE - 1)).await.unwrap(), Some(amended.clone()));
    store.amend_login(digest("t"), &login_record(at(DAY)), at(3 * MINUTE)).await.unwrap();
    assert_eq!(store.finished_login(digest("t"), at(3 * MINUTE)).await.unwrap(), None);
    store.amend_login(digest("never was"), &amended, at(1)).await.unwrap();
    assert_eq!(store.finished_login(digest("never was"), at(1)).await.unwrap(), None);
}

pub async fn a_new_session_ends_the_one_before_it(store: Arc<dyn Store>) {
    store.finish_login(digest("t"), &login("t", "anna"), at(0)).await.unwrap();
    let mut second = login("u", "berta");
    second.replaces = Some(digest("t/s"));
    store.finish_login(digest("u"), &second, at(1)).await.unwrap();
    assert_eq!(store.session(digest("t/s"), at(1)).await.unwrap(), None);
    assert!(
        store.finished_login(digest("t"), at(1)).await.unwrap().is_some(),
        "the other tab may hit its callback again"
    );
    assert_eq!(store.sessions_of(&member("anna"), at(1)).await.unwrap(), vec![]);
    assert_eq!(store.session(digest("u/s"), at(1)).await.unwrap(), second.session.map(|(_, session)| session));
}

pub async fn a_session_ends_when_idle_and_at_its_last_moment(store: Arc<dyn Store>) {
    store.finish_login(digest("t"), &login("t", "anna"), at(0)).await.unwrap();
    let session = digest("t/s");
    assert!(store.session(session, at(12 * HOUR - 1)).await.unwrap().is_some());
    assert!(store.session(session, at(12 * HOUR)).await.unwrap().is_none());
    store.touch_session(session, at(30 * HOUR), at(12 * HOUR)).await.unwrap();
    assert!(store.session(session, at(12 * HOUR)).await.unwrap().is_none(), "no touch wakes the dead");
    store.touch_session(session, at(30 * DAY), at(12 * HOUR - 1)).await.unwrap();
    while store.sweep(at(12 * HOUR), 100).await.unwrap() > 0 {}
    let living = store.session(session, at(7 * DAY - 1)).await.unwrap().unwrap();
    assert_eq!(living.idle_until, at(7 * DAY), "never beyond the end");
    assert!(store.session(session, at(7 * DAY)).await.unwrap().is_none());
    assert_eq!(store.end_session(session, &NOBODY, at(7 * DAY)).await.unwrap(), None);
}

pub async fn an_ended_session_takes_its_login_record_with_it(store: Arc<dyn Store>) {
    let outcome = login("t", "anna");
    store.finish_login(digest("t"), &outcome, at(0)).await.unwrap();
    assert_eq!(
        store.end_session(digest("t/s"), &NOBODY, at(1)).await.unwrap(),
        outcome.session.map(|(_, session)| session)
    );
    assert_eq!(store.end_session(digest("t/s"), &NOBODY, at(1)).await.unwrap(), None);
    assert_eq!(store.session(digest("t/s"), at(1)).await.unwrap(), None);
    assert_eq!(store.finished_login(digest("t"), at(1)).await.unwrap(), None);
    assert_eq!(store.sessions_of(&member("anna"), at(1)).await.unwrap(), vec![]);
}

pub async fn the_clients_of_a_session_are_remembered(store: Arc<dyn Store>) {
    store.finish_login(digest("t"), &login("t", "anna"), at(0)).await.unwrap();
    for (id, got) in [("wiki", got(7, "openid")), ("nocobase", got(8, "phone")), ("wiki", got(9, "openid email"))] {
        store.add_session_client(digest("t/s"), &client(id), got, at(1)).await.unwrap();
    }
    store.add_session_client(digest("never was"), &client("wiki"), got(1, ""), at(1)).await.unwrap();
    let session = store.session(digest("t/s"), at(1)).await.unwrap().unwrap();
    // Each since the first time, with all that it got.
    let expected = [(client("nocobase"), got(0, "openid phone")), (client("wiki"), got(7, "openid email"))];
    assert_eq!(session.clients, expected.into());
}

pub async fn the_sessions_of_a_member_are_those_that_live(store: Arc<dyn Store>) {
    for (name, userid) in [("t1", "ann"), ("t2", "Ann"), ("t3", "anna"), ("t4", "ann"), ("t5", "ann")] {
        let mut outcome = login(name, userid);
        if name == "t5" {
            outcome.session = Some((digest("t5/s"), session(userid, name, at(MINUTE), at(DAY))));
        }
        store.finish_login(digest(name), &outcome, at(0)).await.unwrap();
    }
    store.end_session(digest("t4/s"), &NOBODY, at(1)).await.unwrap();
    let sessions = store.sessions_of(&member("ANN"), at(MINUTE)).await.unwrap();
    let found: BTreeSet<_> = sessions.iter().map(|(digest, _)| *digest).collect();
    assert_eq!(found, BTreeSet::from([digest("t1/s"), digest("t2/s")]));
    assert!(sessions.iter().all(|(_, session)| session.member == member("ann")));
}

pub async fn a_login_without_a_session_is_remembered_all_the_same(store: Arc<dyn Store>) {
    let outcome = LoginOutcome { session: None, code: None, ..login("t", "anna") };
    assert_eq!(store.finish_login(digest("t"), &outcome, at(0)).await.unwrap(), Finished::Now);
    assert_eq!(store.finish_login(digest("t"), &outcome, at(1)).await.unwrap(), Finished::Before(outcome.record));
    assert_eq!(store.sessions_of(&member("anna"), at(1)).await.unwrap(), vec![]);
    assert_eq!(store.sweep(at(2 * MINUTE), 100).await.unwrap(), 1);
}
