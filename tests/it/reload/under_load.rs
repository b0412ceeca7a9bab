//! Reloading while everybody signs in: nobody notices.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{Browser, Client, GETTOKEN, Program, RelyingParty, Setup};

/// How often the configuration flips.
const RELOADS: usize = 40;

fn app() -> Client {
    Client::new("app").with("wecom = [\"main\"]")
}

/// Two configurations that differ in everything that may change and does not concern `app` and `main`.
fn flips() -> [Setup; 2] {
    let one = Setup::of([app(), Client::new("other")]).on_sled();
    let two = Setup::of([app()]).on_sled().with_second_corp().server("trusted_proxies = [\"10.1.2.3\"]").tables(
        "[lifetimes]\nsession = \"11h\"\naccess_token = \"30m\"\nid_token = \"2h\"\n[limits]\naddress_per_minute = 100000\n\
         [brand]\nname = \"Example\"\naccent = \"#1f6feb\"",
    );
    [one, two]
}

/// Sign-ins, refreshes, questions and keys, until it is enough; every helper fails the test at the first odd answer.
async fn works(rp: RelyingParty, browsers: Vec<Browser>, enough: Arc<AtomicBool>) -> usize {
    let mut rounds = 0;
    while !enough.load(Ordering::Relaxed) {
        for browser in &browsers {
            let mut tokens = rp.tokens(browser, "openid profile offline_access").await;
            for _ in 0..2 {
                assert_eq!(rp.userinfo(tokens.access_token()).await.status, 200);
                tokens = rp.refresh(tokens.refresh_token()).await.good();
            }
            for path in ["/.well-known/openid-configuration", "/jwks.json", "/assets/style.css"] {
                let answer = rp.http.get(rp.endpoint(path)).send().await.expect("an answer");
                assert_eq!(answer.status(), 200, "{path}");
            }
            rounds += 1;
        }
    }
    rounds
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threat_47_reloading_again_and_again_under_load_fails_not_one_request() {
    let [one, two] = flips();
    let mut program = Program::start(one.clone()).await;
    let enough = Arc::new(AtomicBool::new(false));
    let members = ["zhangsan", "lisi"];
    let tasks: Vec<_> = (0..6)
        .map(|n| {
            // The first browser keeps its session (single sign-on), the second is always new to WeCom.
            let browsers = vec![program.computer(members[n % 2]), program.computer(members[(n + 1) % 2])];
            tokio::spawn(works(program.rp("app"), browsers, enough.clone()))
        })
        .collect();
    for n in 0..RELOADS {
        let said = program.reloaded(if n % 2 == 0 { two.clone() } else { one.clone() }).await;
        assert!(said.contains("lifetimes") && !said.contains("connection main"), "{said}");
    }
    enough.store(true, Ordering::Relaxed);
    let mut rounds = 0;
    for task in tasks {
        rounds += task.await.expect("no request failed");
    }
    assert!(rounds >= 6, "{rounds}");
    let log = program.log();
    let complaint = log.lines().find(|line| line.contains("ERROR") || line.contains("panicked"));
    assert!(complaint.is_none(), "{complaint:?}");
    // An unchanged connection keeps its token; the one that comes and goes finds its own again.
    assert!(program.sim.counter(GETTOKEN).calls <= 2, "{:?}", program.sim.counter(GETTOKEN));
    assert_eq!(program.terminated().await, Some(0));
}

#[tokio::test]
async fn many_hangups_at_once_do_not_race_and_the_last_text_counts() {
    let [one, two] = flips();
    let mut program = Program::start(one).await;
    for _ in 0..20 {
        program.hung_up();
    }
    program.configured(two);
    program.hung_up();
    program.logged(&["server.reloaded", "client other (gone)"]).await;
    assert!(program.runs());
    assert!(!program.log().contains("server.reload_failed"), "{}", program.log());
}

#[tokio::test]
async fn a_request_under_way_ends_with_the_configuration_it_began_with() {
    let mut program = Program::start(Setup::default()).await;
    let slow = wecom_sim::Fault {
        path: crate::support::USER_GET.to_owned(),
        latency_ms: 2_500,
        ..wecom_sim::Fault::default()
    };
    program.sim.add_fault(slow).expect("a fault");
    let (rp, browser) = (program.rp("app"), program.computer("zhangsan"));
    let callback = browser.walk_to(&rp.request().url(), |url| url.path().ends_with("/callback")).await;
    let waiting = tokio::spawn(async move { (browser.walk(&callback).await.answer(), browser) });
    while program.sim.counter(crate::support::USER_GET).calls == 0 && !waiting.is_finished() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    // WeCom is being asked; meanwhile the client goes.
    program.reloaded(Setup::of([Client::new("other")])).await;
    let (answer, _) = waiting.await.expect("an answer");
    assert!(answer.get("code").is_some(), "{answer:?}");
    // What it got is worth nothing: the client that could redeem it is gone.
    rp.redeem(&answer.code()).await.assert_refused(401, "invalid_client");
}
