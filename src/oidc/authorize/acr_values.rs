//! `acr_values` (OpenID Connect Core §3.1.2.1): a wish. Whoever has one is told what the sign-in was.

use super::{AuthorizationRequest, Context};
use crate::oidc::acr;
use crate::oidc::error::OauthError;

/// Never fails: the values are a preference, and there is only one to give (§5.5.1.1).
#[allow(clippy::unnecessary_wraps, reason = "every check has one shape")]
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    if context.params.get("acr_values").is_some() {
        request.claims.id_token.insert(acr::NAME.to_owned());
    }
    Ok(())
}
