//! An application's own web server: publishes its keys, or whatever else it is told to.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::signer::Signer;

/// A server on this machine; every path is the same to it.
pub struct Publisher {
    /// Where it is.
    pub address: String,
    /// The bytes of its answers; empty ones never come.
    answer: Arc<Mutex<Vec<u8>>>,
    asked: Arc<AtomicUsize>,
}

impl Publisher {
    /// One that publishes these keys.
    pub async fn of(signers: &[&Signer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}/jwks", listener.local_addr().expect("an address"));
        let publisher = Self { address, answer: Arc::default(), asked: Arc::default() };
        publisher.publishes(signers);
        let (answer, asked) = (publisher.answer.clone(), publisher.asked.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (answer, asked) = (answer.clone(), asked.clone());
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let mut byte = [0];
                        // A visitor that goes away is none.
                        if stream.read(&mut byte).await.unwrap_or(0) == 0 {
                            return;
                        }
                        head.extend(byte);
                    }
                    asked.fetch_add(1, Ordering::SeqCst);
                    let bytes = answer.lock().expect("an answer").clone();
                    if bytes.is_empty() {
                        return std::future::pending().await;
                    }
                    // Whoever has seen enough hangs up.
                    let _ = stream.write_all(&bytes).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        publisher
    }

    /// Publishes these keys from now on.
    pub fn publishes(&self, signers: &[&Signer]) {
        let keys: Vec<_> = signers.iter().map(|signer| signer.jwk()).collect();
        self.says(
            "200 OK",
            "Content-Type: application/jwk-set+json\r\n",
            json!({ "keys": keys }).to_string().as_bytes(),
        );
    }

    /// Answers with this from now on.
    pub fn says(&self, status: &str, headers: &str, body: &[u8]) {
        let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        self.answers([head.as_bytes(), body].concat());
    }

    /// Answers with these very bytes from now on; with none of them, never.
    pub fn answers(&self, bytes: Vec<u8>) {
        *self.answer.lock().expect("an answer") = bytes;
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}
