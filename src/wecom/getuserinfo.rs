//! `GET /cgi-bin/auth/getuserinfo`: a code for who stands behind it (pages 91023, 98177).

use serde::Deserialize;

use super::errors::{Call, Cause, WecomError};
use super::lenient;
use super::transport::{Ask, Repeat, SMALL};
use super::values::{UserTicket, Visitor, WecomCode};
use crate::domain::ids::UserId;

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default, deserialize_with = "lenient::text")]
    userid: Option<String>,
    /// The casing of the older `user/getuserinfo`.
    #[serde(default, rename = "UserId", deserialize_with = "lenient::text")]
    legacy_userid: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    user_ticket: Option<String>,
}

pub(super) fn ask(code: &WecomCode) -> Ask<'_> {
    Ask {
        call: Call::GetUserInfo,
        path: "/cgi-bin/auth/getuserinfo",
        query: vec![("code", code.expose())],
        body: None,
        cap: SMALL,
        // An errcode of -1 is an answer; should the code have been used after all, a repeat says so.
        repeat: Repeat::WhenBusy,
    }
}

/// Errcode 0 proves nothing: only a userid of this corp's own is a member. `openid` and
/// `external_userid` are not even read.
pub(super) fn visitor(answer: Answer) -> Result<Visitor, WecomError> {
    let userid = match (answer.userid, answer.legacy_userid) {
        (Some(userid), Some(legacy)) if userid != legacy => {
            return Err(WecomError::from_cause(Call::GetUserInfo, Cause::WrongShape));
        }
        (userid, legacy) => userid.or(legacy),
    };
    let Some(userid) = userid else { return Ok(Visitor::Outsider) };
    if userid.contains('/') {
        return Ok(Visitor::LinkedCorp);
    }
    let Ok(userid) = UserId::parse(&userid) else { return Ok(Visitor::UnusableUserid) };
    // A ticket that cannot be used is none: who needs the number is told so later.
    let ticket = answer.user_ticket.as_deref().and_then(|ticket| UserTicket::parse(ticket).ok());
    Ok(Visitor::Member { userid, ticket })
}
