//! What an application would be told of a member who signs in now, for `wecom-oidc claims`: made by what the endpoints
//! themselves are made by, so that neither can say anything else.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::authorize::{claims as asked, scope};
use super::error::{ErrorCode, OauthError};
use super::provider::Provider;
use super::{decide, id_token, userinfo};
use crate::config::Client;
use crate::directory::ahead::Ask;
use crate::directory::departments;
use crate::directory::lookup::{Found, NotFound};
use crate::directory::person::Unnamed;
use crate::directory::wanted::Wanted;
use crate::directory::{Branch, Turned};
use crate::domain::client::SigningAlgorithm;
use crate::domain::ids::{ClientId, ConnectionName, CorpId, Sid, Subject, UserId};
use crate::domain::random::token43;
use crate::domain::refusal::Refusal;
use crate::domain::scope::Scopes;
use crate::domain::time::Timestamp;
use crate::store::records::{Grant, RequestedClaims};

/// What each sign-in has of its own in the ID token (OpenID Connect Core §2), so that nobody can foresee it. `nonce`
/// is there where the application sends one.
const ANEW: &[&str] = &["exp", "iat", "auth_time", "amr", "sid", "at_hash", "nonce"];

/// How many times the patience of a connection may pass until an operator is answered without names: as long as the
/// largest answer of WeCom's may take; with `lifetimes.upstream` as shipped, half as long as the command waits.
const PATIENCES: u32 = 6;

/// Who is to be told what of whom.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// `client_id`.
    pub client: &'a str,
    /// `[NAME:]USERID`.
    pub member: &'a str,
    /// `scope` of the authorization request; otherwise everything that the client may have.
    pub scope: Option<&'a str>,
    /// `claims` of the authorization request (Core §5.5).
    pub claims: Option<&'a str>,
}

/// A question without an answer, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Unforeseen {
    /// No such client.
    #[error("there is no client of that client_id; the configuration has {0}")]
    Client(String),
    /// A name that says nobody.
    #[error(transparent)]
    Unnamed(#[from] Unnamed),
    /// Nobody of that name.
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// The application would be told an error instead.
    #[error(transparent)]
    Refused(#[from] OauthError),
}

/// What one application would be told of one member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Foreseen {
    /// The application.
    pub client_id: ClientId,
    /// Its `client_name`.
    pub client_name: String,
    /// The corp of the member.
    pub corp_id: CorpId,
    /// The connection that knows the member.
    pub connection: ConnectionName,
    /// The userid in WeCom's spelling.
    pub userid: UserId,
    /// Whether the member came here before; otherwise WeCom was asked just now, and nothing was kept.
    pub remembered: bool,
    /// When WeCom told what is known of the member, in seconds since 1970.
    pub read_at: Timestamp,
    /// Whether the member may enter the application.
    pub may_enter: bool,
    /// The `#error-code` of the page that turns the member away.
    pub refusal: Option<String>,
    /// What WeCom said, where the refusal comes of that.
    pub upstream: Option<String>,
    /// Whether the member has to let us read the phone number before the application is told anything.
    pub phone_first: bool,
    /// The scopes that would be granted.
    pub scope: String,
    /// Who the member is to this application.
    pub sub: Subject,
    /// The claims of userinfo, as they are answered.
    pub userinfo: Map<String, Value>,
    /// How they are signed; plain JSON where they are not.
    pub userinfo_signed: Option<SigningAlgorithm>,
    /// The claims of the ID token, without [`Self::id_token_anew`].
    pub id_token: Map<String, Value>,
    /// The further claims of the ID token, which each sign-in has of its own.
    pub id_token_anew: Vec<String>,
    /// Own claims that fail for this member and are left out.
    pub left_out: Vec<LeftOut>,
    /// What is to be known beside.
    pub notes: Vec<Note>,
}

/// What keeps the answer from being all that it could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Names of departments or tags are wanted, and WeCom could not be asked for them, or not in time.
    DirectoryUnknown,
}

/// An own claim that fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its name.
    pub claim: String,
    /// Why.
    pub reason: String,
}

/// Looks ahead. WeCom may be asked as at a fresh sign-in, but nothing is remembered.
pub async fn foresee(provider: &Provider, question: Question<'_>) -> Result<Foreseen, Unforeseen> {
    let client = provider.client(question.client).ok_or_else(|| {
        let known: Vec<&str> = provider.config.clients.keys().map(ClientId::as_str).collect();
        Unforeseen::Client(known.join(", "))
    })?;
    let scopes = scope::granted(client, question.scope.unwrap_or(&client.scopes.to_string()))?;
    let claims = question.claims.map(asked::requested).transpose()?.unwrap_or_default();
    let named = provider.directory.person_named(question.member)?;
    let found = provider.directory.find(client, &named).await.map_err(OauthError::from)??;
    Ok(told(provider, client, found, scopes, claims).await?)
}

async fn told(
    provider: &Provider,
    client: &Client,
    found: Found,
    scopes: Scopes,
    claims: RequestedClaims,
) -> Result<Foreseen, OauthError> {
    let notes = match directory_is_known(provider, client, &found).await {
        true => Vec::new(),
        false => vec![Note::DirectoryUnknown],
    };
    let turned = turned(provider, client, &found).await?;
    let phone_first = turned.is_none() && decide::lacks_phone(provider, client, &found.key).await?;
    let grant = grant(provider, client, &found, scopes, claims).await?;
    let told = userinfo::told(provider, client, &grant, scopes, &found.record).await?;
    let left_out = told
        .left_out
        .iter()
        .map(|(own, failure)| LeftOut { claim: own.name.to_string(), reason: failure.as_str().to_owned() });
    let left_out = left_out.collect();
    let requested = userinfo::told_in_id_token(provider, client, &grant, Some(&found.record)).await?;
    let mut id_token = id_token::payload(provider, client, &grant, requested)?;
    id_token.retain(|name, _| !ANEW.contains(&name.as_str()));
    let userinfo = userinfo::body(provider, client, &grant.subject, told.claims)?;
    Ok(Foreseen {
        client_id: client.client_id.clone(),
        client_name: client.name.clone(),
        corp_id: found.key.corp().clone(),
        connection: found.connection,
        userid: found.record.member.userid,
        remembered: found.remembered,
        read_at: found.record.read_at,
        may_enter: turned.is_none(),
        refusal: turned.as_ref().map(|turned| turned.refusal.code().to_owned()),
        upstream: turned.and_then(|turned| turned.upstream).map(|error| format!("{error}. {}", error.cure())),
        phone_first,
        scope: scopes.to_string(),
        sub: grant.subject,
        userinfo,
        userinfo_signed: client.userinfo_alg,
        id_token,
        id_token_anew: ANEW.iter().map(|name| (*name).to_owned()).collect(),
        left_out,
        notes,
    })
}

/// Why the member may not enter, as a fresh sign-in would find it.
async fn turned(provider: &Provider, client: &Client, found: &Found) -> Result<Option<Turned>, OauthError> {
    let directory = &provider.directory;
    if !directory.reaches(client, &found.connection, &found.key) {
        return Ok(Some(Refusal::NotAllowed.into()));
    }
    Ok(directory.admits(client, &found.connection, &found.record.member, Ask::Once).await.err())
}

/// Departments and tags are read ahead by a server; where that has not happened yet, and where none runs, they are read
/// here.
async fn directory_is_known(provider: &Provider, client: &Client, found: &Found) -> bool {
    let Some(branch) = provider.directory.branches.get(&found.connection) else { return true };
    let reading = read_directory(provider, client, branch, &found.connection);
    tokio::time::timeout(branch.patience * PATIENCES, reading).await.unwrap_or(false)
}

async fn read_directory(provider: &Provider, client: &Client, branch: &Branch, connection: &ConnectionName) -> bool {
    let (wecom, now) = (&*branch.wecom, provider.now());
    let tree = !(client.needs_department_names() || client.tells_tags())
        || branch.departments.latest().is_some()
        || branch.departments.refresh(now, departments::read(wecom)).await.is_ok();
    if !client.tells_tags() {
        return tree;
    }
    let wanted = Wanted::of(&provider.config, connection);
    let round = branch.tags.refresh(wecom, &wanted, &*provider.clock, || false).await;
    tree && round.failed.is_none()
}

/// What the sign-in would leave behind.
async fn grant(
    provider: &Provider,
    client: &Client,
    found: &Found,
    scopes: Scopes,
    claims: RequestedClaims,
) -> Result<Grant, OauthError> {
    let no_sid = OauthError::new(ErrorCode::ServerError, "a sid could not be made");
    Ok(Grant {
        client: client.client_id.clone(),
        connection: found.connection.clone(),
        member: found.key.clone(),
        subject: provider.directory.subject_of(client, found).await?,
        scopes,
        sid: Sid::parse(&token43(&*provider.entropy)).map_err(|_| no_sid)?,
        auth_time: provider.now(),
        amr: Vec::new(),
        claims,
        ends: provider.now(),
        resources: Vec::new(),
    })
}
