//! Where an access token may be used: resource indicators (RFC 8707).
//!
//! A resource is known by the exact text under which it is registered for the client. Our own issuer
//! stands for userinfo and needs no registration: whoever asks for nothing gets a token for it, which is the
//! "default resource indicator" of RFC 9068 §3. No resources mean the issuer alone, so that a
//! client without this feature stores, sends and compares nothing.

use super::error::{ErrorCode, OauthError};
use super::params::Params;
use super::provider::Provider;
use crate::config::Client;
use crate::domain::resource::Resource;

/// The resources that an authorization request names (RFC 8707 §2.1).
pub fn requested(provider: &Provider, client: &Client, params: &Params) -> Result<Vec<Resource>, OauthError> {
    named(params, |text| {
        let registered = client.resources.iter().find(|known| known.as_str() == text).cloned();
        registered.or_else(|| own(provider, text))
    })
    .map(|named| plain(provider, named))
}

/// The resources of one access token out of those granted (RFC 8707 §2.2): those that the token request names,
/// otherwise all. What a reload took from the client is no longer given, whatever was granted.
pub fn narrowed(
    provider: &Provider,
    client: &Client,
    granted: &[Resource],
    params: &Params,
) -> Result<Vec<Resource>, OauthError> {
    let still = |known: &&Resource| client.resources.contains(*known) || known.as_str() == provider.issuer();
    let named = named(params, |text| match granted.is_empty() {
        true => own(provider, text),
        false => granted.iter().filter(still).find(|known| known.as_str() == text).cloned(),
    })?;
    if !named.is_empty() {
        return Ok(plain(provider, named));
    }
    let all: Vec<Resource> = granted.iter().filter(still).cloned().collect();
    if all.is_empty() && !granted.is_empty() {
        return Err(REFUSED);
    }
    Ok(all)
}

/// Whether a token with this audience is for our own endpoints, as that of userinfo is.
pub fn is_for_us(provider: &Provider, resources: &[Resource]) -> bool {
    resources.is_empty() || resources.iter().any(|resource| resource.as_str() == provider.issuer())
}

/// RFC 8707 §2: "the requested resource is invalid, missing, unknown, or malformed".
const REFUSED: OauthError =
    OauthError::new(ErrorCode::InvalidTarget, "resource is not one that this client may ask for here");

fn named(params: &Params, known: impl Fn(&str) -> Option<Resource>) -> Result<Vec<Resource>, OauthError> {
    let mut resources = Vec::new();
    for text in params.resources() {
        let resource = known(text).ok_or(REFUSED)?;
        if !resources.contains(&resource) {
            resources.push(resource);
        }
    }
    Ok(resources)
}

fn own(provider: &Provider, text: &str) -> Option<Resource> {
    (text == provider.issuer()).then(|| Resource::parse(text).ok()).flatten()
}

/// Our own issuer alone is written as nothing.
fn plain(provider: &Provider, resources: Vec<Resource>) -> Vec<Resource> {
    match &resources[..] {
        [one] if one.as_str() == provider.issuer() => Vec::new(),
        _ => resources,
    }
}
