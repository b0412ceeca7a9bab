//! Faults, limits and counters.

use std::time::{Duration, Instant};

use wecom_sim::{Effect, Fault, Limit};

use crate::stand::Stand;

const USER_GET: &str = "/cgi-bin/user/get";

fn fault(effect: Effect) -> Fault {
    Fault { path: USER_GET.to_owned(), effect: Some(effect), times: Some(1), ..Fault::default() }
}

/// A stand with a token, and a request of `user/get`.
async fn ready() -> (Stand, String) {
    let stand = Stand::new().await;
    let token = stand.token().await;
    (stand, token)
}

fn request(stand: &Stand, token: &str) -> reqwest::RequestBuilder {
    stand.request(USER_GET, &[("access_token", token), ("userid", "zhangsan")])
}

#[tokio::test]
async fn an_errcode_hits_as_often_as_was_said() {
    let (stand, token) = ready().await;
    stand.add_fault(Fault { times: Some(2), after: 1, ..fault(Effect::Errcode(-1)) }).unwrap();
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(stand.user(&token, "zhangsan").await["errcode"].as_i64().unwrap());
    }
    assert_eq!(seen, [0, -1, -1, 0]);
    let counter = stand.counter(USER_GET);
    assert_eq!((counter.calls, counter.failures), (4, 2));
    assert!(stand.faults().is_empty());
}

#[tokio::test]
async fn an_answer_can_be_a_status_a_page_or_a_redirect() {
    let (stand, token) = ready().await;
    stand.add_fault(fault(Effect::Status(503))).unwrap();
    assert_eq!(request(&stand, &token).send().await.unwrap().status(), 503);
    stand.add_fault(fault(Effect::Html)).unwrap();
    let page = request(&stand, &token).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().starts_with("<html>"));
    stand.add_fault(fault(Effect::Redirect("https://elsewhere.example/".into()))).unwrap();
    let away = request(&stand, &token).send().await.unwrap();
    assert_eq!(away.status(), 302);
    assert_eq!(away.headers()["location"], "https://elsewhere.example/");
}

#[tokio::test]
async fn an_answer_can_be_cut_mistyped_or_huge() {
    let (stand, token) = ready().await;
    stand.add_fault(fault(Effect::TruncatedJson)).unwrap();
    let text = request(&stand, &token).send().await.unwrap().text().await.unwrap();
    assert!(text.starts_with("{\"errcode\":0") && serde_json::from_str::<serde_json::Value>(&text).is_err());
    stand.add_fault(fault(Effect::WrongTypes)).unwrap();
    let wrong = stand.user(&token, "zhangsan").await;
    assert_eq!(wrong["errcode"], "0");
    assert!(wrong["userid"].is_number());
    stand.add_fault(fault(Effect::HugeBody(3_000_000))).unwrap();
    let huge = request(&stand, &token).send().await.unwrap().text().await.unwrap();
    assert!(huge.len() > 3_000_000);
}

#[tokio::test]
async fn an_answer_can_lack_its_errcode_or_be_any_text() {
    let (stand, token) = ready().await;
    stand.add_fault(fault(Effect::NoErrcode)).unwrap();
    let bare = stand.user(&token, "zhangsan").await;
    assert!(bare.get("errcode").is_none() && bare.get("errmsg").is_none());
    assert_eq!(bare["userid"], "zhangsan");
    stand.add_fault(fault(Effect::Body("{\"errcode\":0,\"userid\":null}".into()))).unwrap();
    assert!(stand.user(&token, "zhangsan").await["userid"].is_null());
}

#[tokio::test]
async fn a_fault_at_no_path_is_refused() {
    let stand = Stand::new().await;
    let nowhere = Fault { path: "/cgi-bin/user/gett".into(), ..fault(Effect::Hang) };
    assert!(stand.add_fault(nowhere).is_err());
    assert!(stand.set_limit("/cgi-bin/user/gett", Limit::default()).is_err());
    let page = Fault { path: "/wwlogin/sso/login".into(), ..fault(Effect::Status(502)) };
    stand.add_fault(page).unwrap();
    assert_eq!(stand.login(&[]).send().await.unwrap().status(), 502);
}

#[tokio::test]
async fn an_answer_can_be_late_or_never_come() {
    let (stand, token) = ready().await;
    stand.add_fault(Fault { latency_ms: 150, effect: None, ..fault(Effect::Hang) }).unwrap();
    let began = Instant::now();
    assert_eq!(stand.user(&token, "zhangsan").await["errcode"], 0);
    assert!(began.elapsed() >= Duration::from_millis(150));
    stand.add_fault(fault(Effect::Hang)).unwrap();
    let hanging = request(&stand, &token).timeout(Duration::from_millis(200)).send().await;
    assert!(hanging.unwrap_err().is_timeout());
    assert_eq!(stand.user(&token, "zhangsan").await["errcode"], 0);
}

#[tokio::test]
async fn a_connection_can_be_dropped_without_an_answer() {
    let (stand, token) = ready().await;
    stand.add_fault(Fault { times: None, ..fault(Effect::Drop) }).unwrap();
    let error = request(&stand, &token).send().await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    stand.clear_faults(Some(USER_GET));
    assert_eq!(stand.user(&token, "zhangsan").await["errcode"], 0);
}

#[tokio::test]
async fn a_star_hits_the_whole_api_and_no_page() {
    let (stand, token) = ready().await;
    stand.add_fault(Fault { path: "*".into(), times: None, ..fault(Effect::Errcode(45033)) }).unwrap();
    assert_eq!(stand.user(&token, "zhangsan").await["errcode"], 45033);
    let page = stand.login(&[]).send().await.unwrap();
    assert_eq!(page.status(), 200);
}

#[tokio::test]
async fn too_many_calls_a_minute_are_45009_for_a_minute() {
    let (stand, token) = ready().await;
    stand.set_limit(USER_GET, Limit { per_minute: Some(2), concurrent: None }).unwrap();
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(stand.user(&token, "zhangsan").await["errcode"].as_i64().unwrap());
    }
    assert_eq!(seen, [0, 0, 45009, 45009]);
    stand.advance_clock(61);
    assert_eq!(stand.user(&token, "zhangsan").await["errcode"], 0);
}

#[tokio::test]
async fn too_many_calls_at_once_are_45033_and_are_counted() {
    let (stand, token) = ready().await;
    stand.set_limit(USER_GET, Limit { per_minute: None, concurrent: Some(2) }).unwrap();
    stand.add_fault(Fault { latency_ms: 300, effect: None, times: None, ..fault(Effect::Hang) }).unwrap();
    let calls: Vec<_> = (0..5).map(|_| tokio::spawn(request(&stand, &token).send())).collect();
    let mut refused = 0;
    for call in calls {
        let text = call.await.unwrap().unwrap().text().await.unwrap();
        refused += u32::from(text.contains("45033"));
    }
    assert_eq!(refused, 3);
    assert!(stand.counter(USER_GET).most_at_once >= 3);
    stand.reset_counters();
    assert_eq!(stand.counter(USER_GET).calls, 0);
}

#[tokio::test]
async fn pages_are_counted_too_and_unknown_paths_are_not() {
    let stand = Stand::new().await;
    stand.login(&[]).send().await.unwrap();
    stand.request("/cgi-bin/nothing", &[]).send().await.unwrap();
    assert_eq!(stand.counter("/wwlogin/sso/login").calls, 1);
    assert_eq!(stand.counters().len(), 1);
}
