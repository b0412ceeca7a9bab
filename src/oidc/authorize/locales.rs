//! `ui_locales` (OpenID Connect Core §3.1.2.1): the first language that we speak; others are no error.

use super::{AuthorizationRequest, Context};
use crate::domain::language::Language;
use crate::oidc::error::OauthError;

/// Never fails.
#[allow(clippy::unnecessary_wraps, reason = "every check has one shape")]
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    request.language = context.params.get("ui_locales").and_then(Language::from_ui_locales);
    Ok(())
}
