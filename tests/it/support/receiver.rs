//! The server of an application that is told of sign-outs, and how it behaves.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Header, Validation};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::http;

/// How long something that must come may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// How it answers.
#[derive(Clone, Debug)]
pub enum Mood {
    /// With this status.
    Status(u16),
    /// With 200, after a while.
    Slow(Duration),
    /// With a redirect to this address.
    Redirect(String),
    /// Never.
    Hang,
}

/// What was posted to it.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// The head of the request, in small letters.
    pub head: String,
    /// The body.
    pub body: String,
}

#[derive(Debug)]
struct State {
    mood: Mood,
    received: Vec<Received>,
    taken: usize,
    at_once: usize,
    most_at_once: usize,
}

/// A small HTTP server on loopback.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// Scheme, host and port.
    pub origin: String,
    state: Arc<Mutex<State>>,
    arrived: Arc<Notify>,
}

impl Receiver {
    /// One that answers 200.
    pub async fn start() -> Self {
        Self::listen(None).await
    }

    /// The same over TLS, by the certificate of [`http::certificate`].
    pub async fn start_over_tls() -> Self {
        let (certificate, key) = http::certificate();
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).expect("a certificate")];
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("its key");
        let provider = rustls::crypto::aws_lc_rs::default_provider().into();
        let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.expect("versions").with_no_client_auth().with_single_cert(chain, key).expect("a pair");
        Self::listen(Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn listen(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let origin = format!("{scheme}://{}", listener.local_addr().expect("an address"));
        let state = State { mood: Mood::Status(200), received: Vec::new(), taken: 0, at_once: 0, most_at_once: 0 };
        let receiver = Self { origin, state: Arc::new(Mutex::new(state)), arrived: Arc::default() };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (receiver, tls) = (serving.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => receiver.serve(stream).await,
                        // Whoever does not trust the certificate goes away.
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                receiver.serve(stream).await;
                            }
                        }
                    }
                });
            }
        });
        receiver
    }

    /// From now on it answers so.
    pub fn behaves(&self, mood: Mood) {
        self.lock().mood = mood;
    }

    /// An address of it.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The next request that nobody has looked at yet.
    pub async fn next(&self) -> Received {
        let come = async {
            loop {
                if let Some(received) = self.take() {
                    return received;
                }
                self.arrived.notified().await;
            }
        };
        tokio::time::timeout(PATIENCE, come).await.expect("a request")
    }

    /// Whether something comes within the time that it takes to look whether something is due, and more.
    pub async fn comes(&self) -> bool {
        let until = tokio::time::Instant::now() + Duration::from_millis(2_500);
        while self.count_of_new() == 0 && tokio::time::Instant::now() < until {
            // An older arrival may have left its notice.
            let _ = tokio::time::timeout_at(until, self.arrived.notified()).await;
        }
        self.count_of_new() > 0
    }

    /// Nothing comes although it is waited a while.
    pub async fn stays_silent(&self) {
        assert!(!self.comes().await, "{:?}", self.take());
    }

    /// How many came altogether.
    pub fn count(&self) -> usize {
        self.lock().received.len()
    }

    /// How many were under way at once, at the most.
    pub fn most_at_once(&self) -> usize {
        self.lock().most_at_once
    }

    fn count_of_new(&self) -> usize {
        let state = self.lock();
        state.received.len() - state.taken
    }

    fn take(&self) -> Option<Received> {
        let mut state = self.lock();
        let next = state.received.get(state.taken).cloned()?;
        state.taken += 1;
        Some(next)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("the state")
    }

    async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Some(received) = read(&mut stream).await else { return };
        let mood = {
            let mut state = self.lock();
            state.received.push(received);
            state.at_once += 1;
            state.most_at_once = state.most_at_once.max(state.at_once);
            state.mood.clone()
        };
        self.arrived.notify_one();
        let answer = match mood {
            Mood::Status(status) => answer(status, ""),
            Mood::Slow(time) => {
                tokio::time::sleep(time).await;
                answer(200, "")
            }
            Mood::Redirect(to) => answer(307, &format!("Location: {to}\r\n")),
            Mood::Hang => {
                // Until the other side gives up.
                let _ = stream.read(&mut [0; 1]).await;
                String::new()
            }
        };
        // Whoever has hung up hears nothing.
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
        self.lock().at_once -= 1;
    }
}

fn answer(status: u16, headers: &str) -> String {
    format!(
        "HTTP/1.1 {status} Told\r\n{headers}Cache-Control: no-store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}

pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Received> {
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
    let lower = head.to_ascii_lowercase();
    let length: usize =
        lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or_default();
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let mut words = head.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    Some(Received { method, target, head: lower, body: String::from_utf8(bytes[end..].to_vec()).ok()? })
}

impl Received {
    /// The logout token of a request that is as Back-Channel Logout §2.5 has it: a POST of a form with this one field.
    #[track_caller]
    pub fn logout_token(&self) -> String {
        assert_eq!(self.method, "POST");
        assert!(self.head.contains("content-type: application/x-www-form-urlencoded"), "{}", self.head);
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect();
        assert_eq!(fields.len(), 1, "{fields:?}");
        assert_eq!(fields[0].0, "logout_token");
        fields[0].1.clone()
    }
}

/// A logout token that a relying party has every reason to believe (Back-Channel Logout §2.4, §2.6).
#[derive(Clone, Debug)]
pub struct LogoutToken {
    /// The header.
    pub header: Header,
    /// The claims.
    pub claims: Value,
}

impl LogoutToken {
    /// Verifies as §2.6 asks, by the published keys.
    pub async fn verified(token: &str, rp: &super::RelyingParty) -> Self {
        let keys: JwkSet =
            rp.http.get(rp.endpoint("/jwks.json")).send().await.expect("keys").json().await.expect("a key set");
        let header = jsonwebtoken::decode_header(token).expect("a header");
        let key = keys.find(header.kid.as_deref().expect("a kid")).expect("a published key");
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[&rp.client.id]);
        validation.set_issuer(&[&rp.issuer]);
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        let decoded = jsonwebtoken::decode::<Value>(token, &DecodingKey::from_jwk(key).expect("a key"), &validation);
        let claims = decoded.expect("a genuine token").claims;
        assert_eq!(header.typ.as_deref(), Some("logout+jwt"));
        assert_eq!(claims["events"], serde_json::json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
        assert!(claims.get("nonce").is_none(), "{claims}");
        assert!(claims["jti"].as_str().is_some_and(|jti| jti.len() == 43), "{claims}");
        let (iat, exp) = (claims["iat"].as_u64().expect("iat"), claims["exp"].as_u64().expect("exp"));
        assert!(exp > iat && exp - iat <= 120, "{claims}");
        Self { header, claims }
    }

    /// It is about the person and the session of this ID token.
    #[track_caller]
    pub fn assert_about(&self, id_token: &Value) {
        assert_eq!((&self.claims["sub"], &self.claims["sid"]), (&id_token["sub"], &id_token["sid"]));
        assert!(self.claims["sid"].is_string());
    }
}
