//! The token endpoint (RFC 6749 §3.2): one file for each grant.

pub mod access_token;
pub mod code;
pub mod refresh;

use std::sync::Arc;

use serde::Serialize;

use super::error::{ErrorCode, OauthError};
use super::params::Params;
use super::provider::Provider;
use crate::config::Client;
use crate::domain::client::GrantType;

/// A successful answer (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
#[derive(Serialize)]
pub struct TokenResponse {
    /// Opaque, 43 characters; a JWT where the client is registered so.
    pub access_token: String,
    /// `Bearer` (RFC 6750).
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: u64,
    /// With `offline_access`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// With `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// The scopes of the access token.
    pub scope: String,
}

/// Answers a token request of an authenticated client.
pub async fn answer(provider: &Provider, client: &Arc<Client>, body: &Params) -> Result<TokenResponse, OauthError> {
    if body.any_doubled() {
        return Err(OauthError::invalid_request("a parameter is given more than once"));
    }
    let may = |grant| match client.grant_types.contains(&grant) {
        true => Ok(()),
        false => Err(OauthError::new(ErrorCode::UnauthorizedClient, "this client may not use this grant type")),
    };
    match body.get("grant_type") {
        Some("authorization_code") => {
            may(GrantType::AuthorizationCode)?;
            code::exchange(provider, client, body).await
        }
        Some("refresh_token") => {
            may(GrantType::RefreshToken)?;
            refresh::exchange(provider, client, body).await
        }
        Some(_) => Err(OauthError::new(ErrorCode::UnsupportedGrantType, "grant_type is not supported")),
        None => Err(OauthError::invalid_request("grant_type is missing")),
    }
}
