//! What an authorization request comes to, given who is signed in (OpenID Connect Core §3.1.2.3).
//!
//! The same decision serves SSO, `prompt=none` and the moment after a fresh sign-in (law 11).

use super::account;
use super::authorize::{AuthorizationRequest, Prompts};
use super::consent;
use super::error::{ErrorCode, OauthError};
use super::provider::Provider;
use crate::config::Client;
use crate::directory::Turned;
use crate::directory::ahead::Ask;
use crate::domain::client::{PhonePolicy, SignInPage};
use crate::domain::digest::Digest;
use crate::domain::ids::MemberKey;
use crate::domain::refusal::Refusal;
use crate::domain::time::{Span, Timestamp};
use crate::store::records::SessionRecord;

/// What has already happened in the transaction that asks.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// The transaction: a session that began with it is a fresh sign-in, whatever the clocks say.
    pub transaction: Option<Digest>,
    /// Who agreed on our consent page; another member is asked again.
    pub consented: Option<MemberKey>,
    /// The session that the member chose to go on in, by the transaction it began with.
    pub chosen: Option<Digest>,
}

impl Progress {
    fn is_fresh(&self, session: &SessionRecord) -> bool {
        self.transaction == Some(session.transaction)
    }

    /// A sign-in that is under way may cost a call to WeCom; SSO and `prompt=none` may not.
    fn ask(&self, silent: bool) -> Ask {
        if silent || self.transaction.is_none() { Ask::Never } else { Ask::Once }
    }
}

/// Why a sign-in is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nobody is signed in, or not through a connection that this client accepts.
    Nobody,
    /// The request wants the member to prove to be there again: a page must be shown.
    ProveAgain,
    /// The request wants the member to be able to choose another account: a page must be shown.
    OtherAccount,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A code is issued.
    Issue,
    /// The member signs in.
    SignIn(Reason),
    /// The member chooses: as who is signed in, or as another.
    ChooseAccount,
    /// The member lets us read the phone number first.
    Phone,
    /// The member is asked what may be released.
    Consent,
    /// The client is told.
    Answer(OauthError),
    /// The member is told, on a page.
    Refuse(Turned),
}

/// Decides. With `prompt=none` the outcome is a code or an answer, never a page and never a call to WeCom (threat 37).
pub async fn decide(
    provider: &Provider,
    client: &Client,
    request: &AuthorizationRequest,
    session: Option<&SessionRecord>,
    progress: &Progress,
) -> Result<Decision, OauthError> {
    let silent = request.prompt.has(Prompts::NONE);
    let session = match signed_in(provider, client, request, session, progress).await? {
        Ok(session) => session,
        Err(decision) => return Ok(decision),
    };
    if let Err(turned) =
        provider.directory.may_enter(client, &session.connection, &session.member, progress.ask(silent)).await?
    {
        return Ok(if silent { Decision::Answer(silent_refusal(turned.refusal)) } else { Decision::Refuse(turned) });
    }
    if lacks_phone(provider, client, &session.member).await? {
        let error = OauthError::new(ErrorCode::InteractionRequired, "the member has to confirm the phone number first");
        return Ok(if silent { Decision::Answer(error) } else { Decision::Phone });
    }
    if progress.consented.as_ref() != Some(&session.member)
        && consent::must_ask(provider, client, request, &session.member).await?
    {
        let error = OauthError::new(ErrorCode::ConsentRequired, "the member has to agree on a page first");
        return Ok(if silent { Decision::Answer(error) } else { Decision::Consent });
    }
    // The last of all: nothing is done to an account before the member and the client are sure of everything else.
    match account::settle(provider, client, session).await? {
        Ok(()) => Ok(Decision::Issue),
        Err(refusal) if silent => Ok(Decision::Answer(silent_refusal(refusal))),
        Err(refusal) => Ok(Decision::Refuse(refusal.into())),
    }
}

/// Why somebody has to sign in; whoever is asked to although nothing is missing has wished for another account.
pub async fn reason(
    provider: &Provider,
    client: &Client,
    request: &AuthorizationRequest,
    session: Option<&SessionRecord>,
    progress: &Progress,
) -> Result<Reason, OauthError> {
    Ok(match signed_in(provider, client, request, session, progress).await? {
        Err(Decision::SignIn(reason)) => reason,
        _ => Reason::OtherAccount,
    })
}

/// Who is signed in, or what has to be done about it first.
async fn signed_in<'a>(
    provider: &Provider,
    client: &Client,
    request: &AuthorizationRequest,
    session: Option<&'a SessionRecord>,
    progress: &Progress,
) -> Result<Result<&'a SessionRecord, Decision>, OauthError> {
    let silent = request.prompt.has(Prompts::NONE);
    let session = session.filter(|s| provider.directory.reaches(client, &s.connection, &s.member));
    let Some(session) = session else {
        return Ok(Err(if silent { login_required() } else { Decision::SignIn(asked_for(request)) }));
    };
    let fresh = progress.is_fresh(session);
    if !fresh && request.prompt.has(Prompts::SELECT_ACCOUNT) && progress.chosen != Some(session.transaction) {
        return Ok(Err(Decision::ChooseAccount));
    }
    if !fresh && must_prove_again(request, session, provider.now()) {
        return Ok(Err(if silent { login_required() } else { Decision::SignIn(Reason::ProveAgain) }));
    }
    if !request.subjects.is_empty()
        && !request.subjects.contains(&provider.directory.subject(client, &session.member).await?)
    {
        // Core §3.1.2.1: another member is signed in than the hint names. A fresh sign-in may cure it once.
        return Ok(Err(if silent || fresh { login_required() } else { Decision::SignIn(Reason::OtherAccount) }));
    }
    Ok(Ok(session))
}

/// Whether the client needs a number that the member has not let us read yet.
pub async fn lacks_phone(provider: &Provider, client: &Client, member: &MemberKey) -> Result<bool, OauthError> {
    Ok(client.phone == PhonePolicy::Required
        && provider.directory.contact(member).await?.is_none_or(|contact| contact.phone.is_none()))
}

/// With nobody signed in, `prompt` still wants a page: inside the WeCom client the sign-in alone would be silent.
const fn asked_for(request: &AuthorizationRequest) -> Reason {
    if request.prompt.has(Prompts::SELECT_ACCOUNT) {
        Reason::OtherAccount
    } else if request.prompt.has(Prompts::LOGIN) {
        Reason::ProveAgain
    } else {
        Reason::Nobody
    }
}

fn must_prove_again(request: &AuthorizationRequest, session: &SessionRecord, now: Timestamp) -> bool {
    let too_old = request.max_age.is_some_and(|max| max == 0 || now.since(session.auth_time) > Span(max));
    too_old || request.prompt.has(Prompts::LOGIN)
}

/// Whether our own sign-in page must be shown before WeCom, even when there is only one way to go.
pub fn shows_page(client: &Client, reason: Reason) -> bool {
    reason != Reason::Nobody || client.sign_in_page == SignInPage::Always
}

fn login_required() -> Decision {
    Decision::Answer(OauthError::new(ErrorCode::LoginRequired, "no suitable member is signed in at the provider"))
}

fn silent_refusal(refusal: Refusal) -> OauthError {
    match refusal {
        Refusal::AccountsUnavailable => OauthError::new(
            ErrorCode::TemporarilyUnavailable,
            "the account of the member cannot be looked for at the moment",
        ),
        Refusal::NumberUnproven => {
            OauthError::new(ErrorCode::InteractionRequired, "the member has to confirm the phone number first")
        }
        Refusal::WecomUnavailable | Refusal::WecomMisconfigured => {
            OauthError::new(ErrorCode::InteractionRequired, "the member cannot be checked without a page at the moment")
        }
        _ => OauthError::new(ErrorCode::AccessDenied, "this member may not enter this application"),
    }
}
