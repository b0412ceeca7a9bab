//! Minting an authorization code (RFC 6749 §4.1.2): 256 bits, stored as a digest, used once.

use super::authorize::AuthorizationRequest;
use super::error::OauthError;
use super::provider::Provider;
use crate::config::Client;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::random::token43;
use crate::store::records::{CodeRecord, Grant, SessionRecord};

/// A new code, not yet stored.
pub struct Code {
    /// The text for the client.
    pub text: String,
    /// What the store knows it by.
    pub digest: Digest,
    /// What it stands for.
    pub record: CodeRecord,
}

/// Makes a code for this request out of this session, which is given with the digest of its cookie.
pub async fn mint(
    provider: &Provider,
    client: &Client,
    request: &AuthorizationRequest,
    (digest, session): &(Digest, SessionRecord),
) -> Result<Code, OauthError> {
    let now = provider.now();
    let text = token43(&*provider.entropy);
    let expires = now + client.lifetimes.code;
    let grant = Grant {
        client: client.client_id.clone(),
        connection: session.connection.clone(),
        member: session.member.clone(),
        subject: provider.directory.subject(client, &session.member).await?,
        scopes: request.scopes,
        sid: session.sid.clone(),
        auth_time: session.auth_time,
        amr: session.amr.clone(),
        claims: request.claims.clone(),
        ends: expires,
        resources: request.resources.clone(),
    };
    let record = CodeRecord {
        grant,
        session: *digest,
        redirect_uri: request.to.redirect_uri.clone(),
        nonce: request.nonce.clone(),
        code_challenge: request.code_challenge.clone(),
        expires,
        redeemed: None,
    };
    Ok(Code { digest: Digest::of(Purpose::Code, &text), text, record })
}
