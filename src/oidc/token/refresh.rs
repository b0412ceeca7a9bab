//! `grant_type=refresh_token` (RFC 6749 §6, OpenID Connect Core §12, RFC 9700 §4.14.2): rotation with
//! reuse detection and a short grace for a lost answer (law 3).

use std::sync::Arc;

use super::TokenResponse;
use super::access_token::{self, For};
use crate::config::Client;
use crate::directory::Membership;
use crate::domain::client::SubjectSource;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::random::token43;
use crate::domain::scope::{Scope, Scopes};
use crate::keys::SealPurpose;
use crate::oidc::error::{ErrorCode, OauthError};
use crate::oidc::params::Params;
use crate::oidc::provider::Provider;
use crate::oidc::{audience, id_token, userinfo};
use crate::store::Rotated;
use crate::store::records::{Grant, Rotation};

const REFUSED: OauthError =
    OauthError::invalid_grant("the refresh token is unknown, expired, revoked, or not for this client");

/// Rotates a refresh token.
pub async fn exchange(provider: &Provider, client: &Arc<Client>, body: &Params) -> Result<TokenResponse, OauthError> {
    let presented = body.get("refresh_token").ok_or(OauthError::invalid_request("refresh_token is missing"))?;
    let digest = Digest::of(Purpose::RefreshToken, presented);
    let (grant_id, grant, _) = provider.store.refresh_token(digest, provider.now()).await?.ok_or(REFUSED)?;
    if grant.client != client.client_id {
        return Err(REFUSED);
    }
    let scopes = narrowed(&grant, body)?;
    let resources = audience::narrowed(provider, client, &grant.resources, body)?;
    still_a_member(provider, client, &grant).await?;
    still_known_so(provider, client, &grant).await?;

    let successor = token43(&*provider.entropy);
    let what = For { id: grant_id, grant: &grant, scopes, resources };
    let access = access_token::issue(provider, client, what)?;
    let expires_in = access.expires_in();
    let rotation = Rotation {
        successor: Digest::of(Purpose::RefreshToken, &successor),
        sealed_successor: provider.keys.sealer().seal(
            SealPurpose::RefreshSuccessor,
            presented.as_bytes(),
            &digest.0,
            successor.as_bytes(),
            &*provider.entropy,
        ),
        idle_until: (provider.now() + client.lifetimes.refresh_token).earlier(grant.ends),
        grace: client.lifetimes.refresh_grace,
        access_token: access.stored,
    };
    let id_token = match scopes.has(Scope::OpenId) {
        true => {
            let requested = userinfo::requested_in_id_token(provider, client, &grant).await?;
            // Core §12.2: no nonce, the auth_time of the first sign-in.
            Some(id_token::mint(provider, client, &grant, None, &access.text, requested)?)
        }
        false => None,
    };
    let refresh_token = match provider.store.rotate_refresh_token(digest, &rotation, provider.now()).await? {
        Rotated::Now => successor,
        Rotated::Replayed { sealed_successor } => unsealed(provider, presented, digest, &sealed_successor)?,
        Rotated::Reused => {
            tracing::warn!(event = "refresh_token.reused", client = %client.client_id, "an old refresh token came again; its family is revoked");
            return Err(REFUSED);
        }
        Rotated::Unknown => return Err(REFUSED),
    };
    Ok(TokenResponse {
        access_token: access.text,
        token_type: "Bearer",
        expires_in,
        refresh_token: Some(refresh_token),
        id_token,
        scope: scopes.to_string(),
    })
}

/// RFC 6749 §6: less may be asked for, never more.
fn narrowed(grant: &Grant, body: &Params) -> Result<Scopes, OauthError> {
    let Some(text) = body.get("scope") else { return Ok(grant.scopes) };
    let asked = Scopes::parse(text);
    if asked.is_empty() || !grant.scopes.covers(asked) {
        return Err(OauthError::new(ErrorCode::InvalidScope, "scope is wider than what was granted"));
    }
    Ok(asked)
}

/// Law 5 and law 11 at refresh: whoever left or may no longer enter gets nothing.
async fn still_a_member(provider: &Provider, client: &Client, grant: &Grant) -> Result<(), OauthError> {
    match provider.directory.still_a_member(client, &grant.connection, &grant.member).await? {
        Membership::Stands => Ok(()),
        Membership::Ended => Err(OauthError::invalid_grant("the member has left or was disabled")),
        Membership::NotAllowed => Err(OauthError::invalid_grant("the member may no longer enter this application")),
        Membership::Unknown => {
            Err(OauthError::new(ErrorCode::TemporarilyUnavailable, "the member cannot be checked at the moment"))
        }
    }
}

/// A grant keeps its `sub` for life, for at a refresh it must be that of the first ID token (Core §12.2). Where
/// the client would be told another one by now, because its `subject_type` or `subject` was changed or the userid
/// has a new owner, the grant is over, and the member signs in anew.
async fn still_known_so(provider: &Provider, client: &Client, grant: &Grant) -> Result<(), OauthError> {
    let now = provider.directory.subject(client, &grant.member).await?;
    let same = match client.subject {
        SubjectSource::Hmac => now == grant.subject,
        // Each connection may have its own spelling of a userid.
        SubjectSource::Userid => now.as_str().eq_ignore_ascii_case(grant.subject.as_str()),
    };
    let over = OauthError::invalid_grant("the member is known to this client by another sub since");
    if same { Ok(()) } else { Err(over) }
}

fn unsealed(provider: &Provider, presented: &str, digest: Digest, sealed: &[u8]) -> Result<String, OauthError> {
    let lost = OauthError::new(ErrorCode::ServerError, "the successor of this refresh token cannot be read");
    let opened = provider.keys.sealer().open(SealPurpose::RefreshSuccessor, presented.as_bytes(), &digest.0, sealed);
    String::from_utf8(opened.map_err(|_| lost)?).map_err(|_| lost)
}
