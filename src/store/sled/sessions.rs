//! Sessions and the records of finished transactions.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sled::IVec;

use super::SledStore;
use super::keys::{self, kind};
use super::work::{Core, Ticket, Work};
use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, MemberKey, Subject};
use crate::domain::time::Timestamp;
use crate::store::ending;
use crate::store::lifetime::Ends as _;
use crate::store::records::{Got, LoginOutcome, LoginRecord, SessionRecord};
use crate::store::{Finished, Left, Result, Sessions, Which};

impl Work<'_> {
    /// Removes a session with its index entry and its login record.
    pub fn drop_session(&mut self, key: IVec, session: &SessionRecord) {
        self.remove(keys::digest(kind::LOGIN, &session.transaction));
        self.replace_session(key, session);
    }

    /// Removes a session with its index entry; the browser's other tab may still hit its callback again.
    fn replace_session(&mut self, key: IVec, session: &SessionRecord) {
        self.remove(keys::index_entry(kind::SESSION_OF, &session.member, &key));
        self.remove(key);
    }

    /// The living sessions of a member.
    pub fn living_sessions(&self, member: &MemberKey, now: Timestamp) -> Result<Vec<(Digest, SessionRecord)>> {
        let mut sessions = Vec::new();
        for (_, digest) in self.under(&keys::index(kind::SESSION_OF, member), usize::MAX)? {
            let Some(digest) = keys::tail(&digest).map(Digest) else { continue };
            if let Some(session) = self.living(&keys::digest(kind::SESSION, &digest), now)? {
                sessions.push((digest, session));
            }
        }
        Ok(sessions)
    }

    fn put_login(
        &mut self,
        transaction: &Digest,
        outcome: &LoginOutcome,
        before: Option<&SessionRecord>,
    ) -> Result<()> {
        let login = keys::digest(kind::LOGIN, transaction);
        if let Some((digest, session)) = &outcome.session {
            let key = keys::digest(kind::SESSION, digest);
            self.note(outcome.record.expires.earlier(session.ends()), &[&login, &key]);
            // The key holds the beginning of the digest only.
            self.put_raw(keys::index_entry(kind::SESSION_OF, &session.member, &key), IVec::from(&digest.0[..]));
            self.put(key, &*ending::with_clients(session, before))?;
        } else {
            self.note(outcome.record.expires, &[&login]);
        }
        self.put(login, &outcome.record)?;
        match &outcome.code {
            Some((code, record)) => self.put_code(code, record),
            None => Ok(()),
        }
    }
}

impl Core {
    fn finish_login(&self, transaction: Digest, outcome: &LoginOutcome, now: Timestamp) -> Result<(Finished, Ticket)> {
        let mut work = self.begin()?;
        if let Some(before) = work.living::<LoginRecord>(&keys::digest(kind::LOGIN, &transaction), now)? {
            return Ok((Finished::Before(before), work.settle()));
        }
        // First what ends, then what begins: the later write of a key is the one that counts.
        let replaced = outcome.replaces.as_ref().map(|digest| keys::digest(kind::SESSION, digest));
        let mut before = None;
        if let Some(key) = replaced
            && let Some(session) = work.get::<SessionRecord>(&key)?
        {
            work.replace_session(key, &session);
            before = Some(session).filter(|session| session.lives(now));
        }
        let new = outcome.session.as_ref().map(|(_, session)| session);
        if let Some(ended) = before.as_ref().filter(|before| !ending::goes_on(before, new)) {
            work.leave_logouts(ended, &outcome.tell, now)?;
        }
        work.put_login(&transaction, outcome, before.as_ref())?;
        Ok((Finished::Now, work.save_durably()))
    }

    fn amend_login(&self, transaction: Digest, record: &LoginRecord, now: Timestamp) -> Result<Ticket> {
        let mut work = self.begin()?;
        let key = keys::digest(kind::LOGIN, &transaction);
        if work.living::<LoginRecord>(&key, now)?.is_none() {
            return Ok(work.settle());
        }
        work.put(key, record)?;
        Ok(work.save())
    }

    fn touch(&self, session: Digest, idle_until: Timestamp, now: Timestamp) -> Result<Ticket> {
        let mut work = self.begin()?;
        let key = keys::digest(kind::SESSION, &session);
        let Some(mut record) = work.living::<SessionRecord>(&key, now)? else { return Ok(work.settle()) };
        record.idle_until = idle_until.earlier(record.ends);
        work.put(key, &record)?;
        Ok(work.save())
    }

    fn end_session(
        &self,
        digest: Digest,
        tell: &BTreeMap<ClientId, Subject>,
        now: Timestamp,
    ) -> Result<(Option<SessionRecord>, Ticket)> {
        let mut work = self.begin()?;
        let key = keys::digest(kind::SESSION, &digest);
        let Some(session) = work.living::<SessionRecord>(&key, now)? else {
            return Ok((None, work.settle()));
        };
        work.drop_session(key, &session);
        work.leave_logouts(&session, tell, now)?;
        Ok((Some(session), work.save_durably()))
    }

    fn leave(
        &self,
        member: &MemberKey,
        which: Which,
        tell: &BTreeMap<ClientId, Subject>,
        now: Timestamp,
    ) -> Result<(Left, Ticket)> {
        let mut work = self.begin()?;
        let mut left = Left::default();
        for (digest, session) in work.living_sessions(member, now)? {
            if which.means(digest) {
                work.drop_session(keys::digest(kind::SESSION, &digest), &session);
                work.leave_logouts(&session, tell, now)?;
                left.sessions.push(session);
            }
        }
        left.grants = work.drop_grants_of(member, |grant| left.takes(which, grant))?;
        Ok((left, if work.is_idle() { work.settle() } else { work.save_durably() }))
    }

    fn add_client(&self, digest: Digest, client: &ClientId, got: Got, now: Timestamp) -> Result<Ticket> {
        let mut work = self.begin()?;
        let key = keys::digest(kind::SESSION, &digest);
        let Some(mut session) = work.living::<SessionRecord>(&key, now)? else { return Ok(work.settle()) };
        if !session.gave(client, got) {
            return Ok(work.settle());
        }
        work.put(key, &session)?;
        Ok(work.save_durably())
    }

    fn sessions_of(&self, member: &MemberKey, now: Timestamp) -> Result<Vec<(Digest, SessionRecord)>> {
        self.begin()?.living_sessions(member, now)
    }
}

#[async_trait]
impl Sessions for SledStore {
    async fn finish_login(&self, transaction: Digest, outcome: &LoginOutcome, now: Timestamp) -> Result<Finished> {
        let (finished, ticket) = self.core.finish_login(transaction, outcome, now)?;
        ticket.done().await?;
        Ok(finished)
    }

    async fn finished_login(&self, transaction: Digest, now: Timestamp) -> Result<Option<LoginRecord>> {
        self.core.living(&keys::digest(kind::LOGIN, &transaction), now)
    }

    async fn amend_login(&self, transaction: Digest, record: &LoginRecord, now: Timestamp) -> Result<()> {
        let ticket = self.core.amend_login(transaction, record, now)?;
        ticket.done().await
    }

    async fn session(&self, session: Digest, now: Timestamp) -> Result<Option<SessionRecord>> {
        self.core.living(&keys::digest(kind::SESSION, &session), now)
    }

    async fn touch_session(&self, session: Digest, idle_until: Timestamp, now: Timestamp) -> Result<()> {
        let ticket = self.core.touch(session, idle_until, now)?;
        ticket.done().await
    }

    async fn add_session_client(&self, session: Digest, client: &ClientId, got: Got, now: Timestamp) -> Result<()> {
        let ticket = self.core.add_client(session, client, got, now)?;
        ticket.done().await
    }

    async fn end_session(
        &self,
        session: Digest,
        tell: &BTreeMap<ClientId, Subject>,
        now: Timestamp,
    ) -> Result<Option<SessionRecord>> {
        let (ended, ticket) = self.core.end_session(session, tell, now)?;
        ticket.done().await?;
        Ok(ended)
    }

    async fn leave(
        &self,
        member: &MemberKey,
        which: Which,
        tell: &BTreeMap<ClientId, Subject>,
        now: Timestamp,
    ) -> Result<Left> {
        let (left, ticket) = self.core.leave(member, which, tell, now)?;
        ticket.done().await?;
        Ok(left)
    }

    async fn sessions_of(&self, member: &MemberKey, now: Timestamp) -> Result<Vec<(Digest, SessionRecord)>> {
        self.core.sessions_of(member, now)
    }
}
