//! `request`, `request_uri` and `registration` (OpenID Connect Core §6, §7.2.1): refused by their own codes, never ignored.

use super::{AuthorizationRequest, Context};
use crate::oidc::error::{ErrorCode, OauthError};

/// Metadata says the same: `request_parameter_supported` and `request_uri_parameter_supported` are false.
pub fn check(context: &Context<'_>, _: &mut AuthorizationRequest) -> Result<(), OauthError> {
    let refused = [
        ("request", ErrorCode::RequestNotSupported, "request objects are not supported"),
        ("request_uri", ErrorCode::RequestUriNotSupported, "request_uri is not supported"),
        ("registration", ErrorCode::RegistrationNotSupported, "registration is not supported"),
    ];
    refused
        .into_iter()
        .find(|(name, ..)| context.params.has(name))
        .map_or(Ok(()), |(_, code, description)| Err(OauthError::new(code, description)))
}
