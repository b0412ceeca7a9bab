//! Revocation (RFC 7009): a client gives back what was issued to it.

use super::error::OauthError;
use super::issued::{Issued, shown};
use super::params::Params;
use super::provider::Provider;
use crate::config::Client;

/// Revokes the token that an authenticated client shows; it is dead, and stays so after a `kill -9`, when this returns.
///
/// * A refresh token takes its grant along, and with it every access token (§2.1); one that was rotated long ago as well.
/// * An access token goes alone: the client may still refresh.
/// * One that is unknown, expired or revoked already is no error (§2.2): it cannot be used, which is what was asked for.
/// * One of another client is refused and lives on (§2.1: "the request is refused and the client is informed"), by the
///   code that RFC 6749 §5.2 has for a grant that "was issued to another client".
pub async fn revoke(provider: &Provider, client: &Client, params: &Params) -> Result<(), OauthError> {
    let Some(issued) = shown(provider, params).await? else { return Ok(()) };
    if issued.grant().client != client.client_id {
        return Err(OauthError::invalid_grant("the token was not issued to this client"));
    }
    match issued {
        Issued::Access(token, ..) => provider.store.revoke_access_token(token).await?,
        Issued::Refresh(grant, ..) => provider.store.revoke_grant(grant).await?,
    }
    Ok(())
}
