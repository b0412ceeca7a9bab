//! `response_type` must be `code` (RFC 6749 §3.1.1, RFC 9700 §2.1.2: no implicit grant).

use super::{AuthorizationRequest, Context};
use crate::domain::client::GrantType;
use crate::oidc::error::{ErrorCode, OauthError};

/// Anything else is `unsupported_response_type`.
pub fn check(context: &Context<'_>, _: &mut AuthorizationRequest) -> Result<(), OauthError> {
    match context.params.get("response_type") {
        Some("code") if context.client.grant_types.contains(&GrantType::AuthorizationCode) => Ok(()),
        Some("code") => {
            Err(OauthError::new(ErrorCode::UnauthorizedClient, "this client may not use the authorization code grant"))
        }
        None => Err(OauthError::invalid_request("response_type is missing")),
        Some(_) => Err(OauthError::new(ErrorCode::UnsupportedResponseType, "response_type must be code")),
    }
}
