//! What an authorization request comes to, given who is signed in (OpenID Connect Core §3.1.2.3).
//!
//! The same decision serves SSO, `prompt=none` and the moment after a fresh sign-in (law 11).

use super::authorize::{AuthorizationRequest, Prompts};
use super::error::{ErrorCode, OauthError};
use super::provider::Provider;
use crate::config::Client;
use crate::directory::Turned;
use crate::directory::departments::Ask;
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
    let now = provider.now();
    let needed = match session {
        Some(session) if provider.directory.reaches(client, &session.connection, &session.member) => {
            sign_in_again(request, session, progress, now)
        }
        _ => Some(asked_for(request)),
    };
    if let Some(reason) = needed {
        return Ok(if silent { login_required() } else { Decision::SignIn(reason) });
    }
    let Some(session) = session else { return Ok(login_required()) };

    if let Some(subject) = &request.subject
        && provider.directory.subject(client, &session.member).await? != *subject
    {
        // Core §3.1.2.1: another member is signed in than the hint names. A fresh sign-in may cure it once.
        let fresh = progress.is_fresh(session);
        return Ok(if silent || fresh { login_required() } else { Decision::SignIn(Reason::OtherAccount) });
    }
    if let Err(turned) =
        provider.directory.may_enter(client, &session.connection, &session.member, progress.ask(silent)).await?
    {
        return Ok(if silent { Decision::Answer(silent_refusal(&turned)) } else { Decision::Refuse(turned) });
    }
    if client.phone == PhonePolicy::Required
        && provider.directory.contact(&session.member).await?.is_none_or(|c| c.phone.is_none())
    {
        let error = OauthError::new(ErrorCode::InteractionRequired, "the member has to confirm the phone number first");
        return Ok(if silent { Decision::Answer(error) } else { Decision::Phone });
    }
    if request.prompt.has(Prompts::CONSENT) && progress.consented.as_ref() != Some(&session.member) {
        return Ok(Decision::Consent);
    }
    Ok(Decision::Issue)
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

fn sign_in_again(
    request: &AuthorizationRequest,
    session: &SessionRecord,
    progress: &Progress,
    now: Timestamp,
) -> Option<Reason> {
    if progress.is_fresh(session) {
        return None;
    }
    if request.prompt.has(Prompts::SELECT_ACCOUNT) {
        return Some(Reason::OtherAccount);
    }
    let too_old = request.max_age.is_some_and(|max| max == 0 || now.since(session.auth_time) > Span(max));
    (too_old || request.prompt.has(Prompts::LOGIN)).then_some(Reason::ProveAgain)
}

/// Whether our own sign-in page must be shown before WeCom, even when there is only one way to go.
pub fn shows_page(client: &Client, reason: Reason) -> bool {
    reason != Reason::Nobody || client.sign_in_page == SignInPage::Always
}

fn login_required() -> Decision {
    Decision::Answer(OauthError::new(ErrorCode::LoginRequired, "no suitable member is signed in at the provider"))
}

fn silent_refusal(turned: &Turned) -> OauthError {
    match turned.refusal {
        Refusal::WecomUnavailable | Refusal::WecomMisconfigured => {
            OauthError::new(ErrorCode::InteractionRequired, "the member cannot be checked without a page at the moment")
        }
        _ => OauthError::new(ErrorCode::AccessDenied, "this member may not enter this application"),
    }
}
