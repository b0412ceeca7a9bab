//! PKCE (RFC 7636): S256 alone; a challenge that is sent is binding (RFC 9700 §2.1.1, §4.8).

use super::{AuthorizationRequest, Context};
use crate::oidc::error::OauthError;

/// `plain`, a missing method and a challenge of another length than a SHA-256 has are refused (threat 5).
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    let method = context.params.get("code_challenge_method");
    match (context.params.get("code_challenge"), method) {
        (None, None) if context.client.require_pkce => {
            Err(OauthError::invalid_request("this client must send code_challenge with method S256"))
        }
        (None, None) => Ok(()),
        (None, Some(_)) => Err(OauthError::invalid_request("code_challenge_method without code_challenge")),
        (Some(challenge), Some("S256")) => {
            let shape =
                challenge.len() == 43 && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            if !shape {
                return Err(OauthError::invalid_request("code_challenge must be 43 base64url characters"));
            }
            request.code_challenge = Some(challenge.to_owned());
            Ok(())
        }
        // RFC 7636 §4.3: without a method the challenge would be plain.
        (Some(_), _) => Err(OauthError::invalid_request("code_challenge_method must be S256")),
    }
}
