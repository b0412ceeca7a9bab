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
    department: Vec<Option<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "lenient::usable_id")]
    id: Option<u64>,
    #[serde(default, deserialize_with = "lenient::usable_text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::usable_text")]
    name_en: Option<String>,
    #[serde(default, deserialize_with = "lenient::usable_id")]
    parentid: Option<u64>,
    #[serde(default, deserialize_with = "lenient::usable_number")]
    order: Option<i64>,
    #[serde(default, deserialize_with = "lenient::usable_texts")]
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

/// The departments. One without a number is passed over: whatever lies below it is below nothing that is known, and
/// nobody enters by it. Where all of them are like that, the answer is broken.
pub(super) fn departments(answer: Answer) -> Result<Vec<Department>, WecomError> {
    let told = answer.department.len();
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
    let usable: Vec<Department> = answer.department.into_iter().flatten().filter_map(read).collect();
    if usable.is_empty() && told > 0 {
        return Err(WecomError::from_cause(Call::DepartmentList, Cause::WrongShape));
    }
    Ok(usable)
}
