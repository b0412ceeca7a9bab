//! Families of refresh tokens (law 3).

use std::sync::Arc;

use wecom_oidc::domain::time::Timestamp;
use wecom_oidc::store::records::RefreshPosition::{self, Current, Older, Previous};
use wecom_oidc::store::{Rotated, Store};

use super::grants::redeemed;
use super::samples::*;

/// A family `g` whose current token is `g/0`.
async fn family(store: &Arc<dyn Store>) {
    redeemed(store, &redemption("g", "anna")).await;
}

async fn rotate(store: &Arc<dyn Store>, token: &str, step: u32, now: Timestamp) -> Rotated {
    store.rotate_refresh_token(digest(token), &rotation("g", step, now), now).await.unwrap()
}

async fn position(store: &Arc<dyn Store>, token: &str, now: Timestamp) -> Option<RefreshPosition> {
    store.refresh_token(digest(token), now).await.unwrap().map(|(_, _, position)| position)
}

fn replayed(step: u32) -> Rotated {
    Rotated::Replayed { sealed_successor: format!("sealed g/{step}").into_bytes() }
}

async fn access_of(store: &Arc<dyn Store>, step: u32, now: Timestamp) -> bool {
    store.access_token(digest(&format!("g/a{step}@{}", now.0)), now).await.unwrap().is_some()
}

pub async fn a_rotation_makes_the_successor_current(store: Arc<dyn Store>) {
    family(&store).await;
    assert_eq!(position(&store, "g/0", at(1)).await, Some(Current));
    assert_eq!(rotate(&store, "g/0", 1, at(1)).await, Rotated::Now);
    assert_eq!(position(&store, "g/0", at(1)).await, Some(Previous));
    assert_eq!(position(&store, "g/1", at(1)).await, Some(Current));
    assert!(access_of(&store, 1, at(1)).await);
    assert_eq!(rotate(&store, "g/1", 2, at(1)).await, Rotated::Now);
    assert_eq!(position(&store, "g/0", at(1)).await, Some(Older));
}

pub async fn a_lost_answer_gets_the_same_successor_again(store: Arc<dyn Store>) {
    family(&store).await;
    rotate(&store, "g/0", 1, at(10)).await;
    // The second caller would have made another successor: nothing is forked.
    assert_eq!(rotate(&store, "g/0", 77, at(39)).await, replayed(1));
    assert!(access_of(&store, 77, at(39)).await, "its access token is stored");
    assert_eq!(position(&store, "g/77", at(39)).await, None);
    assert_eq!(position(&store, "g/1", at(39)).await, Some(Current));
    assert_eq!(rotate(&store, "g/1", 2, at(39)).await, Rotated::Now);
}

pub async fn the_grace_ends_in_time(store: Arc<dyn Store>) {
    family(&store).await;
    rotate(&store, "g/0", 1, at(10)).await;
    assert_eq!(rotate(&store, "g/0", 2, at(40)).await, Rotated::Reused);
    assert_eq!(position(&store, "g/1", at(40)).await, None, "the family is dead");
    assert_eq!(rotate(&store, "g/1", 3, at(40)).await, Rotated::Unknown);
    assert!(!access_of(&store, 1, at(10)).await, "and so are its access tokens");
    assert!(!access_of(&store, 2, at(40)).await);
}

pub async fn the_grace_ends_when_the_successor_was_used(store: Arc<dyn Store>) {
    family(&store).await;
    rotate(&store, "g/0", 1, at(10)).await;
    rotate(&store, "g/1", 2, at(11)).await;
    assert_eq!(rotate(&store, "g/0", 3, at(12)).await, Rotated::Reused);
    assert_eq!(position(&store, "g/2", at(12)).await, None);
}

pub async fn reuse_of_a_token_two_steps_back_kills_the_family(store: Arc<dyn Store>) {
    family(&store).await;
    for step in 1..5 {
        let now = at(u64::from(step) * HOUR);
        assert_eq!(rotate(&store, &format!("g/{}", step - 1), step, now).await, Rotated::Now);
    }
    while store.sweep(at(5 * HOUR), 100).await.unwrap() > 0 {}
    assert_eq!(position(&store, "g/1", at(5 * HOUR)).await, Some(Older), "remembered as long as the family");
    assert_eq!(rotate(&store, "g/1", 9, at(5 * HOUR)).await, Rotated::Reused);
    assert_eq!(position(&store, "g/4", at(5 * HOUR)).await, None);
}

pub async fn an_idle_family_is_gone(store: Arc<dyn Store>) {
    family(&store).await;
    assert_eq!(position(&store, "g/0", at(30 * DAY - 1)).await, Some(Current));
    assert_eq!(position(&store, "g/0", at(30 * DAY)).await, None);
    assert_eq!(rotate(&store, "g/0", 1, at(30 * DAY)).await, Rotated::Unknown);
    assert_eq!(position(&store, "g/1", at(30 * DAY)).await, None);
}

pub async fn a_family_never_outlives_its_grant(store: Arc<dyn Store>) {
    let mut redemption = redemption("g", "anna");
    redemption.grant.ends = at(DAY);
    redeemed(&store, &redemption).await;
    assert_eq!(rotate(&store, "g/0", 1, at(DAY - 1)).await, Rotated::Now);
    assert_eq!(position(&store, "g/1", at(DAY)).await, None);
    let access = digest(&format!("g/a1@{}", at(DAY - 1).0));
    assert_eq!(store.access_token(access, at(DAY)).await.unwrap(), None);
}

pub async fn each_rotation_prolongs_the_family(store: Arc<dyn Store>) {
    family(&store).await;
    for step in 1..4 {
        let now = at(u64::from(step) * 25 * DAY);
        while store.sweep(now, 100).await.unwrap() > 0 {}
        assert_eq!(rotate(&store, &format!("g/{}", step - 1), step, now).await, Rotated::Now, "{step}");
    }
    assert_eq!(position(&store, "g/0", at(80 * DAY)).await, Some(Older), "the first is still known");
}

pub async fn an_unknown_token_changes_nothing(store: Arc<dyn Store>) {
    family(&store).await;
    assert_eq!(rotate(&store, "never was", 1, at(1)).await, Rotated::Unknown);
    assert_eq!(position(&store, "g/0", at(1)).await, Some(Current));
    assert!(!access_of(&store, 1, at(1)).await);
}
