//! A server that says what a test tells it to, byte for byte.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub head: String,
    pub body: String,
    /// How many came to this path before.
    pub nth: usize,
}

/// What is said to it.
#[derive(Clone)]
pub enum Reply {
    /// These bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// The same after a while.
    Late(Duration, Vec<u8>),
    /// Nothing, for ever.
    Hang,
    /// These bytes without end.
    Flood(Vec<u8>),
}

impl Reply {
    pub fn json(body: impl AsRef<str>) -> Self {
        Self::http("200 OK", "Content-Type: application/json; charset=UTF-8\r\n", body.as_ref().as_bytes())
    }

    pub fn http(status: &str, headers: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\nDate: Thu, 06 Nov 2025 03:33:20 GMT\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        Self::Bytes([head.as_bytes(), body].concat())
    }

    pub fn late(self, by: Duration) -> Self {
        match self {
            Self::Bytes(bytes) => Self::Late(by, bytes),
            other => other,
        }
    }
}

pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub async fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (handler, log) = (Arc::new(handler), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (handler, log) = (Arc::clone(&handler), Arc::clone(&log));
                tokio::spawn(async move { serve(stream, &*handler, &log).await });
            }
        });
        Self { url, seen }
    }

    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// How many requests came to a path.
    pub fn count(&self, path: &str) -> usize {
        self.seen().iter().filter(|request| request.path == path).count()
    }
}

async fn serve(mut stream: TcpStream, handler: &(dyn Fn(&Request) -> Reply + Send + Sync), log: &Mutex<Vec<Request>>) {
    let Some(mut request) = read(&mut stream).await else { return };
    {
        let mut log = log.lock().unwrap();
        request.nth = log.iter().filter(|before| before.path == request.path).count();
        log.push(request.clone());
    }
    match handler(&request) {
        Reply::Bytes(bytes) => _ = stream.write_all(&bytes).await,
        Reply::Late(by, bytes) => {
            tokio::time::sleep(by).await;
            _ = stream.write_all(&bytes).await;
        }
        Reply::Hang => std::future::pending().await,
        Reply::Flood(bytes) => while stream.write_all(&bytes).await.is_ok() {},
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    while bytes.len() < end + length.unwrap_or(0) {
        stream.read_buf(&mut bytes).await.ok()?;
    }
    let mut words = head.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let body = String::from_utf8(bytes[end..].to_vec()).ok()?;
    Some(Request { method, path: path.to_owned(), query: query.to_owned(), head: head.clone(), body, nth: 0 })
}
