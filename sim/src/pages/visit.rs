//! One request to a sign-in page: what was asked, from which kind of client, and who is said to hold it.

use std::collections::BTreeSet;

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::api::call::Query;
use crate::directory::{Corp, SensitiveField, Visitor};
use crate::world::{AutoConsent, Settings};

/// The cookie that says who holds the client.
pub(crate) const MEMBER_COOKIE: &str = "sim_member";
/// The cookie that lets an ordinary browser play the WeCom client.
pub(crate) const CLIENT_COOKIE: &str = "sim_client";

/// The kind of client, by its User-Agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    WeCom,
    WeChat,
    Other,
}

impl Client {
    fn of(user_agent: &str) -> Self {
        let agent = user_agent.to_ascii_lowercase();
        let is_wecom =
            agent.split("wxwork/").skip(1).any(|version| version.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
        if is_wecom {
            Self::WeCom
        } else if agent.contains("micromessenger") {
            Self::WeChat
        } else {
            Self::Other
        }
    }
}

/// A request to a page.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) query: Query,
    /// The submitted form, on a POST.
    pub(crate) form: Option<Query>,
    pub(crate) client: Client,
    /// Path and query, for forms that come back to the same page.
    pub(crate) address: String,
    /// `X-Sim-Member`.
    pub(crate) member_header: Option<String>,
    /// `X-Sim-Decision: deny`.
    pub(crate) denies: bool,
    /// `X-Sim-Consent`.
    pub(crate) consent_header: Option<AutoConsent>,
    member_cookie: Option<String>,
    /// Seconds.
    pub(crate) now: i64,
}

impl Visit {
    /// Reads a request; `form` is the body of a POST.
    pub(crate) fn read(request: &HttpRequest, form: Option<&[u8]>, now: i64) -> Self {
        let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
        let client = if cookie(CLIENT_COOKIE).is_some() {
            Client::WeCom
        } else {
            Client::of(header_text(request, header::USER_AGENT.as_str()).unwrap_or_default())
        };
        Self {
            query: Query::parse(request.query_string()),
            form: form.map(|body| Query::parse(&String::from_utf8_lossy(body))),
            client,
            address: request.uri().to_string(),
            member_header: header_text(request, "x-sim-member").map(str::to_owned),
            denies: header_text(request, "x-sim-decision") == Some("deny"),
            consent_header: header_text(request, "x-sim-consent").map(read_consent),
            member_cookie: cookie(MEMBER_COOKIE),
            now,
        }
    }

    /// Who holds the client: the header, the form, the cookie or the setting, in this order.
    pub(crate) fn holder(&self, corp: &Corp, settings: &Settings) -> Holder {
        let chosen = self.member_header.as_deref().or_else(|| self.form.as_ref().and_then(|form| form.get("member")));
        if let Some(key) = chosen {
            return corp.visitor(key).map_or_else(|| Holder::Unknown(key.to_owned()), Holder::Known);
        }
        self.member_cookie
            .as_deref()
            .and_then(|key| corp.visitor(key))
            .or_else(|| settings.holder.as_deref().and_then(|key| corp.visitor(key)))
            .map_or(Holder::Nobody, Holder::Known)
    }

    /// The key that is to be marked in a list of people.
    pub(crate) fn marked(&self) -> Option<&str> {
        self.member_cookie.as_deref()
    }
}

/// Who holds the client.
#[derive(Debug)]
pub(crate) enum Holder {
    Known(Visitor),
    /// A name was given that nobody has.
    Unknown(String),
    /// Nothing was said.
    Nobody,
}

fn header_text<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// `refuse`, or the API names of granted fields with commas between.
fn read_consent(text: &str) -> AutoConsent {
    if text == "refuse" {
        return AutoConsent::Refuse;
    }
    let fields: BTreeSet<_> = text.split(',').filter_map(|name| SensitiveField::from_name(name.trim())).collect();
    AutoConsent::Grant(fields)
}
