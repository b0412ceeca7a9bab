//! `state`: the client's own, returned byte for byte (RFC 6749 §4.1.1).

use super::{AuthorizationRequest, Context};
use crate::oidc::error::OauthError;

/// The longest `state`, in bytes, that is sure to fit the transaction's cookie.
pub const LONGEST: usize = 2_048;

/// Control characters are refused (threat 28); everything else is the client's own business.
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    if context.params.is_doubled("state") {
        return Err(OauthError::invalid_request("state is given more than once"));
    }
    let Some(state) = context.params.get("state") else { return Ok(()) };
    if state.len() > LONGEST {
        return Err(OauthError::invalid_request("state is longer than 2048 bytes"));
    }
    if state.chars().any(char::is_control) {
        return Err(OauthError::invalid_request("state holds control characters"));
    }
    request.to.state = Some(state.to_owned());
    Ok(())
}
