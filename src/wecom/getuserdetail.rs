//! `POST /cgi-bin/auth/getuserdetail`: a ticket for what the member agreed to show (page 95833).

use serde::Deserialize;

use super::errors::{Call, Cause, WecomError};
use super::lenient;
use super::transport::{Ask, Repeat, SMALL};
use super::values::{Detail, Granted, UserTicket};
use crate::domain::ids::UserId;

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default, alias = "UserId", deserialize_with = "lenient::text")]
    userid: Option<String>,
    #[serde(default, deserialize_with = "lenient::possibly_empty")]
    mobile: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    biz_mail: Option<String>,
}

pub(super) fn ask(ticket: &UserTicket) -> Ask<'_> {
    Ask {
        call: Call::GetUserDetail,
        path: "/cgi-bin/auth/getuserdetail",
        query: Vec::new(),
        body: Some(serde_json::json!({ "user_ticket": ticket.expose() })),
        cap: SMALL,
        repeat: Repeat::WhenBusy,
    }
}

/// Details without a usable userid are nobody's, and so of no use (law 7).
pub(super) fn detail(answer: Answer) -> Result<Detail, WecomError> {
    let userid = answer.userid.and_then(|userid| UserId::parse(&userid).ok());
    let userid = userid.ok_or_else(|| WecomError::from_cause(Call::GetUserDetail, Cause::WrongShape))?;
    let mobile = match answer.mobile {
        None => Granted::Withheld,
        Some(text) if text.trim().is_empty() => Granted::Empty,
        Some(text) => Granted::Value(text),
    };
    Ok(Detail { userid, mobile, email: answer.email, biz_mail: answer.biz_mail })
}
