//! The model: maps that nothing ever leaves, and the contract of `store/contract/` read a second time. What has
//! ended is not removed but not seen. It shares no code with the stores, only the records they are told.

use std::collections::{BTreeMap, BTreeSet};

use wecom_oidc::domain::digest::Digest;
use wecom_oidc::domain::ids::{GrantId, Sid};
use wecom_oidc::domain::time::Timestamp;
use wecom_oidc::store::records::{
    AccessToken, CodeRecord, Grant, LoginOutcome, LoginRecord, LogoutDelivery, Redemption, RefreshPosition, Rotation,
    SessionRecord,
};
use wecom_oidc::store::{Finished, Redeemed, Rotated};

use super::verb::{self, Outcome, PUT_OFF, SESSION_IDLE, Verb, Who};
use crate::store::samples::{digest, grant_id, member};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    pub codes: BTreeMap<Digest, CodeRecord>,
    pub families: BTreeMap<GrantId, Family>,
    pub access: BTreeMap<Digest, AccessToken>,
    pub revoked_access: BTreeSet<Digest>,
    pub sessions: BTreeMap<Digest, SessionRecord>,
    pub logins: BTreeMap<Digest, LoginRecord>,
    /// By when they are due, then by `sid`: all are for one client.
    pub logouts: BTreeMap<(Timestamp, Sid), LogoutDelivery>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    pub grant: Grant,
    pub revoked: bool,
    /// Every refresh token there ever was; the last one is current.
    pub tokens: Vec<Digest>,
    pub idle_until: Timestamp,
    /// When the current token took the place of the one before, and the sealed text of it.
    pub rotation: Option<(Timestamp, Vec<u8>)>,
}

impl Family {
    pub fn lives(&self, now: Timestamp) -> bool {
        !self.revoked && now < self.grant.ends
    }

    /// Where a refresh token stands.
    pub fn position(&self, token: Digest, now: Timestamp) -> Option<RefreshPosition> {
        let index = self.tokens.iter().position(|known| *known == token)?;
        if !self.lives(now) || now >= self.idle_until {
            return None;
        }
        Some(match self.tokens.len() - 1 - index {
            0 => RefreshPosition::Current,
            1 => RefreshPosition::Previous,
            _ => RefreshPosition::Older,
        })
    }
}

impl Reference {
    /// Does what a verb does.
    pub fn apply(&mut self, verb: &Verb, now: Timestamp) -> Outcome {
        match verb {
            Verb::FinishLogin { login, session, code, who, replaces } => {
                let outcome = verb::login_outcome(login, session, code, *who, replaces.as_ref(), now);
                Outcome::Finished(self.finish_login(digest(&login.0), outcome, now))
            }
            Verb::PutCode { code, who } => {
                self.codes.insert(digest(&code.0), verb::code_record(*who, now));
                Outcome::Done
            }
            Verb::RedeemCode { code, grant, access, refresh, who } => {
                let redemption = verb::redemption(grant, access, refresh.as_ref(), *who, now);
                Outcome::Redeemed(self.redeem_code(digest(&code.0), redemption, now))
            }
            Verb::Rotate { presented, successor, access, grant } => {
                Outcome::Rotated(self.rotate(digest(&presented.0), verb::rotation(successor, access, grant, now), now))
            }
            Verb::RevokeAccessToken { access } => {
                self.revoked_access.insert(digest(&access.0));
                Outcome::Done
            }
            Verb::RevokeGrant { grant } => {
                self.revoke(grant_id(&grant.0));
                Outcome::Done
            }
            Verb::RevokeGrantsOf { who, everywhere } => self.revoke_grants_of(*who, *everywhere, now),
            Verb::WithdrawAccess { who } => self.withdraw_access(*who, now),
            Verb::Leave { who, one } => self.leave(*who, one.as_ref().map(|session| digest(&session.0)), now),
            Verb::TouchSession { session } => {
                if let Some(session) = self.sessions.get_mut(&digest(&session.0)).filter(|s| session_lives(s, now)) {
                    session.idle_until = (now + SESSION_IDLE).min(session.ends);
                }
                Outcome::Done
            }
            Verb::EndSession { session } => Outcome::Ended(self.end_session(digest(&session.0), now).map(Box::new)),
            Verb::Deliver { done } => {
                self.deliver(*done, now);
                Outcome::Done
            }
        }
    }

    fn finish_login(&mut self, login: Digest, outcome: LoginOutcome, now: Timestamp) -> Finished {
        if let Some(before) = self.logins.get(&login).filter(|record| now < record.expires) {
            return Finished::Before(before.clone());
        }
        let replaced = outcome.replaces.and_then(|replaced| self.sessions.remove(&replaced));
        let new = outcome.session.as_ref().map(|(_, session)| &session.sid);
        if let Some(ended) = replaced.filter(|session| session_lives(session, now) && Some(&session.sid) != new) {
            self.leave_logout(&ended, now);
        }
        self.logins.insert(login, outcome.record);
        self.sessions.extend(outcome.session);
        self.codes.extend(outcome.code);
        Finished::Now
    }

    fn redeem_code(&mut self, code: Digest, redemption: Redemption, now: Timestamp) -> Redeemed {
        let Some(record) = self.codes.get_mut(&code).filter(|record| now < record.expires) else {
            return Redeemed::Unknown;
        };
        if let Some(grant) = record.redeemed {
            self.revoke(grant);
            return Redeemed::Again;
        }
        record.redeemed = Some(redemption.grant_id);
        record.expires = redemption.remember_until;
        let family = Family {
            grant: redemption.grant,
            revoked: false,
            tokens: redemption.refresh_token.iter().map(|(token, _)| *token).collect(),
            idle_until: redemption.refresh_token.map_or(now, |(_, idle_until)| idle_until),
            rotation: None,
        };
        self.families.insert(redemption.grant_id, family);
        self.access.extend([redemption.access_token]);
        Redeemed::Now
    }

    fn rotate(&mut self, presented: Digest, rotation: Rotation, now: Timestamp) -> Rotated {
        let mut families = self.families.values_mut();
        let found = families.find_map(|family| family.position(presented, now).map(|position| (family, position)));
        let Some((family, position)) = found else { return Rotated::Unknown };
        let rotated = match (position, &family.rotation) {
            (RefreshPosition::Current, _) => {
                family.tokens.push(rotation.successor);
                family.idle_until = rotation.idle_until;
                family.rotation = Some((now, rotation.sealed_successor));
                Rotated::Now
            }
            (RefreshPosition::Previous, Some((rotated_at, sealed))) if now < *rotated_at + rotation.grace => {
                Rotated::Replayed { sealed_successor: sealed.clone() }
            }
            _ => {
                family.revoked = true;
                return Rotated::Reused;
            }
        };
        self.access.extend([rotation.access_token]);
        rotated
    }

    fn revoke(&mut self, grant: GrantId) {
        if let Some(family) = self.families.get_mut(&grant) {
            family.revoked = true;
        }
    }

    fn leave(&mut self, who: Who, one: Option<Digest>, now: Timestamp) -> Outcome {
        let meant = |id: &Digest, session: &SessionRecord| {
            session.member == member(who.0) && session_lives(session, now) && one.is_none_or(|one| one == *id)
        };
        let ids: Vec<Digest> = self.sessions.iter().filter(|(id, s)| meant(id, s)).map(|(id, _)| *id).collect();
        let ended: Vec<_> = ids.into_iter().filter_map(|id| self.end_session(id, now)).collect();
        let with_it = |grant: &Grant| one.is_none() || ended.iter().any(|session| session.sid == grant.sid);
        let (at_least, at_most) = self.revoke_those(now, |grant| grant.member == member(who.0) && with_it(grant));
        Outcome::Left { at_least, at_most, sessions: ended.iter().map(|session| session.transaction).collect() }
    }

    fn revoke_grants_of(&mut self, who: Who, everywhere: bool, now: Timestamp) -> Outcome {
        let meant = |grant: &Grant| grant.member == member(who.0) && (everywhere || grant.connection.as_str() == who.1);
        let (at_least, at_most) = self.revoke_those(now, meant);
        Outcome::Revoked { at_least, at_most }
    }

    /// Those that live are counted; those that have ended may have been swept or not.
    fn revoke_those(&mut self, now: Timestamp, meant: impl Fn(&Grant) -> bool) -> (usize, usize) {
        let (mut at_least, mut at_most) = (0, 0);
        for (id, family) in &mut self.families {
            if !meant(&family.grant) || family.revoked {
                continue;
            }
            let issued = self.access.values().any(|token| token.grant == *id && now < token.expires);
            let lives = now < family.grant.ends && (issued || now < family.idle_until);
            at_least += usize::from(lives);
            at_most += 1;
            family.revoked = true;
        }
        (at_least, at_most)
    }

    /// All grants and sessions here are of one client.
    fn withdraw_access(&mut self, who: Who, now: Timestamp) -> Outcome {
        let (at_least, at_most) = self.revoke_those(now, |grant| grant.member == member(who.0));
        let mut held = Vec::new();
        for session in self.sessions.values_mut().filter(|s| s.member == member(who.0) && session_lives(s, now)) {
            if !session.clients.is_empty() {
                held.push(session.clone());
                session.clients.clear();
            }
        }
        for session in &held {
            self.leave_logout(session, now);
        }
        Outcome::Withdrawn { at_least, at_most, sessions: held.len() }
    }

    /// How many grants of a member live: those that a refresh token keeps alive, and others.
    pub fn grants_of(&self, who: Who, now: Timestamp) -> (usize, usize) {
        let (mut refreshing, mut others) = (0, 0);
        for (id, family) in &self.families {
            if family.grant.member != member(who.0) || !family.lives(now) {
                continue;
            }
            if !family.tokens.is_empty() && now < family.idle_until {
                refreshing += 1;
            } else if self.access.values().any(|token| token.grant == *id && now < token.expires) {
                others += 1;
            }
        }
        (refreshing, others)
    }

    fn end_session(&mut self, session: Digest, now: Timestamp) -> Option<SessionRecord> {
        let session = self.sessions.remove(&session).filter(|session| session_lives(session, now))?;
        self.logins.remove(&session.transaction);
        self.leave_logout(&session, now);
        Some(session)
    }

    fn leave_logout(&mut self, ended: &SessionRecord, now: Timestamp) {
        for (client, subject) in verb::tell().into_iter().filter(|(client, _)| ended.clients.contains_key(client)) {
            let sid = ended.sid.clone();
            let delivery = LogoutDelivery { client, sid, subject, since: now, attempts: 0, next: now };
            self.logouts.insert((now, ended.sid.clone()), delivery);
        }
    }

    fn deliver(&mut self, done: bool, now: Timestamp) {
        let Some(((due, _), mut delivery)) = self.logouts.pop_first() else { return };
        if due > now {
            self.logouts.insert((due, delivery.sid.clone()), delivery);
        } else if !done {
            delivery.attempts += 1;
            delivery.next = now + PUT_OFF;
            self.logouts.insert((delivery.next, delivery.sid.clone()), delivery);
        }
    }
}

pub fn session_lives(session: &SessionRecord, now: Timestamp) -> bool {
    now < session.idle_until && now < session.ends
}
