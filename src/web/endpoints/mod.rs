//! One file for each endpoint: reads the request, asks the mind, renders what it says.

pub mod account;
pub mod admin;
pub mod assets;
pub mod authorize;
pub mod end_session;
pub mod introspect;
pub mod jwks;
pub mod login;
pub mod metadata;
pub mod not_found;
pub mod open;
pub mod par;
pub mod revoke;
pub mod token;
pub mod userinfo;
pub mod verify_file;

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, IF_NONE_MATCH};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use super::app::Served;
use crate::oidc::error::OauthError;
use crate::oidc::params::Params;

/// The largest body of a request, in bytes.
pub const LARGEST_BODY: usize = 32 * 1_024;

/// How long a body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// The parameters of a form body (RFC 6749 Appendix B), bounded in size and time, or why there are none.
pub struct Form(pub Result<Params, OauthError>);

impl Form {
    /// Why there are none when the body is larger than [`LARGEST_BODY`].
    pub const TOO_LARGE: OauthError = OauthError::invalid_request("the body is too large");
}

impl FromRequest for Form {
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Infallible>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let is_form = essence.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            Ok(Self(match tokio::time::timeout(BODY_WITHIN, bytes).await {
                Ok(Ok(bytes)) if is_form || bytes.is_empty() => parsed(&bytes),
                Ok(Ok(_)) => Err(OauthError::invalid_request("the body must be application/x-www-form-urlencoded")),
                Ok(Err(error)) => Err(match error.as_response_error().status_code() {
                    StatusCode::PAYLOAD_TOO_LARGE => Self::TOO_LARGE,
                    _ => OauthError::invalid_request("the body cannot be read"),
                }),
                Err(_) => Err(OauthError::invalid_request("the body did not arrive in time")),
            }))
        })
    }
}

/// The parameters of the query.
fn query(request: &HttpRequest) -> Result<Params, OauthError> {
    parsed(request.query_string().as_bytes())
}

fn parsed(bytes: &[u8]) -> Result<Params, OauthError> {
    Params::parse(bytes).map_err(|_| OauthError::invalid_request("the parameters cannot be read"))
}

/// Bytes that are the same for everybody, with an entity tag (RFC 9110 §13.1.2).
fn served(request: &HttpRequest, served: &Served, cache: &'static str) -> HttpResponse {
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let matches = known.is_some_and(|known| known == "*" || known.split(',').any(|tag| tag.trim() == served.etag));
    let mut response = if matches { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header(("etag", served.etag.as_str()))
        .insert_header(("cache-control", cache))
        .insert_header(("x-content-type-options", "nosniff"));
    if matches {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, served.media_type)).body(served.bytes.clone())
}
