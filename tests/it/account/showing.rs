//! What the page shows, and to whom.

use serde_json::json;
use wecom_oidc::domain::time::Span;

use super::{account, entry, forms, session};
use crate::support::{Browser, Client, GETUSERINFO, Page, Setup, Stand};

fn english(browser: Browser) -> Browser {
    browser.with_header("accept-language", "en")
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_led_through_a_sign_in_and_back() {
    for path in ["", "/sso"] {
        let stand = Stand::with(Setup::default().below(path)).await;
        for (userid, name, browser) in
            [("zhangsan", "张三", stand.computer("zhangsan")), ("lisi", "李四", stand.client_of("lisi"))]
        {
            let page = browser.walk(&stand.address("/account")).await.page();
            assert_eq!((page.status, page.url.as_str()), (200, stand.address("/account").as_str()));
            assert!(page.text().contains(name), "{}", page.text());
            assert_eq!(page.text_of("account-userid").as_deref(), Some(userid));
            assert_eq!(page.text_of("account-connection").as_deref(), Some("main · ww0123456789abcdef"));
            assert!(forms(&page, "application-").is_empty(), "{}", page.text());
            // That sign-in is one for everybody else as well.
            stand.app().silently(&browser).await.code();
        }
        assert_eq!(stand.calls(GETUSERINFO), 2);
    }
}

#[tokio::test]
async fn with_several_connections_one_is_chosen_and_a_member_of_either_corp_has_a_page() {
    let stand = Stand::with(Setup::default().with_second_corp()).await;
    let browser = english(stand.computer("zhangsan"));
    let page = browser.walk(&stand.address("/account")).await.page();
    assert!(page.text().contains("your account page") && page.has("wecom-login-second"), "{}", page.text());
    let page = browser.click(&page, "wecom-login").await.page();
    assert!(page.text_of("account-connection").is_some_and(|text| text.starts_with("main · ")), "{}", page.text());
    assert!(entry(&page, &session(&page, 0)).contains("main"), "which of them, where there are several");
}

#[tokio::test]
async fn plain_wechat_is_told_to_open_the_page_in_wecom() {
    let stand = Stand::new().await;
    let page = stand.wechat().walk(&stand.address("/account")).await.page();
    page.assert_refused(403, "open_in_wecom");
    assert!(page.body.contains(stand.address("/account").as_str()), "{}", page.body);
}

#[tokio::test]
async fn each_application_stands_there_with_what_it_got_and_since_when() {
    let first = Client::new("app").with("consent = \"first\"");
    let stand = Stand::of([first, Client::new("other"), Client::new("third"), Client::new("never")]).await;
    let browser = english(stand.computer("zhangsan"));
    let asked = stand.app().walk(&browser, "openid profile offline_access").await.page();
    let code = browser.press(&asked, "consent-allow").await.answer().code();
    stand.app().redeem(&code).await.good();
    stand.later(Span::hours(2));
    // By single sign-on, and never redeemed.
    stand.rp("other").code(&browser, "openid email").await;
    let by_name = stand.rp("third").request().set("claims", "{\"userinfo\":{\"name\":null}}");
    browser.walk(&by_name.url()).await.answer().code();
    stand.later(Span::minutes(5));

    let page = account(&stand, &browser).await;
    assert_eq!(forms(&page, "application-"), ["application-app", "application-other", "application-third"]);
    let of = |id: &str| entry(&page, &format!("application-{id}"));
    let (app, other, third) = (of("app"), of("other"), of("third"));
    for (text, words) in [
        (&app, ["Application app", "First used 2 hours ago", "carry on while you’re away", "your name"]),
        (&other, ["Application other", "First used 5 minutes ago", "email", "It can"]),
        (&third, ["Application third", "First used 5 minutes ago", "your name", "It can"]),
    ] {
        assert!(words.iter().all(|word| text.contains(word)), "{words:?}: {text}");
    }
    assert!(!app.contains("email") && !other.contains("your name") && !other.contains("carry on"), "{app} / {other}");
    // More that the same one gets is added, and the first time stays.
    stand.rp("other").code(&browser, "openid profile").await;
    let other = entry(&account(&stand, &browser).await, "application-other");
    assert!(other.contains("email") && other.contains("your name") && other.contains("5 minutes"), "{other}");
    // Long after every token of theirs has ended, what they got stands there; and where the session is over as well,
    // the one stays that may go on.
    stand.later(Span::hours(10));
    let page = account(&stand, &browser).await;
    assert!(entry(&page, "application-other").contains("email"), "{}", page.text());
    stand.later(Span::hours(13));
    let page = browser.walk(&stand.address("/account")).await.page();
    assert_eq!(forms(&page, "application-"), ["application-app"]);
}

#[tokio::test]
async fn each_session_stands_there_with_place_and_time_and_the_present_one_is_marked() {
    let stand = Stand::with(Setup::default().server("trusted_proxies = [\"127.0.0.1\"]")).await;
    let from = |browser: Browser, address| english(browser).with_header("x-forwarded-for", address);
    let computer = from(stand.computer("zhangsan"), "203.0.113.7");
    let phone = from(stand.client_of("zhangsan"), "2001:db8::7");
    let unknown = from(stand.computer("zhangsan"), "198.51.100.1").with_header("user-agent", "curl/8");
    for browser in [&phone, &unknown] {
        stand.app().tokens(browser, "openid").await;
        stand.later(Span::days(1) + Span::seconds(3_600));
        stand.app().silently(browser).await;
    }
    stand.app().tokens(&from(stand.computer("lisi"), "192.0.2.99"), "openid").await;
    stand.app().tokens(&phone, "openid").await;
    stand.later(Span::minutes(7));
    stand.app().tokens(&computer, "openid").await;
    let page = account(&stand, &computer).await;
    let entries: Vec<String> = forms(&page, "session-").iter().map(|form| entry(&page, form)).collect();
    assert_eq!(entries.len(), 2, "{entries:#?}");
    for (text, words) in [
        (&entries[0], ["Chrome, Windows", "203.0.113.7", "This browser", "Signed in just now"]),
        (&entries[1], ["WeCom, iPhone", "2001:db8::7", "Signed in 7 minutes ago", "in 7 days at the latest"]),
    ] {
        assert!(words.iter().all(|word| text.contains(word)), "{words:?}: {text}");
    }
    assert!(!entries[1].contains("This browser") && !page.text().contains("192.0.2.99"), "{}", page.text());
    // In the other browser it is the other way round.
    let page = account(&stand, &phone).await;
    assert!(entry(&page, &session(&page, 0)).contains("WeCom, iPhone"), "{}", page.text());
    // Nothing of it opens anything: neither cookies nor what applications know.
    for browser in [&computer, &phone] {
        let cookie = browser.cookie(&page.url, "session").unwrap();
        assert!(!page.body.contains(&cookie));
    }
}

#[tokio::test]
async fn threat_25_a_sign_in_by_a_link_in_a_chat_shows_on_the_members_own_page() {
    let stand = Stand::new().await;
    let phone = stand.client_of("zhangsan").granting("mobile");
    phone.walk(&stand.address("/open/app")).await.left();
    let page = account(&stand, &phone).await;
    assert_eq!((forms(&page, "session-").len(), forms(&page, "application-")), (1, vec!["application-app".to_owned()]));
    // Whoever was signed in already, too.
    phone.walk(&stand.address("/open/other")).await.left();
    let page = account(&stand, &phone).await;
    assert_eq!(forms(&page, "application-"), ["application-app", "application-other"]);
    assert!(entry(&page, "application-other").contains("刚刚"), "{}", page.text());
}

#[tokio::test]
async fn a_member_with_very_many_sessions_sees_the_newest_and_ends_all() {
    let stand = Stand::new().await;
    let mut others = Vec::new();
    for _ in 0..57 {
        let browser = stand.client_of("zhangsan");
        stand.app().code(&browser, "openid").await;
        others.push(browser);
        stand.later(Span::seconds(1));
    }
    let browser = english(others.remove(0));
    let page = account(&stand, &browser).await;
    assert_eq!(forms(&page, "session-").len(), 50);
    assert!(page.text_of("more-sessions").is_some_and(|text| text.contains('7')), "{}", page.text());
    assert!(entry(&page, &session(&page, 0)).contains("This browser"), "the present one, although it is the oldest");
    browser.press(&page, "account-sign-out-everywhere").await.page();
    for browser in others.iter().chain([&browser]) {
        assert_eq!(stand.app().silently(browser).await.error(), "login_required");
    }
}

fn no_markup(page: &Page) {
    for markup in ["<img src=x", "<b>", "onerror=\"", "<script>alert"] {
        assert!(!page.body.contains(markup), "{markup}: {}", page.body);
    }
}

#[tokio::test]
async fn threat_29_hostile_names_and_user_agents_are_text_or_nothing() {
    let stand = Stand::new().await;
    let hostile = "<img src=x onerror=\"alert(1)\"> \u{202e}Chrome/";
    stand.sim.patch_member(None, "zhangsan", &json!({ "name": hostile })).unwrap();
    stand.reloaded_text(|text| text.replace("\"Application app\"", "\"<b>'&amp;\\\"</b>\"")).await;
    let agent = "<script>alert(1)</script> Firefox/1 \"><b>Windows";
    let browser = stand.computer("zhangsan").with_header("user-agent", agent);
    stand.app().tokens(&browser, "openid profile").await;
    let page = account(&stand, &browser).await;
    no_markup(&page);
    assert!(page.text().contains("<img src=x"), "the name, as text: {}", page.text());
    assert!(entry(&page, "application-app").contains("<b>'&amp;\"</b>"), "{}", page.text());
    assert!(entry(&page, &session(&page, 0)).contains("Firefox, Windows"), "words of ours: {}", page.text());
}

#[tokio::test]
async fn an_application_that_was_taken_out_of_the_configuration_is_listed_and_can_lose_what_it_holds() {
    let mut stand = Stand::of([Client::new("app"), Client::new("gone")]).await;
    let browser = stand.computer("zhangsan");
    stand.rp("gone").tokens(&browser, "openid offline_access").await;
    stand.reloaded(Setup::of([Client::new("app")])).await;
    let page = account(&stand, &browser).await;
    assert_eq!(forms(&page, "application-"), ["application-gone"]);
    browser.press(&page, "application-gone").await.page();
    assert!(forms(&account(&stand, &browser).await, "application-").is_empty());
}

#[tokio::test]
async fn whose_connection_a_reload_took_away_signs_in_anew() {
    let mut stand = Stand::with(Setup::default().with_second_corp()).await;
    let browser = stand.computer("zhangsan");
    let page = browser.walk(&stand.address("/account")).await.page();
    browser.click(&page, "wecom-login").await.page();
    account(&stand, &browser).await;
    stand.reloaded_text(|text| text.replace("[wecom.main]", "[wecom.renamed]")).await;
    let page = browser.walk(&stand.address("/account")).await.page();
    assert!(page.has("wecom-login"), "{}", page.text());
    stand.reloaded(Setup::default().with_second_corp()).await;
    account(&stand, &browser).await;
}
