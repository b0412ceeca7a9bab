//! Provider metadata (OpenID Connect Discovery §3, RFC 8414 §2): registered names only, and only what is true.

use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthUrl, IssuerUrl, JsonWebKeySetUrl, LanguageTag, ProviderMetadata, ResponseTypes,
    Scope as ScopeName, TokenUrl, UserInfoUrl,
};
use serde::{Deserialize, Serialize};
use url::ParseError;

use super::id_token;
use crate::config::Config;
use crate::domain::client::SigningAlgorithm;
use crate::domain::issuer::Issuer;
use crate::domain::scope::Scope;

/// The protocol's routes below the issuer. Relying parties find them in the metadata.
pub mod route {
    /// The authorization endpoint.
    pub const AUTHORIZE: &str = "/authorize";
    /// The token endpoint.
    pub const TOKEN: &str = "/token";
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
    let metadata = metadata(&config.issuer)?;
    Ok(serde_json::to_vec(&metadata).unwrap_or_default())
}

fn metadata(issuer: &Issuer) -> Result<Metadata, ParseError> {
    let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let further = Further {
        end_session_endpoint: issuer.address(route::END_SESSION),
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
        SigningAlgorithm::ALL.map(id_token::algorithm).into(),
        further,
    )
    .set_token_endpoint(Some(TokenUrl::new(issuer.address(route::TOKEN))?))
    .set_userinfo_endpoint(Some(UserInfoUrl::new(issuer.address(route::USERINFO))?))
    .set_userinfo_signing_alg_values_supported(Some(SigningAlgorithm::ALL.map(id_token::algorithm).into()))
    .set_scopes_supported(Some(offered_scopes()))
    .set_response_modes_supported(Some(vec![
        CoreResponseMode::Query,
        CoreResponseMode::Fragment,
        CoreResponseMode::FormPost,
    ]))
    .set_grant_types_supported(Some(vec![CoreGrantType::AuthorizationCode, CoreGrantType::RefreshToken]))
    .set_token_endpoint_auth_methods_supported(Some(vec![
        CoreClientAuthMethod::ClientSecretBasic,
        CoreClientAuthMethod::ClientSecretPost,
        CoreClientAuthMethod::None,
    ]))
    .set_display_values_supported(Some(vec![CoreAuthDisplay::Page]))
    .set_claim_types_supported(Some(vec![CoreClaimType::Normal]))
    .set_claims_supported(Some(offered_claims()))
    .set_ui_locales_supported(Some(vec![LanguageTag::new("zh-CN".into()), LanguageTag::new("en".into())]))
    .set_claims_parameter_supported(Some(true))
    .set_request_parameter_supported(Some(false))
    // It would default to true (Discovery §3).
    .set_request_uri_parameter_supported(Some(false));
    Ok(metadata)
}

fn offered_scopes() -> Vec<ScopeName> {
    let offered = Scope::ALL.into_iter().filter(|scope| *scope != Scope::Groups);
    offered.map(|scope| ScopeName::new(scope.as_str().to_owned())).collect()
}

fn offered_claims() -> Vec<CoreClaimName> {
    let protocol = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "amr", "at_hash", "sid"];
    let names = protocol.iter().chain(super::claims::RELEASABLE);
    names.map(|name| CoreClaimName::new((*name).to_owned())).collect()
}
