//! One HTTP exchange with WeCom's API (`wecom-api.md` §0): what is sent, how much of an answer is
//! read, and how every failure is named without keeping a word of it.
//!
//! The access token travels in the query, so the address of a call is a secret: no address and no
//! error of the HTTP library (which repeats the address) leaves this file.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{DATE, HeaderMap};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::errors::{Call, Cause, WecomError};
use super::lenient;

/// The most that is read of an answer about one thing.
pub(super) const SMALL: usize = 64 * 1024;
/// The most that is read of `agent/get`, which names each member of the visible range, and of `tag/list`.
pub(super) const MEDIUM: usize = 2 * 1024 * 1024;
/// The most that is read of an answer about everybody: 30 000 departments with two names of 64 characters, each of them
/// written as six bytes or twelve, and some leaders; or a tag that names 100 000 members.
pub(super) const LARGE: usize = 64 * 1024 * 1024;

/// How much longer an answer about everybody may take (`department/list` is "slow", says its page). Nobody waits for it
/// so long: who asks in a sign-in has a bound of its own.
const PATIENCE: u32 = 6;

/// A longer body is read aside, so that nobody waits behind it.
const LONG: usize = 256 * 1024;

/// What is asked.
pub(super) struct Ask<'a> {
    pub call: Call,
    /// The path below `api_url`.
    pub path: &'static str,
    /// The parameters beside the access token.
    pub query: Vec<(&'static str, &'a str)>,
    /// The body of a POST; a GET without one.
    pub body: Option<serde_json::Value>,
    /// How long an answer may be.
    pub cap: usize,
    /// Whether asking twice is harmless.
    pub repeat: Repeat,
}

impl Ask<'_> {
    /// How long it may take where `usual` is what a call about one thing may.
    pub fn time(&self, usual: Duration) -> Duration {
        if self.cap >= LARGE { usual * PATIENCE } else { usual }
    }
}

/// When a call may be sent again. Where no connection came about, any call may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Never once it may have arrived: a code is used up by being shown.
    Never,
    /// When WeCom said that it was too busy to look (-1). Whether a ticket may be shown twice is
    /// not documented, so a lost answer is left lost.
    WhenBusy,
    /// Also when the connection broke without an answer: a read changes nothing.
    Always,
}

pub(super) struct Transport {
    http: reqwest::Client,
    api: Url,
    timeout: Duration,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default, deserialize_with = "lenient::number")]
    errcode: Option<i64>,
    #[serde(default)]
    errmsg: serde_json::Value,
}

impl Transport {
    pub fn new(http: reqwest::Client, api: Url, timeout: Duration) -> Self {
        Self { http, api, timeout }
    }

    /// Asks once.
    pub async fn exchange<T: DeserializeOwned + Send + 'static>(
        &self,
        ask: &Ask<'_>,
        token: Option<&str>,
    ) -> Result<T, WecomError> {
        let address = self.address(ask, token);
        let request = match &ask.body {
            Some(body) => self.http.post(address).json(body),
            None => self.http.get(address),
        };
        let fail = |error: reqwest::Error| WecomError::from_cause(ask.call, cause(error));
        let response = request.timeout(ask.time(self.timeout)).send().await.map_err(fail)?;
        let date = date(response.headers());
        let refuse = |cause| Err(WecomError { date: date.clone(), ..WecomError::from_cause(ask.call, cause) });
        let status = response.status();
        if status.is_redirection() {
            return refuse(Cause::Redirect(status.as_u16()));
        }
        if status.as_u16() != 200 {
            return refuse(Cause::Status(status.as_u16()));
        }
        match read(response, ask.cap).await {
            Ok(body) if body.len() > LONG => understand_aside(ask.call, body, date).await,
            Ok(body) => understand(ask.call, &body, date),
            Err(cause) => refuse(cause),
        }
    }

    fn address(&self, ask: &Ask<'_>, token: Option<&str>) -> Url {
        let mut address = self.api.clone();
        let path = format!("{}{}", self.api.path().trim_end_matches('/'), ask.path);
        address.set_path(&path);
        address.set_fragment(None);
        address
            .query_pairs_mut()
            .clear()
            .extend_pairs(token.map(|token| ("access_token", token)))
            .extend_pairs(ask.query.iter().copied());
        address
    }
}

/// Reads a body chunk by chunk and stops at the cap, whatever `Content-Length` says.
async fn read(mut response: reqwest::Response, cap: usize) -> Result<Vec<u8>, Cause> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(cause)? {
        if body.len() + chunk.len() > cap {
            return Err(Cause::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

async fn understand_aside<T: DeserializeOwned + Send + 'static>(
    call: Call,
    body: Vec<u8>,
    date: Option<String>,
) -> Result<T, WecomError> {
    let read = tokio::task::spawn_blocking(move || understand(call, &body, date)).await;
    // It may be given up when the program ends.
    read.unwrap_or_else(|_| Err(WecomError::from_cause(call, Cause::Lost)))
}

/// First the errcode, then the rest: an error body may lack everything that a good one has.
pub(super) fn understand<T: DeserializeOwned>(call: Call, body: &[u8], date: Option<String>) -> Result<T, WecomError> {
    let broken = |cause| WecomError { date: date.clone(), ..WecomError::from_cause(call, cause) };
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
    // Asked here because serde also reads a struct from a list.
    if body.first() != Some(&b'{') {
        return Err(broken(Cause::NotJson));
    }
    let envelope: Envelope = serde_json::from_slice(body).map_err(|error| broken(shape(&error)))?;
    match envelope.errcode.unwrap_or(0) {
        0 => serde_json::from_slice(body).map_err(|error| broken(shape(&error))),
        errcode => Err(WecomError::from_errcode(call, errcode, envelope.errmsg.as_str(), date)),
    }
}

fn shape(error: &serde_json::Error) -> Cause {
    if error.is_data() { Cause::WrongShape } else { Cause::NotJson }
}

/// The `Date` header, when it looks like one.
fn date(headers: &HeaderMap) -> Option<String> {
    let date = headers.get(DATE)?.to_str().ok()?;
    (date.len() <= 40).then(|| date.to_owned())
}

/// Takes the one useful thing from an error of the HTTP library and lets go of the rest, the
/// address in it above all.
fn cause(error: reqwest::Error) -> Cause {
    let error = error.without_url();
    if is_tls(&error) {
        Cause::Tls
    } else if error.is_connect() {
        Cause::Connect
    } else if error.is_timeout() {
        Cause::Timeout
    } else {
        Cause::Lost
    }
}

/// Looks for the TLS library's error below the HTTP library's. An I/O error does not name what it
/// wraps as its source.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let below = match error.downcast_ref::<std::io::Error>() {
        Some(io) => io.get_ref().map(|wrapped| wrapped as &(dyn Error + 'static)),
        None => error.source(),
    };
    error.is::<rustls::Error>() || below.is_some_and(is_tls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::UserId;
    use crate::wecom::user_get;

    #[test]
    fn an_answer_cut_anywhere_or_with_any_byte_changed_is_read_or_refused_and_never_panics() {
        let good = r#"{"errcode":0,"errmsg":"ok","userid":"wenli","name":"李文","department":[1,"7"],"status":1,
            "extattr":{"attrs":[{"type":0,"name":"工号","text":{"value":"A1007"}}]}}"#;
        let wenli = UserId::parse("wenli").unwrap();
        let read = |body: &[u8]| {
            understand::<user_get::Answer>(Call::UserGet, body, None).and_then(|a| user_get::member(&wenli, a))
        };
        assert!(read(good.as_bytes()).is_ok());
        for end in 0..good.len() {
            assert!(read(&good.as_bytes()[..end]).is_err());
        }
        for at in 0..good.len() {
            for byte in [0, b'"', b'{', b']', b',', b'0', b'-', b'\\', 0xff] {
                let mut body = good.as_bytes().to_vec();
                body[at] = byte;
                assert!(read(&body).is_ok_and(|member| member.userid == wenli) || read(&body).is_err());
            }
        }
    }

    #[test]
    fn the_api_may_stand_below_a_path() {
        let transport = |api: &str| {
            let options = crate::outbound::Options {
                connect: Duration::from_secs(1),
                whole: Duration::from_secs(1),
                extra_roots_pem: None,
            };
            let http = crate::outbound::client(&options).unwrap();
            Transport::new(http, api.parse().unwrap(), Duration::from_secs(1))
        };
        let address = |api: &str| transport(api).address(&crate::wecom::department_list::ask(), Some("t ")).to_string();
        assert_eq!(address("https://a.example"), "https://a.example/cgi-bin/department/list?access_token=t+");
        assert_eq!(address("https://a.example/b/?c#d"), "https://a.example/b/cgi-bin/department/list?access_token=t+");
    }
}
