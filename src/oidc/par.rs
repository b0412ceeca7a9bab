//! Pushed authorization requests (RFC 9126): checked and kept beforehand, and used once by a reference.
//!
//! What is kept is the request as it passed the table of checks, sealed under the reference: the store, which knows the
//! reference by a digest only, holds nothing that anybody could read or use.

use std::sync::Arc;

use serde::Serialize;

use super::authorize::redirect_uri::is_registered;
use super::authorize::{AuthorizationRequest, Failed, Way, check, client, request_object};
use super::error::{ErrorCode, OauthError};
use super::params::Params;
use super::provider::Provider;
use crate::config::Client;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::random::token43;
use crate::keys::SealPurpose;
use crate::store::records::PushedRequest;
use crate::store::{Pushed, StoreError};

/// What every reference of ours begins with (RFC 9126 §2.2).
pub const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// Whichever of these it is: nobody learns of another client's requests.
const REFUSED: OauthError = OauthError::new(
    ErrorCode::InvalidRequestUri,
    "request_uri is unknown, expired, used before, or not of this client",
);

/// The answer to a pushed request (RFC 9126 §2.2).
#[derive(Debug, Serialize)]
pub struct Accepted {
    /// The reference: 256 random bits behind [`PREFIX`].
    pub request_uri: String,
    /// Seconds.
    pub expires_in: u64,
}

/// Why a request was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// The client is told (RFC 9126 §2.3).
    Refused(OauthError),
    /// As many as it may have wait already (`limits.pushed_requests_per_client`).
    TooMany,
}

impl From<OauthError> for NotKept {
    fn from(error: OauthError) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for NotKept {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// Checks a request of a client that has authenticated, by the same table as at the authorization endpoint (law 11),
/// its request object included (RFC 9126 §3), and keeps it. Nobody is redirected from here: every error is for the client itself.
pub async fn push(provider: &Provider, proven: &Arc<Client>, params: &Params) -> Result<Accepted, NotKept> {
    // RFC 9126 §3: beside an object stands nothing but what authenticates its client, so perhaps no client_id.
    let inside = match params.has("request") {
        true => Some(request_object::open(provider, proven, params).await.map_err(|refused| refused.error)?),
        false => None,
    };
    let asked = inside.as_ref().unwrap_or(params);
    let (client, request) = check(provider, asked, Way::Pushed).map_err(|failed| match failed {
        Failed::Page(error) | Failed::Answer(_, error) => error,
    })?;
    // RFC 9126 §2.1: the client that authenticated is the client that asks.
    if client.client_id != proven.client_id {
        return Err(OauthError::invalid_request("client_id is not that of the authenticated client").into());
    }
    let lifetime = provider.config.lifetimes.pushed_request;
    let (text, now) = (token43(&*provider.entropy), provider.now());
    let reference = Digest::of(Purpose::PushedRequest, &text);
    let kept = PushedRequest {
        client: client.client_id.clone(),
        request: sealed(provider, &text, reference, &request)?,
        expires: now + lifetime,
    };
    let cap = match provider.config.limits.pushed_requests_per_client {
        0 => u32::MAX,
        cap => cap,
    };
    match provider.store.put_pushed_request(reference, &kept, cap, now).await? {
        Pushed::Stored => Ok(Accepted { request_uri: format!("{PREFIX}{text}"), expires_in: lifetime.0 }),
        Pushed::TooMany => Err(NotKept::TooMany),
    }
}

/// The reference that a request at the authorization endpoint consists of, where it has the form of ours.
pub fn reference(params: &Params) -> Option<&str> {
    params.get("request_uri")?.strip_prefix(PREFIX)
}

/// Accepts a request by its reference, which is used up: of any number of browsers one goes on (RFC 9126 §7.3).
///
/// Beside `client_id` and `request_uri` nothing of the query counts (RFC 9126 §4, RFC 9101 §5). Whatever fails here is a
/// page of ours: without the request no redirection address is proven. A reference in the hands of another client is
/// not used up.
pub async fn accept(provider: &Provider, params: &Params, text: &str) -> Result<AuthorizationRequest, OauthError> {
    if params.any_doubled() {
        return Err(OauthError::invalid_request("a parameter is given more than once"));
    }
    // RFC 9101 §5: it would be a second request, and nobody should wonder which one counts.
    if params.has("request") {
        return Err(OauthError::invalid_request("request and request_uri exclude each other"));
    }
    let client = client::check(provider, params)?;
    let reference = Digest::of(Purpose::PushedRequest, text);
    let kept = provider.store.pushed_request(reference, provider.now()).await?.ok_or(REFUSED)?;
    if kept.client != client.client_id {
        return Err(REFUSED);
    }
    let request = opened(provider, text, reference, &kept.request).ok_or(REFUSED)?;
    // It was proven when it was pushed; the configuration may be another one since.
    if !is_registered(&client, &request.to.redirect_uri) {
        return Err(OauthError::invalid_request("redirect_uri is not registered for this client"));
    }
    match provider.store.take_pushed_request(reference, provider.now()).await? {
        Some(_) => Ok(request),
        None => Err(REFUSED),
    }
}

fn sealed(
    provider: &Provider,
    text: &str,
    reference: Digest,
    request: &AuthorizationRequest,
) -> Result<Vec<u8>, OauthError> {
    let plain = postcard::to_stdvec(request)
        .map_err(|_| OauthError::new(ErrorCode::ServerError, "the request could not be kept"))?;
    let sealer = provider.keys.sealer();
    Ok(sealer.seal(SealPurpose::PushedRequest, text.as_bytes(), &reference.0, &plain, &*provider.entropy))
}

/// What another version of this program wrote is nothing here: it lives a minute.
fn opened(provider: &Provider, text: &str, reference: Digest, sealed: &[u8]) -> Option<AuthorizationRequest> {
    let opened = provider.keys.sealer().open(SealPurpose::PushedRequest, text.as_bytes(), &reference.0, sealed);
    postcard::from_bytes(&opened.ok()?).ok()
}
