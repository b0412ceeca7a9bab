//! Sign-out at the bridge (RP-Initiated Logout 1.0 §2, §3).

use super::errand::Errand;
use super::transaction::Held;
use super::{Browser, CookieChange, Login, Next, Outcome, Station, Stop};
use crate::oidc::logout::LogoutRequest;

impl Login {
    /// A sign-out request that came by GET: done at once where nothing has to be asked.
    pub async fn logout(&self, request: LogoutRequest, browser: &Browser) -> Result<Outcome, Stop> {
        if let Some(outcome) = self.settled_logout(&request, browser).await? {
            return Ok(outcome);
        }
        let held = self.begin(Errand::Logout(request), None)?;
        let cookies = self.cookies(&held, &browser.pending)?;
        Ok(Outcome { next: Next::Station(held.id, Station::Logout), cookies })
    }

    /// Signs out where nothing has to be asked: nobody is signed in, or a genuine hint names the member or session.
    pub async fn settled_logout(&self, request: &LogoutRequest, browser: &Browser) -> Result<Option<Outcome>, Stop> {
        let Some((_, session)) = &browser.session else { return Ok(Some(Self::left(request))) };
        let client = request.client.as_ref().and_then(|id| self.provider.config.clients.get(id));
        let subject = match client {
            Some(client) => Some(self.provider.directory.subject(client, &session.member).await?),
            None => None,
        };
        if request.must_ask(session, subject.as_ref()) {
            return Ok(None);
        }
        self.end(request, browser).await.map(Some)
    }

    /// The member confirmed on our page.
    pub async fn confirm_logout(&self, held: &Held, token: &str, browser: &Browser) -> Result<Outcome, Stop> {
        let Errand::Logout(request) = &held.transaction.errand else { return Err(Stop::StartAgain) };
        if !held.is_genuine(token, browser.session.as_ref()) {
            return Err(Stop::StartAgain);
        }
        self.end(request, browser).await
    }

    async fn end(&self, request: &LogoutRequest, browser: &Browser) -> Result<Outcome, Stop> {
        if let Some((digest, _)) = &browser.session {
            self.provider.store.end_session(*digest, self.provider.now()).await?;
        }
        let mut outcome = Self::left(request);
        outcome.cookies.push(CookieChange::DropSession);
        Ok(outcome)
    }

    fn left(request: &LogoutRequest) -> Outcome {
        Outcome::to(request.location().map_or(Next::SignedOut, Next::Address))
    }
}
