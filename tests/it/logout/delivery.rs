//! The way of a logout token: at once, again and again, one at a time, through restarts (threats 34 and 35).

use std::time::Duration;

use tokio::time::Instant;
use url::Url;
use wecom_oidc::domain::time::Span;

use crate::support::receiver::Received;
use crate::support::{Client, LogoutToken, Mood, Program, Receiver, RelyingParty, Setup, Stand, TokenAnswer};

fn told(id: &str, address: &str) -> Client {
    Client::new(id).with(&format!("backchannel_logout_uri = \"{address}\""))
}

fn sign_out(rp: &RelyingParty, hint: &TokenAnswer) -> Url {
    let mut url = rp.endpoint("/logout");
    url.query_pairs_mut().append_pair("id_token_hint", hint.id_token());
    url
}

/// zhangsan enters these applications and signs out.
async fn in_and_out(stand: &Stand, ids: &[&str]) {
    let browser = stand.computer("zhangsan");
    let mut last = None;
    for id in ids {
        last = Some(stand.rp(id).tokens(&browser, "openid").await);
    }
    let url = sign_out(&stand.rp(ids.last().expect("one")), &last.expect("one"));
    browser.walk(&url).await.page();
}

/// What comes next, however long the pause before it is.
async fn next(stand: &Stand, receiver: &Receiver) -> Received {
    while !receiver.comes().await {
        stand.later(Span::hours(1));
    }
    receiver.next().await
}

#[tokio::test]
async fn what_was_not_taken_is_tried_again_with_a_token_made_anew() {
    let receiver = Receiver::start().await;
    let stand = Stand::of([told("app", &receiver.address("/"))]).await;
    let mut seen = Vec::new();
    receiver.behaves(Mood::Status(500));
    in_and_out(&stand, &["app"]).await;
    let moods =
        [Mood::Status(400), Mood::Status(503), Mood::Redirect(receiver.address("/elsewhere")), Mood::Status(204)];
    for mood in moods {
        let received = next(&stand, &receiver).await;
        assert_eq!(received.target, "/", "a redirect is not followed");
        seen.push(LogoutToken::verified(&received.logout_token(), &stand.app()).await.claims);
        receiver.behaves(mood);
        stand.later(Span::seconds(10));
    }
    seen.push(LogoutToken::verified(&next(&stand, &receiver).await.logout_token(), &stand.app()).await.claims);
    for pair in seen.windows(2) {
        assert_eq!((&pair[0]["sid"], &pair[0]["sub"]), (&pair[1]["sid"], &pair[1]["sub"]));
        assert_ne!(pair[0]["jti"], pair[1]["jti"]);
        assert!(pair[0]["iat"].as_u64() < pair[1]["iat"].as_u64());
    }
    stand.later(Span::hours(1));
    receiver.stays_silent().await;
    assert_eq!(receiver.count(), 5);
}

#[tokio::test]
async fn threat_34_a_client_that_never_answers_holds_neither_the_browser_nor_another_client() {
    let (hanging, quick) = (Receiver::start().await, Receiver::start().await);
    hanging.behaves(Mood::Hang);
    let clients = [told("app", &hanging.address("/")), told("other", &quick.address("/"))];
    let stand = Stand::of(clients).await;
    for _ in 0..3 {
        let began = Instant::now();
        in_and_out(&stand, &["app", "other"]).await;
        quick.next().await;
        assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    }
    assert_eq!(hanging.most_at_once(), 1);
    assert!(hanging.count() >= 1);
}

#[tokio::test]
async fn threat_34_a_host_is_visited_once_at_a_time_whatever_clients_live_there() {
    let receiver = Receiver::start().await;
    let stand = Stand::of([told("app", &receiver.address("/a")), told("other", &receiver.address("/b"))]).await;
    receiver.behaves(Mood::Slow(Duration::from_millis(100)));
    for _ in 0..4 {
        in_and_out(&stand, &["app", "other"]).await;
    }
    let mut targets = Vec::new();
    for _ in 0..8 {
        targets.push(receiver.next().await.target);
    }
    assert_eq!(targets.iter().filter(|target| *target == "/a").count(), 4);
    assert_eq!(receiver.most_at_once(), 1);
    receiver.stays_silent().await;
}

#[tokio::test]
async fn after_a_day_a_sign_out_that_nobody_took_is_given_up() {
    let receiver = Receiver::start().await;
    let stand = Stand::of([told("app", &receiver.address("/"))]).await;
    receiver.behaves(Mood::Status(500));
    in_and_out(&stand, &["app"]).await;
    receiver.next().await;
    // What is under way just now may still count from before, so one more try may come.
    stand.later(Span::hours(25));
    if receiver.comes().await {
        receiver.next().await;
    }
    stand.later(Span::hours(2));
    receiver.stays_silent().await;
}

#[tokio::test]
async fn what_waits_survives_a_restart_and_a_try_that_was_cut_off_is_made_again() {
    let receiver = Receiver::start().await;
    let setup = Setup::of([told("app", &receiver.address("/")), told("other", "http://127.0.0.1:9/")]).on_sled();
    let stand = Stand::with(setup).await;
    receiver.behaves(Mood::Hang);
    in_and_out(&stand, &["app", "other"]).await;
    receiver.next().await;
    receiver.behaves(Mood::Status(200));
    let stand = stand.restarted().await;
    // What the other process was just trying is its own for half a minute.
    stand.later(Span::seconds(31));
    receiver.next().await;
    stand.later(Span::hours(1));
    receiver.stays_silent().await;
}

#[tokio::test]
async fn threat_47_a_sign_out_that_was_acknowledged_reaches_the_application_although_the_server_was_killed() {
    let receiver = Receiver::start().await;
    let mut program = Program::start(Setup::of([told("app", &receiver.address("/"))]).on_sled()).await;
    let (app, browser) = (program.rp("app"), program.computer("zhangsan"));
    let tokens = app.tokens(&browser, "openid").await;
    receiver.behaves(Mood::Status(503));
    let page = browser.get(&sign_out(&app, &tokens)).await;
    assert_eq!(page.status, 200);
    receiver.next().await;
    let line = program.logged(&["logout.delayed"]).await;
    assert!(line.contains("client=app") && line.contains("503"), "{line}");
    program.stop();
    receiver.behaves(Mood::Status(200));
    program.restarted().await;
    let text = receiver.next().await.logout_token();
    LogoutToken::verified(&text, &app).await.assert_about(&tokens.id_claims());
    program.logged(&["logout.delivered", "attempts=2"]).await;
    let subject = tokens.id_claims()["sub"].as_str().unwrap().to_owned();
    let log = program.log();
    assert!(!log.contains(&subject) && !log.contains(&text), "the log names nobody and holds no token");
}

#[tokio::test]
async fn a_client_that_is_taken_out_or_wants_to_hear_no_more_is_dropped() {
    let receiver = Receiver::start().await;
    receiver.behaves(Mood::Status(500));
    let mut program = Program::start(Setup::of([
        told("app", &receiver.address("/app")),
        told("other", &receiver.address("/other")),
        Client::new("third"),
    ]))
    .await;
    let browser = program.computer("zhangsan");
    program.rp("app").tokens(&browser, "openid").await;
    let tokens = program.rp("other").tokens(&browser, "openid").await;
    browser.walk(&sign_out(&program.rp("other"), &tokens)).await.page();
    receiver.next().await;
    receiver.next().await;
    program.reloaded(Setup::of([Client::new("other"), Client::new("third")])).await;
    for client in ["client=app", "client=other"] {
        let line = program.logged(&["logout.dropped", client]).await;
        assert!(line.contains("dropped=1"), "{line}");
    }
    // They come back, and nothing is left over for them.
    receiver.behaves(Mood::Status(200));
    program
        .reloaded(Setup::of([told("app", &receiver.address("/app")), told("other", &receiver.address("/other"))]))
        .await;
    receiver.stays_silent().await;
}

#[tokio::test]
async fn threat_44_a_token_goes_only_to_a_certificate_that_is_trusted() {
    let receiver = Receiver::start_over_tls().await;
    let setup = Setup::of([told("app", &receiver.address("/"))]);
    let program = Program::start(setup.clone()).await;
    let browser = program.computer("zhangsan");
    let tokens = program.rp("app").tokens(&browser, "openid").await;
    browser.walk(&sign_out(&program.rp("app"), &tokens)).await.page();
    program.logged(&["logout.delayed", "client=app", "it cannot be connected to"]).await;
    assert_eq!(receiver.count(), 0);

    // A certificate of the company's own, named by the operator.
    let stand = Stand::with(setup.tables("[outbound]\nca_file = \"cert.pem\"")).await;
    in_and_out(&stand, &["app"]).await;
    LogoutToken::verified(&receiver.next().await.logout_token(), &stand.app()).await;
}

#[tokio::test]
async fn threat_35_an_address_inside_is_not_visited_and_the_log_says_which_line_is_missing() {
    let receiver = Receiver::start().await;
    let inside = ["https://10.1.2.3/out", "https://169.254.169.254/latest", "https://[fd00::1]/out"];
    let ids = ["a", "b", "c"];
    let mut clients: Vec<Client> = ids.iter().zip(inside).map(|(id, address)| told(id, address)).collect();
    clients.push(told("app", &receiver.address("/")));
    let program = Program::start(Setup::of(clients)).await;
    let browser = program.computer("zhangsan");
    for id in ids {
        program.rp(id).tokens(&browser, "openid").await;
    }
    let tokens = program.rp("app").tokens(&browser, "openid").await;
    browser.walk(&sign_out(&program.rp("app"), &tokens)).await.page();
    receiver.next().await;
    for (id, address) in ids.iter().zip(["10.1.2.3", "169.254.169.254", "fd00::1"]) {
        let line = program.logged(&["logout.delayed", &format!("client={id}")]).await;
        assert!(line.contains(address) && line.contains("outbound.allow_private"), "{line}");
    }
}
