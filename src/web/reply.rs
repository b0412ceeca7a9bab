//! The one type that every route answers with, and the headers that every answer carries.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::cookie::Cookie;
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, PRAGMA, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, Responder};
use bytes::Bytes;
use serde::Serialize;
use tokio::sync::mpsc;

use crate::oidc::error::{ErrorCode, OauthError};

/// An answer.
pub struct Reply {
    status: u16,
    headers: Vec<(HeaderName, String)>,
    cookies: Vec<Cookie<'static>>,
    body: Vec<u8>,
    /// What follows bit by bit, instead of `body`.
    events: Option<Events>,
}

/// Server-sent events (HTML Living Standard §9.2), as whoever holds the other end writes them.
struct Events(mpsc::Receiver<Bytes>);

/// Where the forms of a page may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forms {
    /// At ourselves, or there are none.
    Ours,
    /// Behind redirects at another origin: Chrome holds `form-action` against every hop, so there is none (law 13).
    Elsewhere,
}

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

impl Reply {
    fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), cookies: Vec::new(), body: Vec::new(), events: None }
    }

    /// No body.
    pub fn empty(status: u16) -> Self {
        Self::new(status)
    }

    /// A page.
    pub fn page(status: u16, html: String, forms: Forms) -> Self {
        let policy = match forms {
            Forms::Ours => format!("{POLICY}; form-action 'self'"),
            Forms::Elsewhere => POLICY.to_owned(),
        };
        let mut reply = Self::new(status);
        reply.headers.push((CONTENT_TYPE, "text/html; charset=utf-8".to_owned()));
        reply.headers.push((CONTENT_SECURITY_POLICY, policy));
        reply.body = html.into_bytes();
        reply
    }

    /// This page frames pages of these origins (Front-Channel Logout 1.0 §3), and nobody else's (law 13).
    pub fn framing(mut self, origins: &BTreeSet<String>) -> Self {
        let policy = self.headers.iter_mut().find(|(name, _)| *name == CONTENT_SECURITY_POLICY);
        if let Some((_, policy)) = policy.filter(|_| !origins.is_empty()) {
            policy.push_str("; frame-src");
            for origin in origins {
                policy.push(' ');
                policy.push_str(origin);
            }
        }
        self
    }

    /// 303 See Other, so that a POST is never repeated at the next address (RFC 9700 §4.12).
    pub fn redirect(location: &str) -> Self {
        let mut reply = Self::new(303);
        reply.headers.push((LOCATION, location.to_owned()));
        reply
    }

    /// JSON (RFC 8259).
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        let mut reply = Self::new(status);
        reply.headers.push((CONTENT_TYPE, "application/json".to_owned()));
        // Most answers fit: tokens with an RS256 ID token take some 1 100 bytes.
        reply.body = Vec::with_capacity(2_048);
        if serde_json::to_writer(&mut reply.body, value).is_err() {
            reply.body.clear();
        }
        reply
    }

    /// Text of another media type, such as a JWT by itself.
    pub fn text(status: u16, media_type: &'static str, text: String) -> Self {
        let mut reply = Self::new(status);
        reply.headers.push((CONTENT_TYPE, media_type.to_owned()));
        reply.body = text.into_bytes();
        reply
    }

    /// Server-sent events, as they come in. They end when the other end is dropped.
    pub fn events(lines: mpsc::Receiver<Bytes>) -> Self {
        let mut reply = Self::new(200);
        reply.headers.push((CONTENT_TYPE, "text/event-stream".to_owned()));
        // nginx and its kin hold answers back until there are some kilobytes of them.
        reply.events = Some(Events(lines));
        reply.header("x-accel-buffering", "no")
    }

    /// An error of a protocol endpoint (RFC 6749 §5.2).
    pub fn oauth_error(error: OauthError) -> Self {
        let status = match error.code {
            ErrorCode::InvalidClient | ErrorCode::InvalidToken => 401,
            ErrorCode::InsufficientScope => 403,
            ErrorCode::TemporarilyUnavailable => 503,
            ErrorCode::ServerError => 500,
            _ => 400,
        };
        let reply = Self::oauth_error_with(status, error);
        if status == 503 { reply.header("retry-after", "5") } else { reply }
    }

    /// The same with a status of its own.
    pub fn oauth_error_with(status: u16, error: OauthError) -> Self {
        Self::json(status, &serde_json::json!({ "error": error.code.as_str(), "error_description": error.description }))
    }

    /// This answer instead of the one that a handler would give.
    pub fn instead(self, request: &HttpRequest) -> actix_web::Error {
        InternalError::from_response("answered before the handler", self.respond_to(request)).into()
    }

    /// One more header; a name or value that HTTP does not allow is left out.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Ok(name) = HeaderName::try_from(name) {
            self.headers.push((name, value.to_owned()));
        }
        self
    }

    /// More cookies.
    pub fn cookies(mut self, cookies: impl IntoIterator<Item = Cookie<'static>>) -> Self {
        self.cookies.extend(cookies);
        self
    }
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        // Nothing of a sign-in may be kept anywhere: WeCom's clients cache hard (`wecom-api.md` §13).
        response.insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")));
        response.insert_header((PRAGMA, HeaderValue::from_static("no-cache")));
        response.insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")));
        response.insert_header((REFERRER_POLICY, HeaderValue::from_static("no-referrer")));
        response.insert_header((X_FRAME_OPTIONS, HeaderValue::from_static("DENY")));
        for (name, value) in self.headers {
            response.insert_header((name, value));
        }
        for cookie in self.cookies {
            response.cookie(cookie);
        }
        match self.events {
            None => response.body(self.body),
            Some(events) => response.body(events),
        }
    }
}

impl MessageBody for Events {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.0.poll_recv(context).map(|line| line.map(Ok))
    }
}
