//! The access token: fetched by one, renewed early, given up when refused, never hammered for.

use super::*;
use crate::domain::time::Span;
use crate::wecom::{Call, Fault, WeCom as _};

fn good(_: &Request) -> Reply {
    Reply::json(WENLI)
}

fn error(errcode: i64) -> Reply {
    Reply::json(format!(r#"{{"errcode":{errcode},"errmsg":"x"}}"#))
}

/// Accepts one token and refuses all others as 40014.
fn only(token: &'static str) -> impl Fn(&Request) -> Reply + Send + Sync {
    move |request| if request.query.contains(token) { Reply::json(WENLI) } else { error(40014) }
}

async fn eventually(what: impl Fn() -> bool) {
    for _ in 0..500 {
        if what() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never happened");
}

#[tokio::test]
async fn a_hundred_callers_cause_one_fetch() {
    let stage = Stage::with_tokens(|r| token(r.nth).late(Duration::from_millis(50)), good).await;
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let client = Arc::clone(&stage.client);
            tokio::spawn(async move { client.member(&wenli()).await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(stage.server.count(GETTOKEN), 1);
}

#[tokio::test]
async fn a_held_token_is_renewed_in_the_background_and_nobody_waits() {
    let stage = Stage::with_tokens(
        |r| if r.nth == 0 { token(0) } else { token(r.nth).late(Duration::from_millis(100)) },
        |r| if r.query.contains("TOKEN") { Reply::json(WENLI) } else { error(41001) },
    )
    .await;
    stage.client.member(&wenli()).await.unwrap();
    stage.clock.advance(Span::minutes(114));
    stage.client.member(&wenli()).await.unwrap();
    assert_eq!(stage.server.count(GETTOKEN), 1);

    stage.clock.advance(Span::minutes(2));
    stage.client.member(&wenli()).await.unwrap();
    assert!(stage.server.seen().last().unwrap().query.contains("TOKEN-0"));
    eventually(|| stage.server.count(GETTOKEN) == 2).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    stage.client.member(&wenli()).await.unwrap();
    assert!(stage.server.seen().last().unwrap().query.contains("TOKEN-1"));
    assert_eq!(stage.server.count(GETTOKEN), 2);
}

#[tokio::test]
async fn a_failed_early_renewal_hurts_nobody_while_the_token_is_good() {
    let stage = Stage::with_tokens(|r| if r.nth == 0 { token(0) } else { error(-1) }, good).await;
    stage.client.member(&wenli()).await.unwrap();
    stage.clock.advance(Span::minutes(116));
    for _ in 0..20 {
        stage.client.member(&wenli()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(stage.server.count(GETTOKEN), 2);
    stage.clock.advance(Span::minutes(5));
    assert_eq!(stage.client.member(&wenli()).await.unwrap_err().errcode, Some(-1));
}

#[tokio::test]
async fn a_token_ends_by_its_own_span_or_after_two_hours_whichever_is_first() {
    for (expires_in, alive, ended) in [("100", 99, 1), ("99999999", 7_199, 1), ("null", 7_199, 1), ("0", 29, 1)] {
        let body = format!(r#"{{"access_token":"T","expires_in":{expires_in}}}"#);
        let stage = Stage::with_tokens(move |_| Reply::json(&body), good).await;
        stage.client.member(&wenli()).await.unwrap();
        stage.clock.advance(Span(alive));
        stage.client.member(&wenli()).await.unwrap();
        let before = stage.server.count(GETTOKEN);
        assert!(before <= 2);
        tokio::time::sleep(Duration::from_millis(50)).await;
        stage.clock.advance(Span(ended));
        stage.client.member(&wenli()).await.unwrap();
        assert!(stage.server.count(GETTOKEN) > 1, "{expires_in}");
    }
}

#[tokio::test]
async fn the_same_token_again_is_asked_for_early_only_once() {
    let stage = Stage::with_tokens(|_| token(0), good).await;
    for _ in 0..(24 * 60) {
        stage.client.member(&wenli()).await.unwrap();
        stage.clock.advance(Span::minutes(1));
        tokio::task::yield_now().await;
    }
    // Twelve lives in a day and one vain renewal.
    let fetched = stage.server.count(GETTOKEN);
    assert!((12..=14).contains(&fetched), "{fetched}");
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_and_the_call_repeated_once() {
    for refusal in [40014, 42001, 40001] {
        let stage = Stage::new(move |r| if r.nth == 0 { error(refusal) } else { Reply::json(WENLI) }).await;
        stage.client.identify(&code()).await.unwrap();
        assert_eq!((stage.server.count(GETTOKEN), stage.server.seen().len()), (2, 4));

        let stage = Stage::new(move |_| error(refusal)).await;
        let failed = stage.client.identify(&code()).await.unwrap_err();
        assert_eq!((failed.call, failed.errcode), (Call::GetUserInfo, Some(refusal)));
        assert_eq!((stage.server.count(GETTOKEN), stage.server.seen().len()), (2, 4));
    }
}

#[tokio::test]
async fn many_callers_refused_together_cause_one_fetch() {
    let stage = Stage::new(only("TOKEN-1")).await;
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let client = Arc::clone(&stage.client);
            tokio::spawn(async move { client.member(&wenli()).await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(stage.server.count(GETTOKEN), 2);
}

#[tokio::test]
async fn fresh_tokens_that_are_refused_are_not_fetched_in_a_loop() {
    let stage = Stage::new(only("TOKEN-6")).await;
    for rest in [2, 4, 8] {
        for _ in 0..10 {
            assert_eq!(stage.client.member(&wenli()).await.unwrap_err().errcode, Some(40014));
        }
        let fetched = stage.server.count(GETTOKEN);
        stage.clock.advance(Span(rest - 1));
        stage.client.member(&wenli()).await.unwrap_err();
        assert_eq!(stage.server.count(GETTOKEN), fetched);
        stage.clock.advance(Span(1));
    }
    stage.client.member(&wenli()).await.unwrap();
    assert_eq!(stage.server.count(GETTOKEN), 7);
}

#[tokio::test]
async fn a_wrong_secret_is_tried_after_one_minute_then_after_longer_and_longer() {
    for errcode in [40001, 40013, 40091, 45009] {
        let stage = Stage::with_tokens(move |r| if r.nth < 6 { error(errcode) } else { token(0) }, good).await;
        for (nth, rest) in [60, 120, 240, 480, 600, 600].into_iter().enumerate() {
            for _ in 0..10 {
                let failed = stage.client.member(&wenli()).await.unwrap_err();
                assert_eq!((failed.call, failed.errcode), (Call::GetToken, Some(errcode)));
            }
            assert_eq!(stage.server.count(GETTOKEN), nth + 1);
            stage.clock.advance(Span(rest - 1));
            stage.client.member(&wenli()).await.unwrap_err();
            assert_eq!(stage.server.count(GETTOKEN), nth + 1);
            stage.clock.advance(Span(1));
        }
        stage.client.member(&wenli()).await.unwrap();
        assert_eq!(stage.server.count("/cgi-bin/user/get"), 1);
    }
}

#[tokio::test]
async fn passing_trouble_is_waited_out_for_seconds_only() {
    let stage = Stage::with_tokens(|r| if r.nth < 2 { Reply::http("502 Bad", "", b"") } else { token(0) }, good).await;
    for rest in [1, 2] {
        for _ in 0..10 {
            assert_eq!(stage.client.member(&wenli()).await.unwrap_err().fault, Fault::Transient);
        }
        stage.clock.advance(Span(rest));
    }
    stage.client.member(&wenli()).await.unwrap();
    assert_eq!(stage.server.count(GETTOKEN), 3);
}

#[tokio::test]
async fn threat_47_a_clock_set_back_does_not_prolong_a_rest() {
    let stage = Stage::with_tokens(|r| if r.nth == 0 { error(40001) } else { token(0) }, good).await;
    stage.client.member(&wenli()).await.unwrap_err();
    stage.clock.set(Timestamp(START.0 - 3_600));
    stage.client.member(&wenli()).await.unwrap();
}

#[tokio::test]
async fn a_fetch_comes_to_its_end_when_the_caller_who_began_it_is_gone() {
    let stage = Stage::with_tokens(|_| token(0).late(Duration::from_millis(100)), good).await;
    let client = Arc::clone(&stage.client);
    let caller = tokio::spawn(async move { client.member(&wenli()).await });
    eventually(|| stage.server.count(GETTOKEN) == 1).await;
    caller.abort();
    stage.client.member(&wenli()).await.unwrap();
    assert_eq!(stage.server.count(GETTOKEN), 1);
}
