//! An account that is there is found by the number, linked once, and never a wrong one.

use std::collections::BTreeMap;

use wecom_oidc::domain::time::Span;

use super::{ZHANGSAN, beside, enters, is_refused, phone, signs_in};
use crate::support::{Nocobase, Stand};

const LEAD: [&str; 6] = [
    "usersAuthenticators:list",
    "users:list",
    "users:get",
    "usersAuthenticators:list",
    "usersAuthenticators:create",
    "usersAuthenticators:list",
];

#[tokio::test]
async fn the_account_with_the_number_is_linked_and_signing_in_again_costs_no_call() {
    let nocobase = Nocobase::start().await;
    let ann = nocobase.has("ann", ZHANGSAN);
    nocobase.has("lisi", "13800000002");
    let stand = beside(&nocobase, "").await;
    let browser = phone(&stand, "zhangsan");
    let sub = signs_in(&stand, &browser).await;
    assert_eq!(nocobase.linked(), BTreeMap::from([(ann, sub.clone())]));
    assert_eq!(sub, stand.app().subject(&browser).await);
    let calls = nocobase.calls();
    assert_eq!(calls[..6], LEAD);
    assert_eq!(calls[6..], ["users:get"], "what was linked is seen");

    // A session that is there, prompt=none, a fresh sign-in on a computer, the entry from the workbench.
    assert_eq!(signs_in(&stand, &browser).await, sub);
    assert!(stand.rp("nocobase").silently(&browser).await.get("code").is_some());
    assert_eq!(signs_in(&stand, &stand.computer("zhangsan")).await, sub);
    let home = browser.walk(&stand.address("/open/nocobase")).await.left();
    assert_eq!(home.as_str(), "https://nocobase.example/home");
    let stand = stand.restarted().await;
    assert_eq!(signs_in(&stand, &browser).await, sub);
    assert_eq!(nocobase.calls(), [""; 0]);
}

#[tokio::test]
async fn every_way_to_a_code_leads_to_the_account_first() {
    let nocobase = Nocobase::start().await;
    let stand = beside(&nocobase, "").await;
    // The number becomes known and a session begins at an application without accounts; NocoBase is asked of nothing.
    let browser = phone(&stand, "zhangsan");
    stand.app().claims(&browser, "openid phone").await;
    assert_eq!(nocobase.calls(), [""; 0]);
    let ann = nocobase.has("ann", ZHANGSAN);
    let sub = stand.app().subject(&browser).await;
    let silent = stand.rp("nocobase").silently(&browser).await;
    assert!(silent.get("code").is_some(), "SSO and prompt=none");
    assert_eq!(nocobase.linked(), BTreeMap::from([(ann, sub)]));

    let lisi = nocobase.has("lisi", "13800000002");
    let sub = stand.app().subject(&phone(&stand, "lisi")).await;
    let home = phone(&stand, "lisi").walk(&stand.address("/open/nocobase")).await.left();
    assert_eq!(home.as_str(), "https://nocobase.example/home", "no code yet, so nothing is done yet");
    assert_eq!(nocobase.linked().len(), 1);
    assert_eq!(signs_in(&stand, &stand.computer("lisi")).await, sub, "a computer, after the scan");
    assert_eq!(nocobase.linked()[&lisi], sub);
}

#[tokio::test]
async fn a_number_is_the_same_in_every_spelling() {
    for spelling in
        ["13800000001", "+8613800000001", "8613800000001", "+86 13800000001", "138-0000-0001", "0086 138 0000 0001"]
    {
        let nocobase = Nocobase::start().await;
        let ann = nocobase.has("ann", spelling);
        let stand = beside(&nocobase, "unmatched = \"refuse\"").await;
        let sub = signs_in(&stand, &phone(&stand, "zhangsan")).await;
        assert_eq!(nocobase.linked(), BTreeMap::from([(ann, sub)]), "{spelling}");
    }
}

#[tokio::test]
async fn a_foreign_number_is_matched_with_its_country_alone() {
    let nocobase = Nocobase::start().await;
    nocobase.has("local", "91234567");
    nocobase.has("macao", "+85391234567");
    let right = nocobase.has("right", "+852 9123-4567");
    let stand = beside(&nocobase, "").await;
    let sub = signs_in(&stand, &phone(&stand, "hongkong")).await;
    assert_eq!(nocobase.linked(), BTreeMap::from([(right, sub)]));
}

#[tokio::test]
async fn threat_24_a_number_that_only_ends_alike_is_another_number() {
    let nocobase = Nocobase::start().await;
    for (name, other) in
        [("a", "23800000001"), ("b", "113800000001"), ("c", "+8113800000001"), ("d", "0001"), ("e", "13900000001")]
    {
        nocobase.has(name, other);
    }
    nocobase.adds("f", None, &["member"]);
    nocobase.has("g", "+85213800000001");
    let stand = beside(&nocobase, "unmatched = \"refuse\"").await;
    is_refused(&stand, &phone(&stand, "zhangsan")).await;
    assert_eq!(nocobase.linked(), BTreeMap::new());
}

#[tokio::test]
async fn a_crowd_with_the_same_last_digits_is_asked_about_more_exactly() {
    let nocobase = Nocobase::start().await;
    for number in 0..250 {
        nocobase.has(&format!("u{number}"), &format!("139{number:04}0001"));
    }
    let right = nocobase.has("right", ZHANGSAN);
    let stand = beside(&nocobase, "").await;
    let sub = signs_in(&stand, &phone(&stand, "zhangsan")).await;
    assert_eq!(nocobase.linked(), BTreeMap::from([(right, sub)]));
}

#[tokio::test]
async fn a_link_that_is_there_decides_whatever_number_and_roles_its_account_has() {
    let nocobase = Nocobase::start().await;
    let ann = nocobase.has("ann", ZHANGSAN);
    let stand = beside(&nocobase, "unmatched = \"refuse\"").await;
    let browser = phone(&stand, "zhangsan");
    let sub = stand.app().subject(&browser).await;
    nocobase.links(1, &sub);
    assert_eq!(signs_in(&stand, &browser).await, sub);
    assert_eq!(nocobase.linked(), BTreeMap::from([(1, sub)]));
    assert!(nocobase.user(ann).is_some());
    assert_eq!(nocobase.calls(), ["usersAuthenticators:list", "users:get"]);
}

#[tokio::test]
async fn an_account_that_is_deleted_is_noticed_within_the_hour() {
    let nocobase = Nocobase::start().await;
    let ann = nocobase.has("ann", ZHANGSAN);
    let stand = beside(&nocobase, "unmatched = \"refuse\"").await;
    let browser = phone(&stand, "zhangsan");
    let sub = signs_in(&stand, &browser).await;
    nocobase.deletes(ann);
    nocobase.taken();
    stand.later(Span::minutes(59));
    enters(&stand, &browser).await.answer().code();
    assert_eq!(nocobase.calls(), [""; 0]);
    stand.later(Span::minutes(2));
    is_refused(&stand, &browser).await;
    // What was seen to be gone is not remembered: the new account is found at once.
    let new = nocobase.has("ann", ZHANGSAN);
    enters(&stand, &browser).await.answer().code();
    assert_eq!(nocobase.linked(), BTreeMap::from([(new, sub)]));
}

#[tokio::test]
async fn a_link_whose_account_never_was_stands_in_nobodys_way() {
    let nocobase = Nocobase::start().await;
    let ann = nocobase.has("ann", ZHANGSAN);
    let stand = beside(&nocobase, "").await;
    let browser = phone(&stand, "zhangsan");
    let sub = stand.app().subject(&browser).await;
    nocobase.links(999, &sub);
    signs_in(&stand, &browser).await;
    assert_eq!(nocobase.linked()[&ann], sub);
    stand.later(Span::hours(2));
    signs_in(&stand, &browser).await;
    assert_eq!(nocobase.linked().len(), 2);
}

#[tokio::test]
async fn another_nocobase_is_asked_anew_after_a_reload() {
    let (first, second) = (Nocobase::start().await, Nocobase::start().await);
    first.has("ann", ZHANGSAN);
    let ann = second.has("ann", ZHANGSAN);
    let mut stand: Stand = beside(&first, "").await;
    let browser = phone(&stand, "zhangsan");
    let sub = signs_in(&stand, &browser).await;
    stand.reloaded(super::setup(&second, "")).await;
    signs_in(&stand, &browser).await;
    assert_eq!(second.linked(), BTreeMap::from([(ann, sub)]));
}
