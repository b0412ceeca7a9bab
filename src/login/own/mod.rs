//! The member's own page: the sign-in that leads to it, what it shows, and what its forms do ([`acts`]).
//!
//! Every form names things by what only this member's page tells, and is looked up among the things of this very
//! member: whoever sends another's does nothing.

pub mod acts;
mod applications;

use std::cmp::Reverse;
use std::collections::BTreeMap;

pub use applications::Holding;

use super::errand::Errand;
use super::transaction::Held;
use super::{Browser, Login, Next, Outcome, Stop};
use crate::directory::contacts::Kept;
use crate::directory::policy::standing;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::ClientId;
use crate::domain::language::Language;
use crate::store::records::{MemberRecord, SessionRecord};

/// What the page shows.
pub struct Own {
    /// The member, as last read.
    pub member: MemberRecord,
    /// The session of this browser.
    pub session: SessionRecord,
    /// What a form of this page must bring (threat 33).
    pub token: String,
    /// Every living session of the member, this browser's first, then the newest.
    pub sessions: Vec<OwnSession>,
    /// Every application that holds anything of the member, in the order of the ids.
    pub applications: BTreeMap<ClientId, Holding>,
    /// What the member let us read.
    pub kept: Option<Kept>,
}

/// A session by a name that tells nothing of its cookie nor of what applications know it by.
pub struct OwnSession {
    /// The name.
    pub name: String,
    /// Whether it is this browser's.
    pub here: bool,
    /// The session.
    pub record: SessionRecord,
}

impl Login {
    /// The whole address of the page.
    pub fn own_page(&self) -> String {
        self.provider.config.issuer.address("/account")
    }

    /// Signs in for the page, or leads back to it where that is done.
    pub(super) async fn own_page_for(
        &self,
        held: Option<Held>,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        if held.is_some() && self.owner(browser).is_some() {
            return Ok(Outcome::to(Next::Address(self.own_page())));
        }
        let (held, age) = self.held(held, || Errand::Account)?;
        self.to_sign_in(held, age, false, browser, language).await
    }

    /// Whose page it is. What came by a connection that a reload took away is nobody's.
    fn owner<'a>(&self, browser: &'a Browser) -> Option<&'a (Digest, SessionRecord)> {
        browser.session.as_ref().filter(|(_, session)| {
            let branch = self.provider.directory.branches.get(&session.connection);
            branch.is_some_and(|branch| branch.corp == *session.member.corp())
        })
    }

    /// What the page shows, or where a browser goes in which nobody is signed in.
    pub async fn own(&self, browser: &Browser, language: Language) -> Result<Result<Own, Outcome>, Stop> {
        let Some((digest, session)) = self.owner(browser) else {
            return self.own_page_for(None, browser, language).await.map(Err);
        };
        let Some(member) = self.provider.store.member(&session.connection, &session.member).await? else {
            return self.own_page_for(None, browser, language).await.map(Err);
        };
        // Law 5, also for whoever was a member when the session began.
        if let Err(turned) = standing(member.member.standing) {
            return Ok(Err(Outcome::to(self.refused(turned, &Errand::Account, None))));
        }
        let sessions = self.own_sessions(session, *digest).await?;
        Ok(Ok(Own {
            applications: self.own_applications(session, &sessions).await?,
            kept: self.provider.directory.kept_contact(&session.member).await?,
            token: token(*digest),
            session: session.clone(),
            sessions,
            member,
        }))
    }

    async fn own_sessions(&self, session: &SessionRecord, here: Digest) -> Result<Vec<OwnSession>, Stop> {
        let living = self.provider.store.sessions_of(&session.member, self.provider.now()).await?;
        let named = living.into_iter();
        let mut sessions: Vec<OwnSession> =
            named.map(|(digest, record)| OwnSession { name: name(digest), here: digest == here, record }).collect();
        sessions.sort_by_cached_key(|s| (!s.here, Reverse(s.record.auth_time), s.name.clone()));
        Ok(sessions)
    }
}

/// A token for the forms of one session, which no foreign page can know.
fn token(session: Digest) -> String {
    hex::encode(Digest::of(Purpose::FormToken, &format!("account/{}", hex::encode(session.0))).0)
}

/// What a form calls a session: nothing can be done with it but in a form of the same member.
fn name(session: Digest) -> String {
    hex::encode(&Digest::of(Purpose::FormToken, &format!("session/{}", hex::encode(session.0))).0[..10])
}
