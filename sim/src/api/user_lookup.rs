//! `POST /cgi-bin/user/getuserid` and `/get_userid_by_email`: a member by mobile number or e-mail.

use serde_json::Value;

use super::answer::{Answer, Fields, Refusal};
use super::call::{Call, Caller, text};
use super::lookup;
use crate::directory::Member;
use crate::world::World;

/// By mobile number; too many failures in a day block the call for the rest of it.
pub(crate) fn by_mobile(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let body = call.json()?;
    let mobile = text(&body, "mobile", 40063)?;
    if !(5..=32).contains(&mobile.len()) || !mobile.bytes().all(|byte| b"0123456789+- ".contains(&byte)) {
        return Err(Refusal::new(60103));
    }
    let corp_id = caller.0.corp_id.clone();
    let headcount = caller.find(world)?.0.members.len();
    if world.lookups.is_blocked(&corp_id, headcount, call.now) {
        return Err(Refusal::new(45009));
    }
    let wanted = bare(mobile);
    let answer = one(world, caller, |member| !member.mobile.is_empty() && bare(&member.mobile) == wanted);
    if answer.is_err() {
        world.lookups.failed(&corp_id, call.now);
    }
    answer
}

/// By e-mail: of the corp (1, the default) or personal (2).
pub(crate) fn by_email(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let body = call.json()?;
    let email = text(&body, "email", 40063)?;
    let is_personal = match body.get("email_type").map(Value::as_u64) {
        None | Some(Some(1)) => false,
        Some(Some(2)) => true,
        Some(_) => return Err(Refusal::new(40058)),
    };
    one(world, caller, |member| {
        let own = if is_personal { &member.email } else { &member.biz_mail };
        own.eq_ignore_ascii_case(email)
    })
}

fn one(world: &World, caller: &Caller, matches: impl Fn(&Member) -> bool) -> Answer {
    let (corp, app) = caller.find(world)?;
    let found = corp
        .members
        .iter()
        .filter(|member| lookup::is_listed(member, &world.quirks))
        .find(|member| matches(member) && corp.sees_member(app, member));
    match found {
        Some(member) => Ok(Fields::new().with("userid", member.userid.as_str())),
        None => Err(Refusal::new(46004)),
    }
}

/// The digits of a number, without the prefix of the mainland.
fn bare(mobile: &str) -> String {
    let digits: String = mobile.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("86") {
        Some(rest) if rest.len() == 11 => rest.to_owned(),
        _ => digits,
    }
}
