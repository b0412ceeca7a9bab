//! Many sign-ins at once lead a member to one account, once.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::{ZHANGSAN, beside, phone};
use crate::support::Nocobase;
use crate::support::nocobase::Fault;

/// 64 browsers of these members sign in at once.
async fn crowd(nocobase: &Nocobase, keys: &str, members: &[&str]) {
    let stand = beside(nocobase, keys).await;
    // Whoever comes first waits until everybody is on the way.
    let gate = Arc::new(Notify::new());
    nocobase.behaves("usersAuthenticators:list", Fault::Gate(gate.clone()));
    let mut tasks = JoinSet::new();
    for number in 0..64 {
        let (browser, rp) = (phone(&stand, members[number % members.len()]), stand.rp("nocobase"));
        tasks.spawn(async move { rp.walk(&browser, "openid profile").await.answer().code() });
    }
    nocobase.called("usersAuthenticators:list").await;
    nocobase.recovers();
    gate.notify_waiters();
    gate.notify_one();
    assert_eq!(tasks.join_all().await.len(), 64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_sign_ins_of_one_member_one_makes_the_account_and_the_link() {
    let nocobase = Nocobase::start().await;
    crowd(&nocobase, "unmatched = \"create\"\non_trouble = \"refuse\"", &["zhangsan"]).await;
    assert_eq!((nocobase.count(), nocobase.linked().len()), (2, 1));
    let calls = nocobase.calls();
    let made = |call: &str| calls.iter().filter(|made| *made == call).count();
    assert_eq!((made("users:create"), made("usersAuthenticators:create")), (1, 1), "{calls:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_sign_ins_of_four_members_each_is_led_to_an_account_of_its_own() {
    let nocobase = Nocobase::start().await;
    let ann = nocobase.has("ann", ZHANGSAN);
    crowd(&nocobase, "unmatched = \"create\"\non_trouble = \"refuse\"", &["zhangsan", "lisi", "wenli", "WangWu"]).await;
    let linked: BTreeMap<u64, String> = nocobase.linked();
    assert_eq!((nocobase.count(), linked.len()), (5, 4));
    assert!(linked.contains_key(&ann) && !linked.contains_key(&1));
}
