//! One page that waits for a number: woken within this process, and with a slow look at the store for what another
//! instance wrote.

use std::sync::Arc;
use std::time::Duration;

use super::guide::LINK_LIVES;
use super::transaction::Held;
use super::waiting::{Call, Place};
use super::{Browser, Login, Stop};
use crate::directory::Directory;
use crate::domain::ids::MemberKey;
use crate::domain::time::Timestamp;

/// How often it looks at a store that other instances write to.
const LOOK_AT_SHARED: Duration = Duration::from_secs(5);

/// How often it looks at a store of this process alone, which wakes it by itself: only to be sure, and to show
/// proxies that the line is alive.
const LOOK: Duration = Duration::from_secs(15);

/// What there is to tell the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The number is there: the sign-in can go on.
    Ready,
    /// Still waiting.
    Waiting,
    /// Too many pages of this sign-in wait: this one asks by itself from now on.
    GiveWay,
}

/// A page that waits.
pub struct Watch {
    place: Place,
    directory: Arc<Directory>,
    member: MemberKey,
    every: Duration,
    until: Timestamp,
    looks: bool,
}

impl Login {
    /// Lets the guide of this transaction wait, for as long as its link or its transaction lives. `None` when too
    /// many wait already.
    pub fn watch(&self, held: &Held, browser: &Browser) -> Result<Option<Watch>, Stop> {
        let (_, session) = browser.session.as_ref().ok_or(Stop::StartAgain)?;
        let Some(place) = self.waiting.place(&session.member, held.digest()) else { return Ok(None) };
        Ok(Some(Watch {
            place,
            directory: self.provider.directory.clone(),
            member: session.member.clone(),
            every: if self.provider.store.is_shared() { LOOK_AT_SHARED } else { LOOK },
            until: held.transaction.expires.earlier(self.provider.now() + LINK_LIVES),
            looks: true,
        }))
    }
}

impl Watch {
    /// The next news. `None` is the end: the time is over, or the server stops.
    pub async fn news(&mut self) -> Result<Option<News>, Stop> {
        loop {
            // The place was taken before: what is stored from now on calls.
            if std::mem::take(&mut self.looks) && self.is_there().await? {
                return Ok(Some(News::Ready));
            }
            let left = self.until.since(self.directory.clock.now()).to_std();
            if left.is_zero() {
                return Ok(None);
            }
            match tokio::time::timeout(left.min(self.every), self.place.called()).await {
                Ok(Call::Close) => return Ok(None),
                Ok(Call::GiveWay) => return Ok(Some(News::GiveWay)),
                Ok(Call::Look | Call::Wait) => self.looks = true,
                Err(_) => {
                    self.looks = true;
                    return Ok(Some(News::Waiting));
                }
            }
        }
    }

    async fn is_there(&self) -> Result<bool, Stop> {
        Ok(self.directory.contact(&self.member).await?.is_some_and(|contact| contact.phone.is_some()))
    }
}
