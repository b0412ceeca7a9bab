//! Discovery and authorization server metadata: the same document at two addresses.

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use super::served;
use crate::web::cors;
use crate::web::current::Snapshot;

/// Where RFC 8414 §3.1 wants the document of an issuer with this path: the well-known part goes between host and path.
pub fn rfc8414_path(base: &str) -> String {
    format!("/.well-known/oauth-authorization-server{base}")
}

/// OpenID Connect Discovery §4, RFC 8414 §3.
pub async fn document(request: HttpRequest, app: Snapshot) -> HttpResponse {
    let mut response = served(&request, &app.metadata, "public, max-age=300");
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static(cors::EVERYBODY.1));
    response
}
