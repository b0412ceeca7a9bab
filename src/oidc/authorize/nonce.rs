//! `nonce` (OpenID Connect Core §3.1.2.1): optional with a code, returned in the ID token.

use super::{AuthorizationRequest, Context};
use crate::oidc::error::OauthError;

/// At most 512 bytes without control characters.
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    let Some(nonce) = context.params.get("nonce") else { return Ok(()) };
    if nonce.len() > 512 || nonce.chars().any(char::is_control) {
        return Err(OauthError::invalid_request("nonce is longer than 512 bytes or holds control characters"));
    }
    request.nonce = Some(nonce.to_owned());
    Ok(())
}
