//! What the forms of the member's own page do. A sign-out here is the member's own word, and no application's: with a
//! session everything ends that was granted in it ([ADR 17](../../../docs/adr/0017-what-ends-with-a-session.md)).

use subtle::ConstantTimeEq as _;

use super::{name, token};
use crate::directory::phones::Forgotten;
use crate::domain::digest::Digest;
use crate::domain::ids::ClientId;
use crate::login::{Browser, Login, Outcome, Stop};
use crate::oidc::logout::LogoutRequest;
use crate::oidc::params::Params;
use crate::store::records::SessionRecord;
use crate::store::{Which, Withdrawn};

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
    /// It is none of a page that this session was shown (threat 33), or nobody is signed in any more.
    Foreign,
    /// Done, or there was nothing to do; the page shows it, best from this part on.
    Done(&'static str),
    /// An application lost what it held. This one had the session of this browser and hears of such things through it.
    TakenBack(ClientId),
    /// The browser is signed out.
    SignedOut(Outcome),
}

impl Login {
    /// Does what a form of the page asks for.
    pub async fn act(&self, form: &Params, browser: &Browser) -> Result<Acted, Stop> {
        let Some(here) = self.owner(browser) else { return Ok(Acted::Foreign) };
        let presented = form.get("token").unwrap_or_default();
        if !bool::from(token(here.0).as_bytes().ct_eq(presented.as_bytes())) {
            return Ok(Acted::Foreign);
        }
        match Act::read(form) {
            None => Ok(Acted::Foreign),
            Some(Act::ForgetPhone) => self.forget_own_phone(&here.1).await,
            Some(Act::SignOut) => self.leave_here(Which::One(here.0), &here.1, browser).await,
            Some(Act::SignOutEverywhere) => self.leave_here(Which::All, &here.1, browser).await,
            Some(Act::EndSession(which)) if which == name(here.0) => {
                self.leave_here(Which::One(here.0), &here.1, browser).await
            }
            Some(Act::EndSession(which)) => self.leave_elsewhere(&which, &here.1).await,
            Some(Act::TakeAway(client)) => self.take_away(client, &here.1).await,
        }
    }

    async fn forget_own_phone(&self, session: &SessionRecord) -> Result<Acted, Stop> {
        let directory = &self.provider.directory;
        if directory.forget_phone(&session.member).await? == Forgotten::Forgotten {
            let member = directory.pseudonym(&session.member);
            tracing::info!(event = "phone.forgotten", member, "a member had what was read of them forgotten");
        }
        Ok(Acted::Done("phone"))
    }

    async fn leave_here(&self, which: Which, session: &SessionRecord, browser: &Browser) -> Result<Acted, Stop> {
        let directory = &self.provider.directory;
        let left = directory.leave(&session.member, which).await?;
        if which == Which::All {
            let member = directory.pseudonym(&session.member);
            let (sessions, grants) = (left.sessions.len(), left.grants);
            tracing::info!(
                event = "account.left_everywhere",
                member,
                sessions,
                grants,
                "a member signed out everywhere"
            );
        }
        let here = left.sessions.into_iter().find(|ended| ended.transaction == session.transaction);
        Ok(Acted::SignedOut(self.signed_out(&LogoutRequest::default(), here, browser)))
    }

    async fn leave_elsewhere(&self, which: &str, session: &SessionRecord) -> Result<Acted, Stop> {
        let (directory, store) = (&self.provider.directory, &self.provider.store);
        let living = store.sessions_of(&session.member, self.provider.now()).await?;
        if let Some(meant) = living.into_iter().map(|(digest, _): (Digest, _)| digest).find(|d| name(*d) == which) {
            let left = directory.leave(&session.member, Which::One(meant)).await?;
            if !left.sessions.is_empty() {
                let (member, grants) = (directory.pseudonym(&session.member), left.grants);
                tracing::info!(
                    event = "account.session_ended",
                    member,
                    grants,
                    "a member signed out of another browser"
                );
            }
        }
        Ok(Acted::Done("sessions"))
    }

    async fn take_away(&self, client: ClientId, session: &SessionRecord) -> Result<Acted, Stop> {
        let directory = &self.provider.directory;
        let taken = directory.withdraw_access(&session.member, &client).await?;
        if taken != Withdrawn::default() {
            let (member, Withdrawn { grants, sessions, consent }) = (directory.pseudonym(&session.member), taken);
            tracing::info!(event = "account.access_withdrawn", client = %client, member, grants, sessions, consent, "a member took an application's access back");
        }
        let known = self.provider.config.clients.get(&client);
        let listens = known.is_some_and(|client| client.frontchannel_logout_uri.is_some());
        let told = listens && taken.sessions > 0 && session.clients.contains_key(&client);
        Ok(if told { Acted::TakenBack(client) } else { Acted::Done("applications") })
    }
}
