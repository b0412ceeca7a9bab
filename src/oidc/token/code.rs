//! `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.6, OpenID Connect Core §3.1.3).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::TokenResponse;
use super::access_token::{self, For};
use crate::config::Client;
use crate::domain::client::GrantType;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::GrantId;
use crate::domain::random::token43;
use crate::domain::scope::Scope;
use crate::oidc::error::OauthError;
use crate::oidc::params::Params;
use crate::oidc::provider::Provider;
use crate::oidc::{audience, id_token, userinfo};
use crate::store::Redeemed;
use crate::store::records::{CodeRecord, Grant, Redemption, SessionRecord};

const REFUSED: OauthError =
    OauthError::invalid_grant("the code is unknown, expired, used, or not for this client and redirect_uri");

/// Exchanges a code. Everything is checked before the code is used, and using it is one atomic step of the store.
pub async fn exchange(provider: &Provider, client: &Arc<Client>, body: &Params) -> Result<TokenResponse, OauthError> {
    let text = body.get("code").ok_or(OauthError::invalid_request("code is missing"))?;
    let digest = Digest::of(Purpose::Code, text);
    let record = provider.store.code(digest, provider.now()).await?.ok_or(REFUSED)?;
    belongs(client, &record, body)?;
    if !provider.directory.reaches(client, &record.grant.connection, &record.grant.member) {
        return Err(REFUSED);
    }
    proves(&record, body)?;
    if let Some(grant) = record.redeemed {
        // RFC 6749 §4.1.2: whatever was issued from a code that comes again dies.
        provider.store.revoke_grant(grant).await?;
        warn_of_reuse(client);
        return Err(REFUSED);
    }
    if !session_lives(provider, record.session, &record.grant).await? {
        return Err(REFUSED);
    }
    let resources = audience::narrowed(provider, client, &record.grant.resources, body)?;
    let grant_id = GrantId::random(&*provider.entropy);
    let (grant, refresh_token) = open_grant(provider, client, record.grant);
    let what = For { id: grant_id, grant: &grant, scopes: grant.scopes, resources };
    // Signed, like the ID token below, before the code is used: a signature that fails costs the client nothing.
    let access = access_token::issue(provider, client, what)?;
    let expires_in = access.expires_in();
    let refresh = refresh_token.map(|text| {
        let idle = provider.now() + client.lifetimes.refresh_token;
        ((Digest::of(Purpose::RefreshToken, &text), idle), text)
    });
    let redemption = Redemption {
        grant_id,
        grant: grant.clone(),
        access_token: access.stored,
        refresh_token: refresh.as_ref().map(|(stored, _)| *stored),
        remember_until: grant.ends,
    };
    let requested = userinfo::requested_in_id_token(provider, client, &grant).await?;
    let id_token = id_token::mint(provider, client, &grant, record.nonce.as_deref(), &access.text, requested)?;
    match provider.store.redeem_code(digest, &redemption, provider.now()).await? {
        Redeemed::Now => {}
        Redeemed::Again => {
            warn_of_reuse(client);
            return Err(REFUSED);
        }
        Redeemed::Unknown => return Err(REFUSED),
    }
    if !session_lives(provider, record.session, &grant).await? {
        // It ended, or the member took the access back, after the look above and before there was a grant to end.
        provider.store.revoke_grant(grant_id).await?;
        return Err(REFUSED);
    }
    Ok(TokenResponse {
        access_token: access.text,
        token_type: "Bearer",
        expires_in,
        refresh_token: refresh.map(|(_, text)| text),
        id_token: Some(id_token),
        scope: grant.scopes.to_string(),
    })
}

/// RFC 6749 §4.1.3: the client and the redirection address of the authorization request.
fn belongs(client: &Client, record: &CodeRecord, body: &Params) -> Result<(), OauthError> {
    if record.grant.client != client.client_id {
        return Err(REFUSED);
    }
    match body.get("redirect_uri") {
        None => Err(OauthError::invalid_request("redirect_uri is missing")),
        Some(uri) if uri == record.redirect_uri.as_str() => Ok(()),
        Some(_) => Err(REFUSED),
    }
}

/// RFC 7636 §4.6; a verifier without a challenge is refused as well (RFC 9700 §4.8.2: downgrade).
fn proves(record: &CodeRecord, body: &Params) -> Result<(), OauthError> {
    let refused = OauthError::invalid_grant("code_verifier does not match code_challenge");
    match (&record.code_challenge, body.get("code_verifier")) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) => {
            let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
            let shape = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
            let computed = URL_SAFE_NO_PAD.encode(digest.as_ref());
            let equal = bool::from(computed.as_bytes().ct_eq(challenge.as_bytes()));
            if shape && equal { Ok(()) } else { Err(refused) }
        }
        _ => Err(refused),
    }
}

/// A code that was made before a sign-out is worth nothing after it. Another tab may have signed the same
/// browser in anew since: its session has another cookie and the same `sid`. Whose access the member took back has no
/// session any more.
async fn session_lives(provider: &Provider, session: Digest, grant: &Grant) -> Result<bool, OauthError> {
    let suffices = |session: &SessionRecord| session.sid == grant.sid && session.clients.contains_key(&grant.client);
    if provider.store.session(session, provider.now()).await?.is_some_and(|session| suffices(&session)) {
        return Ok(true);
    }
    let sessions = provider.store.sessions_of(&grant.member, provider.now()).await?;
    Ok(sessions.iter().any(|(_, session)| suffices(session)))
}

fn warn_of_reuse(client: &Client) {
    tracing::warn!(event = "code.reused", client = %client.client_id, "a used code came again; its tokens are revoked");
}

/// The grant as it begins to live, and the text of its first refresh token where it has one.
fn open_grant(provider: &Provider, client: &Client, mut grant: Grant) -> (Grant, Option<String>) {
    let now = provider.now();
    let refreshes = grant.scopes.has(Scope::OfflineAccess) && client.grant_types.contains(&GrantType::RefreshToken);
    grant.ends = now + if refreshes { client.lifetimes.refresh_token_max } else { client.lifetimes.access_token };
    (grant, refreshes.then(|| token43(&*provider.entropy)))
}
