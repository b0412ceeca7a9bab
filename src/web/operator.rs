//! Whoever holds the administration's token (threat 46): `Authorization: Bearer` with what `keys/admin.token` says.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

use super::app::App;
use super::current::Snapshot;
use super::reply::Reply;

/// An operator, for the log.
pub struct Operator {
    /// Where from.
    pub address: IpAddr,
}

impl FromRequest for Operator {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Snapshot::of(request).and_then(|app| Self::enter(request, &app)))
    }
}

impl Operator {
    fn enter(request: &HttpRequest, app: &App) -> Result<Self, actix_web::Error> {
        let address = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
        let presented = bearer(request).unwrap_or_default();
        let token = app.provider().keys.admin_token().expose_secret();
        if bool::from(token.as_bytes().ct_eq(presented.as_bytes())) {
            return Ok(Self { address });
        }
        tracing::warn!(event = "admin.refused", address = %address, path = request.path(), "the administration's token is missing or wrong");
        let body = serde_json::json!({ "error": "invalid_token", "error_description": "the token of keys/admin.token is needed" });
        let refusal = Reply::json(401, &body).header("www-authenticate", "Bearer realm=\"administration\"");
        Err(refusal.instead(request))
    }
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let (scheme, token) = request.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}
