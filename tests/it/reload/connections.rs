//! Connections that come, go and change.

use crate::support::setup::{CORP, SECOND_CORP, SECOND_SECRET, SECRET};
use crate::support::{Client, GETTOKEN, Program, Setup, Stand};

const SCOPE: &str = "openid profile offline_access";

fn second(id: &str) -> Client {
    Client::new(id).with("wecom = [\"second\"]")
}

#[tokio::test]
async fn a_connection_that_is_added_is_tried_at_once_and_signs_its_members_in() {
    let mut program = Program::start(Setup::of([Client::new("app").with("wecom = [\"main\"]")])).await;
    program.rp("app").tokens(&program.computer("zhangsan"), SCOPE).await;
    program.logged(&["wecom.ready", "connection=main"]).await;
    let tokens = program.sim.counter(GETTOKEN).calls;
    let both = [Client::new("app").with("wecom = [\"main\"]"), second("other")];
    let said = program.reloaded(Setup::of(both).with_second_corp()).await;
    assert!(said.contains("connection second (new)") && said.contains("connections=2"), "{said}");
    program.logged(&["wecom.ready", "connection=second"]).await;
    program.rp("other").tokens(&program.computer("zhangsan"), SCOPE).await;
    program.rp("app").tokens(&program.computer("lisi"), SCOPE).await;
    assert_eq!(program.sim.counter(GETTOKEN).calls, tokens + 1, "the connection that stayed keeps its token");
    let ready =
        program.log().lines().filter(|line| line.contains("wecom.ready") && line.contains("connection=main")).count();
    assert_eq!(ready, 1, "and is not tried again");
}

#[tokio::test]
async fn what_came_by_a_connection_that_is_taken_out_is_nothing_to_anyone() {
    let both = Setup::of([Client::new("app"), second("other")]).with_second_corp();
    let mut stand = Stand::with(both.clone()).await;
    let (browser, other) = (stand.computer("zhangsan"), stand.rp("other"));
    let tokens = other.tokens(&browser, SCOPE).await;
    let code = other.code(&browser, "openid").await;
    let away = |url: &url::Url| url.path().ends_with("/callback");
    let pending = stand.computer("zhangsan");
    let callback = pending.walk_to(&other.request().url(), away).await;
    let at_page = stand.computer("zhangsan");
    let choice = stand.app().walk(&at_page, "openid").await.page();

    stand.reloaded(Setup::of([Client::new("app"), Client::new("other")])).await;
    other.redeem(&code).await.assert_refused(400, "invalid_grant");
    other.refresh(tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
    assert_eq!(other.userinfo(tokens.access_token()).await.status, 401);
    for client in ["app", "other"] {
        assert_eq!(stand.rp(client).silently(&browser).await.error(), "login_required");
    }
    pending.walk(&callback).await.page().assert_refused(400, "start_again");
    let gone = choice.url.join("wecom?wecom=second").expect("an address");
    at_page.walk(&gone).await.page().assert_refused(400, "start_again");
    // Everybody comes in by the one that is left.
    stand.rp("other").tokens(&browser, "openid").await;

    stand.reloaded(both).await;
    other.refresh(tokens.refresh_token()).await.good();
}

#[tokio::test]
async fn threat_20_a_name_that_becomes_another_corps_lets_nobody_of_the_first_in() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let tokens = stand.app().tokens(&browser, SCOPE).await;
    let before = stand.app().subject(&browser).await;
    let code = stand.app().code(&browser, "openid").await;
    stand.reloaded_text(|text| text.replace(CORP, SECOND_CORP).replace(SECRET, SECOND_SECRET)).await;
    stand.app().redeem(&code).await.assert_refused(400, "invalid_grant");
    stand.app().refresh(tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
    assert_eq!(stand.app().userinfo(tokens.access_token()).await.status, 401);
    assert_eq!(stand.app().silently(&browser).await.error(), "login_required");
    let after = stand.app().subject(&browser).await;
    assert_ne!(before, after, "the same userid of another corp is another person");
}

#[tokio::test]
async fn a_changed_secret_is_asked_with_and_a_wrong_one_shows_in_the_log_at_once() {
    let program = Program::start(Setup::default()).await;
    program.rp("app").tokens(&program.computer("zhangsan"), SCOPE).await;
    let good = program.configuration();
    program.write(&good.replace(SECRET, "a-secret-that-wecom-does-not-know-0000"));
    let said = program.reloads().await;
    assert!(said.contains("changed=\"connection main\"") && !said.contains("a-secret-that"), "{said}");
    program.logged(&["wecom.failed", "connection=\"main\"", "40001"]).await;
    let page = program.rp("app").walk(&program.computer("lisi"), "openid").await.page();
    assert_eq!(page.error_code(), "wecom_misconfigured");

    let calls = program.sim.counter(GETTOKEN).calls;
    program.write(&good);
    assert!(program.reloads().await.contains("server.reloaded"));
    program.rp("app").tokens(&program.computer("lisi"), SCOPE).await;
    assert_eq!(program.sim.counter(GETTOKEN).calls, calls, "the token kept under the right secret is good again");
}

#[tokio::test]
async fn departments_that_a_new_policy_needs_are_read_by_the_reload() {
    let mut program = Program::start(Setup::default()).await;
    let list = "/cgi-bin/department/list";
    assert_eq!(program.sim.counter(list).calls, 0);
    let allowing = Client::new("app").with("allow = { departments = [1] }");
    program.reloaded(Setup::of([allowing, Client::new("other")])).await;
    for _ in 0..400 {
        if program.sim.counter(list).calls > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(program.sim.counter(list).calls, 1);
    // A second reload asks no more: the tree is known.
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    assert!(program.reloads().await.contains("server.reloaded"));
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    assert_eq!(program.sim.counter(list).calls, 1);
}
