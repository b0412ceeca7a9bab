//! Authorization codes.

use std::sync::Arc;

use wecom_oidc::domain::time::Span;
use wecom_oidc::store::{Redeemed, Store};

use super::samples::*;

pub async fn a_code_is_seen_without_being_used(store: Arc<dyn Store>) {
    let record = code("anna", at(60));
    store.put_code(digest("c"), &record).await.unwrap();
    for _ in 0..2 {
        assert_eq!(store.code(digest("c"), at(59)).await.unwrap().as_ref(), Some(&record));
    }
    assert_eq!(store.code(digest("other"), at(0)).await.unwrap(), None);
    assert_eq!(store.redeem_code(digest("c"), &redemption("g", "anna"), at(59)).await.unwrap(), Redeemed::Now);
    assert_eq!(store.code(digest("c"), at(59)).await.unwrap().unwrap().redeemed, Some(grant_id("g")));
}

pub async fn an_expired_code_is_unknown(store: Arc<dyn Store>) {
    store.put_code(digest("c"), &code("anna", at(60))).await.unwrap();
    assert_eq!(store.code(digest("c"), at(60)).await.unwrap(), None);
    assert_eq!(store.redeem_code(digest("c"), &redemption("g", "anna"), at(60)).await.unwrap(), Redeemed::Unknown);
    assert_eq!(store.redeem_code(digest("none"), &redemption("g", "anna"), at(0)).await.unwrap(), Redeemed::Unknown);
    assert_eq!(store.access_token(digest("g/a"), at(60)).await.unwrap(), None, "nothing was stored");
    assert_eq!(store.refresh_token(digest("g/0"), at(60)).await.unwrap(), None);
}

pub async fn a_redeemed_code_gives_a_grant_and_its_tokens(store: Arc<dyn Store>) {
    let redemption = redemption("g", "anna");
    store.put_code(digest("c"), &code("anna", at(60))).await.unwrap();
    store.redeem_code(digest("c"), &redemption, at(1)).await.unwrap();
    let (access, grant) = store.access_token(digest("g/a"), at(1)).await.unwrap().unwrap();
    assert_eq!((access, &grant), (redemption.access_token.1, &redemption.grant));
    let (id, grant, _) = store.refresh_token(digest("g/0"), at(1)).await.unwrap().unwrap();
    assert_eq!((id, grant), (redemption.grant_id, redemption.grant));
}

pub async fn a_code_is_refused_the_second_time_and_its_tokens_die(store: Arc<dyn Store>) {
    store.put_code(digest("c"), &code("anna", at(60))).await.unwrap();
    store.redeem_code(digest("c"), &redemption("g", "anna"), at(1)).await.unwrap();
    let again = store.redeem_code(digest("c"), &redemption("thief", "anna"), at(2)).await.unwrap();
    assert_eq!(again, Redeemed::Again);
    for token in ["g/a", "thief/a"] {
        assert_eq!(store.access_token(digest(token), at(2)).await.unwrap(), None, "{token}");
    }
    for token in ["g/0", "thief/0"] {
        assert_eq!(store.refresh_token(digest(token), at(2)).await.unwrap(), None, "{token}");
    }
    let third = store.redeem_code(digest("c"), &redemption("thief", "anna"), at(3)).await.unwrap();
    assert_eq!(third, Redeemed::Again);
}

pub async fn a_used_code_is_remembered_beyond_its_own_end(store: Arc<dyn Store>) {
    store.put_code(digest("c"), &code("anna", at(60))).await.unwrap();
    let redemption = short_redemption("g", "anna");
    store.redeem_code(digest("c"), &redemption, at(1)).await.unwrap();
    while store.sweep(at(60), 100).await.unwrap() > 0 {}
    let before_forgotten = redemption.remember_until - Span::seconds(1);
    assert_eq!(store.redeem_code(digest("c"), &redemption, before_forgotten).await.unwrap(), Redeemed::Again);
    assert_eq!(
        store.redeem_code(digest("c"), &redemption, redemption.remember_until).await.unwrap(),
        Redeemed::Unknown
    );
}
