//! The token endpoint (RFC 6749 §3.2).

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};

use super::Form;
use crate::oidc::client_auth::Credentials;
use crate::oidc::error::{ErrorCode, OauthError};
use crate::oidc::token;
use crate::web::current::Snapshot;
use crate::web::reply::Reply;
use crate::web::visitor::client_address;

/// Authenticates the client and answers its grant.
pub async fn answer(request: HttpRequest, form: Form, app: Snapshot) -> Reply {
    let params = match form.0 {
        Ok(params) => params,
        Err(error) => return Reply::oauth_error(error),
    };
    let header = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes);
    let credentials = match Credentials::read(header, &params) {
        Ok(credentials) => credentials,
        Err(error) => return refused(error, header.is_some()),
    };
    let (address, now) = (client_address(&request, &app), app.provider().now());
    // Unknown clients count together, so that nobody fills the table with made-up names.
    let client_id = app.provider().client(&credentials.client_id).map_or("", |c| c.client_id.as_str()).to_owned();
    // The right secret included: otherwise the limit would tell which guess was right (design §5).
    if let Err(too_many) = app.limits.may_authenticate(address, &client_id, now) {
        let error = OauthError::new(
            ErrorCode::InvalidClient,
            "too many failed authentications of this client from this address",
        );
        let body = serde_json::json!({ "error": error.code.as_str(), "error_description": error.description });
        tracing::warn!(event = "client.limited", client = client_id, address = %address, "too many failed client authentications");
        return Reply::json(429, &body).header("retry-after", &too_many.retry_after.to_string());
    }
    let client = match credentials.prove(app.provider()).await {
        Ok(client) => client,
        Err(error) => {
            if error.code == ErrorCode::InvalidClient {
                app.limits.failed_authentication(address, &client_id, now);
            }
            tracing::warn!(event = "client.refused", client = client_id, address = %address, reason = error.description, "a client authentication failed");
            return refused(error, header.is_some());
        }
    };
    match token::answer(app.provider(), &client, &params).await {
        Ok(response) => Reply::json(200, &response),
        Err(error) => {
            tracing::info!(event = "token.refused", client = %client.client_id, code = error.code.as_str(), reason = error.description, "a token request was refused");
            Reply::oauth_error(error)
        }
    }
}

/// RFC 6749 §5.2: a client that used the header is told the scheme.
fn refused(error: OauthError, used_header: bool) -> Reply {
    let reply = Reply::oauth_error(error);
    match used_header && error.code == ErrorCode::InvalidClient {
        true => reply.header("www-authenticate", "Basic realm=\"token\", charset=\"UTF-8\""),
        false => reply,
    }
}
