//! The authorization request: one table of checks for `/authorize` and every other way in (law 11).
//!
//! Client and redirection address come first: until both are proven, an error is a page of ours
//! and never a redirect (RFC 9700 §4.11.2). After that every check may answer to the client.
//!
//! | check | rule |
//! |---|---|
//! | [`client`] | RFC 6749 §3.1.2.4 |
//! | [`redirect_uri`] | RFC 6749 §3.1.2.3, RFC 9700 §2.1: exact text |
//! | [`response_mode`] | Multiple Response Types §2.1, Form Post §2 |
//! | [`state`] | RFC 6749 §4.1.1, RFC 9700 §4.7 |
//! | [`single`] | RFC 6749 §3.1: no parameter twice |
//! | [`way`] | RFC 9126 §2.1, §5: pushed where the client must, never a reference inside |
//! | [`request_object`] | OpenID Connect Core §6, RFC 9101: opened before the table runs, or refused; never ignored |
//! | [`response_type`] | RFC 6749 §3.1.1: `code` alone |
//! | [`scope`] | OpenID Connect Core §3.1.2.1: `openid` is needed |
//! | [`resource`] | RFC 8707 §2.1: registered ones only |
//! | [`pkce`] | RFC 7636 §4.3, RFC 9700 §2.1.1: S256 alone |
//! | [`nonce`] | OpenID Connect Core §3.1.2.1 |
//! | [`prompt`] | OpenID Connect Core §3.1.2.1 |
//! | [`max_age`] | OpenID Connect Core §3.1.2.1 |
//! | [`locales`] | OpenID Connect Core §3.1.2.1, §5.2 |
//! | [`claims`] | OpenID Connect Core §5.5 |
//! | [`acr_values`] | OpenID Connect Core §3.1.2.1 |
//! | [`id_token_hint`] | OpenID Connect Core §3.1.2.1 |
//!
//! `display`, `login_hint`, `claims_locales` and unknown parameters are accepted and change nothing
//! (OpenID Connect Core §3.1.2.1, RFC 6749 §3.1).

pub mod acr_values;
pub mod claims;
pub mod client;
pub mod id_token_hint;
pub mod locales;
pub mod max_age;
pub mod nonce;
pub mod pkce;
pub mod prompt;
pub mod redirect_uri;
pub mod request_object;
pub mod resource;
pub mod response_mode;
pub mod response_type;
pub mod scope;
pub mod single;
pub mod state;
pub mod way;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::answer::{ResponseMode, ReturnAddress};
use super::error::OauthError;
use super::params::Params;
use super::provider::Provider;
use crate::config::Client;
use crate::domain::ids::{ClientId, Subject};
use crate::domain::language::Language;
use crate::domain::redirect::RedirectUri;
use crate::domain::resource::Resource;
use crate::domain::scope::Scopes;
use crate::store::records::RequestedClaims;
pub use prompt::Prompts;
use request_object::NotOpened;

/// An authorization request that passed every check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: ClientId,
    /// Where the answer goes.
    pub to: ReturnAddress,
    /// The known scopes that the client asked for and may have.
    pub scopes: Scopes,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `code_challenge` by S256.
    pub code_challenge: Option<String>,
    /// `prompt`.
    pub prompt: Prompts,
    /// `max_age` in seconds.
    pub max_age: Option<u64>,
    /// The first language of `ui_locales` that we speak.
    pub language: Option<Language>,
    /// `claims`.
    pub claims: RequestedClaims,
    /// The subjects that a hint, or a value of `sub` in `claims`, asks for; with none, anybody may come.
    pub subjects: Vec<Subject>,
    /// `resource`: where its access tokens may be used; none means here.
    pub resources: Vec<Resource>,
}

/// How a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By a browser, at the authorization endpoint.
    Browser,
    /// From the client itself, which has authenticated (RFC 9126 §2).
    Pushed,
}

/// What a check may look at.
pub struct Context<'a> {
    /// The provider.
    pub provider: &'a Provider,
    /// The proven client.
    pub client: &'a Client,
    /// The parameters.
    pub params: &'a Params,
    /// How they came.
    pub way: Way,
}

/// A check reads parameters and writes what it understood into the request.
pub type Check = fn(&Context<'_>, &mut AuthorizationRequest) -> Result<(), OauthError>;

/// Every check after client and redirection address, in the order they run.
pub const CHECKS: &[Check] = &[
    response_mode::check,
    state::check,
    single::check,
    way::check,
    request_object::check,
    response_type::check,
    scope::check,
    resource::check,
    pkce::check,
    nonce::check,
    prompt::check,
    max_age::check,
    locales::check,
    claims::check,
    acr_values::check,
    id_token_hint::check,
];

/// A request that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// Nobody may be redirected: a page, status 400.
    Page(OauthError),
    /// The client is told.
    Answer(ReturnAddress, OauthError),
}

/// A request at the authorization endpoint: opens its object where there is one (RFC 9101), then runs every check over
/// what it says. What a plain request costs is the table alone.
pub async fn read(provider: &Provider, params: &Params) -> Result<(Arc<Client>, AuthorizationRequest), Failed> {
    if !params.has("request") {
        return check(provider, params, Way::Browser);
    }
    let client = client::check(provider, params).map_err(Failed::Page)?;
    match request_object::open(provider, &client, params).await {
        Ok(inside) => check(provider, &inside, Way::Browser),
        Err(refused) => Err(not_opened(provider, &client, params, &refused)),
    }
}

/// Where an object that is refused is answered: at a registered address alone, else on a page.
fn not_opened(provider: &Provider, client: &Client, outside: &Params, refused: &NotOpened) -> Failed {
    let params = refused.inside.as_ref().unwrap_or(outside);
    let Ok(redirect_uri) = redirect_uri::check(client, params) else { return Failed::Page(refused.error) };
    let mut request = blank(client, redirect_uri);
    let context = Context { provider, client, params, way: Way::Browser };
    // As far as they can be understood: the object is the error that is told.
    let _ = response_mode::check(&context, &mut request).and_then(|()| state::check(&context, &mut request));
    Failed::Answer(request.to, refused.error)
}

/// Runs every check over plain parameters.
pub fn check(provider: &Provider, params: &Params, way: Way) -> Result<(Arc<Client>, AuthorizationRequest), Failed> {
    let client = client::check(provider, params).map_err(Failed::Page)?;
    let redirect_uri = redirect_uri::check(&client, params).map_err(Failed::Page)?;
    let mut request = blank(&client, redirect_uri);
    let context = Context { provider, client: &client, params, way };
    for check in CHECKS {
        if let Err(error) = check(&context, &mut request) {
            return Err(Failed::Answer(request.to, error));
        }
    }
    Ok((client, request))
}

fn blank(client: &Client, redirect_uri: RedirectUri) -> AuthorizationRequest {
    AuthorizationRequest {
        client: client.client_id.clone(),
        to: ReturnAddress { redirect_uri, mode: ResponseMode::Query, state: None },
        scopes: Scopes::default(),
        nonce: None,
        code_challenge: None,
        prompt: Prompts::default(),
        max_age: None,
        language: None,
        claims: RequestedClaims::default(),
        subjects: Vec::new(),
        resources: Vec::new(),
    }
}
