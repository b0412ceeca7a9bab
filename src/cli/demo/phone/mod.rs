//! The simulated phone: a small browser that this process plays for a visitor.
//!
//! | route | what |
//! |---|---|
//! | `/phone` | the phone beside what can be done with it; `open` is an address to begin with |
//! | `/phone/screen` | what is inside its frame: the workbench, or the page of `open` |
//! | `/phone/submit` | a form of such a page |
//! | `/phone/reset` | another phone: no cookies, nobody holds it |

mod browse;
mod jar;
mod origins;
mod rewrite;

use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::web::{self, Bytes, Data, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use reqwest::Method;
use serde::Deserialize;

use super::pages;
use super::reply::{document, page, redirect, with_cookie};
use super::sample::language;
use super::shelf::{Shelf, cookie, cookie_of, no_cookie};
use browse::{Step, Stopped};
use jar::Jar;
pub use origins::Origins;

/// The cookie of a visitor's phone.
const PHONE: &str = "sample-phone";

/// The phones of all visitors.
pub struct Phone {
    http: reqwest::Client,
    origins: Origins,
    jars: Shelf<Jar>,
}

impl Phone {
    /// No phones yet.
    pub fn new(http: reqwest::Client, origins: Origins) -> Self {
        Self { http, origins, jars: Shelf::default() }
    }

    fn jar_of(&self, request: &HttpRequest) -> Option<String> {
        cookie_of(request, PHONE).filter(|key| self.jars.with(key, |_| ()).is_some())
    }
}

/// The routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/phone", web::get().to(frame))
        .route("/phone/screen", web::get().to(screen))
        .route("/phone/submit", web::post().to(submit))
        .route("/phone/reset", web::post().to(reset));
}

#[derive(Deserialize)]
struct Opened {
    open: Option<String>,
}

async fn frame(request: HttpRequest, asked: Query<Opened>, phone: Data<Phone>) -> HttpResponse {
    let open = asked.open.as_deref().filter(|text| !text.trim().is_empty());
    let query =
        open.map(|open| url::form_urlencoded::Serializer::new(String::new()).append_pair("open", open).finish());
    let screen = query.map_or("/phone/screen".to_owned(), |query| format!("/phone/screen?{query}"));
    let reply = page(200, pages::phone(language(&request), &screen));
    // The phone is given out here, so that the frame inside already has it.
    match phone.jar_of(&request) {
        Some(_) => reply,
        None => with_cookie(reply, &cookie(PHONE, phone.jars.put(Jar::default()))),
    }
}

async fn screen(request: HttpRequest, asked: Query<Opened>, phone: Data<Phone>) -> HttpResponse {
    let Some(open) = asked.open.as_deref().filter(|text| !text.trim().is_empty()) else {
        return phone.shown(200, pages::workbench(language(&request), &phone.origins));
    };
    let Some(to) = phone.origins.allow(open, None) else { return phone.stopped(&request, Stopped::Elsewhere) };
    phone.walk(&request, Method::GET, to, None).await
}

#[derive(Deserialize)]
struct Submitted {
    how: String,
    to: String,
}

async fn submit(request: HttpRequest, asked: Query<Submitted>, form: Bytes, phone: Data<Phone>) -> HttpResponse {
    let Some(mut to) = phone.origins.allow(&asked.to, None) else {
        return phone.stopped(&request, Stopped::Elsewhere);
    };
    if asked.how == "post" {
        return phone.walk(&request, Method::POST, to, Some(form)).await;
    }
    to.set_query(std::str::from_utf8(&form).ok());
    phone.walk(&request, Method::GET, to, None).await
}

async fn reset(request: HttpRequest, phone: Data<Phone>) -> HttpResponse {
    if let Some(key) = cookie_of(&request, PHONE) {
        phone.jars.take(&key);
    }
    with_cookie(redirect("/phone"), &no_cookie(PHONE))
}

impl Phone {
    async fn walk(&self, request: &HttpRequest, method: Method, to: url::Url, form: Option<Bytes>) -> HttpResponse {
        let known = self.jar_of(request);
        let jar = known.clone().unwrap_or_else(|| self.jars.put(Jar::default()));
        let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let language = header.unwrap_or_default().to_owned();
        let reply = match self.go(&jar, Step { method, to, form, language }).await {
            Ok((status, html)) => self.shown(status, Ok(html)),
            Err(why) => self.stopped(request, why),
        };
        if known.is_some() { reply } else { with_cookie(reply, &cookie(PHONE, jar)) }
    }

    fn stopped(&self, request: &HttpRequest, why: Stopped) -> HttpResponse {
        let status = if why == Stopped::Elsewhere { 403 } else { 502 };
        self.shown(status, pages::stopped(language(request), why == Stopped::Elsewhere, self.origins.bridge().as_str()))
    }

    /// Pages of the demo's own origins, without a script, in our frame only.
    fn shown(&self, status: u16, html: Result<String, askama::Error>) -> HttpResponse {
        let sources = self.origins.sources();
        let policy = format!(
            "default-src 'none'; style-src {sources}; img-src {sources}; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
        );
        document(status, html, &policy)
    }
}
