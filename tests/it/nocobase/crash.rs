//! The program is killed between two steps (threat 47): the next sign-in takes the step that is missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Notify;

use super::setup;
use crate::support::nocobase::Fault;
use crate::support::{Nocobase, Program};

async fn killed_at(call: &str, nocobase: &Nocobase, program: &mut Program) {
    nocobase.behaves(call, Fault::Gate(Arc::new(Notify::new())));
    let (browser, url) = (program.client_of("zhangsan").granting("mobile"), program.rp("nocobase").request().url());
    let under_way = tokio::spawn(async move { browser.try_walk(&url).await.is_ok() });
    nocobase.called(call).await;
    program.stop();
    assert!(!under_way.await.expect("no panic"), "it was killed before it had answered");
    nocobase.recovers();
    nocobase.taken();
    program.restarted().await;
}

#[tokio::test]
async fn threat_47_killed_before_during_and_after_making_the_account_it_is_made_once_and_linked_once() {
    for call in ["usersAuthenticators:list", "users:list", "users:create", "usersAuthenticators:create"] {
        let nocobase = Nocobase::start().await;
        let mut program = Program::start(setup(&nocobase, "unmatched = \"create\"\non_trouble = \"refuse\"")).await;
        killed_at(call, &nocobase, &mut program).await;
        let made = nocobase.count();
        assert_eq!(made, if call == "usersAuthenticators:create" { 2 } else { 1 }, "{call}");
        let browser = program.client_of("zhangsan").granting("mobile");
        let tokens = program.rp("nocobase").tokens(&browser, "openid").await;
        let sub = tokens.id_claims()["sub"].as_str().expect("a sub").to_owned();
        assert_eq!((nocobase.linked(), nocobase.count()), (BTreeMap::from([(2, sub)]), 2), "{call}");
    }
}
