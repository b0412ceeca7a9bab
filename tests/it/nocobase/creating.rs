//! `unmatched = "create"`: an account is made where there is none, and no other one is taken over.

use std::collections::BTreeMap;

use super::{beside, is_refused, phone, signs_in};
use crate::support::nocobase::Fault;
use crate::support::{Client, Nocobase, Setup, Stand};

const CREATE: &str = "unmatched = \"create\"";

#[tokio::test]
async fn a_member_whom_nobody_matches_gets_an_account() {
    let nocobase = Nocobase::start().await;
    let stand = beside(&nocobase, CREATE).await;
    let sub = signs_in(&stand, &phone(&stand, "zhangsan")).await;
    let user = nocobase.user(2).expect("a user");
    assert_eq!(
        (&user["username"], &user["phone"], &user["nickname"]),
        (&"zhangsan".into(), &"13800000001".into(), &"张三".into())
    );
    assert_eq!(nocobase.linked(), BTreeMap::from([(2, sub)]));
    signs_in(&stand, &stand.computer("zhangsan")).await;
    assert_eq!(nocobase.count(), 2);
}

#[tokio::test]
async fn the_account_is_what_userinfo_tells_of_the_member() {
    let nocobase = Nocobase::start().await;
    let client = nocobase.client_with("phone = \"required\"\nphone_format = \"e164\"", CREATE);
    let stand = Stand::with(Setup::of([client, Client::new("app")])).await;
    let browser = phone(&stand, "chen.liu_01-a@corp");
    let claims = stand.rp("nocobase").claims(&browser, "openid profile").await;
    let user = nocobase.user(2).expect("a user");
    assert_eq!((&user["username"], &user["phone"]), (&claims["username"], &claims["phone"]));
    assert_eq!(user["phone"], "+8613800000011");
    let username = user["username"].as_str().expect("a name");
    assert!(username.len() <= 50 && !username.contains(['@', '<', '>', '"', '\'', '/']), "{username}");
}

#[tokio::test]
async fn threat_23_an_account_that_only_has_the_members_name_is_not_taken_over() {
    for taken in ["zhangsan", "ZhangSan"] {
        let nocobase = Nocobase::start().await;
        nocobase.adds(taken, None, &["member"]);
        // A database that does not tell capital letters apart answers with the other spelling.
        if taken != "zhangsan" {
            let row = "{\"data\":[{\"id\":2,\"username\":\"ZhangSan\"}]}".to_owned();
            let stand = beside(&nocobase, CREATE).await;
            let browser = phone(&stand, "zhangsan");
            stand.app().claims(&browser, "openid phone").await;
            nocobase.behaves("users:list", Fault::Json(row));
            // The same answer is no answer to the question about the number, so nothing is done either.
            signs_in(&stand, &browser).await;
            assert_eq!((nocobase.linked().len(), nocobase.count()), (0, 2));
            continue;
        }
        let stand = beside(&nocobase, CREATE).await;
        let page = is_refused(&stand, &phone(&stand, "zhangsan")).await;
        assert!(page.text().contains("还没有账号"), "{}", page.text());
        assert_eq!((nocobase.linked().len(), nocobase.count()), (0, 2));
    }
}

#[tokio::test]
async fn a_user_that_the_key_may_not_see_is_trouble_and_no_second_account() {
    let nocobase = Nocobase::start().await;
    let stand = beside(&nocobase, "unmatched = \"create\"\non_trouble = \"refuse\"").await;
    nocobase.behaves("users:create", Fault::Status(400));
    let page = super::enters(&stand, &phone(&stand, "zhangsan")).await.page();
    page.assert_refused(503, "temporarily_unavailable");
    assert_eq!((nocobase.linked().len(), nocobase.count()), (0, 1));
}

#[tokio::test]
async fn an_account_that_was_made_and_never_linked_is_linked_at_the_next_sign_in() {
    for (call, fault) in [
        ("users:create", Fault::Lost),
        ("usersAuthenticators:create", Fault::Status(500)),
        ("usersAuthenticators:create", Fault::Pretended),
    ] {
        let nocobase = Nocobase::start().await;
        let stand = beside(&nocobase, CREATE).await;
        nocobase.behaves(call, fault.clone());
        let sub = signs_in(&stand, &phone(&stand, "zhangsan")).await;
        assert_eq!((nocobase.linked().len(), nocobase.count()), (0, 2), "{fault:?}");
        nocobase.recovers();
        signs_in(&stand, &stand.computer("zhangsan")).await;
        assert_eq!((nocobase.linked(), nocobase.count()), (BTreeMap::from([(2, sub)]), 2), "{fault:?}");
    }
}

#[tokio::test]
async fn a_link_whose_answer_got_lost_is_found_at_the_next_sign_in() {
    let nocobase = Nocobase::start().await;
    let stand = beside(&nocobase, CREATE).await;
    nocobase.behaves("usersAuthenticators:create", Fault::Lost);
    let sub = signs_in(&stand, &phone(&stand, "zhangsan")).await;
    nocobase.recovers();
    nocobase.taken();
    signs_in(&stand, &stand.computer("zhangsan")).await;
    assert_eq!(nocobase.linked(), BTreeMap::from([(2, sub)]));
    assert_eq!(nocobase.calls(), ["usersAuthenticators:list", "users:get"]);
}
