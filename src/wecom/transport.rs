//! One HTTP exchange with WeCom's API (`wecom-api.md` §0): what is sent, how much of an answer is
//! read, and how every failure is named without keeping a word of it.
//!
//! The access token travels in the query, so the address of a call is a secret: no address and no
//! error of the HTTP library (which repeats the address) leaves this file.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{DATE, HeaderMap};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::errors::{Call, Cause, WecomError};
use super::lenient;

/// The most that is read of an answer about one thing.
pub(super) const SMALL: usize = 64 * 1024;
/// The most that is read of `agent/get`, which names each member of the visible range.
pub(super) const MEDIUM: usize = 1024 * 1024;
/// The most that is read of `department/list`: 30 000 departments.
pub(super) const LARGE: usize = 16 * 1024 * 1024;

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
    pub async fn exchange<T: DeserializeOwned>(&self, ask: &Ask<'_>, token: Option<&str>) -> Result<T, WecomError> {
        let address = self.address(ask, token);
        let request = match &ask.body {
            Some(body) => self.http.post(address).json(body),
            None => self.http.get(address),
        };
        let fail = |error: reqwest::Error| WecomError::from_cause(ask.call, cause(error));
        let response = request.timeout(self.timeout).send().await.map_err(fail)?;
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

/// First the errcode, then the rest: an error body may lack everything that a good one has.
fn understand<T: DeserializeOwned>(call: Call, body: &[u8], date: Option<String>) -> Result<T, WecomError> {
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

fn is_tls(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        // An I/O error does not name what it wraps as its source.
        let wrapped =
            error.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref()?.downcast_ref::<rustls::Error>());
        if error.is::<rustls::Error>() || wrapped.is_some() {
            return true;
        }
        source = error.source();
    }
    false
}
