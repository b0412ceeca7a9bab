//! How long a yes to an application holds, and for whom.

use serde_json::json;

use super::consent::{allow, asked, clients};
use crate::support::setup::CORP;
use crate::support::{Answer, Client, Setup, Stand};

#[tokio::test]
async fn a_yes_is_durable_and_outlives_a_restart() {
    let stand = Stand::with(Setup::of(clients()).on_sled()).await;
    let zhangsan = stand.computer("zhangsan");
    allow(&zhangsan, &asked(&stand.app(), &zhangsan, "openid profile").await).await.code();
    let stand = stand.restarted().await;
    stand.app().silently(&zhangsan).await.code();
    stand.app().walk(&stand.computer("zhangsan"), "openid profile").await.answer().code();
    asked(&stand.app(), &zhangsan, "openid profile phone").await;
}

#[tokio::test]
async fn whoever_gets_a_released_userid_is_asked_although_the_person_before_had_agreed() {
    let stand = Stand::with(Setup::of(clients()).on_sled()).await;
    let zhangsan = stand.computer("zhangsan");
    let first = allow(&zhangsan, &asked(&stand.app(), &zhangsan, "openid").await).await.code();
    let first = stand.app().redeem(&first).await.good().id_claims();
    let line = json!({
        "v": 1, "corp_id": CORP, "userid": "zhangsan", "derived_from": "zhangsan", "generation": 2, "since": 0,
    });
    let journal = stand.folder().join("keys/subjects.jsonl");
    std::fs::write(journal, format!("{line}\n")).unwrap();
    let stand = stand.restarted().await;
    let newcomer = stand.computer("zhangsan");
    let page = asked(&stand.app(), &newcomer, "openid").await;
    let second = stand.app().redeem(&allow(&newcomer, &page).await.code()).await.good().id_claims();
    assert_ne!(first["sub"], second["sub"]);
    stand.app().silently(&newcomer).await.code();
}

#[tokio::test]
async fn a_reload_decides_who_is_asked_from_then_on() {
    let with = |consent: &str| Setup::of([Client::new("app").with(&format!("consent = \"{consent}\""))]);
    let mut stand = Stand::with(with("none")).await;
    let zhangsan = stand.computer("zhangsan");
    stand.app().walk(&zhangsan, "openid").await.answer().code();
    for (consent, asks) in [("first", true), ("none", false), ("first", false), ("always", true), ("first", false)] {
        stand.reloaded(with(consent)).await;
        match (asks, stand.app().walk(&zhangsan, "openid").await.end()) {
            (true, Ok(page)) => assert!(allow(&zhangsan, &page).await.get("code").is_some(), "{consent}"),
            (false, Err(address)) => assert!(Answer::of(&address).get("code").is_some(), "{consent}"),
            (_, end) => panic!("{consent}: {end:?}"),
        }
    }
}

#[tokio::test]
async fn a_yes_is_to_what_the_page_told_and_to_nothing_that_a_reload_adds_meanwhile() {
    let never = Client::new("app").with("consent = \"first\"\nphone = \"never\"");
    let mut stand = Stand::of([never]).await;
    let zhangsan = stand.computer("zhangsan");
    let scope = "openid profile phone";
    let page = asked(&stand.app(), &zhangsan, scope).await;
    assert!(!page.text().contains("手机号"), "a number that is never given: {}", page.text());
    stand.reloaded(Setup::of([Client::new("app").with("consent = \"first\"")])).await;
    zhangsan.press(&page, "consent-allow").await.page().assert_refused(400, "start_again");
    let page = asked(&stand.app(), &zhangsan, scope).await;
    assert!(page.text().contains("手机号"), "{}", page.text());
    allow(&zhangsan, &page).await.code();
}
