//! `GET /cgi-bin/department/list`: all departments in the app's visible range (page 90208).

use serde::Deserialize;

use super::errors::{Call, Cause, WecomError};
use super::lenient;
use super::transport::{Ask, LARGE, Repeat};
use super::values::Department;
use crate::domain::ids::UserId;

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default, deserialize_with = "lenient::list")]
    department: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "lenient::id")]
    id: Option<u64>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name_en: Option<String>,
    #[serde(default, deserialize_with = "lenient::id")]
    parentid: Option<u64>,
    #[serde(default, deserialize_with = "lenient::number")]
    order: Option<i64>,
    #[serde(default, deserialize_with = "lenient::texts")]
    department_leader: Vec<String>,
}

pub(super) fn ask() -> Ask<'static> {
    Ask {
        call: Call::DepartmentList,
        path: "/cgi-bin/department/list",
        query: Vec::new(),
        body: None,
        cap: LARGE,
        repeat: Repeat::Always,
    }
}

pub(super) fn departments(answer: Answer) -> Result<Vec<Department>, WecomError> {
    let read = |entry: Entry| {
        Some(Department {
            id: entry.id?,
            name: entry.name,
            english_name: entry.name_en,
            parent: entry.parentid.unwrap_or(0),
            order: entry.order.unwrap_or(0),
            leaders: entry.department_leader.iter().filter_map(|userid| UserId::parse(userid).ok()).collect(),
        })
    };
    let all: Option<Vec<Department>> = answer.department.into_iter().map(read).collect();
    all.ok_or_else(|| WecomError::from_cause(Call::DepartmentList, Cause::WrongShape))
}
