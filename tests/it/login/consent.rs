//! What members are asked before an application is told about them: `consent = "none" | "first" | "always"`.

use crate::support::{Answer, Browser, Client, Page, RelyingParty, Stand};

/// Clients of every kind.
pub fn clients() -> [Client; 4] {
    let few = "allow = { userids = [\"zhangsan\"] }";
    [
        Client::new("app").with("consent = \"first\""),
        Client::new("each").with("consent = \"always\""),
        Client::new("few").with("consent = \"first\"").with(few),
        Client::new("plain"),
    ]
}

/// The question, where it is asked.
pub async fn asked(rp: &RelyingParty, browser: &Browser, scope: &str) -> Page {
    let page = rp.walk(browser, scope).await.page();
    assert!(page.has("consent-allow") && page.has("consent-deny"), "{}", page.text());
    page
}

/// What the application is told after a yes.
pub async fn allow(browser: &Browser, page: &Page) -> Answer {
    browser.press(page, "consent-allow").await.answer()
}

#[tokio::test]
async fn the_first_sign_in_asks_once_and_single_sign_on_and_silence_go_by_the_same_word() {
    let stand = Stand::of(clients()).await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    let page = asked(&app, &zhangsan, "openid profile").await;
    for words in ["Application app", "张三", "姓名"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    for words in ["手机号", "邮箱", "离开"] {
        assert!(!page.text().contains(words), "{words}: {}", page.text());
    }
    // Nobody agreed yet: not by having seen the page, and not by signing in at another application.
    assert_eq!(app.silently(&zhangsan).await.error(), "consent_required");
    stand.rp("plain").silently(&zhangsan).await.code();
    let tokens = app.redeem(&allow(&zhangsan, &page).await.code()).await.good();
    assert_eq!(app.userinfo(tokens.access_token()).await.json()["name"], "张三");

    app.walk(&zhangsan, "openid profile").await.answer().code();
    app.silently(&zhangsan).await.code();
    // Another browser of hers, a fresh sign-in: nothing is asked again.
    app.walk(&stand.computer("zhangsan"), "openid profile").await.answer().code();
}

#[tokio::test]
async fn whoever_asks_for_more_asks_again_and_whoever_asks_for_less_does_not() {
    let stand = Stand::of(clients()).await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    allow(&zhangsan, &asked(&app, &zhangsan, "openid profile").await).await.code();
    let page = asked(&app, &zhangsan, "openid email offline_access").await;
    assert!(page.text().contains("邮箱") && page.text().contains("离开"), "{}", page.text());
    let tokens = app.redeem(&allow(&zhangsan, &page).await.code()).await.good();
    assert!(!tokens.refresh_token().is_empty());
    for scope in ["openid", "openid email", "openid profile email offline_access"] {
        app.walk(&zhangsan, scope).await.answer().code();
    }
    // By name instead of by scope: what a scope gave is nothing new, everything else is.
    let by_name = |claims: &str| app.request().scope("openid profile").set("claims", claims).url();
    let known = by_name(r#"{"userinfo":{"name":null},"id_token":{"acr":null,"auth_time":{"essential":true}}}"#);
    zhangsan.walk(&known).await.answer().code();
    let more = by_name(r#"{"userinfo":{"phone_number":{"essential":true}}}"#);
    let page = zhangsan.walk(&more).await.page();
    assert!(page.has("consent-allow") && page.text().contains("手机号"), "{}", page.text());
    allow(&zhangsan, &page).await.code();
    zhangsan.walk(&more).await.answer().code();
    // One number agreed to by name is not the scope.
    asked(&app, &zhangsan, "openid phone").await;
}

#[tokio::test]
async fn a_service_that_tokens_are_asked_for_is_named_and_agreed_to_like_anything_else() {
    let api = "https://api.example/v1";
    let client = Client::new("app").with(&format!("consent = \"first\"\nresources = [\"{api}\"]"));
    let stand = Stand::of([client]).await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    allow(&zhangsan, &asked(&app, &zhangsan, "openid").await).await.code();
    let url = app.request().set("resource", api).url();
    let page = zhangsan.walk(&url).await.page();
    assert!(page.has("consent-allow") && page.text().contains(api), "{}", page.text());
    allow(&zhangsan, &page).await.code();
    zhangsan.walk(&url).await.answer().code();
    app.walk(&zhangsan, "openid").await.answer().code();
    // This provider itself is no service of somebody else's.
    zhangsan.walk(&app.request().set("resource", &stand.issuer).url()).await.answer().code();
}

#[tokio::test]
async fn a_no_is_told_to_the_application_and_takes_an_earlier_yes_back() {
    let stand = Stand::of(clients()).await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    let page = asked(&app, &zhangsan, "openid").await;
    let denied = zhangsan.press(&page, "consent-deny").await.page();
    denied.assert_refused(403, "denied");
    // The sign-in that led here is used up; another one is not.
    let sign_in = zhangsan.click(&denied, "start-again").await.page();
    let asked_again = zhangsan.click(&sign_in, "wecom-login").await.page();
    assert!(asked_again.has("consent-allow"), "{}", asked_again.text());
    let back = Answer::of(&denied.link("back-to-app"));
    assert_eq!((back.error(), back.get("state")), ("access_denied", Some("af0ifjsldkj")));

    let page = asked(&app, &zhangsan, "openid").await;
    allow(&zhangsan, &page).await.code();
    let again = zhangsan.walk(&app.request().set("prompt", "consent").url()).await.page();
    zhangsan.press(&again, "consent-deny").await.page().assert_refused(403, "denied");
    assert_eq!(app.silently(&zhangsan).await.error(), "consent_required");
    asked(&app, &zhangsan, "openid").await;
}

#[tokio::test]
async fn an_application_that_always_asks_asks_in_every_sign_in_and_never_answers_in_silence() {
    let stand = Stand::of(clients()).await;
    let (each, zhangsan) = (stand.rp("each"), stand.computer("zhangsan"));
    for _ in 0..2 {
        let page = asked(&each, &zhangsan, "openid").await;
        assert_eq!(each.silently(&zhangsan).await.error(), "consent_required");
        allow(&zhangsan, &page).await.code();
        assert_eq!(each.silently(&zhangsan).await.error(), "consent_required");
    }
}

#[tokio::test]
async fn a_word_is_one_members_to_one_application_and_never_anothers() {
    let stand = Stand::of(clients()).await;
    let (app, few) = (stand.app(), stand.rp("few"));
    let shared = stand.computer("zhangsan");
    let page = asked(&app, &shared, "openid profile").await;
    allow(&shared, &page).await.code();
    asked(&few, &shared, "openid profile").await;
    // Another member at the same computer, and at her own.
    let lisi = stand.computer("lisi");
    asked(&app, &lisi, "openid profile").await;
    let shared = shared.of("lisi");
    let proof = shared.walk(&app.request().scope("openid profile").set("prompt", "login").url()).await.page();
    let page = shared.click(&proof, "wecom-login").await.page();
    assert!(page.has("consent-allow") && page.text().contains("李四"), "{}", page.text());
    // Who may not enter is told so and is not asked first.
    few.walk(&shared, "openid").await.page().assert_refused(403, "not_allowed");
    assert_eq!(few.silently(&shared).await.error(), "access_denied");
}

#[tokio::test]
async fn whoever_is_asked_at_anothers_computer_can_sign_in_instead() {
    let stand = Stand::of(clients()).await;
    let shared = stand.computer("zhangsan");
    let page = asked(&stand.app(), &shared, "openid").await;
    let shared = shared.of("lisi");
    let sign_in = shared.click(&page, "account-other").await.page();
    let page = shared.click(&sign_in, "wecom-login").await.page();
    assert!(page.has("consent-allow") && page.text().contains("李四"), "{}", page.text());
    let code = allow(&shared, &page).await.code();
    let lisi = stand.rp("plain").subject(&stand.computer("lisi")).await;
    assert_eq!(stand.app().redeem(&code).await.good().id_claims()["sub"], lisi);
}

#[tokio::test]
async fn the_phone_that_a_profile_gives_without_its_scope_is_asked_about_and_a_number_comes_first() {
    let nocobase = Client::nocobase().with("consent = \"first\"");
    let stand = Stand::of([nocobase, Client::new("app")]).await;
    let nocobase = stand.rp("nocobase");
    let phone = stand.client_of("zhangsan").granting("mobile");
    let page = asked(&nocobase, &phone, "openid profile").await;
    assert!(page.text().contains("手机号"), "{}", page.text());
    let tokens = nocobase.redeem(&allow(&phone, &page).await.code()).await.good();
    assert_eq!(nocobase.userinfo(tokens.access_token()).await.json()["phone"], "13800000001");
    // At the computer the number is waited for before anything is asked.
    let lisi = stand.computer("lisi");
    assert!(nocobase.walk(&lisi, "openid profile").await.page().has("phone-link"));
}

#[tokio::test]
async fn threat_25_a_link_in_a_chat_skips_no_consent_and_names_nobody_before_it() {
    let initiate = "initiate_login_uri = \"https://app.example/begin\"";
    let asking = Client::new("app").with("consent = \"first\"").with(initiate);
    let always = Client::new("each").with("consent = \"always\"").with(initiate);
    let stand = Stand::of([asking, always, Client::new("plain").with(initiate)]).await;
    let zhangsan = stand.computer("zhangsan");
    let begin = |id: &'static str| {
        let (zhangsan, url) = (&zhangsan, stand.address(&format!("/open/{id}")));
        async move { zhangsan.walk(&url).await.answer() }
    };
    let first = begin("app").await;
    assert_eq!((first.get("iss"), first.get("login_hint")), (Some(stand.issuer.as_str()), None));
    assert_eq!(stand.app().silently(&zhangsan).await.error(), "consent_required");
    let page = asked(&stand.app(), &zhangsan, "openid").await;
    let code = allow(&zhangsan, &page).await.code();
    let sub = stand.app().redeem(&code).await.good().id_claims()["sub"].clone();
    // Agreed: now the application may know who comes.
    assert_eq!(begin("app").await.get("login_hint"), sub.as_str());
    assert_eq!(begin("plain").await.get("login_hint"), sub.as_str());
    assert_eq!(begin("each").await.get("login_hint"), None);
}

#[tokio::test]
async fn a_request_that_comes_by_post_or_is_answered_by_form_is_asked_about_too() {
    let stand = Stand::of(clients()).await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    let request = app.request().set("response_mode", "form_post");
    let posted = zhangsan.post_from_elsewhere(request.endpoint(), &request.params).await;
    let page = zhangsan.onward(posted).await.page();
    let answer = zhangsan.press(&page, "consent-allow").await.page().form("form-post");
    assert_eq!(answer.action.as_str(), app.client.redirect_uri);
    assert!(answer.fields.iter().any(|(name, _)| name == "code"), "{answer:?}");
    let page = zhangsan.walk(&request.set("prompt", "consent").url()).await.page();
    let denied = zhangsan.press(&page, "consent-deny").await.page();
    let back = denied.form("back-to-app");
    assert!(back.fields.contains(&("error".to_owned(), "access_denied".to_owned())), "{back:?}");
}
