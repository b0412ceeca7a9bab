//! Accounts that nobody is led to, and what the member is told.

use std::collections::BTreeMap;

use super::{ZHANGSAN, beside, is_refused, phone, signs_in};
use crate::support::{Nocobase, Stand};

/// Refused on a page, and with `prompt=none` by an error; whatever `unmatched` says, and nothing is changed.
async fn refused_in_any_case(prepare: impl Fn(&Nocobase), words: &str) {
    for unmatched in ["leave", "create", "refuse"] {
        let nocobase = Nocobase::start().await;
        prepare(&nocobase);
        let (linked, count) = (nocobase.linked(), nocobase.count());
        let stand = beside(&nocobase, &format!("unmatched = \"{unmatched}\"")).await;
        let browser = phone(&stand, "zhangsan");
        stand.app().subject(&browser).await;
        let page = is_refused(&stand, &browser).await;
        assert!(page.text().contains(words), "{unmatched}: {}", page.text());
        assert!(page.text().contains("Application nocobase"), "{}", page.text());
        assert_eq!(stand.rp("nocobase").silently(&browser).await.error(), "access_denied");
        assert_eq!((nocobase.linked(), nocobase.count()), (linked, count), "{unmatched}");
        // The application beside it is none of its business.
        stand.app().code(&browser, "openid").await;
    }
}

#[tokio::test]
async fn threat_24_two_accounts_with_one_number_are_nobodys() {
    let prepare = |nocobase: &Nocobase| {
        nocobase.has("ann", ZHANGSAN);
        nocobase.has("bert", "+86 138 0000 0001");
    };
    refused_in_any_case(prepare, "多个账号").await;
}

#[tokio::test]
async fn threat_24_the_account_of_another_member_is_never_stolen() {
    let prepare = |nocobase: &Nocobase| {
        let ann = nocobase.has("ann", ZHANGSAN);
        nocobase.links(ann, "the-sub-of-somebody-else");
    };
    refused_in_any_case(prepare, "另一位同事").await;
}

#[tokio::test]
async fn threat_22_an_account_with_a_protected_role_is_never_linked() {
    for roles in [&["member", "admin"][..], &["root"]] {
        let prepare = |nocobase: &Nocobase| {
            nocobase.adds("ann", Some(ZHANGSAN), roles);
        };
        refused_in_any_case(prepare, "特别保护").await;
    }
}

#[tokio::test]
async fn threat_22_an_account_whose_roles_are_not_told_counts_as_protected() {
    let prepare = |nocobase: &Nocobase| {
        nocobase.has("ann", ZHANGSAN);
        nocobase.hides_roles();
    };
    refused_in_any_case(prepare, "特别保护").await;
}

#[tokio::test]
async fn which_roles_are_protected_is_the_administrators_choice() {
    let nocobase = Nocobase::start().await;
    let boss = nocobase.adds("boss", Some("13800000004"), &["admin"]);
    nocobase.adds("lisi", Some("13800000002"), &["auditor"]);
    let stand = beside(&nocobase, "protected_roles = [\"root\", \"auditor\"]").await;
    let sub = signs_in(&stand, &phone(&stand, "boss")).await;
    assert_eq!(nocobase.linked(), BTreeMap::from([(boss, sub)]));
    is_refused(&stand, &phone(&stand, "lisi")).await;

    let nocobase = Nocobase::start().await;
    nocobase.hides_roles();
    let root = nocobase.adds("ann", Some(ZHANGSAN), &["root"]);
    let stand = beside(&nocobase, "protected_roles = []").await;
    let sub = signs_in(&stand, &phone(&stand, "zhangsan")).await;
    assert_eq!(nocobase.linked(), BTreeMap::from([(root, sub)]));
}

#[tokio::test]
async fn a_sub_that_opens_two_accounts_opens_none() {
    let nocobase = Nocobase::start().await;
    let (ann, bert) = (nocobase.has("ann", ZHANGSAN), nocobase.has("bert", "1"));
    let stand = beside(&nocobase, "").await;
    let browser = phone(&stand, "zhangsan");
    let sub = stand.app().subject(&browser).await;
    nocobase.links(ann, &sub);
    nocobase.links(bert, &sub);
    let page = is_refused(&stand, &browser).await;
    assert!(page.text().contains("多个账号"), "{}", page.text());
}

#[tokio::test]
async fn nobody_there_is_refused_or_left_alone_as_the_administrator_wishes() {
    let nocobase = Nocobase::start().await;
    let stand: Stand = beside(&nocobase, "unmatched = \"refuse\"").await;
    let page = is_refused(&stand, &phone(&stand, "zhangsan")).await;
    assert!(page.text().contains("还没有账号"), "{}", page.text());
    // As soon as there is an account, it is found.
    let ann = nocobase.has("ann", ZHANGSAN);
    let sub = signs_in(&stand, &phone(&stand, "zhangsan")).await;
    assert_eq!(nocobase.linked(), BTreeMap::from([(ann, sub)]));

    let nocobase = Nocobase::start().await;
    let stand = beside(&nocobase, "unmatched = \"leave\"").await;
    signs_in(&stand, &phone(&stand, "zhangsan")).await;
    assert_eq!((nocobase.linked().len(), nocobase.count()), (0, 1));
}

#[tokio::test]
async fn the_page_speaks_the_members_language_and_names_whom_to_ask() {
    let nocobase = Nocobase::start().await;
    let stand = beside(&nocobase, "unmatched = \"refuse\"").await;
    let browser = phone(&stand, "zhangsan").with_header("accept-language", "en");
    let page = is_refused(&stand, &browser).await;
    assert!(page.text().contains("You don’t have an account there yet"), "{}", page.text());
    assert!(page.text().contains("Ask the administrator of this application"), "{}", page.text());
    assert!(page.has("back-to-app"));
}
