//! Pushed requests, assertion ids, upstream tokens.

use std::sync::Arc;

use wecom_oidc::store::records::UpstreamToken;
use wecom_oidc::store::{Pushed, Store};

use super::samples::*;

async fn push(store: &Arc<dyn Store>, name: &str, client_id: &str, cap: u32, now: u64) -> Pushed {
    store.put_pushed_request(digest(name), &pushed(client_id, at(now + 60)), cap, at(now)).await.unwrap()
}

pub async fn a_pushed_request_is_taken_once(store: Arc<dyn Store>) {
    assert_eq!(push(&store, "r", "nocobase", 10, 0).await, Pushed::Stored);
    let request = pushed("nocobase", at(60));
    assert_eq!(store.pushed_request(digest("r"), at(59)).await.unwrap(), Some(request.clone()));
    assert_eq!(store.pushed_request(digest("r"), at(60)).await.unwrap(), None);
    assert_eq!(store.take_pushed_request(digest("r"), at(59)).await.unwrap(), Some(request));
    assert_eq!(store.take_pushed_request(digest("r"), at(59)).await.unwrap(), None);
    assert_eq!(store.pushed_request(digest("r"), at(59)).await.unwrap(), None);
    push(&store, "late", "nocobase", 10, 0).await;
    assert_eq!(store.take_pushed_request(digest("late"), at(60)).await.unwrap(), None);
}

pub async fn a_client_has_only_so_many_pushed_requests(store: Arc<dyn Store>) {
    assert_eq!(push(&store, "r1", "nocobase", 2, 0).await, Pushed::Stored);
    assert_eq!(push(&store, "r2", "nocobase", 2, 0).await, Pushed::Stored);
    assert_eq!(push(&store, "r3", "nocobase", 2, 0).await, Pushed::TooMany);
    assert_eq!(store.pushed_request(digest("r3"), at(1)).await.unwrap(), None);
    assert_eq!(push(&store, "w1", "wiki", 2, 0).await, Pushed::Stored, "others have their own");
    store.take_pushed_request(digest("r1"), at(1)).await.unwrap();
    store.take_pushed_request(digest("r1"), at(1)).await.unwrap();
    assert_eq!(push(&store, "r4", "nocobase", 2, 1).await, Pushed::Stored);
    assert_eq!(push(&store, "r5", "nocobase", 2, 1).await, Pushed::TooMany);
}

pub async fn what_has_expired_does_not_count_against_a_client(store: Arc<dyn Store>) {
    push(&store, "r1", "nocobase", 2, 0).await;
    push(&store, "r2", "nocobase", 2, 30).await;
    assert_eq!(push(&store, "r3", "nocobase", 2, 59).await, Pushed::TooMany);
    assert_eq!(push(&store, "r4", "nocobase", 2, 60).await, Pushed::Stored, "r1 has expired, swept or not");
    assert_eq!(push(&store, "r5", "nocobase", 2, 60).await, Pushed::TooMany);
    assert_eq!(store.take_pushed_request(digest("r1"), at(60)).await.unwrap(), None);
    assert!(store.sweep(at(60), 100).await.unwrap() <= 1);
    assert_eq!(push(&store, "r6", "nocobase", 2, 60).await, Pushed::TooMany, "and counts off only once");
}

pub async fn an_assertion_id_is_good_once_for_each_client(store: Arc<dyn Store>) {
    let used = |id: &'static str, expires, now| {
        let store = Arc::clone(&store);
        async move { store.use_assertion_id(&client(id), digest("jti"), at(expires), 10, at(now)).await.unwrap() }
    };
    assert!(used("nocobase", 60, 0).await);
    assert!(!used("nocobase", 60, 1).await);
    assert!(used("nocobas", 60, 1).await, "a name that begins alike");
    assert!(used("wiki", 60, 1).await);
    assert!(!used("nocobase", 90, 59).await);
    assert!(used("nocobase", 120, 60).await, "it ended, and so would the assertion");
}

pub async fn a_client_has_only_so_many_assertion_ids(store: Arc<dyn Store>) {
    let used = |jti: &'static str, expires, now| {
        let store = Arc::clone(&store);
        async move { store.use_assertion_id(&client("nocobase"), digest(jti), at(expires), 2, at(now)).await.unwrap() }
    };
    assert!(used("1", 60, 0).await);
    assert!(used("2", 90, 0).await);
    assert!(!used("3", 60, 59).await);
    assert!(used("3", 120, 60).await);
    assert!(!used("4", 120, 60).await);
    let other = store.use_assertion_id(&client("wiki"), digest("4"), at(120), 2, at(60)).await.unwrap();
    assert!(other);
}

pub async fn an_upstream_token_ends_in_its_time(store: Arc<dyn Store>) {
    let token = |text: &str, expires| UpstreamToken { sealed: text.as_bytes().to_vec(), expires };
    assert_eq!(store.upstream_token(&connection(), at(0)).await.unwrap(), None);
    store.put_upstream_token(&connection(), &token("one", at(60))).await.unwrap();
    store.put_upstream_token(&connection(), &token("two", at(2 * HOUR))).await.unwrap();
    while store.sweep(at(60), 100).await.unwrap() > 0 {}
    assert_eq!(store.upstream_token(&connection(), at(60)).await.unwrap(), Some(token("two", at(2 * HOUR))));
    assert_eq!(store.upstream_token(&connection(), at(2 * HOUR)).await.unwrap(), None);
    store.drop_upstream_token(&connection()).await.unwrap();
    assert_eq!(store.upstream_token(&connection(), at(60)).await.unwrap(), None);
    store.drop_upstream_token(&connection()).await.unwrap();
}
