//! The callback twice (threat 21), tries without end, and WeCom's redirects (threat 44).

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use wecom_oidc::domain::time::Span;
use wecom_sim::{Effect, Fault};

use super::csrf::{callback, with};
use crate::support::{Answer, Client, GETTOKEN, GETUSERINFO, Setup, Stand, USER_GET};

#[tokio::test]
async fn threat_21_the_same_browser_twice_gets_the_very_same_answer_and_cookie() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let url = callback(&stand.app(), &browser).await;
    let eager = browser.twin();
    let (first, second) = (browser.get(&url).await, browser.get(&url).await);
    // A web view that fetched ahead and did not keep the cookies of the first answer.
    let third = eager.get(&url).await;
    for again in [&second, &third] {
        assert_eq!(first.redirect(), again.redirect());
        assert_eq!(first.header("set-cookie"), again.header("set-cookie"));
    }
    assert_eq!((stand.calls(GETUSERINFO), stand.calls(USER_GET)), (1, 1));
    let root = stand.address("/authorize");
    assert_eq!(browser.cookie(&root, "session"), eager.cookie(&root, "session"));
}

#[tokio::test]
async fn threat_21_ten_hits_at_once_are_one_exchange_and_one_answer() {
    for setup in [Setup::default(), Setup::default().on_sled()] {
        let stand = Stand::with(setup).await;
        let browser = stand.computer("zhangsan");
        let url = callback(&stand.app(), &browser).await;
        stand.sim.add_fault(Fault { path: GETUSERINFO.to_owned(), latency_ms: 200, ..Fault::default() }).unwrap();
        let mut tasks = JoinSet::new();
        for _ in 0..10 {
            let (twin, url) = (browser.twin(), url.clone());
            tasks.spawn(async move {
                let page = twin.get(&url).await;
                (page.redirect(), page.header("set-cookie").map(str::to_owned))
            });
        }
        let mut answers = tasks.join_all().await;
        answers.dedup();
        assert_eq!((answers.len(), stand.calls(GETUSERINFO)), (1, 1), "{answers:?}");
        let code = Answer::of(answers[0].0.as_ref().expect("a redirect")).code();
        stand.app().redeem(&code).await.good();
    }
}

#[tokio::test]
async fn threat_21_a_hit_whose_connection_is_cut_off_is_finished_and_the_next_one_gets_its_code() {
    for path in [GETUSERINFO, USER_GET] {
        let stand = Stand::new().await;
        let browser = stand.computer("zhangsan");
        let url = callback(&stand.app(), &browser).await;
        stand.sim.add_fault(Fault { path: path.to_owned(), latency_ms: 800, ..Fault::default() }).unwrap();
        let mut cut = TcpStream::connect(url.socket_addrs(|| None).unwrap()[0]).await.unwrap();
        let cookies = browser.cookies(&url).into_iter().map(|(name, value)| format!("{name}={value}"));
        let (target, cookies) = (&url[url::Position::BeforePath..], cookies.collect::<Vec<_>>().join("; "));
        let head = format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookies}\r\n\r\n");
        cut.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..400 {
            if stand.calls(path) > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(stand.sim.counter(path).running, 1, "{path}: WeCom is thinking");
        // A reset rather than an end, so that the server cannot take it for one that still listens.
        cut.set_zero_linger().unwrap();
        drop(cut);
        let code = browser.walk(&url).await.answer().code();
        stand.app().redeem(&code).await.good();
        assert_eq!((stand.calls(GETUSERINFO), stand.calls(USER_GET)), (1, 1), "{path}");
    }
}

#[tokio::test]
async fn threat_21_another_browser_gets_nothing_before_and_after() {
    let stand = Stand::new().await;
    let (browser, thief) = (stand.computer("zhangsan"), stand.computer("zhangsan"));
    let url = callback(&stand.app(), &browser).await;
    thief.get(&url).await.assert_refused(400, "start_again");
    browser.walk(&url).await.answer().code();
    thief.get(&url).await.assert_refused(400, "start_again");
    assert_eq!(stand.calls(GETUSERINFO), 1);
}

#[tokio::test]
async fn threat_21_after_the_code_was_redeemed_the_second_hit_gets_a_fresh_one_without_wecom() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let url = callback(&stand.app(), &browser).await;
    let first = browser.walk(&url).await.answer().code();
    let tokens = stand.app().redeem(&first).await.good();
    let before = stand.calls_about_people();
    let second = browser.walk(&url).await.answer().code();
    assert_ne!(first, second);
    assert_eq!(browser.walk(&url).await.answer().code(), second, "unredeemed, it stays the same");
    let again = stand.app().redeem(&second).await.good();
    assert_eq!(tokens.id_claims()["sid"], again.id_claims()["sid"]);
    assert_eq!(stand.app().userinfo(tokens.access_token()).await.status, 200, "the first tokens live on");
    assert_eq!(stand.calls_about_people(), before);
    // A code of ours that nobody redeemed in time is replaced in the same way.
    stand.later(Span::seconds(61));
    let third = browser.walk(&url).await.answer().code();
    stand.app().redeem(&third).await.good();
}

#[tokio::test]
async fn threat_21_another_wecom_code_and_a_late_hit_start_again() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let url = callback(&stand.app(), &browser).await;
    browser.walk(&url).await.answer().code();
    browser.walk(&with(&url, "code", Some("another-code-of-wecom"))).await.page().assert_refused(400, "start_again");
    assert_eq!(stand.calls(GETUSERINFO), 1);
    stand.later(Span::minutes(2));
    browser.walk(&url).await.page().assert_refused(400, "start_again");
    assert_eq!(stand.calls(GETUSERINFO), 1);
}

#[tokio::test]
async fn a_sign_in_takes_at_most_five_codes_and_a_passing_fault_can_be_retried_with_the_same_one() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let url = callback(&stand.app(), &browser).await;
    let fault =
        Fault { path: GETUSERINFO.to_owned(), times: Some(1), effect: Some(Effect::Status(503)), ..Fault::default() };
    stand.sim.add_fault(fault).unwrap();
    browser.walk(&url).await.page().assert_refused(503, "wecom_unavailable");
    for n in 0..4 {
        browser
            .walk(&with(&url, "code", Some(&format!("made-up-{n}"))))
            .await
            .page()
            .assert_refused(400, "start_again");
    }
    let exchanges = stand.calls(GETUSERINFO);
    // Five have failed: not even the right one is tried any more.
    browser.walk(&url).await.page().assert_refused(400, "start_again");
    assert_eq!(stand.calls(GETUSERINFO), exchanges);

    let url = callback(&stand.app(), &browser).await;
    let fault =
        Fault { path: USER_GET.to_owned(), times: Some(1), effect: Some(Effect::Errcode(60020)), ..Fault::default() };
    stand.sim.add_fault(fault).unwrap();
    browser.walk(&url).await.page().assert_refused(502, "wecom_misconfigured");
    // The same code says the same without asking again.
    let exchanges = stand.calls(GETUSERINFO);
    browser.walk(&url).await.page().assert_refused(502, "wecom_misconfigured");
    assert_eq!(stand.calls(GETUSERINFO), exchanges);
}

#[tokio::test]
async fn threat_44_redirects_of_wecoms_api_are_never_followed() {
    let elsewhere = wecom_sim::start(wecom_sim::Options::default()).await.unwrap();
    let stand = Stand::of([Client::new("app")]).await;
    for path in [GETUSERINFO, USER_GET] {
        let browser = stand.computer("zhangsan");
        let to = format!("{}{path}", elsewhere.api_url());
        stand
            .sim
            .add_fault(Fault { path: path.to_owned(), effect: Some(Effect::Redirect(to)), ..Fault::default() })
            .unwrap();
        let page = stand.app().walk(&browser, "openid").await.page();
        page.assert_refused(503, "wecom_unavailable");
        stand.sim.clear_faults(None);
    }
    assert!(elsewhere.counters().is_empty(), "{:?}", elsewhere.counters());
}

#[tokio::test]
async fn threat_44_a_redirect_of_gettoken_would_carry_the_secret_away() {
    let elsewhere = wecom_sim::start(wecom_sim::Options::default()).await.unwrap();
    let sim = wecom_sim::start(wecom_sim::Options::default()).await.unwrap();
    let to = format!("{}{GETTOKEN}", elsewhere.api_url());
    sim.add_fault(Fault { path: GETTOKEN.to_owned(), effect: Some(Effect::Redirect(to)), ..Fault::default() }).unwrap();
    let stand = Stand::beside(sim, Setup::default()).await;
    let page = stand.app().walk(&stand.computer("zhangsan"), "openid").await.page();
    page.assert_refused(503, "wecom_unavailable");
    assert!(elsewhere.counters().is_empty());
}
