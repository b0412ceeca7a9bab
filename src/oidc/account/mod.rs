//! The account that is already there (`[clients.nocobase]`): before a code is issued, the member's account at the
//! client is found and linked to the `sub`, so that the client opens the right one.
//!
//! | file | decides |
//! |---|---|
//! | [`number`] | whether the member's number is good enough to make a link |
//! | [`find`] | which account it is: the one that is linked already, or the one with the number |
//! | [`make`] | that a link is made, and an account where there is none |
//! | [`outcome`] | what the member and the operator are told |
//!
//! What was seen is remembered, so that signing in again costs no call. All who sign in as the same member meanwhile
//! wait for one of them. Every step looks before it acts, so a step that was lost is taken at the next sign-in (ADR 14).

mod find;
mod make;
mod number;
mod outcome;

use std::time::Duration;

use tokio::time::Instant;

use super::provider::Provider;
use crate::config::{Client, Nocobase};
use crate::directory::together::Together;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::{ClientId, MemberKey, Subject};
use crate::domain::refusal::Refusal;
use crate::domain::time::Span;
use crate::nocobase::{AccountId, Api, Trouble};
use crate::store::records::{LinkedAccount, SessionRecord};
use crate::store::{Result, StoreError};

/// How long an account that was seen is not looked for again: so soon a deleted one is noticed.
pub const SEEN_FOR: Span = Span::hours(1);

/// How long a sign-in waits for NocoBase, all calls together.
pub const WAITS_FOR: Duration = Duration::from_secs(3);

/// The members whose accounts are being looked for.
pub type Searches = Together<(ClientId, MemberKey), std::result::Result<(), Refusal>>;

/// Whether a code may be issued. The account of the member is found and linked on the way, where the client has
/// accounts to be found.
pub async fn settle(
    provider: &Provider,
    client: &Client,
    session: &SessionRecord,
) -> Result<std::result::Result<(), Refusal>> {
    let Some(nocobase) = &client.nocobase else { return Ok(Ok(())) };
    let subject = provider.directory.subject(client, &session.member).await?;
    let search = Search { provider, client, nocobase, session, subject, until: Instant::now() + WAITS_FOR };
    if search.remembered().await?.is_some_and(|account| search.is_fresh(&account)) {
        return Ok(Ok(()));
    }
    let name = (client.client_id.clone(), session.member.clone());
    provider.searches.once(name, search.run()).await
}

/// One member's account at one client.
struct Search<'a> {
    provider: &'a Provider,
    client: &'a Client,
    nocobase: &'a Nocobase,
    session: &'a SessionRecord,
    /// The `sub` that the client knows the member by.
    subject: Subject,
    until: Instant,
}

/// How the account came to be the member's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Led {
    /// It was linked before.
    Found,
    /// It is linked now.
    Linked,
}

/// Why no account is the member's.
#[derive(Debug)]
enum Halt {
    /// The member is told why.
    Refused(Why),
    /// NocoBase is to decide by itself (`unmatched = "leave"`).
    Left(Why),
    /// NocoBase gave no answer to work with.
    Trouble(Trouble),
    /// Our own store failed.
    Store(StoreError),
}

/// What stands between a member and an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// No account has the number.
    NoMatch,
    /// Several accounts have the number.
    Ambiguous,
    /// The `sub` opens several accounts.
    LinkedTwice,
    /// The account is linked to another `sub`.
    Taken,
    /// The account has a role that is protected, or its roles are not known.
    Protected,
    /// An account of that username has not that number.
    UsernameTaken,
    /// No number is known, or none that could be understood.
    NoNumber,
    /// The number was read too long ago.
    OldNumber,
    /// Another member of ours holds the number as well.
    SharedNumber,
}

impl From<Trouble> for Halt {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Search<'_> {
    async fn run(&self) -> Result<std::result::Result<(), Refusal>> {
        // Whoever had the turn before may have found it.
        let remembered = self.remembered().await?;
        if remembered.as_ref().is_some_and(|account| self.is_fresh(account)) {
            return Ok(Ok(()));
        }
        match self.lead().await {
            Ok((led, account)) => {
                self.remember(account).await?;
                self.tell_led(led, account, remembered.as_ref());
                Ok(Ok(()))
            }
            Err(Halt::Store(error)) => Err(error),
            // Asked for again: NocoBase may have said that the link is gone before it gave trouble.
            Err(Halt::Trouble(trouble)) => Ok(self.troubled(trouble, self.remembered().await?.is_some())),
            Err(Halt::Left(why)) => {
                self.tell_left(why);
                Ok(Ok(()))
            }
            Err(Halt::Refused(why)) => Ok(Err(self.refused(why))),
        }
    }

    /// Leads the member to an account: first the one that is linked, else the one that the number proves.
    async fn lead(&self) -> std::result::Result<(Led, AccountId), Halt> {
        if let Some(account) = self.linked().await? {
            return Ok((Led::Found, account));
        }
        self.provider.store.forget_account(&self.session.member, &self.client.client_id).await?;
        let number = self.number().await?.map_err(|why| self.unmatched(why))?;
        let account = match self.matching(&number).await? {
            Some(account) => account,
            None => self.make(&number).await?,
        };
        self.link(account).await?;
        Ok((Led::Linked, account))
    }

    fn api(&self) -> Api<'_> {
        Api {
            visits: &*self.provider.outbound,
            url: &self.nocobase.url,
            key: self.nocobase.api_key.secret(),
            authenticator: &self.nocobase.authenticator,
            until: self.until,
        }
    }

    /// What is remembered of this very `sub` at this very place.
    async fn remembered(&self) -> Result<Option<LinkedAccount>> {
        let account = self.provider.store.account(&self.session.member, &self.client.client_id).await?;
        Ok(account.filter(|account| account.subject == self.subject && account.place == self.place()))
    }

    fn is_fresh(&self, account: &LinkedAccount) -> bool {
        let now = self.provider.now();
        now >= account.seen && now.since(account.seen) < SEEN_FOR
    }

    async fn remember(&self, AccountId(account): AccountId) -> Result<()> {
        let (subject, seen) = (self.subject.clone(), self.provider.now());
        let linked = LinkedAccount { subject, place: self.place(), account, seen };
        self.provider.store.remember_account(&self.session.member, &self.client.client_id, &linked).await
    }

    fn place(&self) -> Digest {
        Digest::of(Purpose::AccountPlace, &format!("{} {}", self.nocobase.url, self.nocobase.authenticator))
    }
}
