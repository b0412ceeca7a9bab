//! The card of the guide: one message in the member's WeCom with the same link, so that one tap is enough.

use std::time::Duration;

use url::Url;
use wecom_oidc::domain::time::Span;
use wecom_sim::{Effect, Fault, SentMessage};

use crate::support::{Client, Page, Program, Setup, Stand};

const MESSAGE_SEND: &str = "/cgi-bin/message/send";

fn setup() -> Setup {
    Setup::of([Client::new("app").with("phone = \"required\"")]).connection("guide_message = true")
}

/// The cards, once there are so many of them.
async fn cards(stand: &Stand, count: usize) -> Vec<SentMessage> {
    for _ in 0..400 {
        let sent = stand.sim.messages();
        if sent.len() >= count {
            assert_eq!(sent.len(), count, "{sent:#?}");
            return sent;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no card came: {:#?}", stand.sim.messages());
}

fn text<'a>(card: &'a SentMessage, field: &str) -> &'a str {
    card.body["textcard"][field].as_str().expect("a text")
}

async fn guide(stand: &Stand, member: &str) -> Page {
    stand.app().walk(&stand.computer(member), "openid phone").await.page()
}

#[tokio::test]
async fn tapping_the_card_finishes_the_sign_in_on_the_computer() {
    let stand = Stand::with(setup()).await;
    let computer = stand.computer("zhangsan");
    let page = stand.app().walk(&computer, "openid phone").await.page();
    assert!(page.has("card-asked"), "{}", page.text());
    let [card] = &cards(&stand, 1).await[..] else { panic!("one card") };
    assert_eq!((&card.recipients[..], card.msgtype.as_str()), (&["zhangsan".to_owned()][..], "textcard"));
    let link = Url::parse(text(card, "url")).expect("an address");
    assert_eq!(link, page.link("phone-link"), "the same link");

    let done = stand.client_of("zhangsan").granting("mobile").walk(&link).await.page();
    assert!(done.url.path().ends_with("/done"), "{}", done.text());
    let code = computer.click(&page, "continue").await.answer().code();
    let tokens = stand.app().redeem(&code).await.good();
    assert_eq!(stand.app().userinfo(tokens.access_token()).await.json()["phone_number"], "+8613800000001");
}

#[tokio::test]
async fn threat_26_the_card_names_the_application_and_the_place_in_the_language_of_the_page() {
    let stand = Stand::with(setup()).await;
    let english = stand.computer("lisi").with_header("accept-language", "en");
    for (browser, word) in [(stand.computer("zhangsan"), "电脑"), (english, "computer")] {
        stand.app().walk(&browser, "openid phone").await.page();
        let sent = cards(&stand, 1).await;
        let (title, description) = (text(&sent[0], "title"), text(&sent[0], "description"));
        let place = stand.address("").host_str().expect("a host").to_owned();
        assert!(title.contains("Application app"), "{title}");
        for named in ["Application app", &place, word] {
            assert!(description.contains(named), "{named}: {description}");
        }
        assert!(title.len() <= 128 && description.len() <= 512 && text(&sent[0], "btntxt").chars().count() <= 4);
        stand.sim.clear_messages();
    }
}

#[tokio::test]
async fn a_page_that_is_shown_again_sends_nothing_again_and_says_so_only_of_the_link_that_was_sent() {
    let stand = Stand::with(setup()).await;
    let computer = stand.computer("zhangsan");
    let page = stand.app().walk(&computer, "openid phone").await.page();
    let again = at_once(&computer, &page.url).await;
    assert!(again.iter().all(|page| page.has("card-asked")));
    cards(&stand, 1).await;
    // The link of the card is worth nothing any more, and the page shows another one.
    stand.later(Span::minutes(9));
    assert!(computer.get(&page.url).await.has("phone-link"));
    stand.later(Span::minutes(9));
    let later = computer.get(&page.url).await;
    assert!(later.link("phone-link") != page.link("phone-link") && !later.has("card-asked"), "{}", later.text());
    stand.client_of("zhangsan").granting("mobile").walk(&later.link("phone-link")).await.page();
    computer.click(&later, "continue").await.answer().code();
    assert_eq!(stand.sim.counter(MESSAGE_SEND).calls, 1);
}

/// The page, asked for several times at once.
async fn at_once(computer: &crate::support::Browser, url: &Url) -> Vec<Page> {
    let (a, b, c, d) = tokio::join!(computer.get(url), computer.get(url), computer.get(url), computer.get(url));
    vec![a, b, c, d]
}

#[tokio::test]
async fn threat_36_whoever_opens_many_guides_sends_a_member_five_cards_an_hour() {
    let stand = Stand::with(setup()).await;
    for guide_number in 1..=8 {
        let page = guide(&stand, "zhangsan").await;
        assert_eq!(page.has("card-asked"), guide_number <= 5, "{guide_number}");
        assert!(page.has("phone-link"));
    }
    cards(&stand, 5).await;
    assert!(guide(&stand, "lisi").await.has("card-asked"), "others are not held up");
    cards(&stand, 6).await;
    stand.later(Span::hours(1));
    assert!(guide(&stand, "zhangsan").await.has("card-asked"));
    cards(&stand, 7).await;
}

#[tokio::test]
async fn without_the_key_no_card_is_sent_and_a_reload_brings_it() {
    let mut stand = Stand::with(Setup::of([Client::new("app").with("phone = \"required\"")])).await;
    assert!(!guide(&stand, "zhangsan").await.has("card-asked"));
    stand.reloaded(setup()).await;
    assert!(guide(&stand, "zhangsan").await.has("card-asked"));
    assert_eq!(cards(&stand, 1).await.len(), 1);
    assert_eq!(stand.sim.counter(MESSAGE_SEND).calls, 1);
}

fn failures(program: &Program) -> Vec<String> {
    let is_one = |line: &&str| line.contains("message/send") && line.contains("WARN");
    program.log().lines().filter(is_one).map(str::to_owned).collect()
}

/// The line of the log about the failure of this number.
async fn failure(program: &Program, number: usize) -> String {
    for _ in 0..400 {
        if let Some(line) = failures(program).get(number - 1) {
            return line.clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no line: {}", program.log());
}

#[tokio::test]
async fn a_card_that_cannot_be_sent_is_one_line_with_its_cure_and_the_page_works_without() {
    let program = Program::start(setup().tables("[lifetimes]\nupstream = \"3s\"")).await;
    let not_reached = |field: &str| Effect::Body(format!("{{\"errcode\":0,\"errmsg\":\"ok\",\"{field}\":\"boss\"}}"));
    let cases = [
        ("zhangsan", Effect::Errcode(81_013), "errcode=81013", "可见范围"),
        ("lisi", Effect::Errcode(48_002), "errcode=48002", "self-built"),
        ("wenli", Effect::Errcode(45_009), "errcode=45009", "wait"),
        ("WangWu", Effect::Errcode(45_033), "errcode=45033", "same time"),
        ("hongkong", Effect::Errcode(60_020), "errcode=60020", "企业可信IP"),
        ("america", Effect::Hang, "no answer in time", "lifetimes.upstream"),
        ("prefixed", Effect::Html, "not JSON", "api_url"),
        ("blank", Effect::Drop, "the connection broke", "network"),
        ("boss", not_reached("invaliduser"), "reached nobody", "可见范围"),
        ("direct", not_reached("unlicenseduser"), "reached nobody", "接口许可"),
    ];
    let count = cases.len();
    for (number, (member, effect, why, cure)) in (1..).zip(cases) {
        let fault = Fault { path: MESSAGE_SEND.to_owned(), effect: Some(effect), ..Fault::default() };
        program.sim.add_fault(fault).unwrap();
        let computer = program.computer(member);
        let page = program.rp("app").walk(&computer, "openid phone").await.page();
        assert!(page.has("phone-link"), "{member}: {}", page.text());
        // Nobody waits for it.
        assert!(member != "america" || failures(&program).len() < number, "the page waited: {}", program.log());
        let line = failure(&program, number).await;
        assert!(["wecom.failed", why, cure].iter().all(|word| line.contains(word)), "{why}, {cure}: {line}");
        assert!(line.contains("main") && line.contains("client"), "{line}");
        assert!(!line.to_lowercase().contains(&member.to_lowercase()), "nobody's name: {line}");
        assert!(!computer.get(&page.url).await.has("card-asked"), "{member}: it is not said any more");
        program.sim.clear_faults(None);
        program.client_of(member).granting("mobile").walk(&page.link("phone-link")).await.page();
        computer.click(&page, "continue").await.answer().code();
    }
    assert_eq!(failures(&program).len(), count, "one line each: {}", program.log());
    assert!(program.sim.messages().is_empty());
}

#[tokio::test]
async fn a_card_that_is_opened_outside_wecom_shows_its_link_to_be_scanned() {
    let stand = Stand::with(setup()).await;
    let computer = stand.computer("zhangsan");
    let page = stand.app().walk(&computer, "openid phone").await.page();
    let link = page.link("phone-link");
    // WeCom on a computer may open links in the browser of the system.
    let outside = computer.get(&link).await;
    outside.assert_refused(403, "open_in_wecom");
    assert_eq!(outside.link("open-link"), link);
    assert!(outside.text().contains("Application app"), "{}", outside.text());
    stand.client_of("zhangsan").granting("mobile").walk(&outside.link("open-link")).await.page();
    computer.click(&page, "continue").await.answer().code();
}
