//! The choice of the account: as who is signed in, or as another (`prompt=select_account`, OpenID Connect Core §3.1.2.1).

use super::errand::Errand;
use super::transaction::Held;
use super::{Browser, Login, Next, Outcome, Station, Stop};
use crate::domain::language::Language;
use crate::oidc::answer::Answer;
use crate::oidc::decide::{self, Reason};
use crate::oidc::error::{ErrorCode, OauthError};

impl Login {
    /// The member goes on as who is signed in. The choice holds for this very session: whoever signs in after it is
    /// asked again.
    pub async fn choose_account(
        &self,
        mut held: Held,
        token: &str,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        let (_, session) = browser.session.as_ref().ok_or(Stop::StartAgain)?;
        if !held.is_genuine(token, browser.session.as_ref()) || !matches!(held.transaction.errand, Errand::Authorize(_))
        {
            return Err(Stop::StartAgain);
        }
        held.transaction.chosen = Some(session.transaction);
        self.resume_changed(held, browser, language).await
    }

    /// Another account signs in for the same errand, in a transaction of its own: one that led a member in leads
    /// nobody else in (law 2).
    pub fn anew(&self, held: &Held, browser: &Browser) -> Result<Outcome, Stop> {
        let Errand::Authorize(request) = &held.transaction.errand else { return Err(Stop::StartAgain) };
        self.client_of(request)?;
        let (anew, _) = self.held(None, || held.transaction.errand.clone())?;
        let cookies = self.cookies(&anew, &browser.pending)?;
        Ok(Outcome { next: Next::Station(anew.id, Station::SignIn), cookies })
    }

    /// What the client is told when the member goes back to it from a page of ours (RFC 6749 §4.1.2.1).
    pub fn given_up(&self, held: &Held) -> Option<Answer> {
        let Errand::Authorize(request) = &held.transaction.errand else { return None };
        self.client_of(request).ok()?;
        let error = OauthError::new(ErrorCode::AccessDenied, "the member went back without signing in");
        Some(request.to.error(self.provider.issuer(), error))
    }

    /// Why the sign-in page is shown, in the words of the decision.
    pub async fn reason(&self, held: &Held, browser: &Browser) -> Result<Reason, Stop> {
        let Errand::Authorize(request) = &held.transaction.errand else { return Ok(Reason::Nobody) };
        let client = self.client_of(request)?;
        let session = browser.session.as_ref().map(|(_, session)| session);
        Ok(decide::reason(&self.provider, client, request, session, &held.progress()).await?)
    }
}
