//! Sign-out at the bridge (RP-Initiated Logout 1.0 §2, §3).

use std::borrow::Cow;

use super::errand::{Errand, Farewell};
use super::transaction::Held;
use super::{Browser, CookieChange, Login, Next, Outcome, Station, Stop};
use crate::domain::ids::ClientId;
use crate::domain::time::Span;
use crate::oidc::logout::LogoutRequest;
use crate::store::records::SessionRecord;

/// How long a browser that signed out inside the WeCom client is not signed in again without a click: applications
/// that send whoever is signed out straight back to us do so within moments.
const REMEMBERED: Span = Span::minutes(10);

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
        let Some((_, session)) = &browser.session else { return Ok(Some(self.left(request))) };
        let client = request.client.as_ref().and_then(|id| self.provider.config.clients.get(id));
        let directory = &self.provider.directory;
        // Of a client that is gone the session is left to compare, by the name that most clients know.
        let (subject, sid) = match client {
            Some(client) => {
                let subject = directory.subject(client, &session.member).await?;
                (Some(subject), directory.sid(client, &session.sid))
            }
            None => (None, Cow::Borrowed(&session.sid)),
        };
        if request.must_ask(subject.as_ref(), &sid) {
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
        let directory = &self.provider.directory;
        let ended = match &browser.session {
            Some((digest, session)) => directory.end_session(*digest, &session.member).await?,
            None => None,
        };
        Ok(self.signed_out(request, ended, browser))
    }

    /// What follows the end of this browser's session; `None` where it had ended before.
    pub(super) fn signed_out(
        &self,
        request: &LogoutRequest,
        ended: Option<SessionRecord>,
        browser: &Browser,
    ) -> Outcome {
        let mut outcome = match ended {
            Some(session) => {
                let client = request.client.as_ref().map(tracing::field::display);
                let member = self.provider.directory.pseudonym(&session.member);
                tracing::info!(event = "logout.finished", client, member, "a member signed out");
                self.farewell(request, &session, browser)
            }
            None => self.left(request),
        };
        outcome.cookies.push(CookieChange::DropSession);
        outcome
    }

    /// Where nobody is to be told through the browser, the sign-out is over. Otherwise a page tells them, at an
    /// address of its own that this browser can open once.
    fn farewell(&self, request: &LogoutRequest, ended: &SessionRecord, browser: &Browser) -> Outcome {
        let clients = &self.provider.config.clients;
        let told = |id: &ClientId| clients.get(id).is_some_and(|client| client.frontchannel_logout_uri.is_some());
        let farewell = Farewell {
            request: request.clone(),
            sid: ended.sid.clone(),
            tell: ended.clients.keys().filter(|id| told(id)).cloned().collect(),
        };
        if farewell.tell.is_empty() {
            return self.left(request);
        }
        let kept = self.begin(Errand::Farewell(farewell.clone()), None).and_then(|held| {
            let cookies = self.cookies(&held, &browser.pending)?;
            Ok((held.id, cookies))
        });
        let (next, mut cookies) = match kept {
            Ok((id, cookies)) => (Next::Station(id, Station::SignedOut), cookies),
            // More than a cookie holds: the page is shown here and now, and nobody is left out.
            Err(_) => (Next::Farewell(farewell), Vec::new()),
        };
        cookies.push(CookieChange::SignedOut(REMEMBERED.0));
        Outcome { next, cookies }
    }

    /// Takes what the page after a sign-out has to tell. It is there once: whoever comes back to the page later may
    /// have signed in again.
    pub fn say_farewell(&self, mut held: Held) -> Result<(Farewell, Vec<CookieChange>), Stop> {
        let Errand::Farewell(farewell) = &mut held.transaction.errand else { return Err(Stop::StartAgain) };
        let said = Farewell { tell: std::mem::take(&mut farewell.tell), ..farewell.clone() };
        Ok((said, vec![self.reseal(&held)?]))
    }

    /// Where a sign-out leads. It may have begun under an earlier configuration: an address that was taken out
    /// meanwhile is gone to no more.
    pub fn onward(&self, request: &LogoutRequest) -> Option<String> {
        let client = self.provider.config.clients.get(request.client.as_ref()?)?;
        client.post_logout_redirect_uris.contains(request.to.as_ref()?).then(|| request.location())?
    }

    fn left(&self, request: &LogoutRequest) -> Outcome {
        Outcome {
            next: self.onward(request).map_or(Next::SignedOut, Next::Address),
            cookies: vec![CookieChange::SignedOut(REMEMBERED.0)],
        }
    }
}
