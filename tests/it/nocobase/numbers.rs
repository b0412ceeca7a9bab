//! Numbers that are not good enough to open an account by (threat 24).

use std::collections::BTreeMap;

use serde_json::json;
use wecom_oidc::domain::time::Span;

use super::{ZHANGSAN, beside, enters, is_refused, phone, setup, signs_in};
use crate::support::{Client, Nocobase, Program, Setup, Stand, program};

#[tokio::test]
async fn threat_24_a_number_that_another_member_held_before_opens_no_account() {
    let nocobase = Nocobase::start().await;
    let ann = nocobase.has("ann", "13800000002");
    let stand = beside(&nocobase, "").await;
    // Whom the account was made for has never been to NocoBase; then the number moved on, spelled differently.
    stand.app().claims(&phone(&stand, "lisi"), "openid phone").await;
    let control = stand.sim.control();
    control.patch_member(None, "lisi", &json!({ "mobile": "13800000099" })).expect("lisi");
    control.patch_member(None, "wenli", &json!({ "mobile": "+86 138-0000-0002" })).expect("wenli");
    signs_in(&stand, &phone(&stand, "wenli")).await;
    assert_eq!(nocobase.linked(), BTreeMap::new(), "left to NocoBase");

    // As soon as the one before proves another number, it is one person's again.
    stand.app().claims(&phone(&stand, "lisi"), "openid phone").await;
    let sub = signs_in(&stand, &phone(&stand, "wenli")).await;
    assert_eq!(nocobase.linked(), BTreeMap::from([(ann, sub)]));
}

#[tokio::test]
async fn threat_24_a_number_that_moved_stays_known_of_its_first_member_who_gives_no_other_one() {
    let nocobase = Nocobase::start().await;
    nocobase.has("zhang", ZHANGSAN);
    let stand = beside(&nocobase, "unmatched = \"refuse\"").await;
    let of = |member: &str, fields: &str| stand.client_of(member).granting(fields);
    stand.app().claims(&of("zhangsan", "mobile,email"), "openid phone email").await;
    let control = stand.sim.control();
    control.patch_member(None, "zhangsan", &json!({ "mobile": "13800000098" })).expect("zhangsan");
    control.patch_member(None, "lisi", &json!({ "mobile": ZHANGSAN })).expect("lisi");
    stand.app().claims(&of("lisi", "mobile"), "openid phone").await;
    let claims = stand.app().claims(&stand.computer("zhangsan"), "openid phone email").await;
    assert!(
        claims.get("phone_number").is_none() && claims.get("email").is_some(),
        "the address has not moved: {claims}"
    );
    // The first one lets us read the address anew, and no number.
    control.forget_consents(None, None).expect("consents");
    let claims = stand.app().claims(&of("zhangsan", "email"), "openid phone email").await;
    assert!(claims.get("phone_number").is_none() && claims.get("email").is_some(), "{claims}");
    // So it opens no account for lisi, and is lisi's own all the same.
    let page = is_refused(&stand, &of("lisi", "mobile")).await;
    assert!(page.text().contains("number_shared"), "{}", page.text());
    let claims = stand.app().claims(&stand.computer("lisi"), "openid phone").await;
    assert_eq!(claims["phone_number"], "+8613800000001");
    assert_eq!(nocobase.linked(), BTreeMap::new());
}

#[tokio::test]
async fn threat_24_a_shared_number_makes_no_account_either_and_an_operator_can_say_whose_it_is() {
    let nocobase = Nocobase::start().await;
    let mut program = Program::start(setup(&nocobase, "unmatched = \"create\"")).await;
    let of = |member: &str| program.client_of(member).granting("mobile");
    program.rp("app").claims(&of("lisi"), "openid phone").await;
    program.sim.control().patch_member(None, "wenli", &json!({ "mobile": "13800000002" })).expect("wenli");
    let page = program.rp("nocobase").walk(&of("wenli"), "openid").await.page();
    page.assert_refused(403, "not_allowed");
    assert!(page.text().contains("同一个手机号") && !page.has("open-link"), "{}", page.text());
    let line = program.logged(&["nocobase.refused", "shared_number"]).await;
    assert!(line.contains("phones list") && line.contains("cure="), "{line}");
    // It is known after a restart as well.
    program.killed_and_restarted().await;
    let of = |member: &str| program.client_of(member).granting("mobile");
    program.rp("nocobase").walk(&of("wenli"), "openid").await.page().assert_refused(403, "not_allowed");
    assert_eq!(nocobase.count(), 1);
    let forget = ["phones", "forget", "--member", "lisi", "--config", "config.toml"];
    assert_eq!(program::run(&forget, program.folder()).0, 0);
    program.rp("nocobase").walk(&of("wenli"), "openid").await.answer().code();
    assert_eq!((nocobase.count(), nocobase.linked().len()), (2, 1));
}

#[tokio::test]
async fn threat_24_an_old_number_makes_no_link_on_a_computer_and_is_read_anew_inside_wecom() {
    let nocobase = Nocobase::start().await;
    let ann = nocobase.has("ann", ZHANGSAN);
    let stand = beside(&nocobase, "unmatched = \"refuse\"").await;
    stand.app().claims(&phone(&stand, "zhangsan"), "openid phone").await;
    stand.later(Span::days(31));
    let page = is_refused(&stand, &stand.computer("zhangsan")).await;
    assert!(page.text().contains("确认你的手机号"), "{}", page.text());
    assert_eq!(page.link("open-link"), stand.address("/open/nocobase"), "what its QR code holds");
    assert_eq!(nocobase.linked(), BTreeMap::new());

    // A session inside the WeCom client that began without the number is no obstacle: it is read on the way.
    let inside = phone(&stand, "zhangsan");
    stand.app().code(&inside, "openid").await;
    let sub = signs_in(&stand, &inside).await;
    assert_eq!(nocobase.linked(), BTreeMap::from([(ann, sub)]));
    signs_in(&stand, &stand.computer("zhangsan")).await;
}

#[tokio::test]
async fn a_link_stays_however_old_the_number_gets() {
    let nocobase = Nocobase::start().await;
    let ann = nocobase.has("ann", ZHANGSAN);
    let stand = beside(&nocobase, "unmatched = \"refuse\"").await;
    let sub = signs_in(&stand, &phone(&stand, "zhangsan")).await;
    stand.later(Span::days(90));
    nocobase.renumbers(ann, "13899999999");
    assert_eq!(signs_in(&stand, &stand.computer("zhangsan")).await, sub);
}

#[tokio::test]
async fn an_old_number_with_prompt_none_asks_for_interaction() {
    let nocobase = Nocobase::start().await;
    nocobase.has("ann", ZHANGSAN);
    let stand = beside(&nocobase, "unmatched = \"refuse\"").await;
    stand.app().claims(&phone(&stand, "zhangsan"), "openid phone").await;
    stand.later(Span::days(31));
    let computer = stand.computer("zhangsan");
    stand.app().code(&computer, "openid").await;
    assert_eq!(stand.rp("nocobase").silently(&computer).await.error(), "interaction_required");
}

#[tokio::test]
async fn without_a_number_nobody_is_matched_and_nobody_made() {
    for (unmatched, refused) in [("leave", false), ("create", true), ("refuse", true)] {
        let nocobase = Nocobase::start().await;
        nocobase.has("ann", ZHANGSAN);
        let client = nocobase.client_with("phone = \"wanted\"", &format!("unmatched = \"{unmatched}\""));
        let stand: Stand = Stand::with(Setup::of([client, Client::new("app")])).await;
        let end = enters(&stand, &stand.computer("zhangsan")).await.end();
        match end {
            Ok(page) => {
                assert!(refused, "{unmatched}: {}", page.text());
                page.assert_refused(403, "not_allowed");
            }
            Err(_) => assert!(!refused, "{unmatched}"),
        }
        assert_eq!((nocobase.linked().len(), nocobase.count()), (0, 2), "{unmatched}");
    }
}
