//! A NocoBase that does not answer as it should: nobody is led to a wrong account, and nobody waits long.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use wecom_oidc::domain::time::Span;

use super::{ZHANGSAN, beside, enters, phone, signs_in};
use crate::support::nocobase::Fault;
use crate::support::{Nocobase, Receiver};

/// The sign-in goes on or not, as the administrator wishes; nothing is linked; and afterwards it is.
async fn troubles(call: &str, fault: Fault) {
    let nocobase = Nocobase::start().await;
    let ann = nocobase.has("ann", ZHANGSAN);
    nocobase.has("other", "13900000001");
    for keys in ["on_trouble = \"refuse\"", "on_trouble = \"allow\""] {
        let stand = beside(&nocobase, keys).await;
        let browser = phone(&stand, "zhangsan");
        let sub = stand.app().subject(&browser).await;
        stand.app().claims(&phone(&stand, "zhangsan"), "openid phone").await;
        nocobase.behaves(call, fault.clone());
        let began = Instant::now();
        let end = enters(&stand, &browser).await.end();
        assert!(began.elapsed() < Duration::from_secs(20), "{call} {fault:?}");
        match end {
            Ok(page) => {
                assert!(keys.contains("refuse"), "{call} {fault:?} {}", page.text());
                page.assert_refused(503, "temporarily_unavailable");
                assert!(page.text().contains("Application nocobase"), "{}", page.text());
                assert_eq!(stand.rp("nocobase").silently(&browser).await.error(), "temporarily_unavailable");
            }
            Err(_) => assert!(keys.contains("allow"), "{call} {fault:?}"),
        }
        assert_eq!(nocobase.linked(), BTreeMap::new(), "{call} {fault:?}");
        nocobase.recovers();
        enters(&stand, &browser).await.answer().code();
        assert_eq!(nocobase.linked(), BTreeMap::from([(ann, sub)]), "{call} {fault:?}");
        nocobase.unlinks(ann);
    }
}

#[tokio::test]
async fn statuses_pages_and_broken_answers_are_trouble_at_every_call() {
    for fault in [
        Fault::Status(401),
        Fault::Status(403),
        Fault::Status(404),
        Fault::Status(429),
        Fault::Status(500),
        Fault::Status(204),
        Fault::Html,
        Fault::Half,
    ] {
        troubles("*", fault).await;
    }
}

#[tokio::test]
async fn each_call_may_be_the_one_that_fails() {
    for call in ["users:list", "users:get", "usersAuthenticators:list"] {
        for fault in [Fault::Status(500), Fault::Status(400), Fault::Json("{}".to_owned())] {
            troubles(call, fault).await;
        }
    }
    troubles("usersAuthenticators:create", Fault::Status(403)).await;
    troubles("usersAuthenticators:create", Fault::Pretended).await;
}

#[tokio::test]
async fn threat_24_answers_that_do_not_fit_the_question_lead_nowhere() {
    let other = "{\"id\":3,\"phone\":\"13900000001\",\"username\":\"other\",\"roles\":[]}";
    for (call, body) in [
        ("users:list", "{\"data\":null}".to_owned()),
        ("users:list", "{\"data\":{}}".to_owned()),
        ("users:list", "[]".to_owned()),
        ("users:list", "{\"data\":[{\"id\":3,\"phone\":13800000001}]}".to_owned()),
        ("users:list", "{\"data\":[{\"id\":3,\"phone\":\"13800000009\"}]}".to_owned()),
        ("users:list", "{\"data\":[{\"id\":3}]}".to_owned()),
        ("users:list", "{\"data\":[{\"id\":\"x\",\"phone\":\"13800000001\"}]}".to_owned()),
        // The list names an account that turns out to have another number.
        ("users:list", "{\"data\":[{\"id\":3,\"phone\":\"13800000001\"}]}".to_owned()),
        ("users:get", format!("{{\"data\":{other}}}")),
        ("users:get", "{\"data\":{\"id\":2,\"phone\":\"13800000001\",\"roles\":\"none\"}}".to_owned()),
        ("users:get", "{\"data\":[]}".to_owned()),
        ("usersAuthenticators:list", "{\"data\":null}".to_owned()),
        (
            "usersAuthenticators:list",
            "{\"data\":[{\"authenticator\":\"wecom-oidc\",\"userId\":3,\"uuid\":\"another\"}]}".to_owned(),
        ),
        ("usersAuthenticators:list", "{\"data\":[{\"authenticator\":\"other\",\"userId\":3,\"uuid\":5}]}".to_owned()),
    ] {
        troubles(call, Fault::Json(body)).await;
    }
}

#[tokio::test]
async fn a_nocobase_that_is_silent_or_never_ends_costs_a_sign_in_three_seconds() {
    tokio::join!(
        troubles("*", Fault::Hang),
        troubles("users:get", Fault::Hang),
        troubles("*", Fault::Endless),
        troubles("*", Fault::Gate(Arc::new(Notify::new()))),
    );
}

#[tokio::test]
async fn threat_35_a_redirect_is_not_followed_and_the_key_goes_nowhere_else() {
    let elsewhere = Receiver::start().await;
    troubles("*", Fault::Redirect(elsewhere.address("/api/users:list"))).await;
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn a_key_that_is_not_accepted_is_trouble() {
    let nocobase = Nocobase::start().await;
    nocobase.has("ann", ZHANGSAN);
    let stand = beside(&nocobase, "on_trouble = \"refuse\"").await;
    stand.reloaded_text(|text| text.replace("key-of-nocobase", "another-key")).await;
    enters(&stand, &phone(&stand, "zhangsan")).await.page().assert_refused(503, "temporarily_unavailable");
}

#[tokio::test]
async fn whoever_was_led_to_an_account_goes_on_while_nocobase_is_away() {
    let nocobase = Nocobase::start().await;
    nocobase.has("ann", ZHANGSAN);
    let stand = beside(&nocobase, "on_trouble = \"refuse\"").await;
    signs_in(&stand, &phone(&stand, "zhangsan")).await;
    stand.later(Span::days(2));
    nocobase.behaves("*", Fault::Status(502));
    signs_in(&stand, &stand.computer("zhangsan")).await;
    nocobase.taken();
    nocobase.recovers();
    signs_in(&stand, &stand.computer("zhangsan")).await;
    assert_eq!(nocobase.calls(), ["usersAuthenticators:list", "users:get"], "it was not taken for seen");
}

#[tokio::test]
async fn whose_link_is_seen_to_be_gone_was_led_to_no_account_when_trouble_comes_after() {
    let nocobase = Nocobase::start().await;
    let ann = nocobase.has("ann", ZHANGSAN);
    let stand = beside(&nocobase, "on_trouble = \"refuse\"").await;
    signs_in(&stand, &phone(&stand, "zhangsan")).await;
    nocobase.deletes(ann);
    stand.later(Span::hours(2));
    nocobase.behaves("users:list", Fault::Status(502));
    enters(&stand, &phone(&stand, "zhangsan")).await.page().assert_refused(503, "temporarily_unavailable");
}
