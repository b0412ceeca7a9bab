//! Answers that are none, answers that never come, and errcodes.

use super::*;
use crate::wecom::{Call, Cause, Fault, WeCom as _, WecomError};

const USER_GET: &str = "/cgi-bin/user/get";
const GETUSERINFO: &str = "/cgi-bin/auth/getuserinfo";

async fn member(reply: Reply) -> WecomError {
    let stage = Stage::new(move |_| reply.clone()).await;
    stage.client.member(&wenli()).await.unwrap_err()
}

#[tokio::test]
async fn what_is_not_the_documented_json_is_a_broken_answer() {
    let html = Reply::http("200 OK", "Content-Type: text/html\r\n", b"<html>busy</html>");
    for (reply, cause) in [
        (html, Cause::NotJson),
        (Reply::json(""), Cause::NotJson),
        (Reply::json(r#"{"errcode":0,"userid":"wen"#), Cause::NotJson),
        (Reply::json(r#"{"userid":"wenli"}{}"#), Cause::NotJson),
        (Reply::json("[]"), Cause::NotJson),
        (Reply::json("null"), Cause::NotJson),
        (Reply::json("[".repeat(60_000)), Cause::NotJson),
        (Reply::json(format!(r#"{{"x":{}"#, "[".repeat(60_000))), Cause::NotJson),
        (Reply::http("200 OK", "", b"{\"userid\":\"\xff\xfe\"}"), Cause::NotJson),
        (Reply::json(r#"{"errcode":[0],"userid":"wenli"}"#), Cause::WrongShape),
        (Reply::json(r#"{"errcode":"no","userid":"wenli"}"#), Cause::WrongShape),
        (Reply::json(r#"{"userid":["wenli"]}"#), Cause::WrongShape),
        (Reply::json(r#"{"userid":"wenli","department":7}"#), Cause::WrongShape),
        (Reply::json(r#"{"userid":"wenli","department":[-1]}"#), Cause::WrongShape),
        (Reply::json(r#"{"userid":"wenli","status":{}}"#), Cause::WrongShape),
        (Reply::json(r#"{"userid":"wenli","status":true}"#), Cause::WrongShape),
        (Reply::json(r#"{"userid":"wenli","userid":"boss"}"#), Cause::WrongShape),
    ] {
        let error = member(reply).await;
        assert_eq!((error.fault, error.cause), (Fault::BrokenAnswer, Some(cause)));
        assert!(error.retryable() && error.errcode.is_none());
    }
}

#[tokio::test]
async fn another_http_status_is_trouble_that_passes_whatever_the_body_says() {
    for status in [201, 204, 400, 403, 404, 429, 500, 502, 503] {
        let error = member(Reply::http(&format!("{status} X"), "", b"{\"errcode\":60020}")).await;
        assert_eq!((error.fault, error.cause), (Fault::Transient, Some(Cause::Status(status))));
        assert_eq!((error.errcode, error.date.as_deref()), (None, Some("Thu, 06 Nov 2025 03:33:20 GMT")));
    }
}

#[tokio::test]
async fn threat_44_a_redirect_is_never_followed() {
    let other = Server::start(|_| Reply::json(WENLI)).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}/cgi-bin/user/get\r\n", other.url);
        let error = member(Reply::http(&format!("{status} Moved"), &location, b"")).await;
        assert_eq!((error.fault, error.cause), (Fault::Transient, Some(Cause::Redirect(status))));
        assert!(error.to_string().contains("unexpected redirect"));
    }
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn a_body_is_read_no_further_than_its_cap() {
    let endless = b"HTTP/1.1 200 OK\r\n\r\n{\"x\":\"";
    let flood = Reply::Flood([&endless[..], &[b'x'; 4096]].concat());
    assert_eq!(member(flood).await.cause, Some(Cause::TooLarge));
    let padded = format!(r#"{{"userid":"wenli","x":"{}","department":[]}}"#, "x".repeat(64 * 1024));
    assert_eq!(member(Reply::json(&padded)).await.cause, Some(Cause::TooLarge));
    // What is too much about one member is little about all departments.
    let stage = Stage::new(move |_| Reply::json(&padded)).await;
    assert!(stage.client.departments().await.is_ok());
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_given_up() {
    let drip = Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec());
    for (reply, cause) in [
        (Reply::Hang, Cause::Timeout),
        (Reply::json(WENLI).late(Duration::from_secs(9)), Cause::Timeout),
        (drip, Cause::Lost),
    ] {
        let server =
            Server::start(move |request| if request.path == GETTOKEN { token(0) } else { reply.clone() }).await;
        let stage = Stage::build(server, Duration::from_millis(300), Arc::new(NoCache));
        let error = stage.client.identify(&code()).await.unwrap_err();
        assert_eq!((error.call, error.fault, error.cause), (Call::GetUserInfo, Fault::Transient, Some(cause)));
        assert_eq!(stage.server.count(GETUSERINFO), 1);
    }
}

#[tokio::test]
async fn no_connection_and_no_trust_are_told_apart() {
    let clock = Arc::new(ManualClock::new(START));
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let unencrypted = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = unencrypted.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = unencrypted.accept().await {
            _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    for (api, cause) in [(format!("http://{closed}"), Cause::Connect), (format!("https://{there}"), Cause::Tls)] {
        let error = client(settings(&api), &clock, Arc::new(NoCache)).agent().await.unwrap_err();
        assert_eq!((error.call, error.fault, error.cause), (Call::GetToken, Fault::Transient, Some(cause)));
    }
}

#[tokio::test]
async fn a_read_is_asked_again_once_and_a_code_only_when_wecom_was_busy() {
    let cut = || Reply::Bytes(Vec::new());
    let busy = || Reply::json(r#"{"errcode":-1,"errmsg":"system busy"}"#);
    for (failing, shown) in [(cut(), 1), (busy(), 2)] {
        let first = failing.clone();
        let stage = Stage::new(move |r| if r.nth == 0 { first.clone() } else { Reply::json(WENLI) }).await;
        assert!(stage.client.member(&wenli()).await.is_ok());
        // A code may have been used when the connection broke; -1 is an answer, and says that it was not.
        assert_eq!(stage.client.identify(&code()).await.is_ok(), shown == 2);
        assert_eq!((stage.server.count(USER_GET), stage.server.count(GETUSERINFO)), (2, shown));

        let stage = Stage::new(move |_| failing.clone()).await;
        assert!(stage.client.member(&wenli()).await.unwrap_err().retryable());
        assert_eq!(stage.server.count(USER_GET), 2);
    }
    // Whether a ticket may be shown twice is not known: only when WeCom says that it did not look.
    let stage = Stage::new(move |_| cut()).await;
    assert_eq!(stage.client.detail(&ticket()).await.unwrap_err().cause, Some(Cause::Lost));
    assert_eq!(stage.server.count("/cgi-bin/auth/getuserdetail"), 1);
    let stage = Stage::new(move |r| if r.nth == 0 { busy() } else { Reply::json(WENLI) }).await;
    assert!(stage.client.detail(&ticket()).await.is_ok());
}

#[tokio::test]
async fn an_errcode_tells_who_must_act_and_what_support_needs() {
    let text = r#"{"errcode":60020,"errmsg":"not allow to access from your ip, hint: [1762400000123456789012345], from ip: 203.0.113.9, more info at https://open.work.weixin.qq.com/devtool/query?e=60020","department":[]}"#;
    let error = member(Reply::json(text)).await;
    assert_eq!((error.call, error.fault, error.errcode), (Call::UserGet, Fault::Operator, Some(60020)));
    assert_eq!(error.hint.as_deref(), Some("1762400000123456789012345"));
    assert_eq!(
        (error.from_ip, error.date.as_deref()),
        ("203.0.113.9".parse().ok(), Some("Thu, 06 Nov 2025 03:33:20 GMT"))
    );
    assert!(error.cure().contains("企业可信IP") && !error.retryable());
    assert_eq!(error.to_string(), "WeCom user/get: errcode 60020");

    for errmsg in [r#""x, hint: [1], from ip: 203.0.113.9""#, "null", "7", "[]"] {
        let error = member(Reply::json(format!(r#"{{"errcode":"60111","errmsg":{errmsg}}}"#))).await;
        assert_eq!((error.fault, error.from_ip), (Fault::NoSuchMember, None));
    }
}
