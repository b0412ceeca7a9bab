//! `GET /cgi-bin/user/get`: what an app may know about a member (page 90196).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::errors::{Call, Cause, WecomError};
use super::lenient;
use super::transport::{Ask, Repeat, SMALL};
use crate::domain::ids::UserId;
use crate::domain::member::{Member, Standing};

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default, alias = "UserId", deserialize_with = "lenient::text")]
    userid: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    alias: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    position: Option<String>,
    #[serde(default, deserialize_with = "lenient::ids")]
    department: Vec<u64>,
    #[serde(default, deserialize_with = "lenient::id")]
    main_department: Option<u64>,
    #[serde(default, deserialize_with = "lenient::number")]
    status: Option<i64>,
    #[serde(default)]
    extattr: Value,
}

pub(super) fn ask(userid: &UserId) -> Ask<'_> {
    Ask {
        call: Call::UserGet,
        path: "/cgi-bin/user/get",
        query: vec![("userid", userid.as_str())],
        body: None,
        cap: SMALL,
        repeat: Repeat::Always,
    }
}

/// The member asked for, and no other: WeCom ignores the case of a userid and answers in its own
/// spelling; anything further apart would be another person. Without a `status` nothing is known of a member.
pub(super) fn member(asked: &UserId, answer: Answer) -> Result<Member, WecomError> {
    let userid = answer
        .userid
        .and_then(|userid| UserId::parse(&userid).ok())
        .filter(|userid| userid.as_str().eq_ignore_ascii_case(asked.as_str()))
        .ok_or_else(|| WecomError::from_cause(Call::UserGet, Cause::WrongShape))?;
    let status = answer.status.ok_or_else(|| WecomError::from_cause(Call::UserGet, Cause::WrongShape))?;
    Ok(Member {
        userid,
        name: answer.name,
        alias: answer.alias,
        position: answer.position,
        departments: answer.department,
        main_department: answer.main_department.filter(|id| *id != 0),
        standing: Standing::from_number(status),
        attributes: attributes(&answer.extattr),
    })
}

/// The text attributes of `extattr.attrs[]` (type 0). The administrator's own fields must not be
/// able to keep anybody out, so what has another shape is passed over; of two with one name the
/// first stays.
fn attributes(extattr: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for attribute in extattr.get("attrs").and_then(Value::as_array).into_iter().flatten() {
        let name = attribute.get("name").and_then(Value::as_str).unwrap_or_default();
        let value = match attribute.get("text").and_then(|text| text.get("value")) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        if !name.is_empty() && !value.is_empty() {
            found.entry(name.to_owned()).or_insert(value);
        }
    }
    found
}
