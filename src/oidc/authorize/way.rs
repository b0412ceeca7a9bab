//! How a request may come in (RFC 9126 §2.1, §5, §6): from the browser, or pushed by the client beforehand.

use super::{AuthorizationRequest, Context, Way};
use crate::oidc::error::OauthError;

/// A client that must push its requests is refused everything else, and a pushed request is no reference to another one.
pub fn check(context: &Context<'_>, _: &mut AuthorizationRequest) -> Result<(), OauthError> {
    match context.way {
        Way::Browser if context.client.require_pushed => {
            Err(OauthError::invalid_request("this client must push its authorization requests"))
        }
        Way::Pushed if context.params.has("request_uri") => {
            Err(OauthError::invalid_request("request_uri does not belong into a pushed request"))
        }
        _ => Ok(()),
    }
}
