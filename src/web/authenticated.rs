//! A client that has proven who it is: what every endpoint asks of it that no browser is sent to.
//!
//! The token endpoint's authentication serves pushed requests (RFC 9126 §2), revocation (RFC 7009 §2.1) and introspection
//! (RFC 7662 §2.1) alike, with one count of failures and the same answers to them.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};

use super::app::App;
use super::endpoints::Form;
use super::limits::TooMany;
use super::reply::Reply;
use super::visitor::client_address;
use crate::config::Client;
use crate::oidc::client_auth::Credentials;
use crate::oidc::error::{ErrorCode, OauthError};
use crate::oidc::params::Params;

/// A client and what it asks.
pub struct Authenticated {
    /// Who asks. A public client has only named itself.
    pub client: Arc<Client>,
    /// Its form, credentials included.
    pub params: Params,
}

/// Authenticates the client of a request to this endpoint (`/token`); the answer where that fails is ready to be sent.
pub async fn authenticate(
    request: &HttpRequest,
    form: Form,
    app: &App,
    endpoint: &'static str,
) -> Result<Authenticated, Reply> {
    let params = form.0.map_err(unreadable)?;
    let header = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes);
    let credentials = Credentials::read(header, &params).map_err(|error| refused(error, header.is_some(), endpoint))?;
    let (address, now) = (client_address(request, app), app.provider().now());
    // Unknown clients count together, so that nobody fills the table with made-up names.
    let client_id = app.provider().client(&credentials.client_id).map_or("", |c| c.client_id.as_str()).to_owned();
    // The right secret included: otherwise the limit would tell which guess was right (design §5).
    if let Err(limited) = app.limits.may_authenticate(address, &client_id, now) {
        tracing::warn!(event = "client.limited", client = client_id, address = %address, endpoint, "too many failed client authentications");
        let error = OauthError::new(
            ErrorCode::InvalidClient,
            "too many failed authentications of this client from this address",
        );
        return Err(too_many(error, limited));
    }
    match credentials.prove(app.provider()).await {
        Ok(client) => Ok(Authenticated { client, params }),
        Err(error) => {
            if error.code == ErrorCode::InvalidClient {
                app.limits.failed_authentication(address, &client_id, now);
            }
            tracing::warn!(event = "client.refused", client = client_id, address = %address, endpoint, reason = error.description, "a client authentication failed");
            Err(refused(error, header.is_some(), endpoint))
        }
    }
}

/// 429 with the second from which on it is worth trying again (RFC 6585 §4).
pub fn too_many(error: OauthError, limited: TooMany) -> Reply {
    Reply::oauth_error_with(429, error).header("retry-after", &limited.retry_after.to_string())
}

/// A form that is too large is told so by its own status (RFC 9126 §2.3, RFC 9110 §15.5.14).
fn unreadable(error: OauthError) -> Reply {
    match error == Form::TOO_LARGE {
        true => Reply::oauth_error_with(413, error),
        false => Reply::oauth_error(error),
    }
}

/// RFC 6749 §5.2: a client that used the header is told the scheme.
fn refused(error: OauthError, used_header: bool, endpoint: &str) -> Reply {
    let reply = Reply::oauth_error(error);
    let realm = endpoint.trim_start_matches('/');
    match used_header && error.code == ErrorCode::InvalidClient {
        true => reply.header("www-authenticate", &format!("Basic realm=\"{realm}\", charset=\"UTF-8\"")),
        false => reply,
    }
}
