//! The exchange with WeCom: who came, whether one is a member, and what one lets us read (laws 5 and 7;
//! `wecom-api.md` §4, §5, §6.1).

use super::errand::Errand;
use super::guide::ticket_digest;
use super::transaction::Held;
use super::{Login, Stop};
use crate::directory::{Admitted, Turned};
use crate::domain::ids::{ConnectionName, MemberKey};
use crate::domain::member::{Contact, ContactSource};
use crate::domain::phone::PhoneNumber;
use crate::domain::refusal::Refusal;
use crate::store::records::PhoneTicket;
use crate::wecom::{Detail, Granted, UserTicket, Visitor, WecomCode, WecomError};

/// What the visit at WeCom brought.
pub(super) struct Visit {
    /// The member, just read.
    pub admitted: Admitted,
    /// What WeCom said about the number.
    pub phone: PhoneAnswer,
    /// The ticket that the visit was for, on a phone.
    pub ticket: Option<PhoneTicket>,
}

/// What WeCom said about the number in this visit.
#[derive(Clone)]
pub(super) enum PhoneAnswer {
    /// It was not asked for, or no ticket came with the member.
    NoTicket,
    /// The field is withheld: not enabled, or not agreed to.
    Withheld,
    /// The profile holds none.
    Empty,
    /// It was read and remembered.
    Read(PhoneNumber),
    /// WeCom did not answer. Only a sign-in that needs the number ends on it.
    Failed(WecomError),
}

impl Login {
    /// The exchange, and the member behind it.
    pub(super) async fn visit(
        &self,
        held: &Held,
        connection: &ConnectionName,
        code: &WecomCode,
    ) -> Result<Result<Visit, Turned>, Stop> {
        let branch = self.provider.directory.branches.get(connection).ok_or(Stop::StartAgain)?;
        let (userid, ticket) = match branch.wecom.identify(code).await {
            Ok(Visitor::Member { userid, ticket }) => (userid, ticket),
            // Law 5: WeCom knows them, the corp does not (threat 22).
            Ok(Visitor::LinkedCorp | Visitor::Outsider | Visitor::UnusableUserid) => {
                return Ok(Err(Refusal::NotAMember.into()));
            }
            Err(error) => return Ok(Err(error.into())),
        };
        let waiting = match &held.transaction.errand {
            Errand::Phone { ticket } => {
                match self.right_member(ticket, &MemberKey::new(branch.corp.clone(), &userid)).await? {
                    Ok(waiting) => Some(waiting),
                    Err(turned) => return Ok(Err(turned)),
                }
            }
            _ => None,
        };
        let admitted = match self.provider.directory.admit(connection, &userid).await? {
            Ok(admitted) => admitted,
            Err(turned) => return Ok(Err(turned)),
        };
        let phone = match ticket {
            None => PhoneAnswer::NoTicket,
            Some(ticket) => match self.read_phone(held, connection, &admitted, &ticket).await? {
                Ok(answer) => answer,
                Err(turned) => return Ok(Err(turned)),
            },
        };
        Ok(Ok(Visit { admitted, phone, ticket: waiting }))
    }

    /// Threat 24: another member on the phone than the one who waits at the computer.
    async fn right_member(&self, ticket: &str, member: &MemberKey) -> Result<Result<PhoneTicket, Turned>, Stop> {
        Ok(match self.ticket(ticket).await? {
            None => Err(Refusal::LinkExpired.into()),
            Some(known) if known.member == *member => Ok(known),
            Some(_) => Err(Refusal::WrongMember.into()),
        })
    }

    /// Law 7: the number of that very member, or none.
    async fn read_phone(
        &self,
        held: &Held,
        connection: &ConnectionName,
        admitted: &Admitted,
        ticket: &UserTicket,
    ) -> Result<Result<PhoneAnswer, Turned>, Stop> {
        let branch = self.provider.directory.branches.get(connection).ok_or(Stop::StartAgain)?;
        let detail = match branch.wecom.detail(ticket).await {
            Ok(detail) => detail,
            Err(error) => return Ok(Ok(PhoneAnswer::Failed(error))),
        };
        if MemberKey::new(branch.corp.clone(), &detail.userid) != admitted.key {
            return Ok(Err(Refusal::WrongMember.into()));
        }
        let answer = match &detail.mobile {
            Granted::Withheld => PhoneAnswer::Withheld,
            Granted::Empty => PhoneAnswer::Empty,
            Granted::Value(text) => PhoneNumber::parse(text).map_or(PhoneAnswer::Empty, PhoneAnswer::Read),
        };
        let number = answer.number();
        match &held.transaction.errand {
            Errand::Phone { ticket } if number.is_some() => {
                let contact = self.contact(ContactSource::GuideLink, &detail, number);
                let sealed = self.provider.directory.sealed_contact(&admitted.key, &contact).await?;
                let (digest, now) = (ticket_digest(ticket), self.provider.now());
                if !self.provider.store.redeem_phone_ticket(digest, &admitted.key, &sealed, now).await? {
                    return Ok(Err(Refusal::LinkExpired.into()));
                }
                self.waiting.arrived(&admitted.key);
            }
            Errand::Phone { .. } => {}
            _ => self.remember(admitted, &detail, &answer).await?,
        }
        Ok(Ok(answer))
    }

    /// Remembers what was granted. A number that was granted before and is withheld today stays, with its own time:
    /// WeCom's consent was given for it, and the member can have it forgotten. One that WeCom shows as empty goes: it
    /// may be somebody else's by now (ADR 15).
    async fn remember(&self, admitted: &Admitted, detail: &Detail, answer: &PhoneAnswer) -> Result<(), Stop> {
        let directory = &self.provider.directory;
        let mut contact = self.contact(ContactSource::InClientSignIn, detail, answer.number());
        let before = directory.contact(&admitted.key).await?.filter(|before| before.phone.is_some());
        if let (PhoneAnswer::Withheld, Some(before)) = (answer, &before) {
            contact = Contact { biz_mail: contact.biz_mail, email: contact.email, ..before.clone() };
        }
        if contact.phone.is_some() || contact.biz_mail.is_some() || contact.email.is_some() {
            directory.remember_contact(&admitted.key, &contact).await?;
            self.waiting.arrived(&admitted.key);
        } else if before.is_some() {
            directory.forget_phone(&admitted.key).await?;
        }
        Ok(())
    }

    fn contact(&self, source: ContactSource, detail: &Detail, phone: Option<PhoneNumber>) -> Contact {
        Contact {
            phone,
            biz_mail: detail.biz_mail.clone(),
            email: detail.email.clone(),
            read_at: self.provider.now(),
            source,
        }
    }
}

impl PhoneAnswer {
    fn number(&self) -> Option<PhoneNumber> {
        match self {
            Self::Read(number) => Some(number.clone()),
            _ => None,
        }
    }

    /// Why a sign-in that needs the number ends here. `declined`: the member said no on WeCom's page before.
    pub(super) fn turned(self, declined: bool) -> Turned {
        match self {
            Self::Empty => Refusal::PhoneMissing.into(),
            Self::Failed(error) => error.into(),
            Self::NoTicket if declined => Refusal::PhoneRefused.into(),
            Self::NoTicket | Self::Withheld | Self::Read(_) => Refusal::PhoneWithheld.into(),
        }
    }
}
