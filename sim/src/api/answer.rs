//! How an API answer looks: ordered fields on success, the error grammar with its hint on failure.

use std::borrow::Cow;
use std::net::IpAddr;

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::errcode;
use crate::world::random;

/// The fields of an answer, in the order they are written.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// No fields.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a field.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Adds a field if there is a value.
    pub(crate) fn with_some(self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The same as a nested value.
    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.0.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// A refused call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    errcode: i64,
    text: Cow<'static, str>,
    bare: bool,
}

impl Refusal {
    /// The errcode with its usual text.
    pub(crate) fn new(errcode: i64) -> Self {
        Self { errcode, text: errcode::text(errcode).into(), bare: false }
    }

    /// The errcode with a text of its own.
    pub(crate) fn with_text(errcode: i64, text: impl Into<Cow<'static, str>>) -> Self {
        Self { errcode, text: text.into(), bare: false }
    }

    /// The same without hint, address and link.
    pub(crate) fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// `<text>, hint: [<id>], from ip: <ip>, more info at <link>`.
    fn errmsg(&self, caller: IpAddr, millis: i64) -> String {
        if self.bare {
            return self.text.to_string();
        }
        format!(
            "{}, hint: [{millis:013}{}], from ip: {caller}, more info at https://open.work.weixin.qq.com/devtool/query?e={}",
            self.text,
            random::digits(12),
            self.errcode
        )
    }
}

/// What an API call ends in.
pub(crate) type Answer = Result<Fields, Refusal>;

/// Writes an answer; `arrays` are the endpoint's array fields, which stay in an error as empty ones.
pub(crate) fn respond(answer: Answer, arrays: &[&'static str], caller: IpAddr, millis: i64) -> HttpResponse {
    let (errcode, errmsg, rest) = match answer {
        Ok(fields) => (0, "ok".to_owned(), fields),
        Err(refusal) => {
            let empty = arrays.iter().fold(Fields::new(), |fields, name| fields.with(name, Value::Array(Vec::new())));
            (refusal.errcode, refusal.errmsg(caller, millis), empty)
        }
    };
    let body = rest
        .0
        .into_iter()
        .fold(Fields::new().with("errcode", errcode).with("errmsg", errmsg.as_str()), |body, (name, value)| {
            body.with(name, value)
        });
    HttpResponse::Ok()
        .insert_header((HeaderName::from_static("server"), HeaderValue::from_static("nginx")))
        .insert_header((HeaderName::from_static("error-code"), errcode))
        .insert_header((HeaderName::from_static("error-msg"), header_text(&errmsg)))
        .content_type("application/json; charset=UTF-8")
        .body(serde_json::to_vec(&body).unwrap_or_default())
}

fn header_text(text: &str) -> HeaderValue {
    HeaderValue::from_bytes(text.as_bytes()).unwrap_or_else(|_| HeaderValue::from_static("error"))
}
