//! Members, contacts, phone tickets, subjects.

use std::sync::Arc;

use wecom_oidc::store::Store;
use wecom_oidc::store::records::SealedContact;

use super::samples::*;

pub async fn a_member_is_remembered_and_forgotten_with_the_contact(store: Arc<dyn Store>) {
    let anna = member("anna");
    store.remember_member(&connection(), &anna, &member_record("Anna")).await.unwrap();
    let mut newer = member_record("Anna");
    newer.read_at = at(HOUR);
    store.remember_member(&connection(), &anna, &newer).await.unwrap();
    store.remember_contact(&anna, &contact("sealed")).await.unwrap();
    assert_eq!(store.member(&connection(), &anna).await.unwrap(), Some(newer));
    assert_eq!(store.member(&connection(), &member("ann")).await.unwrap(), None);
    store.forget_member(&anna).await.unwrap();
    assert_eq!(store.member(&connection(), &anna).await.unwrap(), None);
    assert_eq!(store.contact(&anna).await.unwrap(), None);
}

pub async fn a_contact_is_replaced_and_forgotten(store: Arc<dyn Store>) {
    let anna = member("anna");
    assert_eq!(store.contact(&anna).await.unwrap(), None);
    assert!(!store.forget_contact(&anna).await.unwrap());
    store.remember_contact(&anna, &contact("old")).await.unwrap();
    store.remember_contact(&anna, &contact("new")).await.unwrap();
    assert_eq!(store.contact(&anna).await.unwrap(), Some(contact("new")));
    assert!(store.forget_contact(&anna).await.unwrap());
    assert!(!store.forget_contact(&anna).await.unwrap());
    assert_eq!(store.contact(&anna).await.unwrap(), None);
}

pub async fn a_number_that_moves_is_noted_at_its_former_member(store: Arc<dyn Store>) {
    let with = |text: &str, number: &str| SealedContact { number: Some(digest(number)), ..contact(text) };
    let (anna, berta) = (member("anna"), member("berta"));
    store.remember_contact(&anna, &with("a", "1")).await.unwrap();
    store.remember_contact(&anna, &with("again", "1")).await.unwrap();
    assert_eq!(store.contact(&anna).await.unwrap(), Some(with("again", "1")), "one's own number stays");
    store.remember_contact(&berta, &with("b", "1")).await.unwrap();
    let moved = |contact: SealedContact| Some(SealedContact { moved: true, ..contact });
    assert_eq!(store.contact(&anna).await.unwrap(), moved(with("again", "1")));
    assert_eq!(store.contact(&berta).await.unwrap(), Some(with("b", "1")));

    // Whoever knows that it has moved takes it from nobody.
    let still = SealedContact { moved: true, ..with("addresses", "1") };
    store.remember_contact(&anna, &still).await.unwrap();
    assert_eq!(store.contact(&anna).await.unwrap(), Some(still));
    assert_eq!(store.contact(&berta).await.unwrap(), Some(with("b", "1")));
    assert_eq!(store.holders_of(digest("1"), 9).await.unwrap(), [member("anna"), member("berta")]);

    // A former number is nobody's, however it was let go.
    store.remember_contact(&berta, &with("b", "2")).await.unwrap();
    store.remember_contact(&anna, &with("a", "1")).await.unwrap();
    assert_eq!(store.contact(&berta).await.unwrap(), Some(with("b", "2")));
    assert!(store.forget_contact(&anna).await.unwrap());
    store.remember_contact(&anna, &with("a", "3")).await.unwrap();
    store.remember_contact(&berta, &with("b", "1")).await.unwrap();
    assert_eq!(store.contact(&anna).await.unwrap(), Some(with("a", "3")));
    assert_eq!(store.contact(&berta).await.unwrap(), Some(with("b", "1")));
    store.forget_member(&anna).await.unwrap();
    store.remember_contact(&anna, &contact("without")).await.unwrap();
    store.remember_contact(&berta, &with("b", "3")).await.unwrap();
    assert_eq!(store.contact(&anna).await.unwrap(), Some(contact("without")));

    // By the link of the guide it moves as well.
    assert_eq!(store.put_phone_ticket(digest("p"), &ticket("anna", at(60)), at(0)).await.unwrap(), None);
    assert!(store.redeem_phone_ticket(digest("p"), &anna, &with("a", "3"), at(1)).await.unwrap());
    assert_eq!(store.contact(&berta).await.unwrap(), moved(with("b", "3")));
}

const FIVE: [&str; 5] = ["a.b", "ab", "abc", "b", "zhangsan"];

pub async fn contacts_are_read_page_by_page_in_order(store: Arc<dyn Store>) {
    for userid in FIVE.iter().rev() {
        store.remember_contact(&member(userid), &contact(userid)).await.unwrap();
    }
    store.remember_contact(&member("aa"), &contact("gone")).await.unwrap();
    store.forget_contact(&member("aa")).await.unwrap();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = store.contacts_after(after.as_ref(), 2).await.unwrap();
        assert!(page.len() <= 2);
        let Some((last, _)) = page.last() else { break };
        after = Some(last.clone());
        seen.extend(page);
    }
    let expected: Vec<_> = FIVE.iter().map(|userid| (member(userid), contact(userid))).collect();
    assert_eq!(seen, expected);
    assert_eq!(store.contacts_after(None, 0).await.unwrap(), vec![]);
}

pub async fn subjects_are_read_page_by_page_in_order(store: Arc<dyn Store>) {
    for (generation, userid) in (2..).zip(FIVE) {
        store.put_subject_entry(&member(userid), &subject_entry(1)).await.unwrap();
        store.put_subject_entry(&member(userid), &subject_entry(generation)).await.unwrap();
    }
    assert_eq!(store.subject_entry(&member("abc")).await.unwrap(), Some(subject_entry(4)));
    assert_eq!(store.subject_entry(&member("none")).await.unwrap(), None);
    let first = store.subject_entries_after(None, 3).await.unwrap();
    let rest = store.subject_entries_after(Some(&member("abc")), 100).await.unwrap();
    let read: Vec<_> = first.into_iter().chain(rest).map(|(member, entry)| (member, entry.generation)).collect();
    let expected: Vec<_> = FIVE.iter().map(|userid| member(userid)).zip(2..).collect();
    assert_eq!(read, expected);
}

pub async fn a_phone_ticket_works_once_and_for_its_member_only(store: Arc<dyn Store>) {
    let (anna, record) = (member("anna"), ticket("anna", at(10 * MINUTE)));
    assert_eq!(store.put_phone_ticket(digest("p"), &record, at(0)).await.unwrap(), None);
    assert_eq!(store.phone_ticket(digest("p"), at(1)).await.unwrap(), Some(record));
    let take = |userid| {
        let store = Arc::clone(&store);
        async move { store.redeem_phone_ticket(digest("p"), &member(userid), &contact(userid), at(1)).await.unwrap() }
    };
    assert!(!take("berta").await);
    assert_eq!(store.contact(&member("berta")).await.unwrap(), None);
    assert!(take("anna").await);
    assert!(!take("anna").await);
    assert_eq!(store.contact(&anna).await.unwrap(), Some(contact("anna")));
    assert_eq!(store.phone_ticket(digest("p"), at(1)).await.unwrap(), None);
}

pub async fn a_phone_ticket_that_lives_stays_and_one_that_is_withdrawn_does_not_work(store: Arc<dyn Store>) {
    let (first, second) = (ticket("anna", at(60)), ticket("anna", at(10 * MINUTE)));
    assert_eq!(store.put_phone_ticket(digest("p"), &first, at(0)).await.unwrap(), None);
    assert_eq!(store.put_phone_ticket(digest("p"), &second, at(59)).await.unwrap(), Some(first.clone()));
    assert_eq!(store.phone_ticket(digest("p"), at(59)).await.unwrap(), Some(first));
    assert_eq!(store.put_phone_ticket(digest("p"), &second, at(60)).await.unwrap(), None, "the first has expired");
    assert_eq!(store.phone_ticket(digest("p"), at(60)).await.unwrap(), Some(second));
    store.withdraw_phone_ticket(digest("p")).await.unwrap();
    store.withdraw_phone_ticket(digest("p")).await.unwrap();
    assert_eq!(store.phone_ticket(digest("p"), at(60)).await.unwrap(), None);
    assert!(!store.redeem_phone_ticket(digest("p"), &member("anna"), &contact("x"), at(60)).await.unwrap());
    assert_eq!(store.contact(&member("anna")).await.unwrap(), None);
}

pub async fn an_expired_phone_ticket_does_not_work(store: Arc<dyn Store>) {
    assert_eq!(store.put_phone_ticket(digest("p"), &ticket("anna", at(60)), at(0)).await.unwrap(), None);
    assert_eq!(store.phone_ticket(digest("p"), at(60)).await.unwrap(), None);
    let taken = store.redeem_phone_ticket(digest("p"), &member("anna"), &contact("x"), at(60)).await.unwrap();
    assert!(!taken);
    assert_eq!(store.contact(&member("anna")).await.unwrap(), None);
}
