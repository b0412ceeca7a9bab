//! `scope` must hold `openid` (OpenID Connect Core §3.1.2.1); unknown values are ignored, known ones the client may not have are dropped (RFC 6749 §3.3).

use super::{AuthorizationRequest, Context};
use crate::config::Client;
use crate::domain::client::GrantType;
use crate::domain::scope::{Scope, Scopes};
use crate::oidc::error::{ErrorCode, OauthError};

/// Keeps what the client asked for and may have.
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    request.scopes = granted(context.client, context.params.get("scope").unwrap_or_default())?;
    Ok(())
}

/// What a client is granted that asks with this `scope`.
pub fn granted(client: &Client, text: &str) -> Result<Scopes, OauthError> {
    if !text.bytes().all(|b| matches!(b, 0x20 | 0x21 | 0x23..=0x5B | 0x5D..=0x7E)) {
        return Err(OauthError::new(ErrorCode::InvalidScope, "scope holds characters that RFC 6749 does not allow"));
    }
    let asked = Scopes::parse(text);
    if !asked.has(Scope::OpenId) {
        return Err(OauthError::new(ErrorCode::InvalidScope, "scope must hold openid"));
    }
    let scopes = asked.and(client.scopes).with(Scope::OpenId);
    // OpenID Connect Core §11: offline_access means nothing for a client that cannot use refresh tokens.
    match client.grant_types.contains(&GrantType::RefreshToken) {
        true => Ok(scopes),
        false => Ok(scopes.without(Scope::OfflineAccess)),
    }
}
