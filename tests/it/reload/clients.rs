//! Clients that come, go and change.

use crate::support::{Client, Program, Setup, Stand};

const SCOPE: &str = "openid profile offline_access";

#[tokio::test]
async fn a_client_that_is_added_can_sign_in_at_once_and_the_others_notice_nothing() {
    let mut program = Program::start(Setup::of([Client::new("app")])).await;
    let tokens = program.rp("app").tokens(&program.computer("zhangsan"), SCOPE).await;
    let said = program.reloaded(Setup::of([Client::new("app"), Client::new("new")])).await;
    assert!(said.contains("client new (new)") && said.contains("clients=2"), "{said}");
    program.rp("new").tokens(&program.computer("lisi"), SCOPE).await;
    program.rp("app").refresh(tokens.refresh_token()).await.good();
}

#[tokio::test]
async fn threat_38_a_client_that_is_taken_out_holds_nothing_any_more_and_its_sign_ins_end_on_a_page() {
    let mut program = Program::start(Setup::default()).await;
    let (gone, browser) = (program.rp("app"), program.computer("zhangsan"));
    let tokens = gone.tokens(&browser, SCOPE).await;
    let code = gone.code(&browser, "openid").await;
    let away = |url: &url::Url| url.path().ends_with("/callback");
    let pending = program.computer("lisi");
    let callback = pending.walk_to(&gone.request().url(), away).await;
    let said = program.reloaded(Setup::of([Client::new("other")])).await;
    assert!(said.contains("client app (gone)"), "{said}");

    gone.redeem(&code).await.assert_refused(401, "invalid_client");
    gone.refresh(tokens.refresh_token()).await.assert_refused(401, "invalid_client");
    assert_eq!(gone.userinfo(tokens.access_token()).await.status, 401);
    pending.walk(&callback).await.page().assert_refused(400, "start_again");
    gone.walk(&browser, "openid").await.page().assert_refused(400, "unauthorized_client");
    // The member is still signed in, for everybody who is left.
    program.rp("other").silently(&browser).await.code();

    // It comes back, and what it held is its own again.
    program.reloaded(Setup::default()).await;
    program.rp("app").refresh(tokens.refresh_token()).await.good();
}

#[tokio::test]
async fn a_changed_secret_counts_from_the_reload_on() {
    let mut program = Program::start(Setup::default()).await;
    let before = program.rp("app");
    let tokens = before.tokens(&program.computer("zhangsan"), SCOPE).await;
    let mut app = Client::new("app");
    app.secret = Some("a-secret-that-was-changed-0123456".to_owned());
    program.reloaded(Setup::of([app, Client::new("other")])).await;
    before.refresh(tokens.refresh_token()).await.assert_refused(401, "invalid_client");
    program.rp("app").refresh(tokens.refresh_token()).await.good();
}

#[tokio::test]
async fn threat_1_a_redirection_address_that_is_taken_out_gets_no_code_of_a_sign_in_under_way() {
    let mut stand = Stand::new().await;
    let before = stand.app();
    let (fresh, again, posted) = (stand.computer("zhangsan"), stand.computer("lisi"), stand.computer("zhangsan"));
    let away = |url: &url::Url| url.path().ends_with("/callback");
    let waiting = fresh.walk_to(&before.request().url(), away).await;
    let answered = again.walk_to(&before.request().url(), away).await;
    again.walk(&answered).await.answer().code();
    let form = before.request().set("response_mode", "form_post").url();
    let form = posted.walk(&form).await.page();

    let mut app = Client::new("app");
    "https://app.example/another".clone_into(&mut app.redirect_uri);
    stand.reloaded(Setup::of([app, Client::new("other")])).await;
    fresh.walk(&waiting).await.page().assert_refused(400, "start_again");
    // Not the second time either, and not by the form that is kept for two minutes.
    again.walk(&answered).await.page().assert_refused(400, "start_again");
    posted.get(&form.url).await.assert_refused(400, "start_again");
    before.walk(&again, "openid").await.page().assert_refused(400, "invalid_request");
    stand.app().tokens(&again, "openid").await;
}

#[tokio::test]
async fn a_guide_whose_client_is_gone_says_start_again_and_so_does_its_link() {
    let mut stand = Stand::of([Client::new("app").with("phone = \"required\""), Client::new("other")]).await;
    let computer = stand.computer("zhangsan");
    let guide = stand.app().walk(&computer, "openid phone").await.page();
    let link = guide.link("phone-link");
    stand.reloaded(Setup::of([Client::new("other")])).await;
    computer.get(&guide.url).await.assert_refused(400, "start_again");
    let phone = stand.client_of("zhangsan").granting("mobile");
    assert_eq!(phone.walk(&link).await.page().error_code(), "link_expired");
    computer.click(&guide, "continue").await.page().assert_refused(400, "start_again");
}

#[tokio::test]
async fn limits_lifetimes_and_looks_follow_and_what_was_counted_stays_counted() {
    let mut stand = Stand::new().await;
    let wrong = |stand: &Stand| {
        let rp = stand.app();
        async move {
            let basic = crate::support::relying_party::basic("app", "wrong-secret-0123456789abcdef");
            rp.token_as(Some(&basic), &[("grant_type", "authorization_code")]).await.status
        }
    };
    for _ in 0..5 {
        assert_eq!(wrong(&stand).await, 401);
    }
    let tables = "[limits]\nfailed_client_auth_per_minute = 5\n[lifetimes]\naccess_token = \"7m\"\n[brand]\nname = \"Reloaded Ltd\"";
    stand.reloaded(Setup::default().tables(tables)).await;
    assert_eq!(wrong(&stand).await, 429);
    stand.later(wecom_oidc::domain::time::Span::minutes(1));
    assert_eq!(wrong(&stand).await, 401);
    let tokens = stand.app().tokens(&stand.computer("zhangsan"), "openid").await;
    assert_eq!(tokens.body["expires_in"], 420);
    let page = stand.lonely_computer().get(&stand.address("/nothing-here")).await;
    assert!(page.body.contains("Reloaded Ltd"), "{}", page.body);
}

#[tokio::test]
async fn a_sign_out_under_way_leads_to_no_address_that_was_taken_out() {
    let mut stand = Stand::new().await;
    let (question, page) = (stand.computer("zhangsan"), stand.computer("lisi"));
    let front = Client::new("front").with("frontchannel_logout_uri = \"https://front.example/out\"");
    stand.reloaded(Setup::of([Client::new("app"), front.clone()])).await;
    stand.app().tokens(&question, "openid").await;
    let mut url = stand.address("/logout");
    url.query_pairs_mut().append_pair("client_id", "app");
    url.query_pairs_mut().append_pair("post_logout_redirect_uri", "https://app.example/bye");
    let asked = question.walk(&url).await.page();

    stand.rp("front").tokens(&page, "openid").await;
    let tokens = stand.app().tokens(&page, "openid").await;
    url.query_pairs_mut().append_pair("id_token_hint", tokens.id_token());
    let telling = page.get(&url).await.redirect().expect("the page that tells");

    let moved = Client::new("app").with("post_logout_redirect_uris = [\"https://app.example/elsewhere\"]");
    stand.reloaded(Setup::of([moved, front])).await;
    let end = question.press(&asked, "logout-confirm").await.page();
    assert!(end.status == 200 && !end.body.contains("/bye"), "{}", end.body);
    let end = page.get(&telling).await;
    assert!(
        end.status == 200 && end.body.contains("https://front.example/out?iss=") && !end.body.contains("/bye"),
        "{}",
        end.body
    );
}
