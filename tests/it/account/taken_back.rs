//! Taking back what one application holds.

use serde_json::json;

use super::{account, forms};
use crate::logout::frames;
use crate::support::{Browser, Client, LogoutToken, Page, Receiver, Stand};

const SCOPE: &str = "openid profile offline_access";

async fn stand(receiver: &Receiver) -> Stand {
    let told = format!("backchannel_logout_uri = \"{}\"", receiver.address("/told"));
    let app = Client::new("app").with("consent = \"first\"").with(&told);
    let framed = Client::new("framed").with("frontchannel_logout_uri = \"https://framed.example/out\"");
    Stand::of([app.with("subject_type = \"pairwise\""), Client::new("other"), framed]).await
}

async fn agreed(stand: &Stand, browser: &Browser) -> crate::support::TokenAnswer {
    let page = stand.app().walk(browser, SCOPE).await.page();
    let code = browser.press(&page, "consent-allow").await.answer().code();
    stand.app().redeem(&code).await.good()
}

async fn take_back(stand: &Stand, browser: &Browser, id: &str) -> Page {
    let page = account(stand, browser).await;
    let answer = browser.submit(&page.form(&format!("application-{id}"))).await;
    browser.onward(answer).await.page()
}

#[tokio::test]
async fn a_code_that_is_redeemed_while_access_is_taken_back_leaves_nothing_alive() {
    let stand = Stand::of([Client::new("app")]).await;
    let here = stand.computer("zhangsan");
    for turn in 0..40 {
        let code = stand.app().code(&here, SCOPE).await;
        let form = account(&stand, &here).await.form("application-app");
        let app = stand.app();
        let later = async {
            // Now the one is a little earlier, now the other.
            for _ in 0..turn {
                tokio::task::yield_now().await;
            }
            app.redeem(&code).await
        };
        let (tokens, _) = tokio::join!(later, here.submit(&form));
        if tokens.status == 200 {
            assert_eq!(stand.app().userinfo(tokens.access_token()).await.status, 401, "turn {turn}");
            stand.app().refresh(tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
        }
    }
}

#[tokio::test]
async fn access_that_is_taken_back_ends_at_once_in_every_browser_and_for_no_other_application() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let (here, elsewhere) = (stand.computer("zhangsan"), stand.client_of("zhangsan"));
    let first = agreed(&stand, &here).await;
    let second = stand.app().redeem(&stand.app().code(&elsewhere, SCOPE).await).await.good();
    let waiting = stand.app().code(&here, SCOPE).await;
    let other = stand.rp("other").tokens(&here, SCOPE).await;
    let page = take_back(&stand, &here, "app").await;
    assert_eq!(forms(&page, "application-"), ["application-other"]);
    assert_eq!(forms(&page, "session-").len(), 2, "nobody is signed out here");

    for tokens in [&first, &second] {
        assert_eq!(stand.app().userinfo(tokens.access_token()).await.status, 401);
        stand.app().refresh(tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
    }
    stand.app().redeem(&waiting).await.assert_refused(400, "invalid_grant");
    assert_eq!(stand.rp("other").userinfo(other.access_token()).await.status, 200);
    stand.rp("other").refresh(other.refresh_token()).await.good();
    // It hears of each of its sessions, by the names that it knows.
    let mut heard = Vec::new();
    for _ in 0..2 {
        let token = LogoutToken::verified(&receiver.next().await.logout_token(), &stand.app()).await;
        heard.push((token.claims["sub"].clone(), token.claims["sid"].clone()));
    }
    for tokens in [&first, &second] {
        let claims = tokens.id_claims();
        assert!(heard.contains(&(claims["sub"].clone(), claims["sid"].clone())), "{heard:?}");
    }
    // What was agreed to is forgotten: the next time asks again.
    assert_eq!(stand.app().silently(&here).await.error(), "consent_required");
    stand.rp("other").silently(&here).await.code();
    let again = agreed(&stand, &here).await;
    assert_eq!(again.id_claims()["sub"], first.id_claims()["sub"]);
    stand.app().refresh(again.refresh_token()).await.good();
    // The sign-out of later tells it once more, for the sign-in of now.
    let page = account(&stand, &here).await;
    here.press(&page, "account-sign-out").await.page();
    let token = LogoutToken::verified(&receiver.next().await.logout_token(), &stand.app()).await;
    token.assert_about(&again.id_claims());
    receiver.stays_silent().await;
}

#[tokio::test]
async fn an_application_that_listens_in_the_browser_is_told_on_the_page_that_follows() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let (here, elsewhere) = (stand.computer("zhangsan"), stand.client_of("zhangsan"));
    let tokens = stand.rp("framed").tokens(&here, "openid").await;
    stand.rp("framed").tokens(&elsewhere, "openid").await;
    let page = take_back(&stand, &here, "framed").await;
    let told = frames(&page);
    assert_eq!(told.len(), 1, "{}", page.body);
    let pairs: Vec<_> = told[0].query_pairs().into_owned().collect();
    let sid = tokens.id_claims()["sid"].as_str().unwrap().to_owned();
    assert_eq!(pairs, [("iss".to_owned(), stand.issuer.clone()), ("sid".to_owned(), sid)]);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self'") && policy.ends_with("; frame-src https://framed.example"),
        "{policy}"
    );
    assert!(forms(&page, "application-").is_empty());
    // Once.
    let page = account(&stand, &here).await;
    assert!(frames(&page).is_empty() && !page.header("content-security-policy").unwrap().contains("frame-src"));
    // Where this browser had nothing of it there is nothing to tell through it.
    stand.rp("framed").tokens(&elsewhere, "openid").await;
    assert!(frames(&take_back(&stand, &here, "framed").await).is_empty());
}

#[tokio::test]
async fn what_was_agreed_to_alone_can_be_taken_back_too() {
    let receiver = Receiver::start().await;
    let stand = stand(&receiver).await;
    let zhangsan = stand.computer("zhangsan");
    agreed(&stand, &zhangsan).await;
    let page = account(&stand, &zhangsan).await;
    zhangsan.press(&page, "account-sign-out-everywhere").await.page();
    let page = zhangsan.walk(&stand.address("/account")).await.page();
    assert_eq!(forms(&page, "application-"), ["application-app"], "the word of then still stands");
    assert!(super::entry(&page, "application-app").contains("目前未登录"), "{}", page.text());
    take_back(&stand, &zhangsan, "app").await;
    assert!(forms(&account(&stand, &zhangsan).await, "application-").is_empty());
    assert_eq!(stand.app().silently(&zhangsan).await.error(), "consent_required");
}

#[tokio::test]
async fn nothing_that_a_person_before_agreed_to_shows_on_the_page_of_whoever_has_the_userid_now() {
    let first = || Client::new("app").with("consent = \"first\"");
    let stand = Stand::with(crate::support::Setup::of([first()]).on_sled()).await;
    let zhangsan = stand.computer("zhangsan");
    agreed(&stand, &zhangsan).await;
    let page = account(&stand, &zhangsan).await;
    zhangsan.press(&page, "account-sign-out-everywhere").await.page();
    let line = json!({
        "v": 1, "corp_id": crate::support::setup::CORP, "userid": "zhangsan", "derived_from": "zhangsan",
        "generation": 2, "since": 0,
    });
    std::fs::write(stand.folder().join("keys/subjects.jsonl"), format!("{line}\n")).unwrap();
    let stand = stand.restarted().await;
    let page = stand.computer("zhangsan").walk(&stand.address("/account")).await.page();
    assert!(forms(&page, "application-").is_empty(), "{}", page.text());
}
