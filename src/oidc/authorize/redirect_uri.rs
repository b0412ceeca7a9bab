//! `redirect_uri` must be a registered one, byte for byte (RFC 9700 §2.1, RFC 6749 §3.1.2.3).

use crate::config::Client;
use crate::domain::client::ApplicationType;
use crate::domain::redirect::RedirectUri;
use crate::oidc::error::OauthError;
use crate::oidc::params::Params;

/// The proven address. It is required even when only one is registered (OpenID Connect Core §3.1.2.1).
pub fn check(client: &Client, params: &Params) -> Result<RedirectUri, OauthError> {
    if params.is_doubled("redirect_uri") {
        return Err(OauthError::invalid_request("redirect_uri is given more than once"));
    }
    let requested = params.get("redirect_uri").ok_or(OauthError::invalid_request("redirect_uri is missing"))?;
    match registered(client, requested) {
        None => Err(OauthError::invalid_request("redirect_uri is not registered for this client")),
        Some(known) if known.as_str() == requested => Ok(known.clone()),
        // A native client's own port: the rest was compared, so it may be kept.
        Some(_) => RedirectUri::register(requested, true, true)
            .map_err(|_| OauthError::invalid_request("redirect_uri is not registered for this client")),
    }
}

/// Whether an address that was proven when a sign-in began is still one of the client's.
pub fn is_registered(client: &Client, proven: &RedirectUri) -> bool {
    registered(client, proven.as_str()).is_some()
}

fn registered<'a>(client: &'a Client, requested: &str) -> Option<&'a RedirectUri> {
    let native = client.application_type == ApplicationType::Native;
    client.redirect_uris.iter().find(|known| known.matches(requested, native))
}
