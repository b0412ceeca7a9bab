//! The member's own page: the sign-in that leads to it, and what its forms do.
//!
//! Every form names things by what only this member's page tells, and is looked up among the things of this very
//! member: whoever sends another's does nothing.

use std::collections::BTreeMap;

use subtle::ConstantTimeEq as _;

use super::errand::Errand;
use super::transaction::Held;
use super::{Browser, Login, Next, Outcome, Stop};
use crate::directory::policy::standing;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::ClientId;
use crate::domain::language::Language;
use crate::domain::member::Contact;
use crate::domain::scope::{Scope, Scopes};
use crate::domain::time::Timestamp;
use crate::oidc::claims::{may_have_phone, scope_of};
use crate::oidc::logout::LogoutRequest;
use crate::oidc::params::Params;
use crate::store::Withdrawn;
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
    pub contact: Option<Contact>,
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

/// What an application holds of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Since when, as far as it is known.
    pub since: Timestamp,
    /// In so many browsers the member is signed in there.
    pub sessions: usize,
    /// It may go on while the member is away.
    pub lasting: bool,
    /// What it was told or may ask for.
    pub told: Scopes,
}

/// What a form of the page asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Forget the phone number and the addresses.
    ForgetPhone,
    /// Sign out here.
    SignOut,
    /// Sign out in every browser.
    SignOutEverywhere,
    /// End the session of this name.
    EndSession(String),
    /// Take an application's access back.
    TakeAway(ClientId),
}

impl Act {
    /// Reads a form. Anything but a known word is nothing.
    pub fn read(form: &Params) -> Option<Self> {
        if form.any_doubled() {
            return None;
        }
        let which = form.get("which").unwrap_or_default();
        Some(match form.get("do")? {
            "forget-phone" => Self::ForgetPhone,
            "sign-out" => Self::SignOut,
            "sign-out-everywhere" => Self::SignOutEverywhere,
            "end-session" => Self::EndSession(which.to_owned()),
            "take-away" => Self::TakeAway(ClientId::parse(which).ok()?),
            _ => return None,
        })
    }
}

/// What a form came to.
pub enum Acted {
    /// Nobody is signed in.
    Nobody,
    /// Done; the page shows it, best from this part on.
    Done(&'static str),
    /// The browser is signed out.
    SignedOut(Outcome),
}

impl Login {
    /// The whole address of the page.
    pub fn own_page(&self) -> String {
        self.provider.config.issuer.address("/account")
    }

    /// Signs in for the page, or leads back to it where that is done.
    pub async fn own_page_for(
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
        let store = &self.provider.store;
        let Some(member) = store.member(&session.connection, &session.member).await? else {
            return self.own_page_for(None, browser, language).await.map(Err);
        };
        // Law 5, also for whoever was a member when the session began.
        if let Err(turned) = standing(member.member.standing) {
            return Ok(Err(Outcome::to(self.refused(turned, &Errand::Account, None))));
        }
        let sessions = self.own_sessions(session, *digest).await?;
        Ok(Ok(Own {
            applications: self.own_applications(session, &sessions).await?,
            contact: self.provider.directory.contact(&session.member).await?,
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
        sessions.sort_by_key(|s| (!s.here, std::cmp::Reverse(s.record.auth_time), s.name.clone()));
        Ok(sessions)
    }

    /// From sessions, grants and what was agreed to: each knows of applications that the others need not know.
    async fn own_applications(
        &self,
        session: &SessionRecord,
        sessions: &[OwnSession],
    ) -> Result<BTreeMap<ClientId, Holding>, Stop> {
        let mut found: BTreeMap<ClientId, Holding> = BTreeMap::new();
        let mut note = |client: &ClientId, since: Timestamp, sessions: usize, lasting: bool, told: Scopes| {
            let held = found.entry(client.clone()).or_insert(Holding { since, sessions: 0, lasting: false, told });
            held.since = held.since.earlier(since);
            held.sessions += sessions;
            held.lasting |= lasting;
            held.told = held.told.or(told);
        };
        for OwnSession { record, .. } in sessions {
            for client in &record.clients {
                note(client, record.auth_time, 1, false, Scopes::default());
            }
        }
        for living in self.provider.store.grants_of(&session.member, self.provider.now()).await? {
            let grant = &living.grant;
            let client = self.provider.config.clients.get(&grant.client);
            let phone = client.is_some_and(|client| may_have_phone(client, grant.scopes));
            let scopes = if phone { grant.scopes.with(Scope::Phone) } else { grant.scopes.without(Scope::Phone) };
            let named = grant.claims.id_token.iter().chain(&grant.claims.userinfo);
            let told = named.filter_map(|claim| scope_of(claim)).fold(scopes, Scopes::with);
            // What the scope asks for and the client may not do is nothing that the member has to read.
            let told = if living.refreshes { told } else { told.without(Scope::OfflineAccess) };
            note(&grant.client, grant.auth_time, 0, living.refreshes, told);
        }
        let person = self.provider.directory.person(&session.member).await?;
        for (client, consent) in self.provider.store.consents_of(&session.member).await? {
            if consent.person == person {
                let told = consent.claims.iter().filter_map(|claim| scope_of(claim));
                note(&client, consent.agreed, 0, false, told.fold(consent.scopes, Scopes::with));
            }
        }
        Ok(found)
    }

    /// Does what a form of the page asks for. `None` for a form that this page did not show (threat 33).
    pub async fn act(&self, form: &Params, browser: &Browser) -> Result<Option<Acted>, Stop> {
        let Some((digest, session)) = self.owner(browser) else { return Ok(Some(Acted::Nobody)) };
        let presented = form.get("token").unwrap_or_default();
        if !bool::from(token(*digest).as_bytes().ct_eq(presented.as_bytes())) {
            return Ok(None);
        }
        let Some(act) = Act::read(form) else { return Ok(None) };
        let directory = &self.provider.directory;
        let (member, pseudonym) = (&session.member, directory.pseudonym(&session.member));
        Ok(Some(match act {
            Act::ForgetPhone => {
                if directory.forget_contact(member).await? {
                    tracing::info!(
                        event = "contact.forgotten",
                        member = pseudonym,
                        "a member had the number forgotten"
                    );
                }
                Acted::Done("phone")
            }
            Act::SignOut => Acted::SignedOut(self.end(&LogoutRequest::default(), browser).await?),
            Act::SignOutEverywhere => {
                let mut ended = 1;
                for (other, _) in self.provider.store.sessions_of(member, self.provider.now()).await? {
                    if other != *digest {
                        ended += usize::from(directory.end_session(other, member).await?.is_some());
                    }
                }
                tracing::info!(
                    event = "account.left_everywhere",
                    member = pseudonym,
                    sessions = ended,
                    "a member signed out everywhere"
                );
                Acted::SignedOut(self.end(&LogoutRequest::default(), browser).await?)
            }
            Act::EndSession(which) if which == name(*digest) => {
                Acted::SignedOut(self.end(&LogoutRequest::default(), browser).await?)
            }
            Act::EndSession(which) => {
                let living = self.provider.store.sessions_of(member, self.provider.now()).await?;
                if let Some((other, _)) = living.into_iter().find(|(other, _)| name(*other) == which)
                    && directory.end_session(other, member).await?.is_some()
                {
                    tracing::info!(
                        event = "account.session_ended",
                        member = pseudonym,
                        "a member signed out of another browser"
                    );
                }
                Acted::Done("sessions")
            }
            Act::TakeAway(client) => {
                let taken = directory.withdraw_access(member, &client).await?;
                if taken != Withdrawn::default() {
                    tracing::info!(event = "account.access_withdrawn", client = %client, member = pseudonym, grants = taken.grants, sessions = taken.sessions, "a member took an application's access back");
                }
                Acted::Done("applications")
            }
        }))
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
