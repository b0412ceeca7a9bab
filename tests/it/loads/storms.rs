//! Many callbacks at once: WeCom slow, codes made up, transactions nobody began. WeCom's quota is spared (law 10).

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use url::Url;
use wecom_oidc::domain::time::Span;
use wecom_sim::Fault;

use super::resident;
use crate::support::{Browser, GETTOKEN, GETUSERINFO, Program, Setup, Stand, USER_GET};

/// Walks to WeCom and gives the callback that it answers with.
async fn callback(browser: &Browser, from: &Url) -> Url {
    browser.walk_to(from, |url| url.path().ends_with("/callback")).await
}

/// The callback with another code.
fn with_code(callback: &Url, code: &str) -> Url {
    let mut url = callback.clone();
    let state = url.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
    url.query_pairs_mut().clear().append_pair("code", code).append_pair("state", &state);
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threat_36_a_storm_of_sign_ins_while_wecom_is_slow_holds_nobody_else_up_and_costs_two_calls_each() {
    const STORM: usize = 300;
    let program = Program::start(Setup::default()).await;
    let app = program.rp("app");
    let signed_in = program.computer("lisi");
    let tokens = app.tokens(&signed_in, "openid").await;
    let mut waiting = Vec::new();
    for _ in 0..STORM {
        let browser = program.computer("zhangsan");
        let url = callback(&browser, &app.request().url()).await;
        waiting.push((browser, url));
    }
    program.sim.reset_counters();
    for path in [GETUSERINFO, USER_GET] {
        program.sim.add_fault(Fault { path: path.to_owned(), latency_ms: 1_500, ..Fault::default() }).unwrap();
    }
    let memory = resident(&program);
    let mut storm = JoinSet::new();
    for (browser, url) in waiting {
        storm.spawn(async move {
            let page = browser.get(&url).await;
            (page.status, page.redirect().is_some_and(|to| to.as_str().contains("code=")), page.error_code())
        });
    }
    let mut slowest = Duration::ZERO;
    let mut rounds = 0;
    while program.sim.counter(USER_GET).calls < STORM as u64 / 2 && rounds < 200 {
        let began = Instant::now();
        let code = app.code(&signed_in, "openid").await;
        app.redeem(&code).await.good();
        assert_eq!(app.userinfo(tokens.access_token()).await.status, 200);
        assert_eq!(signed_in.get(&app.endpoint("/.well-known/openid-configuration")).await.status, 200);
        slowest = slowest.max(began.elapsed());
        rounds += 1;
    }
    let memory_then = resident(&program);
    let ends = storm.join_all().await;
    let inside = ends.iter().filter(|(status, code, _)| *status == 303 && *code).count();
    let refused = ends.iter().filter(|(status, _, code)| *status == 503 && code == "wecom_unavailable").count();
    let calls = |path| program.sim.counter(path).calls;
    let at_once = program.sim.counter(GETUSERINFO).most_at_once;
    println!(
        "{STORM} sign-ins while WeCom takes 1.5 s a call: {inside} in, {refused} told to come back; {} + {} calls, {at_once} at once; \
         {rounds} rounds of SSO, token, userinfo and discovery meanwhile, the slowest {slowest:?}; memory {memory} to {memory_then} KiB",
        calls(GETUSERINFO),
        calls(USER_GET),
    );
    assert_eq!(inside + refused, STORM, "{ends:?}");
    assert!(rounds > 3 && slowest < Duration::from_secs(6), "{rounds} rounds, {slowest:?}");
    assert!(calls(GETUSERINFO) <= STORM as u64 && calls(USER_GET) <= STORM as u64 && calls(GETTOKEN) == 0);
    assert!(u64::from(at_once) <= 256, "{at_once}");
    assert!(memory_then < memory + 64 * 1_024, "{memory} KiB, then {memory_then} KiB");
    program.sim.clear_faults(None);
    app.tokens(&program.computer("zhangsan"), "openid").await;
}

#[tokio::test]
async fn threat_36_callbacks_that_nobody_began_never_reach_wecom() {
    let stand = Stand::new().await;
    let own = callback(&stand.computer("zhangsan"), &stand.app().request().url()).await;
    let before = stand.calls_about_people();
    for n in 0..500_u32 {
        let browser = stand.lonely_computer();
        let url = match n % 3 {
            0 => with_code(&own, &format!("made-up-code-{n}")),
            1 => stand.address(&format!("/login/1vZ8k7caaaaaaaaaaa{n:04}/callback?code=c{n}&state={}", "s".repeat(43))),
            _ => stand.address(&format!("/login/{n}/callback?code=c{n}&state=s")),
        };
        let page = browser.get(&url).await;
        assert_eq!(page.status, 400, "{url}: {}", page.text());
    }
    assert_eq!(stand.calls_about_people(), before);
}

/// Law 10 and WeCom's 10 000 calls a minute for a whole corp: five codes for a sign-in, 120 a minute for an address.
#[tokio::test]
async fn threat_36_junk_codes_do_not_use_up_wecoms_quota_and_shut_nobody_else_out() {
    let stand = Stand::with(Setup::default().server("trusted_proxies = [\"127.0.0.1\"]")).await;
    let from = |address| stand.computer("zhangsan").with_header("x-forwarded-for", address);
    let office = from("203.0.113.7");
    let begin = async |browser: &Browser| {
        let url = callback(browser, &stand.app().request().url()).await;
        (browser.twin(), url)
    };
    let before = stand.calls(GETUSERINFO);
    let mut limited = 0;
    let mut shown = 0;
    for transaction in 0..30 {
        let (browser, url) = begin(&from("203.0.113.66")).await;
        let calls = stand.calls(GETUSERINFO);
        for n in 0..7 {
            let page = browser.get(&with_code(&url, &format!("junk-{transaction}-{n}"))).await;
            match page.status {
                429 => {
                    page.assert_refused(429, "too_many_requests");
                    assert!(page.header("retry-after").is_some_and(|seconds| seconds.parse::<u64>().is_ok()));
                    limited += 1;
                }
                _ => page.assert_refused(400, "start_again"),
            }
        }
        shown = stand.calls(GETUSERINFO) - before;
        assert!(stand.calls(GETUSERINFO) - calls <= 5, "{transaction}");
    }
    assert_eq!(shown, 120);
    assert!(limited > 30, "{limited}");
    // The office beside it, and the attacker's own address a minute later.
    stand.app().walk(&office, "openid").await.answer().code();
    from("203.0.113.66").get(&begin(&from("203.0.113.66")).await.1).await;
    stand.later(Span::seconds(60));
    stand.app().walk(&from("203.0.113.66"), "openid").await.answer().code();
}
