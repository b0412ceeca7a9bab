//! A token of ours that a client shows in order to revoke it or to learn about it (RFC 7009 §2.1, RFC 7662 §2.1).

use super::error::OauthError;
use super::params::Params;
use super::provider::Provider;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::GrantId;
use crate::domain::resource::Resource;
use crate::store::records::{AccessToken, Grant, RefreshPosition};

/// A living token, with the grant that it came from.
#[derive(Clone, Debug, PartialEq)]
pub enum Issued {
    /// An access token, opaque or not: the store knows both by their digest.
    Access(Digest, AccessToken, Grant),
    /// A refresh token, and where it stands in its family.
    Refresh(GrantId, Grant, RefreshPosition),
}

impl Issued {
    /// What the member granted.
    pub fn grant(&self) -> &Grant {
        match self {
            Self::Access(_, _, grant) | Self::Refresh(_, grant, _) => grant,
        }
    }

    /// The resources that it is for (RFC 8707): of an access token its own, of a refresh token those of the grant.
    pub fn resources(&self) -> &[Resource] {
        match self {
            Self::Access(_, token, _) => &token.resources,
            Self::Refresh(_, grant, _) => &grant.resources,
        }
    }
}

/// The token that a request shows; nothing where it is unknown, expired or revoked.
///
/// `token_type_hint` says only where to look first, and one that is unknown is ignored (RFC 7009 §2.1).
pub async fn shown(provider: &Provider, params: &Params) -> Result<Option<Issued>, OauthError> {
    if params.any_doubled() {
        return Err(OauthError::invalid_request("a parameter is given more than once"));
    }
    let text = params.get("token").ok_or(OauthError::invalid_request("token is missing"))?;
    if params.get("token_type_hint") == Some("refresh_token") {
        return Ok(match refresh(provider, text).await? {
            None => access(provider, text).await?,
            found => found,
        });
    }
    Ok(match access(provider, text).await? {
        None => refresh(provider, text).await?,
        found => found,
    })
}

async fn access(provider: &Provider, text: &str) -> Result<Option<Issued>, OauthError> {
    let digest = Digest::of(Purpose::AccessToken, text);
    let found = provider.store.access_token(digest, provider.now()).await?;
    Ok(found.map(|(token, grant)| Issued::Access(digest, token, grant)))
}

async fn refresh(provider: &Provider, text: &str) -> Result<Option<Issued>, OauthError> {
    let found = provider.store.refresh_token(Digest::of(Purpose::RefreshToken, text), provider.now()).await?;
    Ok(found.map(|(id, grant, position)| Issued::Refresh(id, grant, position)))
}
