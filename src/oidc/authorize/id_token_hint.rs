//! `id_token_hint` (OpenID Connect Core §3.1.2.1): whom the client believes to be signed in.

use super::{AuthorizationRequest, Context};
use crate::oidc::error::OauthError;
use crate::oidc::hint;

/// An own ID token of this client counts, expired or not; anything else is `invalid_request` (threat 14).
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    let Some(text) = context.params.get("id_token_hint") else { return Ok(()) };
    let hint = hint::read(context.provider, text)
        .filter(|hint| hint.client == context.client.client_id)
        .ok_or(OauthError::invalid_request("id_token_hint is not an ID token of this provider for this client"))?;
    if !request.subjects.is_empty() && !request.subjects.contains(&hint.subject) {
        return Err(OauthError::invalid_request("id_token_hint and claims name different subjects"));
    }
    request.subjects = vec![hint.subject];
    Ok(())
}
