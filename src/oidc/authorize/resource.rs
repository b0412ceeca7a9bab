//! `resource` (RFC 8707 §2.1): where the client wants to use its access tokens. It may come more than once.

use super::{AuthorizationRequest, Context};
use crate::oidc::audience;
use crate::oidc::error::OauthError;

/// Each must be registered for the client, letter by letter; our own issuer needs no registration.
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    request.resources = audience::requested(context.provider, context.client, context.params)?;
    Ok(())
}
