//! `response_mode`: query, fragment or form_post (Multiple Response Types §2.1, Form Post §2).

use super::{AuthorizationRequest, Context, state};
use crate::oidc::answer::ResponseMode;
use crate::oidc::error::OauthError;

/// Runs first, so that every later error travels in the mode that the client asked for.
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    request.to.mode = match context.params.get("response_mode") {
        None | Some("query") => ResponseMode::Query,
        Some("fragment") => ResponseMode::Fragment,
        Some("form_post") => ResponseMode::FormPost,
        Some(_) => {
            // Answered by query, and like every answer with the client's state (RFC 6749 §4.1.2.1).
            state::check(context, request)?;
            return Err(OauthError::invalid_request("response_mode must be query, fragment or form_post"));
        }
    };
    Ok(())
}
