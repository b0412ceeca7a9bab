//! `POST /cgi-bin/auth/getuserdetail` and its older alias: a ticket to the fields the member granted.

use std::collections::BTreeSet;

use super::answer::{Answer, Fields, Refusal};
use super::call::{Call, Caller};
use crate::directory::{App, Created, Member, SensitiveField};
use crate::quirks::{TicketReuse, UngrantedField};
use crate::world::World;
use crate::world::tickets::Ticket;

const DEFAULT_AVATAR: &str = "https://wework.example.invalid/avatar/0";

/// Answers the call.
pub(crate) fn run(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let body = call.json()?;
    let value = match body.get("user_ticket") {
        None => return Err(Refusal::new(84090)),
        Some(value) => value.as_str().ok_or_else(|| Refusal::new(40058))?,
    };
    if value.is_empty() {
        return Err(Refusal::new(40063));
    }
    let ticket = take_ticket(world, caller, value, call.now)?;
    let (corp, app) = caller.find(world)?;
    let member = corp.member_by_serial(ticket.serial).ok_or_else(|| Refusal::new(84015))?;
    Ok(detail(app, member, &ticket.granted, world.quirks.ungranted_field))
}

fn take_ticket(world: &mut World, caller: &Caller, value: &str, now: i64) -> Result<Ticket, Refusal> {
    let once = world.quirks.ticket_reuse == TicketReuse::Once;
    let ticket = world.tickets.get_mut(value).ok_or_else(|| Refusal::new(84015))?;
    if ticket.app != caller.0 || (once && ticket.used) {
        return Err(Refusal::new(84015));
    }
    if ticket.is_expired(now) {
        return Err(Refusal::new(84014));
    }
    ticket.used = true;
    Ok(ticket.clone())
}

fn detail(app: &App, member: &Member, granted: &BTreeSet<SensitiveField>, ungranted: UngrantedField) -> Fields {
    let has = |field| granted.contains(&field) && app.sensitive_fields.contains(&field);
    let text = |field, value: &str| {
        if has(field) { Some(value.to_owned()) } else { (ungranted == UngrantedField::Empty).then(String::new) }
    };
    let gender = if has(SensitiveField::Gender) { member.gender.as_str() } else { "0" };
    let own_avatar = has(SensitiveField::Avatar) && !member.avatar.is_empty();
    let avatar = if own_avatar { member.avatar.as_str() } else { DEFAULT_AVATAR };
    let name = (app.created == Created::BeforePrivacyRule).then_some(member.name.as_str());
    Fields::new()
        .with("userid", member.userid.as_str())
        .with_some("name", name)
        .with("gender", gender)
        .with("avatar", avatar)
        .with_some("qr_code", text(SensitiveField::QrCode, &member.qr_code))
        .with_some("mobile", text(SensitiveField::Mobile, &member.mobile))
        .with_some("email", text(SensitiveField::Email, &member.email))
        .with_some("biz_mail", text(SensitiveField::BizMail, &member.biz_mail))
        .with_some("address", text(SensitiveField::Address, &member.address))
}
