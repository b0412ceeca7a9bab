//! Slow senders, slow readers and half requests: each is let go in time, and nobody waits for them.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsConnector;

use super::{connect, resident};
use crate::support::{Program, Setup, http};

/// Ten seconds for a head or a body, five for a rest, fifteen for whatever else; the rest is a busy machine.
const IN_TIME: Duration = Duration::from_secs(40);

/// A request whose answer is the same for everybody.
const DISCOVERY: &[u8] = b"GET /.well-known/openid-configuration HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
const HALF: &str = "GET /authorize?client_id=app HTTP/1.1\r\nhost: 127.0.0.1\r\n";
const FORM: &str = "POST /token HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\n";

/// What somebody sends first, and then again and again.
#[derive(Clone)]
struct Sender {
    name: &'static str,
    first: Vec<u8>,
    again: &'static [u8],
    reads: bool,
}

fn senders() -> Vec<Sender> {
    let text = |name, first: String, again| Sender { name, first: first.into_bytes(), again, reads: true };
    let asked = || String::from_utf8(DISCOVERY.to_vec()).expect("text");
    let chunked = "transfer-encoding: chunked\r\n\r\n";
    vec![
        text("nothing at all", String::new(), b""),
        text("half a head", HALF.to_owned(), b""),
        text("a head byte by byte", format!("{HALF}x-slow: "), b"y"),
        text("a rest after an answer", asked(), b""),
        text("half a second head", asked() + HALF, b""),
        text("a second head byte by byte", format!("{}{HALF}x-slow: ", asked()), b"y"),
        text("half a body", format!("{FORM}content-length: 1000\r\n\r\ngrant_type="), b""),
        text("a body byte by byte", format!("{FORM}content-length: 1000\r\n\r\n"), b"y"),
        text("a chunked body byte by byte", format!("{FORM}{chunked}"), b"1\r\ny\r\n"),
        text("a chunked body that nobody wants", format!("{HALF}{chunked}"), b"1\r\ny\r\n"),
        text("a body that nobody wants", format!("{HALF}content-length: 1000\r\n\r\n"), b"y"),
        // More answers than the system's own buffers take.
        Sender { name: "answers that are not read", first: DISCOVERY.repeat(4_000), again: b"G", reads: false },
    ]
}

/// Sends as this one does until the other side closes; how long that took, or nothing when it did not.
async fn send(mut stream: TcpStream, sender: Sender) -> Option<Duration> {
    let began = Instant::now();
    let mut rest = [0; 4_096];
    let mut next = sender.first.as_slice();
    while began.elapsed() < IN_TIME {
        match timeout(Duration::from_millis(250), stream.write_all(next)).await {
            Ok(Err(_)) => return Some(began.elapsed()),
            Ok(Ok(())) => next = sender.again,
            // Its buffers are full: half of it was sent, and the rest will do as well as anything.
            Err(_) => {}
        }
        if !sender.reads {
            sleep(Duration::from_millis(250)).await;
        } else if let Ok(Ok(0) | Err(_)) = timeout(Duration::from_millis(250), stream.read(&mut rest)).await {
            return Some(began.elapsed());
        }
    }
    None
}

#[tokio::test]
async fn threat_36_slow_senders_and_readers_are_let_go_in_time_and_others_sign_in_meanwhile() {
    const EACH: usize = 20;
    const UNREAD: usize = 5;
    let program = Program::start(Setup::default()).await;
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    let (memory, open) = (resident(&program), descriptors(&program));
    let mut crowd = JoinSet::new();
    for sender in senders() {
        for _ in 0..if sender.reads { EACH } else { UNREAD } {
            let (name, stream) = (sender.name, connect(&program).await);
            let sending = send(stream, sender.clone());
            crowd.spawn(async move { (name, sending.await) });
        }
    }
    let mut slowest = Duration::ZERO;
    for _ in 0..20 {
        let began = Instant::now();
        program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
        slowest = slowest.max(began.elapsed());
    }
    let (memory_then, open_then) = (resident(&program), descriptors(&program));
    let ends = crowd.join_all().await;
    let held: Vec<_> = ends.iter().filter(|(_, end)| end.is_none()).map(|(name, _)| name).collect();
    assert!(held.is_empty(), "still connected after {IN_TIME:?}: {held:?}");
    let longest = ends.iter().filter_map(|(_, end)| *end).max().expect("an end");
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    let mut open_after = descriptors(&program);
    for _ in 0..40 {
        if open_after <= open + 8 {
            break;
        }
        sleep(Duration::from_millis(100)).await;
        open_after = descriptors(&program);
    }
    println!(
        "{} slow connections: descriptors {open}, {open_then}, {open_after}; memory {memory}, {memory_then}, {} KiB; \
         slowest sign-in meanwhile {slowest:?}; the last one let go after {longest:?}",
        ends.len(),
        resident(&program),
    );
    assert!(open_after <= open + 8, "{open} descriptors before, {open_after} after");
    assert!(memory_then < memory + 64 * 1_024, "{memory} KiB before, {memory_then} KiB then");
    assert!(slowest < Duration::from_secs(8), "{slowest:?}");
    assert!(!program.log().contains("panicked"));
}

#[tokio::test]
async fn threat_36_over_tls_half_a_second_head_is_let_go_as_well() {
    let program = Program::start(Setup::default().over_tls()).await;
    let ours = CertificateDer::from_pem_slice(http::certificate().0.as_bytes()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(ours).unwrap();
    let provider = rustls::crypto::aws_lc_rs::default_provider().into();
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let name = "127.0.0.1".try_into().unwrap();
    let mut stream = connector.connect(name, connect(&program).await).await.unwrap();
    stream.write_all(DISCOVERY).await.unwrap();
    let mut answer = vec![0; 64];
    stream.read_exact(&mut answer).await.unwrap();
    stream.write_all(HALF.as_bytes()).await.unwrap();
    // It ends without TLS's own good-bye, which is an error and just as well.
    let end = timeout(IN_TIME, stream.read_to_end(&mut answer)).await;
    assert!(end.is_ok(), "still connected");
    assert!(answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn threat_36_strangers_never_take_the_last_descriptors_and_waiting_for_them_costs_no_work() {
    let program = Program::with_descriptors(256, Setup::default()).await;
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    let half = Sender { name: "half a head", first: HALF.into(), again: b"", reads: true };
    let mut crowd = JoinSet::new();
    for _ in 0..150 {
        crowd.spawn(send(connect(&program).await, half.clone()));
    }
    let (began, work) = (Instant::now(), processor(&program));
    let mut most = 0;
    while began.elapsed() < Duration::from_secs(6) {
        most = most.max(descriptors(&program));
        let answer = program.http.get(program.admin("/readyz")).timeout(Duration::from_secs(5)).send().await;
        assert_eq!(answer.expect("the operator is answered").status(), 200);
        sleep(Duration::from_millis(200)).await;
    }
    let worked = processor(&program) - work;
    // Those beyond the first hundred waited outside, had no head ready either, and go as well.
    crowd.shutdown().await;
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    println!("150 half requests at 256 descriptors: {most} taken at most, {worked}/100 s of work in 6 s");
    assert!(most <= 230, "{most} descriptors");
    assert!(worked < 300, "{worked}/100 s of work");
    assert!(!program.log().contains("panicked"));
}

/// How many descriptors the process holds.
fn descriptors(program: &Program) -> usize {
    fs::read_dir(format!("/proc/{}/fd", program.pid())).expect("its descriptors").count()
}

/// The processor's time that the process took, in hundredths of a second.
fn processor(program: &Program) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", program.pid())).expect("its times");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("ticks")).sum()
}
