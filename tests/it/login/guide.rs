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
