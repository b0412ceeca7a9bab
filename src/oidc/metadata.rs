//! Provider metadata (OpenID Connect Discovery §3, RFC 8414 §2): registered names only, and only what is true.

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthUrl, AuthenticationContextClass, IssuerUrl, JsonWebKeySetUrl, LanguageTag,
    ProviderMetadata, ResponseTypes, Scope as ScopeName, TokenUrl, UserInfoUrl,
};
use serde::{Deserialize, Serialize};
use url::ParseError;

use super::id_token;
use crate::config::Config;
use crate::domain::client::SigningAlgorithm;
use crate::domain::jwk::ClientAlgorithm;
use crate::domain::scope::Scope;

/// The protocol's routes below the issuer. Relying parties find them in the metadata.
pub mod route {
    /// The authorization endpoint.
    pub const AUTHORIZE: &str = "/authorize";
    /// The pushed authorization request endpoint.
    pub const PAR: &str = "/par";
    /// The token endpoint.
    pub const TOKEN: &str = "/token";
    /// The revocation endpoint.
    pub const REVOKE: &str = "/revoke";
    /// The introspection endpoint.
    pub const INTROSPECT: &str = "/introspect";
    /// The userinfo endpoint.
    pub const USERINFO: &str = "/userinfo";
    /// The public keys.
    pub const JWKS: &str = "/jwks.json";
    /// The end session endpoint.
    pub const END_SESSION: &str = "/logout";
}

/// Metadata that `openidconnect` has no field for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a field of the document")]
struct Further {
    end_session_endpoint: String,
    /// RFC 9126 §5.
    pushed_authorization_request_endpoint: String,
    /// RFC 9126 §5; left out where it is not so for every client.
    #[serde(skip_serializing_if = "Option::is_none")]
    require_pushed_authorization_requests: Option<bool>,
    /// RFC 8414 §2.
    revocation_endpoint: String,
    revocation_endpoint_auth_methods_supported: Vec<CoreClientAuthMethod>,
    revocation_endpoint_auth_signing_alg_values_supported: Vec<CoreJwsSigningAlgorithm>,
    introspection_endpoint: String,
    introspection_endpoint_auth_methods_supported: Vec<CoreClientAuthMethod>,
    introspection_endpoint_auth_signing_alg_values_supported: Vec<CoreJwsSigningAlgorithm>,
    /// RFC 9701 §7.
    introspection_signing_alg_values_supported: Vec<CoreJwsSigningAlgorithm>,
    /// Back-Channel Logout 1.0 §2.1.
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
    /// Front-Channel Logout 1.0 §3.
    frontchannel_logout_supported: bool,
    frontchannel_logout_session_supported: bool,
    code_challenge_methods_supported: Vec<String>,
    /// RFC 9207 §3.
    authorization_response_iss_parameter_supported: bool,
    /// Initiating User Registration 1.0 §4.1.
    prompt_values_supported: Vec<String>,
}

impl AdditionalProviderMetadata for Further {}

type Metadata = ProviderMetadata<
    Further,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// The metadata document as JSON bytes; the same for both well-known addresses.
pub fn document(config: &Config) -> Result<Vec<u8>, ParseError> {
    let metadata = metadata(config)?;
    Ok(serde_json::to_vec(&metadata).unwrap_or_default())
}

fn metadata(config: &Config) -> Result<Metadata, ParseError> {
    let issuer = &config.issuer;
    let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let further = Further {
        end_session_endpoint: issuer.address(route::END_SESSION),
        pushed_authorization_request_endpoint: issuer.address(route::PAR),
        require_pushed_authorization_requests: all_must_push(config).then_some(true),
        revocation_endpoint: issuer.address(route::REVOKE),
        revocation_endpoint_auth_methods_supported: auth_methods(),
        revocation_endpoint_auth_signing_alg_values_supported: auth_signing_algorithms(),
        introspection_endpoint: issuer.address(route::INTROSPECT),
        introspection_endpoint_auth_methods_supported: auth_methods_of_the_confidential(),
        introspection_endpoint_auth_signing_alg_values_supported: auth_signing_algorithms(),
        introspection_signing_alg_values_supported: signing_algorithms(),
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
        frontchannel_logout_supported: true,
        frontchannel_logout_session_supported: true,
        code_challenge_methods_supported: words(&["S256"]),
        authorization_response_iss_parameter_supported: true,
        prompt_values_supported: words(&["none", "login", "consent", "select_account"]),
    };
    let metadata = Metadata::new(
        IssuerUrl::new(issuer.as_str().to_owned())?,
        AuthUrl::new(issuer.address(route::AUTHORIZE))?,
        JsonWebKeySetUrl::new(issuer.address(route::JWKS))?,
        vec![ResponseTypes::new(vec![CoreResponseType::Code])],
        vec![CoreSubjectIdentifierType::Public, CoreSubjectIdentifierType::Pairwise],
        signing_algorithms(),
        further,
    )
    .set_token_endpoint(Some(TokenUrl::new(issuer.address(route::TOKEN))?))
    .set_userinfo_endpoint(Some(UserInfoUrl::new(issuer.address(route::USERINFO))?))
    .set_userinfo_signing_alg_values_supported(Some(signing_algorithms()))
    .set_scopes_supported(Some(offered_scopes(config)))
    .set_response_modes_supported(Some(vec![
        CoreResponseMode::Query,
        CoreResponseMode::Fragment,
        CoreResponseMode::FormPost,
    ]))
    .set_grant_types_supported(Some(vec![CoreGrantType::AuthorizationCode, CoreGrantType::RefreshToken]))
    .set_token_endpoint_auth_methods_supported(Some(auth_methods()))
    .set_token_endpoint_auth_signing_alg_values_supported(Some(auth_signing_algorithms()))
    .set_display_values_supported(Some(vec![CoreAuthDisplay::Page]))
    .set_claim_types_supported(Some(vec![CoreClaimType::Normal]))
    .set_claims_supported(Some(offered_claims(config)))
    .set_acr_values_supported(Some(vec![AuthenticationContextClass::new(super::acr::wecom(issuer))]))
    .set_ui_locales_supported(Some(vec![LanguageTag::new("zh-CN".into()), LanguageTag::new("en".into())]))
    .set_claims_parameter_supported(Some(true))
    .set_request_parameter_supported(Some(true))
    .set_request_object_signing_alg_values_supported(Some(by_client_keys()))
    // It would default to true (Discovery §3).
    .set_request_uri_parameter_supported(Some(false));
    Ok(metadata)
}

/// RFC 9126 §5: said only where nobody may come without.
fn all_must_push(config: &Config) -> bool {
    !config.clients.is_empty() && config.clients.values().all(|client| client.require_pushed)
}

/// How a client proves itself, at the token endpoint and wherever else clients are asked.
fn auth_methods() -> Vec<CoreClientAuthMethod> {
    let mut methods = auth_methods_of_the_confidential();
    methods.push(CoreClientAuthMethod::None);
    methods
}

fn auth_methods_of_the_confidential() -> Vec<CoreClientAuthMethod> {
    vec![
        CoreClientAuthMethod::ClientSecretBasic,
        CoreClientAuthMethod::ClientSecretPost,
        CoreClientAuthMethod::PrivateKeyJwt,
        CoreClientAuthMethod::ClientSecretJwt,
    ]
}

/// What an assertion may be signed with (RFC 8414 §2).
fn auth_signing_algorithms() -> Vec<CoreJwsSigningAlgorithm> {
    [by_client_keys(), vec![CoreJwsSigningAlgorithm::HmacSha256]].concat()
}

/// What we sign with, whatever it is.
fn signing_algorithms() -> Vec<CoreJwsSigningAlgorithm> {
    SigningAlgorithm::ALL.map(id_token::algorithm).into()
}

/// What keys of clients may sign with; a request object is always signed (RFC 9101 §10.5 speaks of `none`).
fn by_client_keys() -> Vec<CoreJwsSigningAlgorithm> {
    let core = |alg| match alg {
        ClientAlgorithm::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        ClientAlgorithm::Ps256 => CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        ClientAlgorithm::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        ClientAlgorithm::EdDsa => CoreJwsSigningAlgorithm::EdDsa,
    };
    ClientAlgorithm::ALL.map(core).into()
}

/// Groups are offered where some client can have them.
fn has_groups(config: &Config) -> bool {
    config.clients.values().any(|client| client.scopes.has(Scope::Groups))
}

fn offered_scopes(config: &Config) -> Vec<ScopeName> {
    let offered = Scope::ALL.into_iter().filter(|scope| *scope != Scope::Groups || has_groups(config));
    offered.map(|scope| ScopeName::new(scope.as_str().to_owned())).collect()
}

fn offered_claims(config: &Config) -> Vec<CoreClaimName> {
    let protocol = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"];
    let names = protocol.iter().chain(super::claims::RELEASABLE).chain(has_groups(config).then_some(&"groups"));
    names.map(|name| CoreClaimName::new((*name).to_owned())).collect()
}
