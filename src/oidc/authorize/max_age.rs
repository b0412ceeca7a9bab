//! `max_age` (OpenID Connect Core §3.1.2.1): seconds since the member last proved to be there.

use super::{AuthorizationRequest, Context};
use crate::oidc::error::OauthError;

/// A whole number; `0` asks for a fresh sign-in.
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    let Some(text) = context.params.get("max_age") else { return Ok(()) };
    let digits = (1..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let seconds = text.parse::<u64>().ok().filter(|_| digits);
    request.max_age = Some(seconds.ok_or(OauthError::invalid_request("max_age must be a whole number of seconds"))?);
    Ok(())
}
