//! What the page said was done is done, whatever becomes of the process (law 8); and what the log says of it.

use crate::support::{Browser, Client, Page, Program, Setup};

fn setup() -> Setup {
    let app = Client::new("app").with("phone = \"required\"\nconsent = \"first\"");
    Setup::of([app, Client::new("other")]).on_sled()
}

async fn account(program: &Program, browser: &Browser) -> Page {
    browser.walk(&program.rp("app").endpoint("/account")).await.page()
}

async fn killed(program: &mut Program) {
    program.stop();
    program.restarted().await;
}

/// Signs in at `app`, gives the number and agrees.
async fn signed_in(program: &Program, member: &str) -> (Browser, crate::support::TokenAnswer) {
    let (browser, rp) = (program.client_of(member).granting("mobile"), program.rp("app"));
    let page = rp.walk(&browser, "openid phone offline_access").await.page();
    let code = browser.press(&page, "consent-allow").await.answer().code();
    let tokens = rp.redeem(&code).await.good();
    (browser, tokens)
}

#[tokio::test]
async fn threat_47_what_the_page_did_survives_kill_9_the_moment_it_is_answered() {
    let mut program = Program::start(setup()).await;
    let rp = program.rp("app");
    let (browser, tokens) = signed_in(&program, "zhangsan").await;
    assert_eq!(account(&program, &browser).await.text_of("account-phone").as_deref(), Some("••• 0001"));

    let page = account(&program, &browser).await;
    let answer = browser.submit(&page.form("account-forget-phone")).await;
    killed(&mut program).await;
    let page = browser.onward(answer).await.page();
    assert!(!page.has("account-phone") && page.has("application-app"), "{}", page.text());

    let answer = browser.submit(&page.form("application-app")).await;
    killed(&mut program).await;
    let page = browser.onward(answer).await.page();
    assert!(!page.has("application-app"), "{}", page.text());
    rp.refresh(tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
    assert_eq!(rp.silently(&browser).await.error(), "interaction_required", "the number is gone");
    let asked = rp.walk(&browser, "openid").await.page();
    assert!(asked.has("consent-allow"), "and so is the consent: {}", asked.text());

    // Another browser, ended from here; then everything.
    let elsewhere = program.computer("zhangsan");
    let kept = program.rp("other").tokens(&elsewhere, "openid offline_access").await;
    let page = account(&program, &browser).await;
    let other = super::session(&page, 1);
    browser.submit(&page.form(&other)).await;
    killed(&mut program).await;
    assert_eq!(program.rp("other").silently(&elsewhere).await.error(), "login_required");
    program.rp("other").refresh(kept.refresh_token()).await.assert_refused(400, "invalid_grant");
    let kept = program.rp("other").tokens(&elsewhere, "openid offline_access").await;
    let page = account(&program, &browser).await;
    browser.submit(&page.form("account-sign-out-everywhere")).await;
    killed(&mut program).await;
    for browser in [&browser, &elsewhere] {
        assert_eq!(program.rp("other").silently(browser).await.error(), "login_required");
    }
    program.rp("other").refresh(kept.refresh_token()).await.assert_refused(400, "invalid_grant");
}

#[tokio::test]
async fn the_log_says_what_a_member_did_there_and_names_nobody() {
    let program = Program::start(setup()).await;
    let (browser, _) = signed_in(&program, "zhangsan").await;
    let elsewhere = program.computer("zhangsan");
    program.rp("other").tokens(&elsewhere, "openid offline_access").await;
    let page = account(&program, &browser).await;
    browser.press(&page, "account-forget-phone").await.page();
    browser.press(&page, "application-app").await.page();
    browser.press(&page, &super::session(&page, 1)).await.page();
    browser.press(&page, "account-sign-out-everywhere").await.page();
    browser.submit(&page.form("account-sign-out")).await.assert_refused(400, "start_again");
    for words in [
        &["phone.forgotten"][..],
        &["account.access_withdrawn", "client=app", "grants=1", "sessions=1", "consent=true"],
        &["account.session_ended", "grants=1"],
        &["account.left_everywhere", "sessions=1", "grants=0"],
        &["logout.finished"],
        &["login.refused", "start_again"],
    ] {
        let line = program.logged(words).await;
        assert!(!line.contains("zhangsan") && !line.contains("张三") && !line.contains("127.0.0.1"), "{line}");
        assert!(words.contains(&"start_again") || line.contains("member="), "{line}");
    }
    assert!(!program.log().contains("13800000001"));
}
