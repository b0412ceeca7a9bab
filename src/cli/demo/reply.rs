//! What the demo answers with: pages under a strict policy, and redirects.

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY};

/// No scripts anywhere. Chrome holds `form-action` against redirects too, and sign-out leads over
/// the bridge, so pages of the sample application name none.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page of the sample application.
pub fn page(status: u16, html: Result<String, askama::Error>) -> HttpResponse {
    document(status, html, POLICY)
}

/// A page under a policy of its own.
pub fn document(status: u16, html: Result<String, askama::Error>, policy: &str) -> HttpResponse {
    match html {
        Ok(html) => HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_SECURITY_POLICY, policy))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .insert_header(("x-content-type-options", "nosniff"))
            .body(html),
        Err(error) => {
            tracing::error!(event = "page.failed", error = %error, "a page of the demo cannot be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// 303 See Other.
pub fn redirect(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, to)).insert_header((CACHE_CONTROL, "no-store")).finish()
}

/// The same answer with one more cookie.
pub fn with_cookie(mut response: HttpResponse, cookie: &Cookie<'_>) -> HttpResponse {
    if let Err(error) = response.add_cookie(cookie) {
        tracing::error!(event = "page.failed", error = %error, "a cookie of the demo cannot be written");
    }
    response
}
