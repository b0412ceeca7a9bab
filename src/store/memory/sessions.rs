//! Sessions and the records of finished transactions.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{MemoryStore, Tables};
use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, MemberKey, Subject};
use crate::domain::time::Timestamp;
use crate::store::ending;
use crate::store::lifetime::Ends as _;
use crate::store::records::{Got, LoginOutcome, LoginRecord, SessionRecord};
use crate::store::{Finished, Left, Result, Sessions, Which};

impl Tables {
    fn finish_login(&mut self, transaction: Digest, outcome: &LoginOutcome, now: Timestamp) -> Finished {
        if let Some(before) = self.logins.get(&transaction, now) {
            return Finished::Before(before.clone());
        }
        let before = outcome.replaces.and_then(|digest| self.replace_session(&digest)).filter(|s| s.lives(now));
        let new = outcome.session.as_ref().map(|(_, session)| session);
        if let Some(ended) = before.as_ref().filter(|before| !ending::goes_on(before, new)) {
            self.leave_logouts(ended, &outcome.tell, now);
        }
        self.logins.put(transaction, outcome.record.clone());
        if let Some((digest, session)) = &outcome.session {
            self.sessions_of.insert((session.member.clone(), *digest));
            self.sessions.put(*digest, ending::with_clients(session, before.as_ref()).into_owned());
        }
        if let Some((code, record)) = &outcome.code {
            self.codes.put(*code, record.clone());
        }
        Finished::Now
    }

    /// Removes a session, living or not, with everything that dies with it.
    pub(super) fn remove_session(&mut self, digest: &Digest) -> Option<SessionRecord> {
        let session = self.replace_session(digest)?;
        self.logins.remove(&session.transaction);
        Some(session)
    }

    pub(super) fn living_sessions(&self, member: &MemberKey, now: Timestamp) -> Vec<(Digest, SessionRecord)> {
        let first = (member.clone(), Digest([0; 32]));
        let of_member = self.sessions_of.range(first..).take_while(|(m, _)| m == member);
        of_member.filter_map(|(_, d)| Some((*d, self.sessions.get(d, now)?.clone()))).collect()
    }

    fn leave(&mut self, member: &MemberKey, which: Which, tell: &BTreeMap<ClientId, Subject>, now: Timestamp) -> Left {
        let mut left = Left::default();
        for (digest, session) in self.living_sessions(member, now) {
            if which.means(digest) {
                self.remove_session(&digest);
                self.leave_logouts(&session, tell, now);
                left.sessions.push(session);
            }
        }
        left.grants = self.revoke_all(self.grants_of(member, |grant| left.takes(which, grant)));
        left
    }

    /// Removes a session; the browser's other tab may still hit its callback again.
    fn replace_session(&mut self, digest: &Digest) -> Option<SessionRecord> {
        let session = self.sessions.remove(digest)?;
        self.sessions_of.remove(&(session.member.clone(), *digest));
        Some(session)
    }
}

#[async_trait]
impl Sessions for MemoryStore {
    async fn finish_login(&self, transaction: Digest, outcome: &LoginOutcome, now: Timestamp) -> Result<Finished> {
        Ok(self.lock().finish_login(transaction, outcome, now))
    }

    async fn finished_login(&self, transaction: Digest, now: Timestamp) -> Result<Option<LoginRecord>> {
        Ok(self.lock().logins.get(&transaction, now).cloned())
    }

    async fn amend_login(&self, transaction: Digest, record: &LoginRecord, now: Timestamp) -> Result<()> {
        self.lock().logins.change(&transaction, now, |login| login.clone_from(record));
        Ok(())
    }

    async fn session(&self, session: Digest, now: Timestamp) -> Result<Option<SessionRecord>> {
        Ok(self.lock().sessions.get(&session, now).cloned())
    }

    async fn touch_session(&self, session: Digest, idle_until: Timestamp, now: Timestamp) -> Result<()> {
        self.lock().sessions.change(&session, now, |s| s.idle_until = idle_until.earlier(s.ends));
        Ok(())
    }

    async fn add_session_client(&self, session: Digest, client: &ClientId, got: Got, now: Timestamp) -> Result<()> {
        self.lock().sessions.change(&session, now, |s| s.gave(client, got));
        Ok(())
    }

    async fn end_session(
        &self,
        session: Digest,
        tell: &BTreeMap<ClientId, Subject>,
        now: Timestamp,
    ) -> Result<Option<SessionRecord>> {
        let mut tables = self.lock();
        let ended = tables.remove_session(&session).filter(|s| s.lives(now));
        if let Some(session) = &ended {
            tables.leave_logouts(session, tell, now);
        }
        Ok(ended)
    }

    async fn leave(
        &self,
        member: &MemberKey,
        which: Which,
        tell: &BTreeMap<ClientId, Subject>,
        now: Timestamp,
    ) -> Result<Left> {
        Ok(self.lock().leave(member, which, tell, now))
    }

    async fn sessions_of(&self, member: &MemberKey, now: Timestamp) -> Result<Vec<(Digest, SessionRecord)>> {
        Ok(self.lock().living_sessions(member, now))
    }
}
