//! Requests that are no requests: lies about lengths, two framings at once, heads without end. A 4xx or a close.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::connect;
use crate::support::{Program, Setup};

const HOST: &str = "host: 127.0.0.1\r\n";
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
/// A request that must not be answered when it is smuggled in as somebody's body.
const SMUGGLED: &str = "GET /jwks.json HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";

/// The status codes of all answers on a connection.
fn statuses(answer: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(answer);
    text.split("HTTP/1.1 ")
        .chain(text.split("HTTP/1.0 ").skip(1))
        .skip(1)
        .filter_map(|rest| rest.get(..3)?.parse().ok())
        .collect()
}

/// What is sent, and the answers that are right; an empty list is a close without an answer.
fn shapes() -> Vec<(&'static str, String, &'static [&'static [u16]])> {
    let post = |lines: &str, body: &str| format!("POST /token HTTP/1.1\r\n{HOST}{FORM}{lines}\r\n{body}");
    let get = |lines: &str| format!("GET /authorize HTTP/1.1\r\n{HOST}{lines}\r\n");
    let smuggled = |lines: &str| post(lines, &format!("0\r\n\r\n{SMUGGLED}"));
    vec![
        ("two lengths", post("content-length: 3\r\ncontent-length: 8\r\n", SMUGGLED), &[&[400]]),
        ("two lengths in one", post("content-length: 3, 8\r\n", SMUGGLED), &[&[400]]),
        ("a length with a sign", post("content-length: +3\r\n", SMUGGLED), &[&[400]]),
        ("a negative length", post("content-length: -3\r\n", SMUGGLED), &[&[400]]),
        ("an endless length", post("content-length: 99999999999999999999999\r\n", SMUGGLED), &[&[400]]),
        ("a length too long for a body", post("content-length: 9999999999\r\n", "a=b"), &[&[413]]),
        ("a length and chunks", smuggled("content-length: 6\r\ntransfer-encoding: chunked\r\n"), &[&[400]]),
        ("chunks and a length", smuggled("transfer-encoding: chunked\r\ncontent-length: 6\r\n"), &[&[400]]),
        ("chunked twice", smuggled("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n"), &[&[400]]),
        ("chunked but not", smuggled("transfer-encoding: xchunked\r\n"), &[&[400], &[]]),
        ("chunked and then something", smuggled("transfer-encoding: chunked, identity\r\n"), &[&[400], &[]]),
        ("chunked with a tab", smuggled("transfer-encoding:\tchunked\r\ncontent-length: 6\r\n"), &[&[400]]),
        ("a blank before the colon", smuggled("transfer-encoding : chunked\r\n"), &[&[400]]),
        ("a folded line", smuggled("x: y\r\n transfer-encoding: chunked\r\n"), &[&[400]]),
        ("a chunk without a size", post("transfer-encoding: chunked\r\n", "x\r\nabc\r\n0\r\n\r\n"), &[&[400]]),
        ("a chunk of a negative size", post("transfer-encoding: chunked\r\n", "-1\r\nabc\r\n0\r\n\r\n"), &[&[400]]),
        ("a chunk of an endless size", post("transfer-encoding: chunked\r\n", "fffffffffffffffff\r\nabc"), &[&[400]]),
        (
            "a chunk too long for a body",
            post("transfer-encoding: chunked\r\n", &format!("fffff\r\n{}", "a".repeat(0xf_ffff))),
            &[&[413]],
        ),
        ("endless small chunks", post("transfer-encoding: chunked\r\n", &"1\r\na\r\n".repeat(40_000)), &[&[413]]),
        (
            "chunks in HTTP/1.0",
            format!("POST /token HTTP/1.0\r\n{FORM}transfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
            &[&[400], &[401]],
        ),
        ("HTTP/1.0", "GET /jwks.json HTTP/1.0\r\n\r\n".to_owned(), &[&[200]]),
        ("HTTP/0.9", "GET /jwks.json\r\n".to_owned(), &[&[400]]),
        ("HTTP/9.9", format!("GET /jwks.json HTTP/9.9\r\n{HOST}\r\n"), &[&[400]]),
        ("HTTP/2 by preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), &[&[400], &[]]),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}".to_owned(), &[&[400]]),
        ("no method", format!(" /authorize HTTP/1.1\r\n{HOST}\r\n"), &[&[400]]),
        ("a target of another host", format!("GET http://evil.example/jwks.json HTTP/1.1\r\n{HOST}\r\n"), &[&[200]]),
        ("a target that is an asterisk", format!("OPTIONS * HTTP/1.1\r\n{HOST}\r\n"), &[&[404], &[400]]),
        (
            "a proxy's target",
            "CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example:443\r\n\r\n".to_owned(),
            &[&[404], &[400]],
        ),
        ("a line break alone", "GET /jwks.json HTTP/1.1\nhost: 127.0.0.1\n\n".to_owned(), &[&[200], &[400]]),
        ("a NUL in a line", get("x: a\0b\r\n"), &[&[400]]),
        ("a NUL in the target", format!("GET /\0 HTTP/1.1\r\n{HOST}\r\n"), &[&[400]]),
        ("a line without end", get(&format!("x: {}\r\n", "x".repeat(400_000))), &[&[400], &[431], &[]]),
        (
            "a target without end",
            format!("GET /{} HTTP/1.1\r\n{HOST}\r\n", "x".repeat(400_000)),
            &[&[400], &[414], &[431], &[]],
        ),
        ("lines without end", get(&"x: y\r\n".repeat(5_000)), &[&[400], &[431], &[]]),
        ("ten thousand cookies", get(&format!("cookie: {}\r\n", "login-a=b; ".repeat(10_000))), &[&[400], &[431], &[]]),
        ("cookies as long as they may be", get(&format!("cookie: {}\r\n", "login-a=b; ".repeat(3_000))), &[&[400]]),
        ("an upgrade", get("connection: upgrade\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n"), &[&[400]]),
        ("an expectation", post("expect: 200-ok\r\ncontent-length: 3\r\n", "a=b"), &[&[401], &[417], &[400]]),
    ]
}

#[tokio::test]
async fn threat_36_requests_of_every_bad_shape_are_refused_once_or_closed_and_nobody_is_harmed() {
    let program = Program::start(Setup::default()).await;
    let mut all = JoinSet::new();
    for (name, bytes, right) in shapes() {
        let mut stream = connect(&program).await;
        all.spawn(async move {
            let sent = tokio::time::timeout(Duration::from_secs(5), stream.write_all(bytes.as_bytes())).await;
            let answer = read_for(&mut stream, Duration::from_secs(6)).await;
            let got = statuses(&answer);
            (name, sent.is_ok(), right.contains(&got.as_slice()), got)
        });
    }
    let wrong: Vec<_> = all.join_all().await.into_iter().filter(|(_, _, right, _)| !right).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Requests in a row on one connection are answered in a row.
    let mut stream = connect(&program).await;
    stream.write_all(SMUGGLED.repeat(300).as_bytes()).await.unwrap();
    assert_eq!(statuses(&read_for(&mut stream, Duration::from_secs(6)).await), vec![200; 300]);
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    let log = program.log();
    assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
}

/// Reads until the other side closes, or for so long; what came is kept.
async fn read_for(stream: &mut TcpStream, time: Duration) -> Vec<u8> {
    let mut got = Vec::new();
    let _ = tokio::time::timeout(time, stream.read_to_end(&mut got)).await;
    got
}
