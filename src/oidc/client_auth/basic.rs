//! `Authorization: Basic` (RFC 6749 §2.3.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::oidc::error::{ErrorCode, OauthError};
use crate::oidc::params::decode;

/// Id and secret: both halves are form-encoded before base64.
pub(super) fn read(header: &[u8]) -> Result<(String, String), OauthError> {
    let wrong = OauthError::new(ErrorCode::InvalidClient, "the Authorization header cannot be read as Basic");
    let scheme_end = header.iter().position(|b| *b == b' ').ok_or(wrong)?;
    if !header[..scheme_end].eq_ignore_ascii_case(b"Basic") || header.len() > 4_096 {
        return Err(wrong);
    }
    let plain = STANDARD.decode(header[scheme_end..].trim_ascii()).map_err(|_| wrong)?;
    let colon = plain.iter().position(|b| *b == b':').ok_or(wrong)?;
    let (id, secret) = (decode(&plain[..colon]), decode(&plain[colon + 1..]));
    Ok((id.map_err(|_| wrong)?, secret.map_err(|_| wrong)?))
}
