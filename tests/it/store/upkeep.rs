//! Sweeping, fingerprints, the store itself.

use std::sync::Arc;

use wecom_oidc::domain::time::Timestamp;
use wecom_oidc::store::Store;
use wecom_oidc::store::records::{Fingerprints, SeenKey, UpstreamToken};

use super::grants::redeemed;
use super::samples::*;

async fn sweep_all(store: &Arc<dyn Store>, now: Timestamp) -> usize {
    let mut all = 0;
    loop {
        match store.sweep(now, 7).await.unwrap() {
            0 => return all,
            some => all += some,
        }
    }
}

/// One of everything that ends: at a minute the pushed request and the assertion id, at two the code
/// and the login record, then upstream token, phone ticket, access tokens, session, refresh family.
async fn one_of_each(store: &Arc<dyn Store>) {
    store.finish_login(digest("t"), &login("t", "anna"), at(0)).await.unwrap();
    redeemed(store, &redemption("g", "anna")).await;
    redeemed(store, &short_redemption("h", "anna")).await;
    assert_eq!(store.put_phone_ticket(digest("p"), &ticket("anna", at(10 * MINUTE)), at(0)).await.unwrap(), None);
    store.put_pushed_request(digest("r"), &pushed("nocobase", at(60)), 10, at(0)).await.unwrap();
    store.use_assertion_id(&client("nocobase"), digest("jti"), at(60), 10, at(0)).await.unwrap();
    let upstream = UpstreamToken { sealed: vec![1], expires: at(2 * HOUR) };
    store.put_upstream_token(&connection(), &upstream).await.unwrap();
    store.remember_member(&connection(), &member("anna"), &member_record("anna")).await.unwrap();
    store.remember_contact(&member("anna"), &contact("sealed")).await.unwrap();
    store.put_subject_entry(&member("anna"), &subject_entry(2)).await.unwrap();
}

pub async fn sweeping_removes_what_has_ended_and_nothing_else(store: Arc<dyn Store>) {
    one_of_each(&store).await;
    assert_eq!(sweep_all(&store, at(59)).await, 0);
    assert_eq!(sweep_all(&store, at(60)).await, 3, "the waiting code, the pushed request, the assertion id");
    assert_eq!(sweep_all(&store, at(2 * MINUTE)).await, 1, "the login record");
    assert_eq!(sweep_all(&store, at(10 * MINUTE)).await, 1, "the phone ticket");
    assert_eq!(sweep_all(&store, at(HOUR)).await, 4, "two access tokens, the short grant and its used code");
    assert!(store.refresh_token(digest("g/0"), at(HOUR)).await.unwrap().is_some());
    assert_eq!(sweep_all(&store, at(2 * HOUR)).await, 1, "the upstream token");
    assert!(store.session(digest("t/s"), at(2 * HOUR)).await.unwrap().is_some());
    assert_eq!(sweep_all(&store, at(12 * HOUR)).await, 1, "the session");
    assert!(sweep_all(&store, at(30 * DAY)).await >= 1, "the refresh family");
    assert_eq!(sweep_all(&store, at(180 * DAY)).await, 1, "its used code");
    assert_eq!(sweep_all(&store, at(10_000 * DAY)).await, 0);
    assert!(store.member(&connection(), &member("anna")).await.unwrap().is_some());
    assert!(store.contact(&member("anna")).await.unwrap().is_some());
    assert!(store.subject_entry(&member("anna")).await.unwrap().is_some());
}

pub async fn sweeping_takes_no_more_than_it_was_told(store: Arc<dyn Store>) {
    for name in 0..200 {
        store.finish_login(digest(&name.to_string()), &login(&name.to_string(), "anna"), at(0)).await.unwrap();
    }
    assert_eq!(store.sweep(at(DAY), 0).await.unwrap(), 0);
    let mut all = 0;
    loop {
        let swept = store.sweep(at(DAY), 50).await.unwrap();
        assert!(swept <= 50);
        if swept == 0 {
            break;
        }
        all += swept;
    }
    // A login record may go with its session, uncounted.
    assert!((400..=600).contains(&all), "{all}");
    assert_eq!(store.sessions_of(&member("anna"), at(0)).await.unwrap().len(), 0);
}

pub async fn sweeping_follows_ends_that_moved(store: Arc<dyn Store>) {
    one_of_each(&store).await;
    store.touch_session(digest("t/s"), at(20 * HOUR), at(1)).await.unwrap();
    store.rotate_refresh_token(digest("g/0"), &rotation("g", 1, at(DAY)), at(DAY)).await.unwrap();
    sweep_all(&store, at(12 * HOUR)).await;
    assert!(store.session(digest("t/s"), at(12 * HOUR)).await.unwrap().is_some());
    assert_eq!(sweep_all(&store, at(20 * HOUR)).await, 1, "the session");
    sweep_all(&store, at(30 * DAY)).await;
    assert!(store.refresh_token(digest("g/1"), at(30 * DAY)).await.unwrap().is_some());
    assert!(sweep_all(&store, at(31 * DAY)).await >= 1, "the refresh family");
    assert_eq!(store.revoke_grants_of(&member("anna"), None).await.unwrap(), 0);
}

pub async fn fingerprints_are_kept(store: Arc<dyn Store>) {
    assert_eq!(store.fingerprints().await.unwrap(), None);
    let one = Fingerprints { subject: "s".into(), sealing: vec!["a".into()], ring: Vec::new() };
    let ring = vec![SeenKey { kid: "k".into(), made: Timestamp(7) }];
    let two = Fingerprints { sealing: vec!["a".into(), "b".into()], ring, ..one.clone() };
    store.put_fingerprints(&one).await.unwrap();
    store.put_fingerprints(&two).await.unwrap();
    assert_eq!(store.fingerprints().await.unwrap(), Some(two));
}

pub async fn a_store_knows_whether_it_has_members(store: Arc<dyn Store>) {
    store.remember_contact(&member("anna"), &contact("x")).await.unwrap();
    store.put_subject_entry(&member("anna"), &subject_entry(2)).await.unwrap();
    assert!(!store.has_members().await.unwrap());
    store.remember_member(&connection(), &member("anna"), &member_record("anna")).await.unwrap();
    assert!(store.has_members().await.unwrap());
    store.forget_member(&member("anna")).await.unwrap();
    assert!(!store.has_members().await.unwrap());
}

pub async fn a_store_answers_and_flushes(store: Arc<dyn Store>) {
    store.ping().await.unwrap();
    store.flush().await.unwrap();
    assert!(!store.is_shared());
}
