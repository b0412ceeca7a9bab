//! The token endpoint (RFC 6749 §3.2): one file for each grant.

pub mod code;
pub mod refresh;

use std::sync::Arc;

use serde::Serialize;

use super::error::{ErrorCode, OauthError};
use super::params::Params;
use super::provider::Provider;
use crate::config::Client;
use crate::domain::client::GrantType;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::GrantId;
use crate::domain::random::token43;
use crate::domain::scope::Scopes;
use crate::store::records::{AccessToken, Grant};

/// A successful answer (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
#[derive(Serialize)]
pub struct TokenResponse {
    /// Opaque, 43 characters.
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

/// A new opaque access token of a grant, which it never outlives: its text, and what the store keeps.
fn access_token(
    provider: &Provider,
    client: &Client,
    id: GrantId,
    grant: &Grant,
    scopes: Scopes,
) -> (String, (Digest, AccessToken)) {
    let text = token43(&*provider.entropy);
    let issued = provider.now();
    let expires = (issued + client.lifetimes.access_token).earlier(grant.ends);
    let digest = Digest::of(Purpose::AccessToken, &text);
    (text, (digest, AccessToken { grant: id, scopes, issued, expires }))
}
