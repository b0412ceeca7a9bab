//! The phone on a computer: a link that the member opens in the WeCom client (law 7).
//!
//! The ticket of the link is derived from the transaction's first cookie, so that the page can be
//! shown again without storing a new one each time. It is bound to the member, used once, and lives ten minutes.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::errand::Errand;
use super::transaction::Held;
use super::{Browser, CookieChange, Login, Stop};
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::{ClientId, ConnectionName, MemberKey, UserId};
use crate::domain::time::Span;
use crate::store::records::{PhoneTicket, SessionRecord};
use crate::wecom::{Card, During};

/// How long the link can be used.
pub const LINK_LIVES: Span = Span::minutes(10);

/// How long the page shows the same link when it is asked for again: what it shows lives on for the rest of
/// [`LINK_LIVES`] at least.
const SAME_LINK: Span = Span::minutes(5);

/// What the guide shows.
pub struct Guide {
    /// The application that needs the number.
    pub client: ClientId,
    /// The member's name, where it is known.
    pub member_name: Option<String>,
    /// The whole address that the QR code holds.
    pub link: String,
    /// How long the link can still be used.
    pub lives: Span,
    /// The number is there: the sign-in can go on.
    pub ready: bool,
    /// A card with the link is to be sent now.
    pub card: Option<CardDue>,
    /// WeCom was asked to send the member a card with this link, now or before, and has not refused.
    pub card_asked: bool,
    /// The transaction's cookies, given their full life again.
    pub cookies: Vec<CookieChange>,
}

/// A card that is to be sent.
pub struct CardDue {
    connection: ConnectionName,
    client: ClientId,
    to: UserId,
    ticket: Digest,
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
        let ticket = ticket_of(&held, &session.member, now.0 / SAME_LINK.0);
        let digest = ticket_digest(&ticket);
        let member = self.provider.store.member(&session.connection, &session.member).await?.map(|known| known.member);
        let mut guide = Guide {
            client,
            member_name: member.as_ref().and_then(|member| member.name.clone()),
            link: self.provider.config.issuer.address(&format!("/login/{}/phone/{ticket}", held.id)),
            lives: LINK_LIVES,
            ready: self.phone_is_there(browser).await?,
            card: None,
            card_asked: false,
            cookies: Vec::new(),
        };
        if !guide.ready {
            let record = PhoneTicket {
                connection: session.connection.clone(),
                member: session.member.clone(),
                client: guide.client.clone(),
                transaction: held.digest(),
                expires: now + LINK_LIVES,
            };
            // A page that is shown again shows what was stored when it was first.
            if let Some(before) = self.provider.store.put_phone_ticket(digest, &record, now).await? {
                guide.lives = before.expires.since(now);
            } else {
                let to = member.map(|member| member.userid);
                guide.card = to.and_then(|to| self.card_due(session, to, &held, digest, &guide.client));
            }
            guide.card_asked = self.cards.asked(digest);
        }
        guide.cookies = self.renew(&mut held)?;
        Ok(guide)
    }

    /// The card of a guide that is shown for the first time, where the connection sends any.
    fn card_due(
        &self,
        session: &SessionRecord,
        to: UserId,
        held: &Held,
        ticket: Digest,
        client: &ClientId,
    ) -> Option<CardDue> {
        let connection = self.provider.config.connections.get(&session.connection)?;
        let due =
            connection.guide_message && self.cards.may_ask(held.digest(), ticket, &session.member, self.provider.now());
        let (connection, client) = (session.connection.clone(), client.clone());
        due.then_some(CardDue { connection, client, to, ticket })
    }

    /// Sends a card. Nobody waits for it: whether it came or not, the page has the link as well. The operator reads
    /// of a failure.
    pub fn send_card(self: &Arc<Self>, due: CardDue, card: Card) {
        let login = self.clone();
        tokio::spawn(async move {
            let Some(branch) = login.provider.directory.branches.get(&due.connection) else { return };
            if let Err(error) = branch.wecom.send_card(&due.to, &card).await {
                login.cards.failed(due.ticket);
                let (connection, client) = (Some(due.connection.as_str()), Some(due.client.as_str()));
                let during = During { connection, client, ..During::default() };
                error.warn(&during, "the card of the guide could not be sent; its page shows the link as well");
            }
        });
    }

    /// The ticket of a link that can still be used: for a client that is still there.
    pub(super) async fn ticket(&self, ticket: &str) -> Result<Option<PhoneTicket>, Stop> {
        let known = self.provider.store.phone_ticket(ticket_digest(ticket), self.provider.now()).await?;
        Ok(known.filter(|known| self.provider.config.clients.contains_key(&known.client)))
    }

    /// The sign-in went on without a link that was shown: from now on it is worth nothing.
    pub(super) async fn withdraw_links(&self, held: &Held, member: &MemberKey) -> Result<(), Stop> {
        let now = self.provider.now();
        let latest = now.0 / SAME_LINK.0;
        for period in latest.saturating_sub(LINK_LIVES.0 / SAME_LINK.0)..=latest {
            let digest = ticket_digest(&ticket_of(held, member, period));
            if self.provider.store.phone_ticket(digest, now).await?.is_some() {
                self.provider.store.withdraw_phone_ticket(digest).await?;
            }
        }
        Ok(())
    }

    /// Whether the number of the member in this browser is known by now.
    pub async fn phone_is_there(&self, browser: &Browser) -> Result<bool, Stop> {
        let Some((_, session)) = browser.session.as_ref() else { return Ok(false) };
        Ok(self.provider.directory.contact(&session.member).await?.is_some_and(|c| c.phone.is_some()))
    }
}

/// 43 characters that only this browser's transaction can lead to, another one for each member and
/// in each period, so that an old link is never revived.
fn ticket_of(held: &Held, member: &MemberKey, period: u64) -> String {
    let (corp, userid) = (member.corp(), member.folded_userid());
    let digest = Digest::of(Purpose::PhoneTicket, &format!("{}/{}/{corp}/{userid}/{period}", held.id, held.binding));
    URL_SAFE_NO_PAD.encode(digest.0)
}
