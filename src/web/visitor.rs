//! Who is in front of us: read from a request before anything else, bounded and typed.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap, USER_AGENT};
use actix_web::{FromRequest, HttpRequest};

use super::app::App;
use super::cookies::Jar;
use super::current::Snapshot;
use super::render;
use super::reply::Reply;
use crate::domain::language::Language;
use crate::login::Browser;
use crate::oidc::error::OauthError;

/// A browser with a name for this request and a language for its pages.
pub struct Visitor {
    /// For the page and the log.
    pub request_id: String,
    /// From `Accept-Language`; Chinese when it names none of ours.
    pub language: Language,
    /// What the login needs to know.
    pub browser: Browser,
}

impl FromRequest for Visitor {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = Snapshot::of(&request)?;
            Self::enter(&request, &app).await.map_err(|reply| reply.instead(&request))
        })
    }
}

impl Visitor {
    /// Reads a visitor and counts the request. A prefetch touches nothing (§5, ADR 9); too many requests get 429.
    pub async fn enter(request: &HttpRequest, app: &App) -> Result<Self, Reply> {
        if is_prefetch(request.headers()) {
            return Err(Reply::empty(if may_be_used_for_a_click(request.headers()) { 503 } else { 204 }));
        }
        let address = client_address(request, app);
        let mut visitor = Self {
            request_id: app.request_id(),
            language: language(request.headers()),
            browser: Browser {
                user_agent: header(request.headers(), &USER_AGENT, 512),
                address: Some(address).filter(|address| !address.is_unspecified()),
                ..Browser::default()
            },
        };
        if let Err(too_many) = app.limits.browser(address, app.provider().now()) {
            return Err(render::too_many(app, &visitor, too_many));
        }
        let jar = Jar::of(request, &app.config().issuer);
        visitor.browser.pending = jar.pending();
        visitor.browser.signed_out = jar.signed_out();
        if let Some(token) = jar.session() {
            visitor.browser.session = match app.login.session(token).await {
                Ok(session) => session,
                Err(error) => return Err(render::failed(app, &visitor, OauthError::from(error))),
            };
        }
        Ok(visitor)
    }

    /// The same visitor, with pages in the language that the request asked for.
    pub fn speaking(mut self, language: Option<Language>) -> Self {
        self.language = language.unwrap_or(self.language);
        self
    }
}

/// A prefetch must not begin or end anything (`Sec-Purpose` of Fetch, and its older spellings).
fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-moz", "x-purpose"].iter().any(|name| {
        let value = headers.get(*name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        value.contains("prefetch") || value.contains("preview")
    })
}

/// Browsers keep a prefetched navigation (speculation rules) and answer the click with it when its
/// status is 2xx: a 204 would make the click do nothing. Any other status makes them ask anew.
fn may_be_used_for_a_click(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_some_and(|mode| mode.as_bytes() == b"navigate")
}

fn language(headers: &HeaderMap) -> Language {
    Language::from_accept_language(&header(headers, &ACCEPT_LANGUAGE, 256)).unwrap_or_default()
}

fn header(headers: &HeaderMap, name: &actix_web::http::header::HeaderName, longest: usize) -> String {
    let text = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.chars().take(longest).collect()
}

/// The address of whoever asks (threat 32): the peer, or, when the peer is one of `trusted_proxies`,
/// the last address of `X-Forwarded-For` that is not one of them.
pub fn client_address(request: &HttpRequest, app: &App) -> IpAddr {
    let unknown = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let peer = request.peer_addr().map_or(unknown, |peer| peer.ip().to_canonical());
    if !app.is_trusted_proxy(peer) {
        return peer;
    }
    let headers: Vec<&str> =
        request.headers().get_all("x-forwarded-for").map(|value| value.to_str().unwrap_or_default()).collect();
    // What stands left of an entry that cannot be read was written by nobody we trust.
    let from_the_right = headers.iter().rev().flat_map(|header| header.rsplit(',')).map_while(forwarded);
    from_the_right.map(|ip| ip.to_canonical()).find(|ip| !app.is_trusted_proxy(*ip)).unwrap_or(peer)
}

/// One entry of `X-Forwarded-For`: an address, with or without a port.
fn forwarded(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}
