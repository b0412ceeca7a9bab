//! Signed answers of userinfo (OpenID Connect Core §5.3.2), minted through `openidconnect` on a parsed key.

use openidconnect::core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm};
use openidconnect::{
    AdditionalClaims, Audience, StandardClaims, SubjectIdentifier, UserInfoClaims, UserInfoJsonWebToken,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{ErrorCode, OauthError};
use super::id_token::algorithm;
use super::provider::Provider;
use crate::config::Client;
use crate::domain::claim_name;
use crate::domain::client::SigningAlgorithm;
use crate::domain::ids::Subject;
use crate::keys::SigningKey;

/// What is told of the member, by whatever names the client knows it.
#[derive(Debug, Serialize, Deserialize)]
struct Told(Map<String, Value>);

impl AdditionalClaims for Told {}

type Token = UserInfoJsonWebToken<Told, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

type Claims = UserInfoClaims<Told, CoreGenderClaim>;

/// The claims with `iss` and `aud`, signed. No `exp` and no `iat`: the answer is as old as its request, and
/// without them nobody takes it for an ID token (RFC 8725 §3.12).
pub fn sign(
    provider: &Provider,
    client: &Client,
    subject: &Subject,
    told: Map<String, Value>,
    alg: SigningAlgorithm,
) -> Result<String, OauthError> {
    let failed = OauthError::new(ErrorCode::ServerError, "the claims could not be signed");
    let ring = provider.keys.ring();
    let signer: &SigningKey = ring.signer(alg);
    let claims = claims(provider, client, subject, told);
    let token = Token::new(claims, signer, algorithm(alg)).map_err(|_| failed)?;
    // The crate's own form of a JWT in text.
    match serde_json::to_value(&token) {
        Ok(Value::String(text)) => Ok(text),
        _ => Err(failed),
    }
}

/// What is signed.
pub fn payload(
    provider: &Provider,
    client: &Client,
    subject: &Subject,
    told: Map<String, Value>,
) -> Result<Map<String, Value>, OauthError> {
    match serde_json::to_value(claims(provider, client, subject, told)) {
        Ok(Value::Object(payload)) => Ok(payload),
        _ => Err(OauthError::new(ErrorCode::ServerError, "the claims could not be written")),
    }
}

fn claims(provider: &Provider, client: &Client, subject: &Subject, mut told: Map<String, Value>) -> Claims {
    // Among them `sub`, which stands beside; no other is ever here, for none can be configured.
    told.retain(|name, _| !claim_name::is_protocol(name));
    let standard = StandardClaims::new(SubjectIdentifier::new(subject.as_str().to_owned()));
    UserInfoClaims::new(standard, Told(told))
        .set_issuer(Some(provider.issuer_url.clone()))
        .set_audiences(Some(vec![Audience::new(client.client_id.as_str().to_owned())]))
}
