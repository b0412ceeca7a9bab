//! Which scripts of other origins may read what we answer (Fetch §3.2; threat 40).
//!
//! | what | who may read it |
//! |---|---|
//! | metadata, keys | everybody: they are public and the same for all |
//! | token, userinfo, revocation | the origins of the redirection addresses of *public* web clients, reflected letter by letter |
//! | everything else | nobody |
//!
//! Only clients that keep no secret run in a browser: to let the origins of the others in would invite a secret into a
//! script. No answer allows credentials, so our cookies are worth nothing here, and `null`, the origin of sandboxed
//! frames and files, is never one of ours. Pages, pushed requests, introspection and administration are for no script.

use std::collections::BTreeSet;

use actix_web::http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use actix_web::{HttpRequest, Route, guard, web};

use super::app::App;
use super::current::Snapshot;
use super::reply::Reply;
use crate::config::Config;
use crate::domain::client::{ApplicationType, AuthMethod};
use crate::domain::redirect::RedirectUri;

/// For documents: their answers carry it always, which is a header that never changes.
pub const EVERYBODY: (&str, &str) = ("access-control-allow-origin", "*");

/// How long a browser may believe a preflight, in seconds: a client that a reload takes out is out by then.
const MAX_AGE: &str = "600";

/// The headers that a request may carry beyond those that every page may send.
const HEADERS: &str = "Authorization, Content-Type";

/// The headers of an answer that a script may read: why it was refused, and when to come again.
const EXPOSED: &str = "WWW-Authenticate, Retry-After";

/// The origins that may read token, userinfo and revocation.
#[derive(Debug, Default)]
pub struct Origins(BTreeSet<String>);

impl Origins {
    /// Those of this configuration.
    pub fn of(config: &Config) -> Self {
        let in_browsers = config.clients.values().filter(|client| {
            client.auth_method == Some(AuthMethod::None) && client.application_type == ApplicationType::Web
        });
        let addresses = in_browsers.flat_map(|client| &client.redirect_uris).filter_map(RedirectUri::origin);
        // An address with a scheme of its own has no origin that a browser would send: `null` is everybody's.
        Self(addresses.filter(|origin| origin.starts_with("https://") || origin.starts_with("http://")).collect())
    }

    /// The origin of this request, where it is one of them.
    fn known(&self, request: &HttpRequest) -> Option<&str> {
        let mut origins = request.headers().get_all(ORIGIN);
        let origin = origins.next()?.to_str().ok()?;
        self.0.get(origin).filter(|_| origins.next().is_none()).map(String::as_str)
    }
}

/// The answer, an error as well, with what lets a script of a known origin read it.
pub fn readable(reply: Reply, request: &HttpRequest, app: &App) -> Reply {
    if !request.headers().contains_key(ORIGIN) {
        return reply;
    }
    let reply = reply.header("vary", "Origin");
    match app.origins.known(request) {
        Some(origin) => {
            reply.header("access-control-allow-origin", origin).header("access-control-expose-headers", EXPOSED)
        }
        None => reply,
    }
}

/// The question that a browser asks beforehand, at an endpoint for known origins (Fetch §4.8).
pub fn preflight(methods: &'static str) -> Route {
    asked_beforehand().to(move |request: HttpRequest, app: Snapshot| async move {
        match app.origins.known(&request) {
            Some(_) => readable(allowed(methods), &request, &app),
            None => readable(Reply::empty(403), &request, &app),
        }
    })
}

/// The same at a document for everybody.
pub fn open_preflight() -> Route {
    asked_beforehand().to(|| async { allowed("GET, HEAD").header(EVERYBODY.0, EVERYBODY.1) })
}

fn allowed(methods: &str) -> Reply {
    Reply::empty(204)
        .header("access-control-allow-methods", methods)
        .header("access-control-allow-headers", HEADERS)
        .header("access-control-max-age", MAX_AGE)
}

/// Any other OPTIONS is a method that the address does not know.
fn asked_beforehand() -> Route {
    let is_asked = |headers: &actix_web::http::header::HeaderMap| {
        headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    };
    web::route().guard(guard::Options()).guard(guard::fn_guard(move |context| is_asked(context.head().headers())))
}
