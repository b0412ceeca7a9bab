//! `GET /cgi-bin/auth/getuserinfo`: a code for who stands behind it (pages 91023, 98177).

use serde::Deserialize;

use super::errors::{Call, Cause, WecomError};
use super::lenient;
use super::transport::{Ask, Repeat, SMALL};
use super::values::{UserTicket, Visitor, WecomCode};
use crate::domain::ids::UserId;

/// The alias is the casing of the older `user/getuserinfo`.
#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default, alias = "UserId", deserialize_with = "lenient::text")]
    userid: Option<String>,
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
        repeat: Repeat::Never,
    }
}

/// Errcode 0 proves nothing: only a userid of this corp's own is a member. `openid` and
/// `external_userid` are not even read.
pub(super) fn visitor(answer: Answer) -> Result<Visitor, WecomError> {
    let Some(userid) = answer.userid else { return Ok(Visitor::Outsider) };
    if userid.contains('/') {
        return Ok(Visitor::LinkedCorp);
    }
    let Ok(userid) = UserId::parse(&userid) else { return Ok(Visitor::UnusableUserid) };
    let ticket = answer.user_ticket.as_deref().map(UserTicket::parse).transpose();
    let ticket = ticket.map_err(|_| WecomError::from_cause(Call::GetUserInfo, Cause::WrongShape))?;
    Ok(Visitor::Member { userid, ticket })
}
