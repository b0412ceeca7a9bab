//! Forms that this session's page did not show (threat 33).

use super::{account, forms, session};
use crate::support::page::Form;
use crate::support::{Browser, Client, Page, Stand};

async fn stand() -> Stand {
    Stand::of([Client::new("app").with("phone = \"required\"")]).await
}

async fn signed_in(stand: &Stand, member: &str) -> (Browser, Page) {
    let browser = stand.client_of(member).granting("mobile");
    stand.app().tokens(&browser, "openid phone offline_access").await;
    let page = account(stand, &browser).await;
    (browser, page)
}

/// One form of each kind: those of one button, one of a session, one of an application.
fn every_form(page: &Page) -> Vec<Form> {
    let singles = ["account-forget-phone", "account-sign-out", "account-sign-out-everywhere"].map(str::to_owned);
    let ids = singles.into_iter().chain(forms(page, "session-")).chain(forms(page, "application-"));
    ids.map(|id| page.form(&id)).collect()
}

fn with(form: &Form, name: &str, value: Option<&str>) -> Form {
    let mut form = form.clone();
    form.fields.retain(|(known, _)| known != name);
    form.fields.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    form
}

/// The session, the application and the phone of this browser's member are as they were.
async fn assert_untouched(stand: &Stand, browser: &Browser, before: &Page) {
    let page = account(stand, browser).await;
    assert_eq!(page.body, before.body);
}

#[tokio::test]
async fn threat_33_every_form_is_a_post_to_this_page_with_a_token_and_says_so_to_the_browser() {
    let stand = stand().await;
    let (_, page) = signed_in(&stand, "zhangsan").await;
    let shown = every_form(&page);
    assert!(shown.len() == 5, "{shown:#?}");
    for form in &shown {
        assert_eq!((form.method.as_str(), form.action.as_str()), ("POST", stand.address("/account").as_str()));
        let token = form.fields.iter().find(|(name, _)| name == "token").map(|(_, value)| value.len());
        assert_eq!(token, Some(64), "{form:?}");
    }
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[tokio::test]
async fn threat_33_a_form_without_the_token_of_this_very_session_does_nothing() {
    let stand = stand().await;
    let (browser, page) = signed_in(&stand, "zhangsan").await;
    let (_, hers) = signed_in(&stand, "lisi").await;
    let (other_browser, his_other) = signed_in(&stand, "zhangsan").await;
    let page_now = account(&stand, &browser).await;
    let token =
        |page: &Page| page.form("account-sign-out").fields.into_iter().find(|(name, _)| name == "token").unwrap().1;
    let own = token(&page);
    let tokens = [
        None,
        Some(String::new()),
        Some(token(&hers)),
        Some(token(&his_other)),
        Some(own[..63].to_owned()),
        Some(format!("{own}0")),
        Some(own.to_uppercase()),
        Some("0".repeat(64)),
    ];
    for form in every_form(&page) {
        for wrong in &tokens {
            browser.submit(&with(&form, "token", wrong.as_deref())).await.assert_refused(400, "start_again");
        }
        // The right one twice is none, either.
        let mut doubled = form.clone();
        doubled.fields.push(("token".to_owned(), own.clone()));
        browser.submit(&doubled).await.assert_refused(400, "start_again");
    }
    assert_untouched(&stand, &browser, &page_now).await;
    stand.app().silently(&other_browser).await.code();
}

#[tokio::test]
async fn threat_33_a_form_that_another_site_posts_does_nothing_its_own_token_included() {
    let stand = stand().await;
    let (browser, page) = signed_in(&stand, "zhangsan").await;
    let (attacker, trap) = signed_in(&stand, "lisi").await;
    for form in every_form(&page).iter().chain(&every_form(&trap)) {
        let answer = browser.post_from_elsewhere(&form.action, &form.fields).await;
        answer.assert_refused(400, "start_again");
        assert_eq!(answer.link("start-again"), stand.address("/account"), "a way on, and no redirect: law 13");
        assert!(answer.header("set-cookie").is_none());
    }
    assert_untouched(&stand, &browser, &page).await;
    assert_untouched(&stand, &attacker, &trap).await;
}

#[tokio::test]
async fn threat_33_what_belongs_to_another_member_cannot_be_named_in_a_form_of_ones_own() {
    let stand = stand().await;
    let (victim, his) = signed_in(&stand, "zhangsan").await;
    let (attacker, page) = signed_in(&stand, "lisi").await;
    let mine = page.form(&session(&page, 0));
    let of_his = session(&his, 0);
    let cookie = victim.cookie(&his.url, "session").unwrap();
    let sid = stand.app().redeem(&stand.app().code(&victim, "openid").await).await.good().id_claims()["sid"].clone();
    let his_now = account(&stand, &victim).await;
    for name in [of_his.strip_prefix("session-").unwrap(), &cookie, sid.as_str().unwrap(), "", "0", "../..", "\u{0}"] {
        let form = with(&with(&mine, "do", Some("end-session")), "which", Some(name));
        assert_eq!(attacker.submit(&form).await.status, 303, "done, and nothing was to be done: {name}");
    }
    for client in ["app", "never", "x y", "\u{0}", &"x".repeat(5_000)] {
        let form = with(&with(&mine, "do", Some("take-away")), "which", Some(client));
        let status = attacker.submit(&form).await.status;
        assert!(status == 303 || status == 400, "{client}: {status}");
    }
    for unknown in ["", "sign-out ", "SIGN-OUT", "forget", "delete"] {
        attacker.submit(&with(&mine, "do", Some(unknown))).await.assert_refused(400, "start_again");
    }
    attacker.submit(&with(&mine, "do", None)).await.assert_refused(400, "start_again");
    assert_untouched(&stand, &victim, &his_now).await;
    stand.app().silently(&attacker).await.code();
}

#[tokio::test]
async fn threat_33_a_page_of_before_a_sign_out_a_sign_in_or_an_end_is_worth_nothing() {
    let stand = stand().await;
    let (browser, page) = signed_in(&stand, "zhangsan").await;
    // Signed in anew in another tab.
    let anew = browser.walk(&stand.app().request().set("prompt", "login").url()).await.page();
    browser.click(&anew, "wecom-login").await.answer().code();
    let now = account(&stand, &browser).await;
    for form in every_form(&page) {
        browser.submit(&form).await.assert_refused(400, "start_again");
    }
    assert_untouched(&stand, &browser, &now).await;
    // Signed out: a form leads nowhere but to a page that says how to go on.
    browser.press(&now, "account-sign-out").await.page();
    for form in every_form(&now) {
        let answer = browser.submit(&form).await;
        answer.assert_refused(400, "start_again");
        assert_eq!(answer.link("start-again"), stand.address("/account"));
    }
    // The session has ended by itself.
    let (browser, page) = signed_in(&stand, "zhangsan").await;
    stand.later(wecom_oidc::domain::time::Span::hours(13));
    for form in every_form(&page) {
        browser.submit(&form).await.assert_refused(400, "start_again");
    }
}

#[tokio::test]
async fn a_prefetch_of_the_page_touches_nothing_and_nothing_else_than_a_form_is_read() {
    let stand = stand().await;
    let (browser, page) = signed_in(&stand, "zhangsan").await;
    let eager = browser.twin().with_header("sec-purpose", "prefetch");
    assert_eq!(eager.get(&stand.address("/account")).await.status, 204);
    let lonely = stand.lonely_computer().with_header("purpose", "prefetch");
    assert!(lonely.get(&stand.address("/account")).await.header("set-cookie").is_none());
    // Parameters of the address are none of a form, and a form of this size is not read.
    let mut by_get = stand.address("/account");
    by_get.query_pairs_mut().extend_pairs(page.form("account-sign-out").fields);
    assert_eq!(browser.get(&by_get).await.status, 200);
    let huge = with(&page.form("account-sign-out"), "which", Some(&"x".repeat(40_000)));
    browser.submit(&huge).await.assert_refused(400, "invalid_request");
    assert_untouched(&stand, &browser, &page).await;
}
