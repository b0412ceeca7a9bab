//! Single-use things, taken by 64 at once (law 3).

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Barrier;
use wecom_oidc::store::{Finished, Pushed, Redeemed, Rotated, Store};

use super::grants::redeemed;
use super::samples::*;

const MANY: u32 = 64;

/// Lets 64 go at the same moment and gathers what they got.
async fn race<T, F>(store: &Arc<dyn Store>, take: impl Fn(u32, Arc<dyn Store>) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(MANY as usize));
    let runners: Vec<_> = (0..MANY)
        .map(|runner| {
            let (start, take) = (Arc::clone(&start), take(runner, Arc::clone(store)));
            tokio::spawn(async move {
                start.wait().await;
                take.await
            })
        })
        .collect();
    let mut results = Vec::new();
    for runner in runners {
        results.push(runner.await.unwrap());
    }
    results
}

fn count<T: PartialEq>(results: &[T], wanted: &T) -> usize {
    results.iter().filter(|result| *result == wanted).count()
}

pub async fn of_64_redeemers_one_gets_the_code(store: Arc<dyn Store>) {
    store.put_code(digest("c"), &code("anna", at(60))).await.unwrap();
    let results = race(&store, |runner, store| async move {
        store.redeem_code(digest("c"), &redemption(&format!("g{runner}"), "anna"), at(1)).await.unwrap()
    })
    .await;
    assert_eq!((count(&results, &Redeemed::Now), count(&results, &Redeemed::Again)), (1, 63));
    for runner in 0..MANY {
        let token = digest(&format!("g{runner}/a"));
        assert_eq!(store.access_token(token, at(1)).await.unwrap(), None, "and its tokens are dead");
    }
}

pub async fn of_64_rotations_one_rotates_and_the_rest_get_its_successor(store: Arc<dyn Store>) {
    redeemed(&store, &redemption("g", "anna")).await;
    let results = race(&store, |runner, store| async move {
        store.rotate_refresh_token(digest("g/0"), &rotation("g", runner + 1, at(1)), at(1)).await.unwrap()
    })
    .await;
    let winner = results.iter().position(|result| *result == Rotated::Now).unwrap() + 1;
    let replayed = Rotated::Replayed { sealed_successor: format!("sealed g/{winner}").into_bytes() };
    assert_eq!((count(&results, &Rotated::Now), count(&results, &replayed)), (1, 63));
    for runner in 1..=MANY {
        let current = store.refresh_token(digest(&format!("g/{runner}")), at(1)).await.unwrap().is_some();
        assert_eq!(current, runner as usize == winner);
        let access = digest(&format!("g/a{runner}@{}", at(1).0));
        assert!(store.access_token(access, at(1)).await.unwrap().is_some());
    }
}

pub async fn of_64_takers_one_gets_the_pushed_request(store: Arc<dyn Store>) {
    store.put_pushed_request(digest("r"), &pushed("nocobase", at(60)), 10, at(0)).await.unwrap();
    let results =
        race(&store, |_, store| async move { store.take_pushed_request(digest("r"), at(1)).await.unwrap() }).await;
    assert_eq!(results.iter().flatten().count(), 1);
}

pub async fn of_64_guides_one_stores_the_phone_ticket_and_the_rest_get_its_own(store: Arc<dyn Store>) {
    let results = race(&store, |runner, store| async move {
        let ticket = ticket("anna", at(60 + u64::from(runner)));
        (ticket.clone(), store.put_phone_ticket(digest("p"), &ticket, at(1)).await.unwrap())
    })
    .await;
    let stored: Vec<_> = results.iter().filter(|(_, before)| before.is_none()).map(|(ticket, _)| ticket).collect();
    assert_eq!(stored.len(), 1);
    assert!(results.iter().all(|(_, before)| before.as_ref().is_none_or(|before| before == stored[0])));
}

pub async fn of_64_takers_one_uses_the_phone_ticket(store: Arc<dyn Store>) {
    assert_eq!(store.put_phone_ticket(digest("p"), &ticket("anna", at(60)), at(0)).await.unwrap(), None);
    let results = race(&store, |runner, store| async move {
        let contact = contact(&runner.to_string());
        store.redeem_phone_ticket(digest("p"), &member("anna"), &contact, at(1)).await.unwrap()
    })
    .await;
    assert_eq!(count(&results, &true), 1);
    let winner = results.iter().position(|won| *won).unwrap();
    assert_eq!(store.contact(&member("anna")).await.unwrap(), Some(contact(&winner.to_string())));
}

pub async fn of_64_callbacks_one_finishes_the_login(store: Arc<dyn Store>) {
    let results = race(&store, |runner, store| async move {
        let mut outcome = login(&format!("hit{runner}"), "anna");
        outcome.record.sealed = runner.to_be_bytes().to_vec();
        store.finish_login(digest("t"), &outcome, at(0)).await.unwrap()
    })
    .await;
    let winner = results.iter().position(|result| *result == Finished::Now).unwrap();
    let record = store.finished_login(digest("t"), at(0)).await.unwrap().unwrap();
    assert_eq!(record.sealed, u32::try_from(winner).unwrap().to_be_bytes());
    assert_eq!((count(&results, &Finished::Now), count(&results, &Finished::Before(record))), (1, 63));
    assert_eq!(store.sessions_of(&member("anna"), at(0)).await.unwrap().len(), 1);
}

pub async fn of_64_sign_outs_one_ends_the_session(store: Arc<dyn Store>) {
    store.finish_login(digest("t"), &login("t", "anna"), at(0)).await.unwrap();
    let results = race(&store, |runner, store| async move {
        if runner % 2 == 0 {
            // Touches at the same time do not bring it back.
            store.touch_session(digest("t/s"), at(DAY), at(1)).await.unwrap();
        }
        store.end_session(digest("t/s"), &login("t", "anna").tell, at(1)).await.unwrap()
    })
    .await;
    assert_eq!(results.iter().flatten().count(), 1);
    assert_eq!(
        store.due_logouts(&client("nocobase"), at(1), 99).await.unwrap().len(),
        1,
        "and its clients hear of it once"
    );
    assert_eq!(store.session(digest("t/s"), at(1)).await.unwrap(), None);
}

pub async fn of_64_claims_one_gets_the_logout_token(store: Arc<dyn Store>) {
    let first = login("t", "anna");
    store.finish_login(digest("t"), &first, at(0)).await.unwrap();
    store.end_session(digest("t/s"), &first.tell, at(1)).await.unwrap().unwrap();
    let seen = store.due_logouts(&client("nocobase"), at(1), 1).await.unwrap().remove(0);
    let results = race(&store, |runner, store| {
        let seen = seen.clone();
        async move { store.claim_logout(&seen, at(30 + u64::from(runner % 2))).await.unwrap() }
    })
    .await;
    assert_eq!(results.iter().flatten().count(), 1);
    assert_eq!(store.due_logouts(&client("nocobase"), at(100), 99).await.unwrap().len(), 1);
}

pub async fn of_64_assertions_with_one_id_one_is_good(store: Arc<dyn Store>) {
    let results = race(&store, |_, store| async move {
        store.use_assertion_id(&client("nocobase"), digest("jti"), at(60), 100, at(0)).await.unwrap()
    })
    .await;
    assert_eq!(count(&results, &true), 1);
}

pub async fn of_64_pushes_only_the_cap_is_stored(store: Arc<dyn Store>) {
    let results = race(&store, |runner, store| async move {
        let request = pushed("nocobase", at(60));
        store.put_pushed_request(digest(&runner.to_string()), &request, 10, at(0)).await.unwrap()
    })
    .await;
    assert_eq!(count(&results, &Pushed::Stored), 10);
}
