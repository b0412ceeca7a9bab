//! Sign-ins that are begun and given up: thousands of them leave nothing behind (law 1).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{connect, resident};
use crate::support::{Program, Setup};

/// Set it to 100000 or more for a longer run: 0 KiB and 0 bytes each, however many.
const NUMBER: &str = "WECOM_OIDC_ABANDONED";

/// Requests on the way at a time, and connections.
const BATCH: usize = 50;
const CONNECTIONS: usize = 4;

/// Begins so many sign-ins on one connection; every third browser brings sixteen that it gave up before.
async fn begin(mut stream: TcpStream, target: String, number: usize) {
    let pending: Vec<String> =
        (0..16).map(|n| format!("login-1vZ8k{n:02}aaaaaaaaaaaaaaa={}", "x".repeat(43))).collect();
    let pending = format!("cookie: {}\r\n", pending.join("; "));
    let mut requests = String::new();
    for n in 0..BATCH {
        let cookies = if n % 3 == 0 { pending.as_str() } else { "" };
        write!(requests, "GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n{cookies}\r\n").expect("text");
    }
    let mut buffer = vec![0; 256 * 1_024];
    for _ in 0..number / BATCH {
        stream.write_all(requests.as_bytes()).await.expect("sent");
        let (mut begun, mut kept) = (0, Vec::new());
        while begun < BATCH {
            let count = stream.read(&mut buffer).await.expect("answers");
            assert!(count > 0, "closed after {begun}");
            kept.extend_from_slice(&buffer[..count]);
            let text = String::from_utf8_lossy(&kept);
            let whole = text.rfind("HTTP/1.1 ").unwrap_or_default();
            let ended = text.ends_with("\r\n\r\n");
            begun += text[..whole].matches("HTTP/1.1 303").count() + usize::from(ended);
            kept = if ended { Vec::new() } else { text[whole..].as_bytes().to_vec() };
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "how long the test takes is no configuration of the program")]
fn number() -> usize {
    std::env::var(NUMBER).map_or(20_000, |text| text.parse().expect("a number"))
}

async fn abandon(program: &Program, number: usize) {
    let url = program.rp("app").request().url();
    let target = format!("{}?{}", url.path(), url.query().expect("parameters"));
    let mut browsers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        browsers.spawn(begin(connect(program).await, target.clone(), number / CONNECTIONS));
    }
    browsers.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threat_36_abandoned_sign_ins_cost_neither_memory_nor_a_byte_of_the_store() {
    let number = number();
    let setup = Setup::default().on_sled().tables("[limits]\naddress_per_minute = 100000000");
    let program = Program::start(setup).await;
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
    abandon(&program, 4_000).await;
    let store = program.folder().join("data");
    let (memory, stored) = (resident(&program), size(&store));
    let began = Instant::now();
    abandon(&program, number).await;
    let took = began.elapsed();
    let (memory_after, stored_after) = (resident(&program), size(&store));
    println!(
        "{number} abandoned sign-ins in {took:?}: memory {memory} to {memory_after} KiB, store {stored} to {stored_after} bytes"
    );
    assert!(memory_after <= memory + 4 * 1_024, "{memory} KiB before, {memory_after} KiB after");
    // The store's own housekeeping may note something of the sign-in before; one byte for each would be more.
    assert!(stored_after < stored + 4_096, "{stored} bytes before, {stored_after} bytes after");
    program.rp("app").tokens(&program.computer("zhangsan"), "openid").await;
}

/// The bytes of all files in a folder.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries
        .map(|entry| match entry.file_type().expect("its kind").is_dir() {
            true => size(&entry.path()),
            false => entry.metadata().expect("its size").len(),
        })
        .sum()
}
