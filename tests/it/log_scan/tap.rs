//! A wire that listens: forwards TCP connections and keeps every byte, so that nobody has to list by hand what occurred.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// All connections through one listener.
#[derive(Clone, Default)]
pub struct Tap(Arc<Mutex<Vec<Tape>>>);

/// The two directions of one connection.
#[derive(Clone, Default)]
struct Tape {
    requests: Arc<Mutex<Vec<u8>>>,
    answers: Arc<Mutex<Vec<u8>>>,
}

/// An HTTP message as it was sent.
#[derive(Clone)]
pub struct Message {
    /// Request or status line and headers.
    pub head: String,
    /// The body, as text.
    pub body: String,
}

impl Tap {
    /// Forwards what comes in at one address to the other, in the background of this test.
    pub fn between(listen: SocketAddr, to: SocketAddr) -> Self {
        let listener = std::net::TcpListener::bind(listen).expect("the tap's address");
        listener.set_nonblocking(true).expect("a listener that does not wait");
        let listener = TcpListener::from_std(listener).expect("a listener");
        let tap = Self::default();
        let tapes = tap.0.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                // While the program is restarted nobody is there; the visitor's connection ends.
                let Ok(far) = TcpStream::connect(to).await else { continue };
                let tape = Tape::default();
                tapes.lock().expect("tapes").push(tape.clone());
                let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                tokio::spawn(carry(near_in, far_out, tape.requests));
                tokio::spawn(carry(far_in, near_out, tape.answers));
            }
        });
        tap
    }

    /// All requests.
    pub fn requests(&self) -> Vec<Message> {
        self.messages(|tape| &tape.requests)
    }

    /// All answers.
    pub fn answers(&self) -> Vec<Message> {
        self.messages(|tape| &tape.answers)
    }

    fn messages(&self, direction: impl Fn(&Tape) -> &Mutex<Vec<u8>>) -> Vec<Message> {
        let tapes = self.0.lock().expect("tapes");
        tapes.iter().flat_map(|tape| split(&direction(tape).lock().expect("a tape"))).collect()
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, tape: Arc<Mutex<Vec<u8>>>) {
    let mut buffer = vec![0; 64 * 1_024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        tape.lock().expect("a tape").extend_from_slice(&buffer[..count]);
        if to.write_all(&buffer[..count]).await.is_err() {
            break;
        }
    }
    // Either side may be gone already.
    let _ = to.shutdown().await;
}

/// Messages with `Content-Length`; the last one may have been cut.
fn split(mut bytes: &[u8]) -> Vec<Message> {
    let mut messages = Vec::new();
    while let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = header(&head, "content-length").next().and_then(|text| text.parse().ok()).unwrap_or(0);
        let rest = &bytes[end + 4..];
        let (body, next) = rest.split_at(rest.len().min(length));
        messages.push(Message { head, body: String::from_utf8_lossy(body).into_owned() });
        bytes = next;
    }
    messages
}

/// The values of a header.
pub fn header<'a>(head: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

impl Message {
    /// The status of an answer.
    pub fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// The path and query of a request.
    pub fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }
}
