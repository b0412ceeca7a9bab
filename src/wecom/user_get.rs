//! `GET /cgi-bin/user/get`: what an app may know about a member (page 90196).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::errors::{Call, Cause, WecomError};
use super::lenient::{self, id, words as text};
use super::transport::{Ask, Repeat, SMALL};
use crate::domain::ids::UserId;
use crate::domain::member::{Further, Member, Standing};

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default, alias = "UserId", deserialize_with = "lenient::text")]
    userid: Option<String>,
    #[serde(default, deserialize_with = "lenient::usable_text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::usable_text")]
    alias: Option<String>,
    #[serde(default, deserialize_with = "lenient::usable_text")]
    position: Option<String>,
    #[serde(default)]
    department: Value,
    #[serde(default, deserialize_with = "lenient::usable_id")]
    main_department: Option<u64>,
    #[serde(default, deserialize_with = "lenient::number")]
    status: Option<i64>,
    #[serde(default)]
    extattr: Value,
    #[serde(default)]
    order: Value,
    #[serde(default)]
    is_leader_in_dept: Value,
    #[serde(default)]
    direct_leader: Value,
    #[serde(default)]
    telephone: Value,
    #[serde(default)]
    gender: Value,
    #[serde(default)]
    avatar: Value,
    #[serde(default)]
    external_position: Value,
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
    let (departments, places) = departments(&answer.department);
    Ok(Member {
        userid,
        name: answer.name,
        alias: answer.alias,
        position: answer.position,
        departments,
        main_department: answer.main_department.filter(|id| *id != 0),
        standing: Standing::from_number(status),
        attributes: attributes(&answer.extattr),
        further: Further {
            order: numbers(&answer.order, &places),
            is_leader_in_dept: numbers(&answer.is_leader_in_dept, &places),
            direct_leader: list(&answer.direct_leader).filter_map(text).collect(),
            telephone: text(&answer.telephone),
            gender: text(&answer.gender),
            avatar: text(&answer.avatar),
            external_position: text(&answer.external_position),
        },
    })
}

// Nobody is kept out by a field of the administrator's or of WeCom's that no identity hangs on: another shape than the
// documented one is nothing.

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The departments, each once, and the places of the list that they stood at.
fn departments(value: &Value) -> (Vec<u64>, Vec<usize>) {
    let mut known = BTreeSet::new();
    let usable = list(value).enumerate().filter_map(|(place, one)| Some((id(one)?, place)));
    usable.filter(|(id, _)| known.insert(*id)).unzip()
}

/// The numbers at the places of the departments, 0 where there is none; nothing where there is no list.
fn numbers(value: &Value, places: &[usize]) -> Vec<u64> {
    let Some(list) = value.as_array() else { return Vec::new() };
    places.iter().map(|place| list.get(*place).and_then(id).unwrap_or(0)).collect()
}

/// The attributes of `extattr.attrs[]`: texts (type 0), and the addresses of web pages (type 1). The administrator's
/// own fields must not be able to keep anybody out, so what has another shape is passed over; of two with one name the
/// first stays.
fn attributes(extattr: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for attribute in extattr.get("attrs").and_then(Value::as_array).into_iter().flatten() {
        let name = attribute.get("name").and_then(Value::as_str).unwrap_or_default();
        let place = |kind: &str, key: &str| attribute.get(kind)?.get(key).and_then(text);
        if let Some(value) = place("text", "value").or_else(|| place("web", "url")).filter(|_| !name.is_empty()) {
            found.entry(name.to_owned()).or_insert(value);
        }
    }
    found
}
