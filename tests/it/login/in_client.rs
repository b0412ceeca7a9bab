//! Signing in inside the WeCom client: nothing to touch, and the phone number after one consent.

use wecom_oidc::domain::time::Span;

use crate::support::{Client, GETUSERDETAIL, GETUSERINFO, Program, Setup, Stand};

#[tokio::test]
async fn in_the_client_a_member_is_in_without_touching_anything() {
    let stand = Stand::new().await;
    let zhangsan = stand.client_of("zhangsan");
    let journey = stand.app().walk(&zhangsan, "openid profile").await;
    let wecom = journey.trail.iter().find(|url| url.path() == "/connect/oauth2/authorize").expect("the in-client page");
    assert!(wecom.as_str().contains("scope=snsapi_base") && wecom.fragment() == Some("wechat_redirect"), "{wecom}");
    assert_eq!(stand.app().redeem(&journey.answer().code()).await.good().id_claims()["amr"][0], "wecom");
    assert_eq!((stand.calls(GETUSERINFO), stand.calls(GETUSERDETAIL)), (1, 0));
}

#[tokio::test]
async fn a_number_that_was_granted_once_is_remembered_and_released_on_a_computer_too() {
    let stand = Stand::new().await;
    let phone = stand.client_of("zhangsan").granting("mobile,biz_mail");
    let claims = stand.app().claims(&phone, "openid email phone").await;
    assert_eq!((&claims["phone_number"], &claims["phone_number_verified"]), (&"+8613800000001".into(), &true.into()));
    assert_eq!((&claims["email"], &claims["email_verified"]), (&"zhangsan@corp.example".into(), &true.into()));
    assert_eq!(stand.calls(GETUSERDETAIL), 1);

    let claims = stand.app().claims(&stand.computer("zhangsan"), "openid phone").await;
    assert_eq!(claims["phone_number"], "+8613800000001");
    assert!(claims.get("email").is_none(), "the scope was not asked for: {claims}");
    let claims = stand.app().claims(&stand.computer("zhangsan"), "openid profile").await;
    assert!(claims.get("phone_number").is_none(), "nor was this one: {claims}");
    assert_eq!(stand.calls(GETUSERDETAIL), 1);
}

#[tokio::test]
async fn a_wanted_number_that_is_not_granted_does_not_hold_the_member_up() {
    let stand = Stand::new().await;
    let claims = stand.app().claims(&stand.client_of("zhangsan").granting("email"), "openid phone email").await;
    assert!(claims.get("phone_number").is_none());
    let claims = stand.app().claims(&stand.client_of("nomobile").granting("mobile,email"), "openid phone").await;
    assert!(claims.get("phone_number").is_none());
}

#[tokio::test]
async fn a_required_number_that_is_not_granted_is_phone_refused_and_one_that_is_not_there_phone_missing() {
    let stand = Stand::of([Client::new("app").with("phone = \"required\"")]).await;
    let page = stand.app().walk(&stand.client_of("zhangsan").granting("email"), "openid phone").await.page();
    page.assert_refused(403, "phone_refused");
    let page = stand.app().walk(&stand.client_of("nomobile").granting("mobile"), "openid phone").await.page();
    page.assert_refused(403, "phone_missing");
    assert_eq!(crate::support::Answer::of(&page.link("back-to-app")).error(), "access_denied");
}

#[tokio::test]
async fn an_old_number_stays_valid_on_a_computer_and_is_read_again_in_the_client() {
    let stand = Stand::new().await;
    let phone = stand.client_of("zhangsan").granting("mobile");
    stand.app().claims(&phone, "openid phone").await;
    stand.sim.patch_member(None, "zhangsan", &serde_json::json!({ "mobile": "13800000099" })).unwrap();
    stand.later(Span::days(31));
    let claims = stand.app().claims(&stand.computer("zhangsan"), "openid phone").await;
    assert_eq!(claims["phone_number"], "+8613800000001");
    let claims = stand.app().claims(&phone, "openid phone").await;
    assert_eq!(claims["phone_number"], "+8613800000099");
    let claims = stand.app().claims(&stand.computer("zhangsan"), "openid phone").await;
    assert_eq!(claims["phone_number"], "+8613800000099");
}

#[tokio::test]
async fn how_long_a_number_is_fresh_is_the_clients_own_to_say() {
    let stand = Stand::of([Client::new("app").with("[clients.lifetimes]\nphone = \"1h\"")]).await;
    let phone = stand.client_of("zhangsan").granting("mobile");
    stand.app().claims(&phone, "openid phone").await;
    for (after, scope) in [(Span::minutes(59), "snsapi_base"), (Span::minutes(2), "snsapi_privateinfo")] {
        stand.later(after);
        let again = stand.app().request().scope("openid phone").set("prompt", "login").url();
        let page = phone.walk(&again).await.page();
        let sent = phone.get(&page.link("wecom-login")).await.redirect().unwrap();
        assert!(sent.as_str().contains(scope), "{sent}");
    }
}

#[tokio::test]
async fn foreign_numbers_are_written_as_the_rules_of_claims_say() {
    let national = Client::new("national").with("phone_format = \"national\"");
    let stand = Stand::of([Client::new("app"), national]).await;
    let cases = [
        ("hongkong", "+85291234567", "+85291234567"),
        ("america", "+12025550143", "+12025550143"),
        ("prefixed", "+8613800000008", "13800000008"),
        ("blank", "+8613800000009", "13800000009"),
    ];
    for (member, e164, national) in cases {
        let phone = stand.client_of(member).granting("mobile");
        assert_eq!(stand.app().claims(&phone, "openid phone").await["phone_number"], e164, "{member}");
        assert_eq!(stand.rp("national").claims(&phone, "openid phone").await["phone_number"], national, "{member}");
    }
}

#[tokio::test]
async fn threat_24_a_client_that_may_not_have_the_number_never_causes_the_question() {
    let stand = Stand::of([Client::new("app").with("phone = \"never\"")]).await;
    let claims = stand.app().claims(&stand.client_of("zhangsan").granting("mobile"), "openid phone").await;
    assert!(claims.get("phone_number").is_none(), "{claims}");
    assert_eq!(stand.calls(GETUSERDETAIL), 0);
}

#[tokio::test]
async fn nocobase_gets_the_number_without_the_scope() {
    let stand = Stand::of([Client::nocobase()]).await;
    let nocobase = stand.rp("nocobase");
    let claims = nocobase.claims(&stand.client_of("zhangsan").granting("mobile"), "openid email profile").await;
    assert_eq!(
        (&claims["phone"], &claims["username"], &claims["nickname"]),
        (&"13800000001".into(), &"zhangsan".into(), &"张三".into())
    );
    let claims = nocobase.claims(&stand.client_of("chen.liu_01-a@corp").granting("mobile"), "openid profile").await;
    let username = claims["username"].as_str().expect("a username");
    assert!(username.starts_with("chen.liu_01-a_corp-") && !username.contains('@'), "{username}");
}

#[tokio::test]
async fn a_remembered_number_survives_kill_9_right_after_the_answer() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let phone = program.client_of("zhangsan").granting("mobile");
    let answer = program.rp("app").walk(&phone, "openid phone").await.answer();
    program.killed_and_restarted().await;

    // The code of the answer is as durable as the number and the session.
    let tokens = program.rp("app").redeem(&answer.code()).await.good();
    let claims = program.rp("app").userinfo(tokens.access_token()).await.json();
    assert_eq!(claims["phone_number"], "+8613800000001");
    assert!(program.rp("app").silently(&phone).await.get("code").is_some());
    let claims = program.rp("app").claims(&program.computer("zhangsan"), "openid phone").await;
    assert_eq!(claims["phone_number"], "+8613800000001");
}

#[tokio::test]
async fn whoever_refuses_wecoms_consent_page_goes_on_where_the_number_is_only_wanted_or_known() {
    let clients = ["wanted", "required"].map(|phone| Client::new(phone).with(&format!("phone = \"{phone}\"")));
    let stand = Stand::of(clients).await;
    let refusing = || stand.client_of("zhangsan").granting("refuse");
    let journey = stand.rp("wanted").walk(&refusing(), "openid phone").await;
    let sent: Vec<_> = journey.trail.iter().filter(|url| url.path() == "/connect/oauth2/authorize").collect();
    assert!(sent.len() == 2 && sent[0].as_str().contains("snsapi_privateinfo"), "{sent:#?}");
    assert!(sent[1].as_str().contains("snsapi_base"), "{sent:#?}");
    let tokens = stand.rp("wanted").redeem(&journey.answer().code()).await.good();
    let claims = stand.rp("wanted").userinfo(tokens.access_token()).await.json();
    assert!(claims.get("phone_number").is_none() && claims.get("phone_number_verified").is_none(), "{claims}");

    let browser = refusing();
    let page = stand.rp("required").walk(&browser, "openid phone").await.page();
    page.assert_refused(403, "phone_refused");
    assert_eq!(crate::support::Answer::of(&page.link("back-to-app")).error(), "access_denied");

    let granting = stand.client_of("zhangsan").granting("mobile");
    stand.rp("wanted").claims(&granting, "openid phone").await;
    assert_eq!(stand.calls(GETUSERDETAIL), 1);
    // The member takes it back in WeCom's settings and is asked again: the number that was granted before stays.
    assert_eq!(stand.sim.forget_consents(None, None).unwrap(), 1);
    for client in ["required", "wanted"] {
        let journey = stand.rp(client).walk(&refusing(), "openid phone").await;
        assert!(journey.trail.iter().any(|url| url.as_str().contains("snsapi_privateinfo")), "{:#?}", journey.trail);
        let tokens = stand.rp(client).redeem(&journey.answer().code()).await.good();
        let claims = stand.rp(client).userinfo(tokens.access_token()).await.json();
        assert_eq!(claims["phone_number"], "+8613800000001", "{client}");
    }
    assert_eq!(stand.calls(GETUSERDETAIL), 1);
}

#[tokio::test]
async fn whoever_refused_by_mistake_can_try_again_and_agree() {
    let stand = Stand::of([Client::new("app").with("phone = \"required\"")]).await;
    let browser = stand.client_of("zhangsan").granting("refuse");
    let page = stand.app().walk(&browser, "openid phone").await.page();
    page.assert_refused(403, "phone_refused");
    let again = browser.granting("mobile");
    let page = again.walk(&page.link("start-again")).await.page();
    assert!(page.has("wecom-login"), "{}", page.text());
    let code = again.click(&page, "wecom-login").await.answer().code();
    let tokens = stand.app().redeem(&code).await.good();
    assert_eq!(stand.app().userinfo(tokens.access_token()).await.json()["phone_number"], "+8613800000001");
}
