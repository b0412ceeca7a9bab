//! ID tokens (OpenID Connect Core §2), minted through `openidconnect` on a parsed key.

use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, AdditionalClaims, Audience, AuthenticationMethodReference, IdToken, IdTokenClaims, Nonce,
    PrivateSigningKey, StandardClaims, SubjectIdentifier,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{ErrorCode, OauthError};
use super::provider::Provider;
use crate::config::Client;
use crate::domain::client::SigningAlgorithm;
use crate::domain::ids::Sid;
use crate::domain::time::Timestamp;
use crate::keys::SigningKey;
use crate::store::records::Grant;

/// What stands in an ID token beside the claims that `openidconnect` names.
#[derive(Debug, Serialize, Deserialize)]
struct Further {
    sid: Sid,
    #[serde(flatten)]
    requested: Map<String, Value>,
}

impl AdditionalClaims for Further {}

type Token = IdToken<Further, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

type Claims = IdTokenClaims<Further, CoreGenderClaim>;

const FAILED: OauthError = OauthError::new(ErrorCode::ServerError, "the ID token could not be signed");

/// Signs an ID token for this grant: `iss sub aud exp iat auth_time nonce amr at_hash sid`, and what
/// the `claims` parameter asked for in it. `nonce` is that of the authorization request; at a
/// refresh there is none (§12.2).
pub fn mint(
    provider: &Provider,
    client: &Client,
    grant: &Grant,
    nonce: Option<&str>,
    access_token: &str,
    requested: Map<String, Value>,
) -> Result<String, OauthError> {
    let claims = claims(provider, client, grant, requested)?.set_nonce(nonce.map(|n| Nonce::new(n.to_owned())));
    let ring = provider.keys.ring();
    let signer: &SigningKey = ring.signer(client.id_token_alg);
    let access_token = AccessToken::new(access_token.to_owned());
    let token =
        Token::new(claims, signer, algorithm(client.id_token_alg), Some(&access_token), None).map_err(|_| FAILED)?;
    Ok(token.to_string())
}

/// What an ID token for this grant says, before there is an access token to name in it.
pub fn payload(
    provider: &Provider,
    client: &Client,
    grant: &Grant,
    requested: Map<String, Value>,
) -> Result<Map<String, Value>, OauthError> {
    match serde_json::to_value(claims(provider, client, grant, requested)?) {
        Ok(Value::Object(payload)) => Ok(payload),
        _ => Err(FAILED),
    }
}

fn claims(
    provider: &Provider,
    client: &Client,
    grant: &Grant,
    requested: Map<String, Value>,
) -> Result<Claims, OauthError> {
    let now = provider.now();
    let standard = StandardClaims::new(SubjectIdentifier::new(grant.subject.as_str().to_owned()));
    let claims = IdTokenClaims::new(
        provider.issuer_url.clone(),
        vec![Audience::new(client.client_id.as_str().to_owned())],
        date(now + client.lifetimes.id_token).ok_or(FAILED)?,
        date(now).ok_or(FAILED)?,
        standard,
        Further { sid: provider.directory.sid(client, &grant.sid).into_owned(), requested },
    );
    Ok(claims
        .set_auth_time(date(grant.auth_time))
        .set_auth_method_refs(Some(grant.amr.iter().cloned().map(AuthenticationMethodReference::new).collect())))
}

fn date(moment: Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(i64::try_from(moment.0).ok()?, 0)
}

/// The algorithm as `openidconnect` names it.
pub const fn algorithm(alg: SigningAlgorithm) -> CoreJwsSigningAlgorithm {
    match alg {
        SigningAlgorithm::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        SigningAlgorithm::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        SigningAlgorithm::EdDsa => CoreJwsSigningAlgorithm::EdDsa,
    }
}

/// Our keys sign through `openidconnect`'s own trait; this line fails to compile when they do not.
const _: fn(&SigningKey) -> CoreJsonWebKey = <SigningKey as PrivateSigningKey>::as_verification_key;
