//! Delivering events: encrypted, signed, three attempts of five seconds; and the check of a callback address.

use std::time::{Duration, Instant};

use reqwest::redirect::Policy;
use serde::{Deserialize, Serialize};
use url::Url;

use super::Event;
use super::xml::Xml;
use crate::crypt::{CryptError, MsgCrypt};
use crate::directory::Corp;
use crate::quirks::ContactSyncAgentId;
use crate::world::random;

const ATTEMPTS: u32 = 3;
const EVENT_TIMEOUT: Duration = Duration::from_secs(5);
const CHECK_TIMEOUT: Duration = Duration::from_secs(1);

/// A callback address with what the console shows beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Receiver {
    /// The address.
    pub url: String,
    /// Token.
    pub token: String,
    /// `EncodingAESKey`.
    pub encoding_aes_key: String,
    /// The corp; the first one without a name.
    pub corp: Option<String>,
    /// The app; without one it is the contact-sync receiver.
    pub agent_id: Option<u64>,
    /// The receiver named inside the envelope; the corp without one.
    pub receive_id: Option<String>,
}

/// How events are delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Manner {
    /// How often each envelope is delivered although it was acknowledged.
    pub copies: u32,
    /// The last event first.
    pub reversed: bool,
    /// A new timestamp, nonce and signature for every attempt.
    pub resign: bool,
    /// The timestamp instead of the simulator's time.
    pub timestamp: Option<i64>,
}

impl Default for Manner {
    fn default() -> Self {
        Self { copies: 1, reversed: false, resign: false, timestamp: None }
    }
}

/// One attempt at a delivery or a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The answer's body.
    pub body: String,
    /// Why there was no answer.
    pub error: Option<String>,
    /// How long it took.
    pub millis: u64,
}

/// What became of one delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The plain XML.
    pub xml: String,
    /// The attempts; the last one succeeded if the delivery did.
    pub attempts: Vec<Attempt>,
    /// Whether the receiver acknowledged it.
    pub acknowledged: bool,
}

/// What became of the check of an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Whether the answer was exactly the plain text, in time.
    pub passed: bool,
    /// The plain text that was encrypted.
    pub expected: String,
    /// The attempt.
    pub attempt: Attempt,
}

/// Why nothing could be sent.
#[derive(Debug)]
pub(crate) enum Unsendable {
    Address(url::ParseError),
    Crypt(CryptError),
    Client(reqwest::Error),
}

impl std::fmt::Display for Unsendable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(error) => write!(f, "url: {error}"),
            Self::Crypt(error) => write!(f, "encoding_aes_key or token: {error}"),
            Self::Client(error) => write!(f, "HTTP client: {error}"),
        }
    }
}

/// A receiver with its address read and its key decoded.
struct Sender<'a> {
    receiver: &'a Receiver,
    url: Url,
    crypt: MsgCrypt,
    http: reqwest::Client,
}

/// A signed envelope.
struct Envelope {
    url: Url,
    body: String,
}

/// Delivers events one after the other.
pub(crate) async fn deliver(
    corp: &Corp,
    receiver: &Receiver,
    events: &[Event],
    manner: &Manner,
    outer_agent: ContactSyncAgentId,
    now: i64,
) -> Result<Vec<Delivery>, Unsendable> {
    let sender = Sender::new(corp, receiver, EVENT_TIMEOUT)?;
    let mut documents: Vec<_> = events.iter().map(|event| event.xml(corp, receiver.agent_id, now)).collect();
    if manner.reversed {
        documents.reverse();
    }
    let timestamp = manner.timestamp.unwrap_or(now);
    let mut deliveries = Vec::new();
    for xml in documents {
        let first = sender.envelope(corp, &xml, outer_agent, timestamp)?;
        for _ in 0..manner.copies.max(1) {
            let mut delivery = Delivery { xml: xml.clone(), attempts: Vec::new(), acknowledged: false };
            for attempt in 0..ATTEMPTS {
                let again = attempt > 0 && manner.resign;
                let resigned = again.then(|| sender.envelope(corp, &xml, outer_agent, timestamp)).transpose()?;
                let outcome = sender.post(resigned.as_ref().unwrap_or(&first)).await;
                delivery.acknowledged = outcome.status == Some(200);
                delivery.attempts.push(outcome);
                if delivery.acknowledged {
                    break;
                }
            }
            deliveries.push(delivery);
        }
    }
    Ok(deliveries)
}

/// Checks an address the way the console does when it is saved.
pub(crate) async fn check(corp: &Corp, receiver: &Receiver, now: i64) -> Result<Check, Unsendable> {
    let sender = Sender::new(corp, receiver, CHECK_TIMEOUT)?;
    let expected = random::digits(19);
    let echostr = sender.crypt.encrypt(&expected).map_err(Unsendable::Crypt)?;
    let mut url = sender.signed_url(&echostr, now);
    url.query_pairs_mut().append_pair("echostr", &echostr);
    let attempt = attempt(sender.http.get(url)).await;
    let passed = attempt.status == Some(200) && attempt.body == expected;
    Ok(Check { passed, expected, attempt })
}

impl<'a> Sender<'a> {
    fn new(corp: &Corp, receiver: &'a Receiver, timeout: Duration) -> Result<Self, Unsendable> {
        let receive_id = receiver.receive_id.as_deref().unwrap_or(&corp.corp_id);
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(timeout)
            .build()
            .map_err(Unsendable::Client)?;
        Ok(Self {
            receiver,
            url: Url::parse(&receiver.url).map_err(Unsendable::Address)?,
            crypt: MsgCrypt::new(&receiver.token, &receiver.encoding_aes_key, receive_id).map_err(Unsendable::Crypt)?,
            http,
        })
    }

    fn signed_url(&self, encrypted: &str, timestamp: i64) -> Url {
        let timestamp = timestamp.to_string();
        let nonce = random::digits(10);
        let mut url = self.url.clone();
        url.query_pairs_mut()
            .append_pair("msg_signature", &self.crypt.sign(&timestamp, &nonce, encrypted))
            .append_pair("timestamp", &timestamp)
            .append_pair("nonce", &nonce);
        url
    }

    fn envelope(
        &self,
        corp: &Corp,
        xml: &str,
        outer: ContactSyncAgentId,
        timestamp: i64,
    ) -> Result<Envelope, Unsendable> {
        let encrypted = self.crypt.encrypt(xml).map_err(Unsendable::Crypt)?;
        let body = Xml::new().text("ToUserName", &corp.corp_id);
        let body = match (self.receiver.agent_id, outer) {
            (Some(agent_id), _) => body.text("AgentID", &agent_id.to_string()),
            (None, ContactSyncAgentId::Empty) => body.text("AgentID", ""),
            (None, ContactSyncAgentId::Absent) => body,
        };
        Ok(Envelope { url: self.signed_url(&encrypted, timestamp), body: body.text("Encrypt", &encrypted).end() })
    }

    async fn post(&self, envelope: &Envelope) -> Attempt {
        let request =
            self.http.post(envelope.url.clone()).header("content-type", "text/xml").body(envelope.body.clone());
        attempt(request).await
    }
}

async fn attempt(request: reqwest::RequestBuilder) -> Attempt {
    let began = Instant::now();
    let (status, body, error) = match answer(request).await {
        Ok((status, body)) => (Some(status), body, None),
        // The address holds the signature; the reason is enough.
        Err(error) => (None, String::new(), Some(error.without_url().to_string())),
    };
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Attempt { status, body, error, millis }
}

async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, String), reqwest::Error> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    Ok((status, response.text().await?))
}
