//! What a sign-in page ends in: a redirect, or something to look at.

use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;

use super::notice::Notice;

/// The end of a request to a page.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// On to this address.
    Redirect(String),
    /// A page.
    Page(String),
    /// A page that tells why it does not go on.
    Notice(Notice),
}

impl Outcome {
    /// A rendered template.
    pub(crate) fn page(template: &impl Template) -> Self {
        match template.render() {
            Ok(html) => Self::Page(html),
            Err(error) => Self::Page(error.to_string()),
        }
    }

    /// As an HTTP answer; WeCom's own pages are 200 even when they tell of an error.
    pub(crate) fn respond(self) -> HttpResponse {
        match self {
            Self::Redirect(location) => HttpResponse::Found()
                .insert_header((header::LOCATION, location))
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .finish(),
            Self::Page(html) => page(html),
            Self::Notice(notice) => match notice.render() {
                Ok(html) => page(html),
                Err(error) => page(error.to_string()),
            },
        }
    }
}

fn page(html: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(html)
}
