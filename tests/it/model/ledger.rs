//! What was handed out so far: what browsers and applications would hold. It knows names, and no rule.

use std::collections::BTreeSet;

use wecom_oidc::domain::time::Timestamp;
use wecom_oidc::store::{Finished, Redeemed, Rotated};

use super::event::{Back, Event};
use super::verb::{LOGIN, Name, Outcome, Verb, Who};
use super::view::Kind;

#[derive(Default)]
pub struct Ledger {
    /// Everything that a store was ever told of.
    pub names: BTreeSet<(Kind, Name)>,
    codes: Vec<(Name, Who)>,
    families: Vec<Family>,
    sessions: Vec<Name>,
    logins: Vec<(Name, Who, Timestamp)>,
    made: usize,
}

struct Family {
    grant: Name,
    refresh: Vec<Name>,
    access: Vec<Name>,
}

impl Ledger {
    /// The call that an event comes to, if there is anything to call it on.
    pub fn verb(&mut self, event: &Event, now: Timestamp) -> Option<Verb> {
        Some(match *event {
            Event::SignIn { who, replaces_session } => {
                let replaces = self.sessions.last().filter(|_| replaces_session).cloned();
                let login = self.name(Kind::Login, "l");
                self.finish(login, who, replaces)
            }
            Event::CallbackAgain { login } => {
                let (login, who, finished) = back(&self.logins, login)?.clone();
                // Later the transaction's own cookies have ended, and nobody could.
                if now.since(finished) >= LOGIN {
                    return None;
                }
                self.finish(login, who, None)
            }
            Event::Issue { who } => Verb::PutCode { code: self.name(Kind::Code, "c"), who },
            Event::Redeem { code, refreshable } => {
                let (code, who) = back(&self.codes, code)?.clone();
                let refresh = refreshable.then(|| self.name(Kind::Refresh, "r"));
                Verb::RedeemCode { code, grant: self.fresh("g"), access: self.name(Kind::Access, "a"), refresh, who }
            }
            Event::Refresh { family, token } => {
                let family = back(&self.families, family)?;
                let (grant, presented) = (family.grant.clone(), back(&family.refresh, token)?.clone());
                let successor = self.name(Kind::Refresh, "r");
                Verb::Rotate { presented, successor, access: self.name(Kind::Access, "a"), grant }
            }
            Event::RevokeAccessToken { family, token } => {
                Verb::RevokeAccessToken { access: back(&back(&self.families, family)?.access, token)?.clone() }
            }
            Event::RevokeGrant { family } => Verb::RevokeGrant { grant: back(&self.families, family)?.grant.clone() },
            Event::RevokeMember { who, everywhere } => Verb::RevokeGrantsOf { who, everywhere },
            Event::Withdraw { who } => Verb::WithdrawAccess { who },
            Event::Leave { who, one: None } => Verb::Leave { who, one: None },
            Event::Leave { who, one: Some(session) } => {
                Verb::Leave { who, one: Some(back(&self.sessions, session)?.clone()) }
            }
            Event::Touch { session } => Verb::TouchSession { session: back(&self.sessions, session)?.clone() },
            Event::SignOut { session } => Verb::EndSession { session: back(&self.sessions, session)?.clone() },
            Event::Deliver { done } => Verb::Deliver { done },
            Event::Race(_) | Event::Wait { .. } | Event::Sweep | Event::Restart | Event::Kill => return None,
        })
    }

    fn finish(&mut self, login: Name, who: Who, replaces: Option<Name>) -> Verb {
        let (session, code) = (self.name(Kind::Session, "s"), self.name(Kind::Code, "c"));
        Verb::FinishLogin { login, session, code, who, replaces }
    }

    fn fresh(&mut self, letter: &str) -> Name {
        self.made += 1;
        Name(format!("{letter}{}", self.made))
    }

    fn name(&mut self, kind: Kind, letter: &str) -> Name {
        let name = self.fresh(letter);
        self.names.insert((kind, name.clone()));
        name
    }

    /// Takes down what somebody was given.
    pub fn note(&mut self, verb: &Verb, outcome: &Outcome, now: Timestamp) {
        match (verb, outcome) {
            (Verb::FinishLogin { login, session, code, who, .. }, Outcome::Finished(Finished::Now)) => {
                self.logins.push((login.clone(), *who, now));
                self.sessions.push(session.clone());
                self.codes.push((code.clone(), *who));
            }
            (Verb::PutCode { code, who }, _) => self.codes.push((code.clone(), *who)),
            (Verb::RedeemCode { grant, access, refresh, .. }, Outcome::Redeemed(Redeemed::Now)) => {
                let refresh = refresh.iter().cloned().collect();
                self.families.push(Family { grant: grant.clone(), refresh, access: vec![access.clone()] });
            }
            (Verb::Rotate { successor, access, grant, .. }, Outcome::Rotated(rotated)) => {
                let family = self.families.iter_mut().find(|family| family.grant == *grant);
                let Some(family) = family else { return };
                match rotated {
                    Rotated::Now => {
                        family.refresh.push(successor.clone());
                        family.access.push(access.clone());
                    }
                    Rotated::Replayed { .. } => family.access.push(access.clone()),
                    Rotated::Reused | Rotated::Unknown => {}
                }
            }
            _ => {}
        }
    }
}

fn back<T>(made: &[T], back: Back) -> Option<&T> {
    made.iter().rev().nth(back)
}
