//! `client_id` must name a registered client (RFC 6749 §3.1.2.4): otherwise a page, never a redirect.

use std::sync::Arc;

use crate::config::Client;
use crate::oidc::error::{ErrorCode, OauthError};
use crate::oidc::params::Params;
use crate::oidc::provider::Provider;

/// The registered client that the request names, once.
pub fn check(provider: &Provider, params: &Params) -> Result<Arc<Client>, OauthError> {
    if params.is_doubled("client_id") {
        return Err(OauthError::invalid_request("client_id is given more than once"));
    }
    let id = params.get("client_id").ok_or(OauthError::invalid_request("client_id is missing"))?;
    provider
        .client(id)
        .cloned()
        .ok_or(OauthError::new(ErrorCode::UnauthorizedClient, "this client is not registered with the provider"))
}
