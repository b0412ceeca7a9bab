//! One API call as the endpoints read it: query, JSON body, caller, time.

use std::net::IpAddr;

use serde_json::Value;

use super::answer::Refusal;
use crate::directory::{App, Corp};
use crate::world::{AppId, World};

/// A query string, first value of each name.
#[derive(Debug, Default, Clone)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query string or a form body.
    pub(crate) fn parse(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The value of a parameter; an empty one counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|value| !value.is_empty())
    }

    /// The value of a parameter, be it empty.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The names, as they came.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// A call.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) query: Query,
    pub(crate) is_post: bool,
    pub(crate) body: &'a [u8],
    pub(crate) address: IpAddr,
    /// Seconds.
    pub(crate) now: i64,
}

impl Call<'_> {
    /// The body as a JSON object, else 40058.
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        serde_json::from_slice::<Value>(self.body).ok().filter(Value::is_object).ok_or_else(|| Refusal::new(40058))
    }

    /// A number in the query: `missing` without it, `malformed` if it is none.
    pub(crate) fn number(&self, name: &str, missing: i64, malformed: i64) -> Result<u64, Refusal> {
        self.query.get(name).ok_or_else(|| Refusal::new(missing))?.parse().map_err(|_| Refusal::new(malformed))
    }
}

/// A text in a JSON body: `missing` without it or when empty, 40058 if it is no text.
pub(crate) fn text<'a>(body: &'a Value, name: &str, missing: i64) -> Result<&'a str, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Err(Refusal::new(missing)),
        Some(Value::String(text)) if text.is_empty() => Err(Refusal::new(missing)),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Refusal::new(40058)),
    }
}

/// The app a good token belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller(pub(crate) AppId);

impl Caller {
    /// The corp and the app; they can be gone when the app was deleted.
    pub(crate) fn find<'a>(&self, world: &'a World) -> Result<(&'a Corp, &'a App), Refusal> {
        world.app(&self.0).ok_or_else(|| Refusal::new(40014))
    }
}
