//! Accounts that members were led to, and whose number is whose.

use std::sync::Arc;

use tokio::task::JoinSet;
use wecom_oidc::domain::ids::Subject;
use wecom_oidc::store::Store;
use wecom_oidc::store::records::{LinkedAccount, SealedContact};

use super::samples::*;

fn account(number: u64) -> LinkedAccount {
    let subject = Subject::parse("s-0123456789").unwrap();
    LinkedAccount { subject, place: digest("nocobase"), account: number, seen: at(0) }
}

fn holding(text: &str, number: &str) -> SealedContact {
    SealedContact { number: Some(digest(number)), ..contact(text) }
}

pub async fn an_account_is_remembered_for_that_member_and_that_client_alone(store: Arc<dyn Store>) {
    store.remember_account(&member("anna"), &client("wiki"), &account(3)).await.unwrap();
    assert_eq!(store.account(&member("anna"), &client("wiki")).await.unwrap(), Some(account(3)));
    for (userid, id) in [("ann", "wiki"), ("annab", "wiki"), ("anna", "wik"), ("anna", "wiki2")] {
        assert_eq!(store.account(&member(userid), &client(id)).await.unwrap(), None, "{userid} {id}");
    }
    let later = LinkedAccount { seen: at(HOUR), ..account(4) };
    store.remember_account(&member("anna"), &client("wiki"), &later).await.unwrap();
    assert_eq!(store.account(&member("anna"), &client("wiki")).await.unwrap(), Some(later));
}

pub async fn an_account_is_forgotten_by_itself_and_with_its_member(store: Arc<dyn Store>) {
    let (anna, anne) = (member("anna"), member("anne"));
    for who in [&anna, &anne] {
        for id in ["chat", "wiki"] {
            store.remember_account(who, &client(id), &account(3)).await.unwrap();
        }
    }
    store.forget_account(&anna, &client("chat")).await.unwrap();
    store.forget_account(&anna, &client("chat")).await.unwrap();
    assert_eq!(store.account(&anna, &client("chat")).await.unwrap(), None);
    assert_eq!(store.account(&anna, &client("wiki")).await.unwrap(), Some(account(3)));
    store.forget_member(&anna).await.unwrap();
    assert_eq!(store.account(&anna, &client("wiki")).await.unwrap(), None);
    assert_eq!(store.account(&anne, &client("wiki")).await.unwrap(), Some(account(3)));
}

pub async fn the_holders_of_a_number_are_those_whose_contacts_hold_it(store: Arc<dyn Store>) {
    let holders = async |number: &str| store.holders_of(digest(number), 10).await.unwrap();
    store.remember_contact(&member("lisi"), &holding("l", "1")).await.unwrap();
    store.remember_contact(&member("anna"), &holding("a", "1")).await.unwrap();
    store.remember_contact(&member("bert"), &contact("b")).await.unwrap();
    assert_eq!(holders("1").await, [member("anna"), member("lisi")]);
    assert_eq!(store.holders_of(digest("1"), 1).await.unwrap(), [member("anna")]);
    assert_eq!(holders("2").await, []);
    // Another number, the same once more, none any longer.
    store.remember_contact(&member("anna"), &holding("a2", "2")).await.unwrap();
    store.remember_contact(&member("anna"), &holding("a3", "2")).await.unwrap();
    assert_eq!((holders("1").await, holders("2").await), (vec![member("lisi")], vec![member("anna")]));
    store.remember_contact(&member("anna"), &contact("a4")).await.unwrap();
    assert_eq!(holders("2").await, []);
    // By a ticket of the guide.
    store.put_phone_ticket(digest("t"), &ticket("anna", at(MINUTE)), at(0)).await.unwrap();
    assert!(store.redeem_phone_ticket(digest("t"), &member("anna"), &holding("a5", "1"), at(1)).await.unwrap());
    assert_eq!(holders("1").await, [member("anna"), member("lisi")]);
    assert!(store.forget_contact(&member("lisi")).await.unwrap());
    store.forget_member(&member("anna")).await.unwrap();
    assert_eq!(holders("1").await, []);
}

pub async fn the_number_of_an_older_contact_is_noted_unless_another_took_its_place(store: Arc<dyn Store>) {
    let (anna, before) = (member("anna"), contact("a"));
    store.note_number(&anna, &before, digest("1")).await.unwrap();
    assert_eq!((store.contact(&anna).await.unwrap(), store.holders_of(digest("1"), 9).await.unwrap().len()), (None, 0));
    store.remember_contact(&anna, &before).await.unwrap();
    store.note_number(&anna, &before, digest("1")).await.unwrap();
    assert_eq!(store.contact(&anna).await.unwrap(), Some(holding("a", "1")));
    assert_eq!(store.holders_of(digest("1"), 9).await.unwrap(), std::slice::from_ref(&anna));
    store.remember_contact(&anna, &holding("new", "2")).await.unwrap();
    store.note_number(&anna, &before, digest("1")).await.unwrap();
    assert_eq!(store.contact(&anna).await.unwrap(), Some(holding("new", "2")));
    assert_eq!(store.holders_of(digest("1"), 9).await.unwrap(), []);
}

pub async fn of_64_members_with_one_number_none_is_lost(store: Arc<dyn Store>) {
    let mut tasks = JoinSet::new();
    for number in 0..64 {
        let store = Arc::clone(&store);
        let held = holding("x", "1");
        tasks.spawn(async move { store.remember_contact(&member(&format!("m{number}")), &held).await.unwrap() });
    }
    tasks.join_all().await;
    assert_eq!(store.holders_of(digest("1"), 100).await.unwrap().len(), 64);
}
