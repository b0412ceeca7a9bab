//! The guide on the computer waits on an open line, and the word comes the moment the phone is done.

use url::Url;
use wecom_oidc::domain::time::Span;

use crate::support::{Browser, Client, Events, Page, Setup, Stand};

fn setup() -> Setup {
    Setup::of([Client::new("app").with("phone = \"required\"")])
}

/// A computer at its guide.
async fn guide(stand: &Stand, computer: &Browser) -> Page {
    stand.app().walk(computer, "openid phone").await.page()
}

fn line(page: &Page) -> Url {
    page.link("continue").join("waiting").expect("an address")
}

/// The line of a page, after its first word.
async fn listening(computer: &Browser, page: &Page) -> Events {
    let mut events = computer.listen(&line(page)).await;
    assert_eq!((events.status(), events.next().await.as_deref()), (200, Some("waiting")));
    events
}

async fn agree(stand: &Stand, member: &str, page: &Page) {
    let done = stand.client_of(member).granting("mobile").walk(&page.link("phone-link")).await.page();
    assert!(done.url.path().ends_with("/done"), "{}", done.text());
}

#[tokio::test]
async fn the_word_comes_within_a_moment_and_the_sign_in_goes_on() {
    let stand = Stand::with(setup()).await;
    let computer = stand.computer("zhangsan");
    let page = guide(&stand, &computer).await;
    let mut events = listening(&computer, &page).await;
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    assert_eq!((events.header("cache-control"), events.header("x-accel-buffering")), (Some("no-store"), Some("no")));
    agree(&stand, "zhangsan", &page).await;
    assert_eq!(events.at_once().await.as_deref(), Some("ready"));
    assert_eq!(events.next().await, None, "the line has done its work");
    computer.click(&page, "continue").await.answer().code();
}

#[tokio::test]
async fn whoever_begins_to_listen_afterwards_hears_it_at_once() {
    let stand = Stand::with(setup()).await;
    let computer = stand.computer("zhangsan");
    let page = guide(&stand, &computer).await;
    agree(&stand, "zhangsan", &page).await;
    let mut events = listening(&computer, &page).await;
    assert_eq!(events.next().await.as_deref(), Some("ready"));
}

#[tokio::test]
async fn a_number_that_comes_by_a_sign_in_inside_wecom_is_heard_as_well_and_anothers_is_not() {
    let stand = Stand::with(setup()).await;
    let (computer, other) = (stand.computer("zhangsan"), stand.computer("lisi"));
    let (page, theirs) = (guide(&stand, &computer).await, guide(&stand, &other).await);
    let (mut events, mut silent) = (listening(&computer, &page).await, listening(&other, &theirs).await);
    stand.app().walk(&stand.client_of("zhangsan").granting("mobile"), "openid phone").await.answer().code();
    assert_eq!(events.at_once().await.as_deref(), Some("ready"));
    agree(&stand, "lisi", &theirs).await;
    assert_eq!(silent.next().await.as_deref(), Some("ready"), "only now, by the own number");
}

#[tokio::test]
async fn two_tabs_of_one_browser_hear_it_both_and_go_on() {
    let stand = Stand::with(setup()).await;
    let computer = stand.computer("zhangsan");
    let (first, second) = (guide(&stand, &computer).await, guide(&stand, &computer).await);
    assert_ne!(first.link("phone-link"), second.link("phone-link"));
    let (mut one, mut two) = (listening(&computer, &first).await, listening(&computer, &second).await);
    agree(&stand, "zhangsan", &first).await;
    assert_eq!((one.next().await.as_deref(), two.next().await.as_deref()), (Some("ready"), Some("ready")));
    computer.click(&first, "continue").await.answer().code();
    computer.click(&second, "continue").await.answer().code();
}

#[tokio::test]
async fn threat_24_a_browser_without_the_cookies_of_the_sign_in_hears_nothing() {
    let stand = Stand::with(setup()).await;
    let computer = stand.computer("zhangsan");
    let page = guide(&stand, &computer).await;
    for stranger in [stand.lonely_computer(), stand.client_of("zhangsan")] {
        stranger.get(&line(&page)).await.assert_refused(400, "start_again");
    }
    // The same member, signed in in another browser.
    let elsewhere = stand.computer("zhangsan");
    guide(&stand, &elsewhere).await;
    elsewhere.get(&line(&page)).await.assert_refused(400, "start_again");
}

#[tokio::test]
async fn threat_36_of_one_sign_in_two_pages_listen_and_an_older_one_is_told_to_ask_instead() {
    let stand = Stand::with(setup()).await;
    let computer = stand.computer("zhangsan");
    let page = guide(&stand, &computer).await;
    let mut first = listening(&computer, &page).await;
    let (mut second, mut third) = (listening(&computer, &page).await, listening(&computer, &page).await);
    assert_eq!((first.next().await.as_deref(), first.next().await), (Some("full"), None));
    agree(&stand, "zhangsan", &page).await;
    assert_eq!((second.next().await.as_deref(), third.next().await.as_deref()), (Some("ready"), Some("ready")));
}

#[tokio::test]
async fn the_line_ends_with_the_life_of_the_sign_in() {
    let stand = Stand::with(setup()).await;
    let computer = stand.computer("zhangsan");
    let page = guide(&stand, &computer).await;
    stand.later(Span::seconds(599));
    let mut events = listening(&computer, &page).await;
    stand.later(Span::seconds(1));
    assert_eq!(events.next().await, None);
    computer.get(&line(&page)).await.assert_refused(400, "start_again");
}

#[tokio::test]
async fn the_line_survives_a_reload_of_the_configuration() {
    let mut stand = Stand::with(setup()).await;
    let computer = stand.computer("zhangsan");
    let page = guide(&stand, &computer).await;
    let mut events = listening(&computer, &page).await;
    stand.reloaded(Setup::of([Client::new("app").with("phone = \"required\""), Client::new("new")])).await;
    agree(&stand, "zhangsan", &page).await;
    assert_eq!(events.next().await.as_deref(), Some("ready"));
    computer.click(&page, "continue").await.answer().code();
}

#[tokio::test]
async fn stopping_waits_for_no_open_line_and_the_page_finds_the_server_again() {
    let stand = Stand::with(setup().on_sled()).await;
    let computer = stand.computer("zhangsan");
    let page = guide(&stand, &computer).await;
    let mut lines = vec![listening(&computer, &page).await, listening(&computer, &page).await];
    let stand = stand.restarted().await;
    // They ended. After the six seconds that requests under way are given they would have been cut off.
    for line in &mut lines {
        assert_eq!(line.next().await, None);
    }
    let mut again = listening(&computer, &page).await;
    agree(&stand, "zhangsan", &page).await;
    assert_eq!(again.next().await.as_deref(), Some("ready"));
}

#[tokio::test]
async fn an_open_line_is_not_taken_for_a_connection_that_nobody_uses() {
    let stand = Stand::with(setup()).await;
    let computer = stand.computer("zhangsan");
    let page = guide(&stand, &computer).await;
    let mut events = listening(&computer, &page).await;
    // Quiet connections are closed after fifteen seconds; that often it says that it is alive.
    events.alive().await;
    events.alive().await;
    agree(&stand, "zhangsan", &page).await;
    assert_eq!(events.next().await.as_deref(), Some("ready"));
}
