//! The userinfo endpoint (OpenID Connect Core §5.3): claims for whoever holds an access token.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::acr;
use super::claims::{self, About, Told};
use super::error::{ErrorCode, OauthError};
use super::provider::Provider;
use super::{audience, own_claims, signed_claims};
use crate::config::Client;
use crate::directory::departments::Tree;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::{ConnectionName, CorpId, Subject};
use crate::domain::member::Member;
use crate::domain::scope::{Scope, Scopes};
use crate::store::records::{Grant, MemberRecord};

const REFUSED: OauthError = OauthError::new(ErrorCode::InvalidToken, "the access token is unknown, expired or revoked");

/// Where a request carried its access token.
#[derive(Clone, Copy, Debug, Default)]
pub struct Presented<'a> {
    /// `Authorization: Bearer` (RFC 6750 §2.1).
    pub header: Option<&'a str>,
    /// `access_token` in a form body (RFC 6750 §2.2).
    pub body: Option<&'a str>,
    /// `access_token` in the query: taken only beside an equal header, because NocoBase can send
    /// both; alone it is refused, for it would stand in logs (RFC 9700 §4.3.2; threat 41).
    pub query: Option<&'a str>,
}

impl<'a> Presented<'a> {
    /// The one token that was presented.
    pub fn token(self) -> Result<&'a str, OauthError> {
        let more_than_one = OauthError::invalid_request("more than one way of presenting the access token is used");
        match (self.header, self.body, self.query) {
            (Some(header), None, None) => Ok(header),
            (Some(header), None, Some(query)) if header == query => Ok(header),
            (None, Some(body), None) => Ok(body),
            (None, None, Some(_)) => {
                Err(OauthError::invalid_request("the access token does not belong into the query"))
            }
            (None, None, None) => Err(OauthError::new(ErrorCode::InvalidToken, "an access token is needed")),
            _ => Err(more_than_one),
        }
    }
}

/// What userinfo says, in the form that the client is registered for.
pub enum Answer {
    /// Plain (Core §5.3.2).
    Claims(Map<String, Value>),
    /// `application/jwt` (`userinfo_signed_response_alg`).
    Signed(String),
}

/// The claims that this access token opens.
pub async fn answer(provider: &Provider, token: &str) -> Result<Answer, OauthError> {
    let digest = Digest::of(Purpose::AccessToken, token);
    let (access, grant) = provider.store.access_token(digest, provider.now()).await?.ok_or(REFUSED)?;
    // A client or a connection that was taken out of the configuration holds nothing any more.
    let client = provider.config.clients.get(&grant.client).ok_or(REFUSED)?;
    if !provider.directory.reaches(client, &grant.connection, &grant.member) {
        return Err(REFUSED);
    }
    if !audience::is_for_us(provider, &access.resources) {
        return Err(OauthError::new(ErrorCode::InvalidToken, "the access token is for another resource"));
    }
    if !access.scopes.has(Scope::OpenId) {
        return Err(OauthError::new(ErrorCode::InsufficientScope, "the access token has no scope openid"));
    }
    let member = provider.store.member(&grant.connection, &grant.member).await?.ok_or(REFUSED)?;
    let told = told(provider, client, &grant, access.scopes, &member).await?;
    own_claims::warn(client, &told.left_out);
    match client.userinfo_alg {
        None => Ok(Answer::Claims(told.claims)),
        Some(alg) => signed_claims::sign(provider, client, &grant.subject, told.claims, alg).map(Answer::Signed),
    }
}

/// What a grant lets userinfo tell of a member within these scopes.
pub async fn told(
    provider: &Provider,
    client: &Client,
    grant: &Grant,
    scopes: Scopes,
    member: &MemberRecord,
) -> Result<Told, OauthError> {
    let contact = match claims::may_tell_contact(client, scopes, &grant.claims.userinfo) {
        true => provider.directory.contact(&grant.member).await?,
        false => None,
    };
    let about = About {
        client,
        subject: &grant.subject,
        corp: corp(client, grant),
        member,
        contact: contact.as_ref(),
        scopes,
        tree: tree(provider, client, &grant.connection),
        tags: tags(provider, client, &grant.connection, &member.member),
    };
    Ok(claims::userinfo(&about, &grant.claims.userinfo))
}

/// The departments as last read, where this client is told anything of them; nobody waits for a tree.
pub fn tree(provider: &Provider, client: &Client, connection: &ConnectionName) -> Option<Arc<Tree>> {
    let branch = provider.directory.branches.get(connection).filter(|_| client.needs_department_names())?;
    branch.departments.latest()
}

/// The names of the member's tags, where this client is told them. A tag says what somebody may do, so that one that was
/// read too long ago is not told; nobody waits for a newer answer.
pub fn tags(provider: &Provider, client: &Client, connection: &ConnectionName, member: &Member) -> Vec<String> {
    let branch = provider.directory.branches.get(connection).filter(|_| client.tells_tags());
    let now = provider.now();
    branch
        .map(|branch| branch.tags.names_of(member, branch.departments.believed(now).as_deref(), now))
        .unwrap_or_default()
}

/// The corp, where the client accepts more than one.
fn corp<'a>(client: &Client, grant: &'a Grant) -> Option<&'a CorpId> {
    (client.corps.len() > 1).then(|| grant.member.corp())
}

/// The claims of userinfo as they are answered: with those of its signature, where they are signed.
pub fn body(
    provider: &Provider,
    client: &Client,
    subject: &Subject,
    claims: Map<String, Value>,
) -> Result<Map<String, Value>, OauthError> {
    match client.userinfo_alg {
        None => Ok(claims),
        Some(_) => signed_claims::payload(provider, client, subject, claims),
    }
}

/// What the `claims` parameter asked for in the ID token; mostly nothing, and then nothing is read.
pub async fn requested_in_id_token(
    provider: &Provider,
    client: &Client,
    grant: &Grant,
) -> Result<Map<String, Value>, OauthError> {
    // Beside acr, every name is about the member.
    let member = match grant.claims.id_token.iter().any(|name| name != acr::NAME) {
        true => provider.store.member(&grant.connection, &grant.member).await?,
        false => None,
    };
    told_in_id_token(provider, client, grant, member.as_ref()).await
}

/// The same of a member that was read already.
pub async fn told_in_id_token(
    provider: &Provider,
    client: &Client,
    grant: &Grant,
    member: Option<&MemberRecord>,
) -> Result<Map<String, Value>, OauthError> {
    let mut claims = Map::new();
    if grant.claims.id_token.contains(acr::NAME) {
        claims.insert(acr::NAME.to_owned(), acr::wecom(&provider.config.issuer).into());
    }
    let Some(member) = member else { return Ok(claims) };
    let contact = provider.directory.contact(&grant.member).await?;
    let about = About {
        client,
        subject: &grant.subject,
        corp: corp(client, grant),
        member,
        contact: contact.as_ref(),
        scopes: grant.scopes,
        tree: None,
        tags: Vec::new(),
    };
    claims.extend(claims::id_token(&about, &grant.claims.id_token));
    Ok(claims)
}
