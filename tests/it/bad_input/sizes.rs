//! Too much of everything, and too often (threat 36): refused, and the next request is served.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Page, Program, Setup, Stand, http};

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(stand: &Stand, path: &str, body: String) -> Page {
    let request = http::client().post(stand.address(path)).header(CONTENT_TYPE, FORM).body(body);
    Page::read(stand.address(path), request.send().await.expect("an answer")).await
}

#[tokio::test]
async fn threat_36_bodies_that_are_too_long_or_hold_twenty_thousand_parameters_are_refused() {
    let stand = Stand::new().await;
    for body in [format!("a={}", "x".repeat(40_000)), "a=1&".repeat(20_000), "a&".repeat(16_000)] {
        let token = post(&stand, "/token", body.clone()).await;
        let status = if body.len() > 32 * 1_024 { 413 } else { 400 };
        assert_eq!((token.status, &token.json()["error"]), (status, &"invalid_request".into()));
        let userinfo = post(&stand, "/userinfo", body.clone()).await;
        assert_eq!((userinfo.status, &userinfo.json()["error"]), (400, &"invalid_request".into()));
        post(&stand, "/authorize", body.clone()).await.assert_refused(400, "invalid_request");
        post(&stand, "/logout", body).await.assert_refused(400, "invalid_request");
    }
    stand.app().tokens(&stand.computer("zhangsan"), "openid").await;
}

#[tokio::test]
async fn threat_36_queries_that_are_too_long_or_hold_too_many_parameters_are_refused() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let many = stand.address(&format!("/authorize?{}", "a=1&".repeat(15_000)));
    zhangsan.get(&many).await.assert_refused(400, "invalid_request");
    let request = stand.app().request();
    for name in ["state", "nonce", "claims"] {
        let answer = zhangsan.walk(&request.clone().set(name, &"x".repeat(40_000)).url()).await.answer();
        assert_eq!(answer.error(), "invalid_request", "{name}");
    }
    for name in ["login_hint", "foo", "ui_locales", "acr_values"] {
        let answer =
            stand.computer("zhangsan").walk(&request.clone().set(name, &"x".repeat(40_000)).url()).await.answer();
        answer.code();
    }
    // Beyond what the server reads of a head at all.
    let endless = stand.address(&format!("/authorize?a={}", "x".repeat(300_000)));
    if let Ok(answer) = http::client().get(endless).send().await {
        assert!((400..500).contains(&answer.status().as_u16()), "{}", answer.status());
    }
    stand.app().tokens(&zhangsan, "openid").await;
}

#[tokio::test]
async fn threat_36_headers_and_cookies_without_end_change_nothing() {
    let stand = Stand::new().await;
    let url = stand.app().request().url();
    let cookies = (0..2_000).map(|n| format!("login-{n}=x")).collect::<Vec<_>>().join("; ");
    for (name, value) in [
        ("cookie", cookies),
        ("cookie", ";".repeat(5_000)),
        ("user-agent", "x".repeat(9_000)),
        ("accept-language", "zh,".repeat(5_000)),
        ("x-forwarded-for", "1.2.3.4, ".repeat(2_000)),
        ("authorization", "Basic ".repeat(2_000)),
    ] {
        let answer = stand.http.get(url.clone()).header(name, value).send().await.expect("an answer");
        assert_eq!(answer.status(), 303, "{name}");
        assert!(answer.headers().get_all("set-cookie").iter().count() <= 20, "{name}");
    }
    // The server closes such a connection, so it is nobody else's.
    let mut request = http::client().get(url.clone());
    for n in 0..500 {
        request = request.header(format!("x-{n}"), "y");
    }
    if let Ok(answer) = request.send().await {
        let status = answer.status().as_u16();
        assert!(status == 303 || (400..500).contains(&status), "{status}");
    }
    let token = format!("session={}", "x".repeat(8_000));
    assert_eq!(stand.http.get(url).header("cookie", token).send().await.unwrap().status(), 303);
}

#[tokio::test]
async fn threat_36_an_address_that_asks_too_often_waits_and_protocol_endpoints_do_not() {
    let stand = Stand::with(Setup::default().tables("[limits]\naddress_per_minute = 20")).await;
    let zhangsan = stand.computer("zhangsan");
    let tokens = stand.app().tokens(&zhangsan, "openid").await;
    let mut last = 0;
    for _ in 0..20 {
        last = zhangsan.get(&stand.app().request().url()).await.status;
    }
    assert_eq!(last, 429);
    let page = zhangsan.get(&stand.app().request().url()).await;
    page.assert_refused(429, "too_many_requests");
    assert!(page.header("retry-after").and_then(|text| text.parse::<u64>().ok()).is_some_and(|seconds| seconds <= 60));
    // Threat 32: a header of the browser's own makes it nobody else.
    let other = stand.computer("zhangsan").with_header("x-forwarded-for", "203.0.113.7");
    let forwarded = other.get(&stand.app().request().url()).await.status;
    assert!([303, 429].contains(&forwarded), "{forwarded}");
    for _ in 0..30 {
        assert_eq!(zhangsan.get(&stand.address("/.well-known/openid-configuration")).await.status, 200);
        assert_eq!(zhangsan.get(&stand.address("/jwks.json")).await.status, 200);
        assert_eq!(stand.app().userinfo(tokens.access_token()).await.status, 200);
    }
    stand.later(wecom_oidc::domain::time::Span::seconds(60));
    stand.app().walk(&zhangsan, "openid").await.answer().code();
}

#[tokio::test]
async fn threat_32_behind_a_trusted_proxy_the_last_address_that_is_none_of_ours_counts() {
    // Who is charged, by what the proxy wrote; `None` is the proxy itself.
    let cases: [(&[&str], Option<&str>); 7] = [
        (&["198.51.100.8, garbage"], None),
        (&["198.51.100.8,"], None),
        (&["1.2.3.4, 203.0.113.1:5555"], Some("203.0.113.1")),
        (&["1.2.3.4, 203.0.113.2, 127.0.0.1"], Some("203.0.113.2")),
        (&["203.0.113.9", "1.2.3.4, 203.0.113.3"], Some("203.0.113.3")),
        (&["1.2.3.4, [2001:db8::1]:443"], Some("2001:db8::ffff")),
        (&["1.2.3.4, ::ffff:203.0.113.4"], Some("203.0.113.4")),
    ];
    for (headers, charged) in cases {
        let limits = "[limits]\naddress_per_minute = 3";
        let stand = Stand::with(Setup::default().server("trusted_proxies = [\"127.0.0.1\"]").tables(limits)).await;
        let status = async |headers: &[&str]| {
            let mut request = stand.http.get(stand.app().request().url());
            for header in headers {
                request = request.header("x-forwarded-for", *header);
            }
            request.send().await.expect("an answer").status().as_u16()
        };
        for _ in 0..3 {
            assert_eq!(status(headers).await, 303, "{headers:?}");
        }
        assert_eq!(status(headers).await, 429, "{headers:?}");
        assert_eq!(status(charged.as_slice()).await, 429, "{headers:?} is for {charged:?}");
        for nobody in ["198.51.100.8", "1.2.3.4", "203.0.113.9", "2001:db8:0:1::1"] {
            assert_eq!(status(&[nobody]).await, 303, "{headers:?}: {nobody}");
        }
        if charged.is_some() {
            assert_eq!(status(&[]).await, 303, "{headers:?}: the proxy");
        }
    }
}

#[tokio::test]
async fn threat_36_a_body_that_never_arrives_is_given_up() {
    let program = Program::start(Setup::default()).await;
    let url = program.rp("app").endpoint("/token");
    let mut stream = TcpStream::connect(url.socket_addrs(|| None).unwrap()[0]).await.unwrap();
    let head =
        format!("POST /token HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {FORM}\r\ncontent-length: 100\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(b"grant_type=").await.unwrap();
    let mut first = [0; 12];
    let answer = tokio::time::timeout(Duration::from_secs(15), stream.read_exact(&mut first)).await;
    answer.expect("an answer in time").expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 400");
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
}

#[tokio::test]
async fn threat_32_host_and_forwarding_headers_move_no_address_of_ours() {
    let stand = Stand::new().await;
    let url = stand.address("/.well-known/openid-configuration");
    let plain = stand.http.get(url.clone()).send().await.unwrap().text().await.unwrap();
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "host=evil.example"),
    ] {
        let answer = stand.http.get(url.clone()).header(name, value).send().await.unwrap();
        assert_eq!(answer.text().await.unwrap(), plain, "{name}");
        let answer = stand.http.get(stand.app().request().url()).header(name, value).send().await.unwrap();
        let location = answer.headers()["location"].to_str().unwrap();
        assert!(!location.contains("evil"), "{location}");
    }
}
