//! The phone on a computer: a link that the member opens in the WeCom client (law 7).
//!
//! The ticket of the link is derived from the transaction's first cookie, so that the page can be
//! shown again without storing a new one each time. It is bound to the member, used once, and lives ten minutes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::transaction::Held;
use super::{Browser, CookieChange, Login, Stop};
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::{ClientId, MemberKey};
use crate::domain::time::{Span, Timestamp};
use crate::store::records::PhoneTicket;

use super::errand::Errand;

/// How long the link can be used.
pub const LINK_LIVES: Span = Span::minutes(10);

/// What the guide shows.
pub struct Guide {
    /// The application that needs the number.
    pub client: ClientId,
    /// The member's name, where it is known.
    pub member_name: Option<String>,
    /// The whole address that the QR code holds.
    pub link: String,
    /// The number is there: the sign-in can go on.
    pub ready: bool,
    /// The transaction's cookies, given their full life again.
    pub cookies: Vec<CookieChange>,
}

/// What the store knows a ticket by.
pub fn ticket_digest(ticket: &str) -> Digest {
    Digest::of(Purpose::PhoneTicket, ticket)
}

impl Login {
    /// Prepares the guide for the member who is signed in in this browser.
    pub async fn guide(&self, mut held: Held, browser: &Browser) -> Result<Guide, Stop> {
        let (_, session) = browser.session.as_ref().ok_or(Stop::StartAgain)?;
        let Errand::Authorize(request) = &held.transaction.errand else { return Err(Stop::StartAgain) };
        let client = self.client_of(request)?.client_id.clone();
        let now = self.provider.now();
        let ticket = ticket_of(&held, &session.member, now);
        let ready = self.phone_is_there(browser).await?;
        let digest = ticket_digest(&ticket);
        if !ready && self.provider.store.phone_ticket(digest, now).await?.is_none() {
            let record = PhoneTicket {
                connection: session.connection.clone(),
                member: session.member.clone(),
                client: client.clone(),
                transaction: held.digest(),
                expires: now + LINK_LIVES,
            };
            self.provider.store.put_phone_ticket(digest, &record).await?;
        }
        let member = self.provider.store.member(&session.connection, &session.member).await?;
        let link = self.provider.config.issuer.address(&format!("/login/{}/phone/{ticket}", held.id));
        let cookies = self.renew(&mut held)?;
        Ok(Guide { client, member_name: member.and_then(|m| m.member.name), link, ready, cookies })
    }

    /// The ticket of a link that can still be used: for a client that is still there.
    pub(super) async fn ticket(&self, ticket: &str) -> Result<Option<PhoneTicket>, Stop> {
        let known = self.provider.store.phone_ticket(ticket_digest(ticket), self.provider.now()).await?;
        Ok(known.filter(|known| self.provider.config.clients.contains_key(&known.client)))
    }

    /// Whether the number of the member in this browser is known by now.
    pub async fn phone_is_there(&self, browser: &Browser) -> Result<bool, Stop> {
        let Some((_, session)) = browser.session.as_ref() else { return Ok(false) };
        Ok(self.provider.directory.contact(&session.member).await?.is_some_and(|c| c.phone.is_some()))
    }
}

/// 43 characters that only this browser's transaction can lead to, another one for each member and
/// every ten minutes, so that an old link is never revived.
fn ticket_of(held: &Held, member: &MemberKey, now: Timestamp) -> String {
    let (corp, userid, period) = (member.corp(), member.folded_userid(), now.0 / LINK_LIVES.0);
    let digest = Digest::of(Purpose::PhoneTicket, &format!("{}/{}/{corp}/{userid}/{period}", held.id, held.binding));
    URL_SAFE_NO_PAD.encode(digest.0)
}
