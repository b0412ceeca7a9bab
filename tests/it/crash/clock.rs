//! The clock of the machine, an hour forward and an hour back under the running program, and across a restart: what
//! is over is over, nothing lives longer than the jump makes it, nobody is shut out, and no key signs that was not published.

use serde_json::Value;
use url::Url;

use crate::support::{Answer, Browser, GETTOKEN, Program, RelyingParty, Setup, TokenAnswer, clock, secrets};

const SCOPE: &str = "openid offline_access";
const HOUR: u64 = 3_600;

async fn program() -> Program {
    let setup = Setup::default().on_sled();
    Program::in_prepared_folder(setup, |folder| {
        clock::set(folder, "+0");
        secrets::write_to(&folder.join("keys"));
    })
    .await
}

/// What a member left behind before the clock was put.
struct Before {
    app: RelyingParty,
    browser: Browser,
    tokens: TokenAnswer,
    /// A code that was not redeemed yet.
    code: String,
    /// Somebody on the way back from WeCom.
    pending: (Browser, Url),
}

impl Before {
    async fn at(program: &Program) -> Self {
        let (app, browser) = (program.rp("app"), program.computer("zhangsan"));
        let tokens = app.tokens(&browser, SCOPE).await;
        let code = app.code(&browser, SCOPE).await;
        let other = program.computer("lisi");
        let callback = other.walk_to(&app.request().url(), |url| url.path().ends_with("/callback")).await;
        Self { app, browser, tokens, code, pending: (other, callback) }
    }
}

fn number(claims: &Value, name: &str) -> u64 {
    claims[name].as_u64().expect("a number")
}

/// The ID token of a silent sign-in.
async fn silent_claims(app: &RelyingParty, browser: &Browser) -> Value {
    let answer: Answer = app.silently(browser).await;
    app.redeem(&answer.code()).await.good().id_claims()
}

#[tokio::test]
async fn threat_47_an_hour_forward_ends_what_is_over_and_nothing_else() {
    let mut program = program().await;
    for restarts in [false, true] {
        program.clock_shows("+0");
        program.killed_and_restarted().await;
        let before = Before::at(&program).await;
        let signed_in = number(&before.tokens.id_claims(), "auth_time");
        program.clock_shows("+1h");
        if restarts {
            program.killed_and_restarted().await;
        }
        let app = &before.app;
        // Over: the code, the sign-in that was on its way, the access token, the grace.
        app.redeem(&before.code).await.assert_refused(400, "invalid_grant");
        let (other, callback) = &before.pending;
        other.walk(callback).await.page().assert_refused(400, "start_again");
        assert_eq!(app.userinfo(before.tokens.access_token()).await.status, 401);
        // Not over: the session and the family.
        let claims = silent_claims(app, &before.browser).await;
        assert_eq!(number(&claims, "auth_time"), signed_in);
        assert!(number(&claims, "iat") >= signed_in + HOUR && number(&claims, "exp") == number(&claims, "iat") + HOUR);
        let next = app.refresh(before.tokens.refresh_token()).await.good();
        assert_eq!(app.userinfo(next.access_token()).await.status, 200);
        app.tokens(&program.computer("lisi"), SCOPE).await;
    }
    assert!(!program.log().contains("panicked"), "{}", program.log());
}

#[tokio::test]
async fn threat_47_an_hour_back_revives_nothing_and_shuts_nobody_out() {
    let mut program = program().await;
    for restarts in [false, true] {
        program.clock_shows("+1h");
        program.killed_and_restarted().await;
        let before = Before::at(&program).await;
        let app = &before.app;
        let next = app.refresh(before.tokens.refresh_token()).await.good();
        let leaver = program.computer("lisi");
        let left = app.tokens(&leaver, SCOPE).await;
        leaver.walk(&super::site::Site::logout(app, left.id_token())).await.left();
        app.redeem(&before.code).await.good();

        program.clock_shows("+0");
        if restarts {
            program.killed_and_restarted().await;
        }
        // What was used or ended is so still.
        app.redeem(&before.code).await.assert_refused(400, "invalid_grant");
        assert_eq!(app.silently(&leaver).await.error(), "login_required");
        // What lives lives, and says no other time than it did.
        let claims = silent_claims(app, &before.browser).await;
        assert_eq!(number(&claims, "auth_time"), number(&before.tokens.id_claims(), "auth_time"));
        assert_eq!(app.userinfo(next.access_token()).await.status, 200);
        // Within the grace, as the clock has it, there is one successor still.
        let again = app.refresh(before.tokens.refresh_token()).await.good();
        assert_eq!(again.refresh_token(), next.refresh_token());
        app.refresh(next.refresh_token()).await.good();
        // Whoever signs in now does so now.
        let newly = app.tokens(&program.computer("lisi"), SCOPE).await.id_claims();
        assert!(number(&newly, "auth_time") <= number(&newly, "iat"), "{newly}");
        assert!(number(&newly, "iat") + HOUR / 2 < number(&before.tokens.id_claims(), "iat"), "{newly}");
        // And the other one came back from WeCom in time.
        let (other, callback) = &before.pending;
        other.walk(callback).await.answer().code();
    }
    assert!(!program.log().contains("panicked"), "{}", program.log());
}

#[tokio::test]
async fn threat_47_the_limits_of_another_hour_shut_nobody_out() {
    let program = program().await;
    let app = program.rp("app");
    let guess = || async { app.token_as(Some("Basic YXBwOndyb25n"), &[("grant_type", "refresh_token")]).await.status };
    for (then, now) in [("+0", "+1h"), ("+1h", "+2h"), ("+3h", "+2h"), ("+4h", "+0")] {
        program.clock_shows(then);
        while guess().await != 429 {}
        program.clock_shows(now);
        assert_eq!(guess().await, 401, "from {then} to {now}");
        app.tokens(&program.computer("zhangsan"), SCOPE).await;
    }
}

#[tokio::test]
async fn threat_47_wecoms_token_is_used_no_longer_than_it_lives() {
    let program = program().await;
    let app = program.rp("app");
    app.tokens(&program.computer("zhangsan"), SCOPE).await;
    let calls = || program.sim.counter(GETTOKEN).calls;
    let first = calls();
    program.clock_shows("+1h");
    app.tokens(&program.computer("zhangsan"), SCOPE).await;
    assert_eq!(calls(), first, "it lives two hours");
    program.clock_shows("+3h");
    app.tokens(&program.computer("zhangsan"), SCOPE).await;
    assert_eq!(calls(), first + 1);
    // By this clock the new one was made in three hours; WeCom says when it is over.
    program.clock_shows("+0");
    program.sim.expire_tokens(None, None).expect("expired");
    app.tokens(&program.computer("zhangsan"), SCOPE).await;
    assert_eq!(calls(), first + 2);
}
