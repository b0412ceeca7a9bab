//! The first login on a computer when the application needs the phone number.

use url::Url;
use wecom_oidc::domain::time::Span;

use crate::support::{Browser, Client, GETUSERINFO, Page, Stand};

async fn stand() -> Stand {
    Stand::of([Client::new("app").with("phone = \"required\"")]).await
}

/// The guide as this browser sees it, and its link.
async fn guide(stand: &Stand, computer: &Browser) -> (Page, Url) {
    let page = stand.app().walk(computer, "openid phone").await.page();
    assert_eq!(page.status, 200, "{}", page.text());
    let link = page.link("phone-link");
    (page, link)
}

async fn ready(computer: &Browser, page: &Page) -> bool {
    let mut status = page.link("continue");
    status.set_query(Some("status=1"));
    let answer = computer.get(&status).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")), "{}", answer.body);
    answer.json()["ready"].as_bool().expect("a flag")
}

#[tokio::test]
async fn the_member_opens_the_link_on_the_phone_and_the_computer_goes_on() {
    let stand = stand().await;
    let computer = stand.computer("zhangsan");
    let (page, link) = guide(&stand, &computer).await;
    assert!(page.text().contains("Application app") && page.text().contains("张三"), "{}", page.text());
    assert!(!ready(&computer, &page).await);
    let early = computer.click(&page, "continue").await.page();
    assert_eq!(early.url.query(), Some("early=1"));
    assert_eq!(early.link("phone-link"), link, "the same link, so that the scanned one stays good");

    let done = stand.client_of("zhangsan").granting("mobile").walk(&link).await.page();
    assert_eq!((done.status, done.url.path().ends_with("/done")), (200, true), "{}", done.text());

    assert!(ready(&computer, &page).await);
    let code = computer.click(&page, "continue").await.answer().code();
    let tokens = stand.app().redeem(&code).await.good();
    assert_eq!(stand.app().userinfo(tokens.access_token()).await.json()["phone_number"], "+8613800000001");

    // From now on there is no page at all.
    let exchanges = stand.calls(GETUSERINFO);
    stand.app().walk(&computer, "openid phone").await.answer().code();
    assert_eq!(stand.calls(GETUSERINFO), exchanges);
}

#[tokio::test]
async fn reloading_the_guide_after_the_phone_is_done_goes_on_by_itself() {
    let stand = stand().await;
    let computer = stand.computer("lisi");
    let (page, link) = guide(&stand, &computer).await;
    stand.client_of("lisi").granting("mobile").walk(&link).await.page();
    computer.walk(&page.url).await.answer().code();
}

#[tokio::test]
async fn threat_24_another_member_on_the_phone_is_wrong_member_and_the_right_one_can_still_go_on() {
    let stand = stand().await;
    let computer = stand.computer("zhangsan");
    let (page, link) = guide(&stand, &computer).await;
    let wrong = stand.client_of("lisi").granting("mobile").walk(&link).await.page();
    wrong.assert_refused(403, "wrong_member");
    assert!(!ready(&computer, &page).await);

    stand.client_of("zhangsan").granting("mobile").walk(&link).await.page();
    let code = computer.click(&page, "continue").await.answer().code();
    let tokens = stand.app().redeem(&code).await.good();
    assert_eq!(stand.app().userinfo(tokens.access_token()).await.json()["phone_number"], "+8613800000001");
}

#[tokio::test]
async fn threat_24_a_link_that_was_used_has_expired() {
    let stand = stand().await;
    let (_, link) = guide(&stand, &stand.computer("zhangsan")).await;
    stand.client_of("zhangsan").granting("mobile").walk(&link).await.page();
    stand.client_of("zhangsan").granting("mobile").walk(&link).await.page().assert_refused(410, "link_expired");
}

#[tokio::test]
async fn threat_26_the_page_with_the_code_names_the_application_the_member_and_the_place() {
    let stand = stand().await;
    let (page, link) = guide(&stand, &stand.computer("zhangsan")).await;
    let (text, host) = (page.text(), link.host_str().expect("a host"));
    // Whoever is shown this code on another page finds another address above it.
    for named in ["Application app", "张三", host, "10"] {
        assert!(text.contains(named), "{named}: {text}");
    }
    assert_eq!(link.origin(), stand.address("").origin());
}

#[tokio::test]
async fn threat_26_a_link_that_is_older_than_ten_minutes_has_expired_at_the_start_and_at_the_end() {
    let stand = stand().await;
    let (_, link) = guide(&stand, &stand.computer("zhangsan")).await;
    // One phone is on its way when the time is over.
    let late = stand.client_of("zhangsan").granting("mobile");
    stand.later(Span::minutes(9));
    let callback = late.walk_to(&link, |url| url.path().ends_with("/callback")).await;
    stand.later(Span::minutes(2));
    late.walk(&callback).await.page().assert_refused(410, "link_expired");
    stand.client_of("zhangsan").granting("mobile").walk(&link).await.page().assert_refused(410, "link_expired");
}

#[tokio::test]
async fn threat_26_a_link_that_was_changed_or_never_made_has_expired() {
    let stand = stand().await;
    let (_, link) = guide(&stand, &stand.computer("zhangsan")).await;
    let other = guide(&stand, &stand.computer("zhangsan")).await.1;
    let phone = stand.client_of("zhangsan").granting("mobile");
    // The ticket of one transaction below the address of another.
    let ticket = other.path_segments().unwrap().next_back().unwrap();
    let mixed = link.join(ticket).unwrap();
    phone.walk(&mixed).await.page().assert_refused(410, "link_expired");
    phone.walk(&link.join("x").unwrap()).await.page().assert_refused(410, "link_expired");
}

#[tokio::test]
async fn the_link_leads_on_only_inside_wecom() {
    let stand = stand().await;
    let (_, link) = guide(&stand, &stand.computer("zhangsan")).await;
    stand.wechat().walk(&link).await.page().assert_refused(403, "open_in_wecom");
    stand.computer("zhangsan").walk(&link).await.page().assert_refused(403, "open_in_wecom");
    // Neither of them used it up.
    assert_eq!(stand.client_of("zhangsan").granting("mobile").walk(&link).await.page().status, 200);
}

#[tokio::test]
async fn a_number_that_is_not_granted_or_not_there_says_so_on_the_phone() {
    let stand = stand().await;
    let (_, link) = guide(&stand, &stand.computer("zhangsan")).await;
    stand.client_of("zhangsan").granting("email").walk(&link).await.page().assert_refused(403, "phone_refused");
    let (_, link) = guide(&stand, &stand.computer("nomobile")).await;
    stand.client_of("nomobile").granting("mobile").walk(&link).await.page().assert_refused(403, "phone_missing");
}

#[tokio::test]
async fn reaching_the_guide_gives_the_sign_in_its_full_life_again() {
    let stand = stand().await;
    let computer = stand.computer("zhangsan");
    let callback = computer
        .walk_to(&stand.app().request().scope("openid phone").url(), |url| url.path().ends_with("/callback"))
        .await;
    stand.later(Span::minutes(9));
    let page = computer.walk(&callback).await.page();
    stand.later(Span::minutes(9));
    stand.client_of("zhangsan").granting("mobile").walk(&page.link("phone-link")).await.page();
    computer.click(&page, "continue").await.answer().code();
}

#[tokio::test]
async fn threat_24_what_another_browser_holds_of_a_sign_in_leads_nowhere() {
    let stand = stand().await;
    let computer = stand.computer("zhangsan");
    let (page, link) = guide(&stand, &computer).await;
    // The same member at another computer, signed in there: without this sign-in's cookies.
    let elsewhere = stand.computer("zhangsan");
    guide(&stand, &elsewhere).await;
    elsewhere.get(&page.url).await.assert_refused(400, "start_again");
    elsewhere.click(&page, "continue").await.page().assert_refused(400, "start_again");
    // The phone that began is the phone that ends.
    let callback =
        stand.client_of("zhangsan").granting("mobile").walk_to(&link, |url| url.path().ends_with("/callback")).await;
    stand.client_of("zhangsan").get(&callback).await.assert_refused(400, "start_again");
    assert!(!ready(&computer, &page).await);
}

#[tokio::test]
async fn threat_24_a_link_whose_sign_in_has_gone_on_without_it_has_expired() {
    let stand = stand().await;
    let computer = stand.computer("zhangsan");
    let (first, link) = guide(&stand, &computer).await;
    let (second, other) = guide(&stand, &computer).await;
    stand.later(Span::minutes(6));
    let newer = computer.get(&first.url).await.link("phone-link");
    assert_ne!(newer, link, "a page that is shown later shows a link with time left");
    // The number comes by a sign-in inside WeCom, and both tabs go on.
    stand.app().walk(&stand.client_of("zhangsan").granting("mobile"), "openid phone").await.answer().code();
    computer.click(&first, "continue").await.answer().code();
    computer.click(&second, "continue").await.answer().code();
    for link in [link, newer, other] {
        stand.client_of("zhangsan").granting("mobile").walk(&link).await.page().assert_refused(410, "link_expired");
    }
}

#[tokio::test]
async fn threat_24_a_link_that_was_used_is_used_up_for_every_tab_and_the_other_tabs_own_link_works() {
    let stand = stand().await;
    let computer = stand.computer("zhangsan");
    let (first, link) = guide(&stand, &computer).await;
    let (second, other) = guide(&stand, &computer).await;
    stand.client_of("zhangsan").granting("mobile").walk(&link).await.page();
    stand.client_of("zhangsan").granting("mobile").walk(&link).await.page().assert_refused(410, "link_expired");
    let done = stand.client_of("zhangsan").granting("mobile").walk(&other).await.page();
    assert!(done.url.path().ends_with("/done"), "{}", done.text());
    computer.click(&first, "continue").await.answer().code();
    computer.click(&second, "continue").await.answer().code();
}

/// What the phone is told.
async fn told(stand: &Stand, member: &str, ticked: &str, language: &'static str) -> Page {
    let computer = stand.computer(member);
    let link = guide(stand, &computer).await.1;
    let phone = stand.client_of(member).granting(ticked).with_header("accept-language", language);
    phone.walk(&link).await.page()
}

#[tokio::test]
async fn each_reason_for_no_number_has_its_own_words_and_the_next_step_in_both_languages() {
    // What the member ticks, what the administrator has enabled, how WeCom writes what it withholds, what it is then.
    let all = r#"["mobile","email"]"#;
    let cases = [
        ("zhangsan", "refuse", all, "absent", "phone_refused", ["didn’t agree", "个人敏感信息授权管理", "没有同意"]),
        ("zhangsan", "email", all, "absent", "phone_refused", ["Two switches", "个人敏感信息授权管理", "两个开关"]),
        (
            "zhangsan",
            "mobile",
            r#"["email"]"#,
            "absent",
            "phone_refused",
            ["Two switches", "admin console", "两个开关"],
        ),
        // An empty number can be a withheld one: the words name both.
        (
            "zhangsan",
            "mobile",
            r#"["email"]"#,
            "empty",
            "phone_missing",
            ["Most likely", "may read phone numbers", "多半"],
        ),
        ("nomobile", "mobile", all, "absent", "phone_missing", ["Most likely", "your profile", "多半"]),
    ];
    for (member, ticked, enabled, withheld, code, [what, step, chinese]) in cases {
        let stand = stand().await;
        let enabled: serde_json::Value = serde_json::from_str(enabled).unwrap();
        stand.sim.patch_app(None, 1_000_002, &serde_json::json!({ "sensitive_fields": enabled })).unwrap();
        stand.sim.patch_quirks(&serde_json::json!({ "ungranted_field": withheld })).unwrap();
        let page = told(&stand, member, ticked, "en").await;
        page.assert_refused(403, code);
        for words in [what, step] {
            assert!(page.text().contains(words), "{code}, {words}: {}", page.text());
        }
        assert!(page.has("start-again"), "{code}");
        let page = told(&stand, member, ticked, "zh-CN").await;
        page.assert_refused(403, code);
        assert!(page.text().contains(chinese), "{code}, {chinese}: {}", page.text());
    }
}

#[tokio::test]
async fn inside_the_client_no_and_withheld_are_told_apart_too() {
    let stand = stand().await;
    for (ticked, words) in [("refuse", "你没有同意"), ("email", "两个开关")] {
        let page = stand.app().walk(&stand.client_of("zhangsan").granting(ticked), "openid phone").await.page();
        page.assert_refused(403, "phone_refused");
        assert!(page.text().contains(words), "{ticked}: {}", page.text());
        stand.sim.forget_consents(None, None).unwrap();
    }
}

#[tokio::test]
async fn a_link_that_has_expired_and_the_wrong_member_read_what_to_do() {
    let stand = stand().await;
    let (_, link) = guide(&stand, &stand.computer("zhangsan")).await;
    let english = |member: &str| stand.client_of(member).granting("mobile").with_header("accept-language", "en");
    let wrong = english("lisi").walk(&link).await.page();
    wrong.assert_refused(403, "wrong_member");
    assert!(wrong.text().contains("switch WeCom to the same account"), "{}", wrong.text());
    // To somebody else nothing is told about the one who waits.
    assert!(!wrong.text().contains("张三") && !wrong.text().contains("Application app"), "{}", wrong.text());
    stand.later(Span::minutes(11));
    let late = english("zhangsan").walk(&link).await.page();
    late.assert_refused(410, "link_expired");
    assert!(late.text().contains("Look at your computer"), "{}", late.text());
}
