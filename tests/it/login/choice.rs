//! Where a page of ours comes first: several connections, or a client that wants it.

use crate::support::{Answer, Client, GETUSERINFO, Setup, Stand};

#[tokio::test]
async fn with_several_connections_the_member_chooses_and_stays_the_member_of_that_corp() {
    let clients = [
        Client::new("app"),
        Client::new("first").with("wecom = [\"main\"]"),
        Client::new("second").with("wecom = [\"second\"]"),
    ];
    let stand = Stand::with(Setup::of(clients).with_second_corp()).await;
    let first = stand.computer("zhangsan");
    let page = stand.app().walk(&first, "openid profile").await.page();
    assert!(page.has("wecom-login") && page.has("wecom-login-second"), "{}", page.text());
    let code = first.click(&page, "wecom-login").await.answer().code();
    let main = stand.app().redeem(&code).await.good();

    let second = stand.computer("zhangsan");
    let page = stand.app().walk(&second, "openid profile").await.page();
    let journey = second.click(&page, "wecom-login-second").await;
    let other = stand.app().redeem(&journey.answer().code()).await.good();
    assert_ne!(main.id_claims()["sub"], other.id_claims()["sub"], "the same userid in two corps is two people");
    assert_eq!(stand.app().userinfo(other.access_token()).await.json()["name"], "张三丰");

    // A session of one connection is nothing to a client that accepts only others.
    let before = stand.calls(GETUSERINFO);
    stand.rp("second").walk(&second, "openid").await.answer().code();
    assert_eq!(stand.calls(GETUSERINFO), before);
    let code = stand.rp("first").walk(&second, "openid").await.answer().code();
    assert_eq!(stand.calls(GETUSERINFO), before + 1);
    assert_eq!(stand.rp("first").redeem(&code).await.good().id_claims()["sub"], main.id_claims()["sub"]);
}

#[tokio::test]
async fn a_connection_that_the_client_does_not_accept_cannot_be_chosen_by_hand() {
    let clients = [Client::new("app").with("wecom = [\"main\"]\nsign_in_page = \"always\""), Client::new("other")];
    let stand = Stand::with(Setup::of(clients).with_second_corp()).await;
    let zhangsan = stand.computer("zhangsan");
    let page = stand.app().walk(&zhangsan, "openid").await.page();
    let mut link = page.link("wecom-login");
    link.set_query(Some("wecom=second"));
    zhangsan.walk(&link).await.page().assert_refused(400, "start_again");
    link.set_query(Some("wecom=nobody"));
    zhangsan.walk(&link).await.page().assert_refused(400, "start_again");
}

#[tokio::test]
async fn a_client_that_always_wants_the_page_gets_it_and_single_sign_on_still_shows_none() {
    let stand = Stand::of([Client::new("app").with("sign_in_page = \"always\"")]).await;
    let zhangsan = stand.computer("zhangsan");
    let page = stand.app().walk(&zhangsan, "openid").await.page();
    assert!(page.text().contains("Application app"), "{}", page.text());
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("form-action 'self'")));
    zhangsan.click(&page, "wecom-login").await.answer().code();
    stand.app().walk(&zhangsan, "openid").await.answer().code();
}

#[tokio::test]
async fn pages_speak_the_language_that_is_asked_for() {
    let stand = Stand::of([Client::new("app").with("sign_in_page = \"always\"")]).await;
    let page = |header: &'static str, locales: &'static str| {
        let browser = stand.computer("zhangsan").with_header("accept-language", header);
        let url = stand.app().request().set("ui_locales", locales).url();
        async move { browser.walk(&url).await.page().body }
    };
    assert!(page("en-GB,en;q=0.9", "").await.contains("<html lang=\"en"));
    assert!(page("en", "zh-CN").await.contains("<html lang=\"zh"));
    assert!(page("fr", "se").await.contains("<html lang=\"zh"));
}

#[tokio::test]
async fn threat_38_a_member_who_may_not_enter_reads_why_and_the_application_is_told() {
    let clients = [Client::new("app").with("allow = { departments = [7] }"), Client::new("open")];
    let stand = Stand::of(clients).await;
    for browser in [stand.computer("lisi"), stand.client_of("lisi")] {
        let page = stand.app().walk(&browser, "openid").await.page();
        page.assert_refused(403, "not_allowed");
        assert_eq!(Answer::of(&page.link("back-to-app")).error(), "access_denied");
        // The way to another application is open, and single sign-on does not open this one (threat 38).
        stand.rp("open").walk(&browser, "openid").await.answer().code();
        stand.app().walk(&browser, "openid").await.page().assert_refused(403, "not_allowed");
        assert_eq!(stand.app().silently(&browser).await.error(), "access_denied");
    }
    // Department 8 lies below 7; `direct` is in none of them.
    stand.app().walk(&stand.computer("WangWu"), "openid").await.answer().code();
    stand.app().walk(&stand.computer("direct"), "openid").await.page().assert_refused(403, "not_allowed");
}
