//! No parameter may come twice (RFC 6749 §3.1; threat 4), but `resource` (RFC 8707 §2).

use super::{AuthorizationRequest, Context};
use crate::oidc::error::OauthError;

/// Two readers of a doubled parameter may take different values, so none is taken.
pub fn check(context: &Context<'_>, _: &mut AuthorizationRequest) -> Result<(), OauthError> {
    if context.params.any_doubled() {
        return Err(OauthError::invalid_request("a parameter is given more than once"));
    }
    Ok(())
}
