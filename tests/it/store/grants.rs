//! Grants and access tokens.

use std::sync::Arc;

use wecom_oidc::domain::time::Span;
use wecom_oidc::store::Store;
use wecom_oidc::store::records::Redemption;

use super::samples::*;

/// Redeems a code of its own for this.
pub async fn redeemed(store: &Arc<dyn Store>, redemption: &Redemption) {
    let code_digest = digest(&format!("code of {:?}", redemption.grant_id));
    store.put_code(code_digest, &code("anna", at(60))).await.unwrap();
    store.redeem_code(code_digest, redemption, at(0)).await.unwrap();
}

async fn lives(store: &Arc<dyn Store>, token: &str) -> bool {
    store.access_token(digest(token), at(1)).await.unwrap().is_some()
}

pub async fn an_access_token_ends_in_its_time(store: Arc<dyn Store>) {
    redeemed(&store, &redemption("g", "anna")).await;
    assert!(store.access_token(digest("g/a"), at(HOUR - 1)).await.unwrap().is_some());
    assert!(store.access_token(digest("g/a"), at(HOUR)).await.unwrap().is_none());
    assert!(store.refresh_token(digest("g/0"), at(HOUR)).await.unwrap().is_some());
}

pub async fn an_access_token_ends_with_its_grant(store: Arc<dyn Store>) {
    redeemed(&store, &redemption("g", "anna")).await;
    store.revoke_grant(grant_id("g")).await.unwrap();
    assert!(!lives(&store, "g/a").await);
    assert!(store.refresh_token(digest("g/0"), at(1)).await.unwrap().is_none());
    store.revoke_grant(grant_id("g")).await.unwrap();

    let mut short = redemption("h", "anna");
    short.grant.ends = at(MINUTE);
    redeemed(&store, &short).await;
    assert!(store.access_token(digest("h/a"), at(MINUTE - 1)).await.unwrap().is_some());
    assert!(store.access_token(digest("h/a"), at(MINUTE)).await.unwrap().is_none());
}

pub async fn ending_one_access_token_leaves_the_rest(store: Arc<dyn Store>) {
    redeemed(&store, &redemption("g", "anna")).await;
    store.rotate_refresh_token(digest("g/0"), &rotation("g", 1, at(1)), at(1)).await.unwrap();
    store.revoke_access_token(digest("g/a")).await.unwrap();
    store.revoke_access_token(digest("never was")).await.unwrap();
    assert!(!lives(&store, "g/a").await);
    assert!(lives(&store, &format!("g/a1@{}", at(1).0)).await);
    assert!(store.refresh_token(digest("g/1"), at(1)).await.unwrap().is_some());
}

pub async fn ending_the_grants_of_a_member_leaves_those_of_others(store: Arc<dyn Store>) {
    // The second begins like the first, and the third differs in nothing that counts.
    for (name, userid) in [("g1", "ann"), ("g2", "ann"), ("g3", "anna"), ("g4", "ANN")] {
        redeemed(&store, &redemption(name, userid)).await;
    }
    store.revoke_grant(grant_id("g2")).await.unwrap();
    assert_eq!(store.revoke_grants_of(&member("Ann"), None).await.unwrap(), 2);
    assert_eq!(store.revoke_grants_of(&member("ann"), None).await.unwrap(), 0);
    for (token, alive) in [("g1/a", false), ("g2/a", false), ("g3/a", true), ("g4/a", false)] {
        assert_eq!(lives(&store, token).await, alive, "{token}");
    }
}

pub async fn a_grant_without_a_refresh_token_ends_with_its_access_token(store: Arc<dyn Store>) {
    let redemption = short_redemption("g", "anna");
    redeemed(&store, &redemption).await;
    let end = redemption.access_token.1.expires;
    assert!(store.access_token(digest("g/a"), end - Span::seconds(1)).await.unwrap().is_some());
    while store.sweep(end, 100).await.unwrap() > 0 {}
    assert_eq!(store.revoke_grants_of(&member("anna"), None).await.unwrap(), 0);
}
