//! Sessions: made anew at every sign-in (threat 18), known to the store by a digest.

use super::errand::Errand;
use super::transaction::Held;
use super::way::device;
use super::{Browser, Login};
use crate::directory::Admitted;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::{ClientId, ConnectionName, Sid};
use crate::domain::random::{alphanumeric, token43};
use crate::domain::scope::Scopes;
use crate::domain::time::Span;
use crate::oidc::consent::Release;
use crate::store::Result;
use crate::store::records::{Got, SessionRecord};

/// What the store knows a session cookie by.
pub fn digest(token: &str) -> Digest {
    Digest::of(Purpose::Session, token)
}

/// A session's idle end is moved at most this often: SSO should not write each time.
const TOUCHED_EVERY: Span = Span::minutes(5);

impl Login {
    /// A new session, not yet stored: the cookie's value and the record. The same member in the
    /// same browser keeps the public `sid`, so that the clients who hold it are not lost.
    pub(super) fn new_session(
        &self,
        held: &Held,
        browser: &Browser,
        connection: &ConnectionName,
        admitted: &Admitted,
    ) -> Option<(String, SessionRecord)> {
        let entropy = &*self.provider.entropy;
        let lifetimes = &self.provider.config.lifetimes;
        let now = self.provider.now();
        let before = browser.session.as_ref().map(|(_, s)| s).filter(|s| s.member == admitted.key);
        let sid = match before {
            Some(session) => session.sid.clone(),
            None => Sid::parse(&alphanumeric(entropy, 27)).ok()?,
        };
        let ends = now + lifetimes.session_max;
        let record = SessionRecord {
            sid,
            connection: connection.clone(),
            member: admitted.key.clone(),
            auth_time: now,
            amr: vec!["wecom".to_owned()],
            device: device(&browser.user_agent),
            address: browser.address,
            idle_until: (now + lifetimes.session).earlier(ends),
            ends,
            transaction: held.digest(),
            clients: before.map(|s| s.clients.clone()).unwrap_or_default(),
        };
        Some((token43(entropy), record))
    }

    /// The client that a sign-in led to, and what it got. Where a link led in shows on the member's own page as well
    /// (threat 25).
    pub(super) fn got<'a>(&self, errand: &'a Errand, by_code: bool) -> Option<(&'a ClientId, Got)> {
        let (client, told) = match errand {
            Errand::Authorize(request) if by_code => {
                let client = self.provider.config.clients.get(&request.client)?;
                (&request.client, Release::of(&self.provider, client, request).in_words())
            }
            Errand::Open(open) => (&open.client, Scopes::default()),
            _ => return None,
        };
        Some((client, Got { since: self.provider.now(), told }))
    }

    /// The living session that a cookie names.
    pub async fn session(&self, token: &str) -> Result<Option<(Digest, SessionRecord)>> {
        if token.len() != 43 {
            return Ok(None);
        }
        let digest = digest(token);
        let found = self.provider.store.session(digest, self.provider.now()).await?;
        Ok(found.map(|record| (digest, record)))
    }

    /// Notes that a session was used: its idle end moves, and the client is remembered for sign-out and for the
    /// member's own page, with what it got.
    pub(super) async fn used(&self, session: &(Digest, SessionRecord), client: &ClientId, told: Scopes) -> Result<()> {
        let (digest, record) = session;
        let now = self.provider.now();
        let until = (now + self.provider.config.lifetimes.session).earlier(record.ends);
        if until > record.idle_until + TOUCHED_EVERY || until == record.ends && record.idle_until < until {
            self.provider.store.touch_session(*digest, until, now).await?;
        }
        if record.clients.get(client).is_none_or(|got| !got.told.covers(told)) {
            self.provider.store.add_session_client(*digest, client, Got { since: now, told }, now).await?;
        }
        Ok(())
    }
}
