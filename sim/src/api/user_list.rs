//! `GET /cgi-bin/user/simplelist` and `/list`, `POST /cgi-bin/user/list_id`: members in bulk.

use serde_json::{Value, json};

use super::answer::{Answer, Fields, Refusal};
use super::call::{Call, Caller};
use super::{contact_sync, lookup, user_object};
use crate::directory::{App, Corp, Member};
use crate::quirks::Quirks;
use crate::world::World;

/// Userid, name and departments of a department's members.
pub(crate) fn simplelist(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let department = call.number("department_id", 40063, 60123)?;
    let (corp, app) = caller.find(world)?;
    contact_sync::may_read_details(app)?;
    let userlist: Vec<_> = members(corp, app, &world.quirks, call, department)?
        .into_iter()
        .map(|member| {
            let department: Vec<_> =
                member.department.iter().copied().filter(|id| corp.sees_department(app, *id)).collect();
            json!({ "userid": member.userid, "name": member.name, "department": department })
        })
        .collect();
    Ok(Fields::new().with("userlist", userlist))
}

/// The members of a department as `user/get` shows them.
pub(crate) fn list(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let department = call.number("department_id", 40063, 60123)?;
    let (corp, app) = caller.find(world)?;
    contact_sync::may_read_details(app)?;
    let userlist: Vec<_> = members(corp, app, &world.quirks, call, department)?
        .into_iter()
        .map(|member| user_object::fields(corp, app, member).into_value())
        .collect();
    Ok(Fields::new().with("userlist", userlist))
}

/// Pairs of userid and department, for the contact-sync secret only; the cursor is the place to go on from.
pub(crate) fn list_id(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let body = call.json()?;
    let limit = match body.get("limit") {
        None | Some(Value::Null) => 10_000,
        Some(limit) => {
            limit.as_u64().filter(|limit| (1..=10_000).contains(limit)).ok_or_else(|| Refusal::new(40058))?
        }
    };
    let cursor: usize = match body.get("cursor").and_then(Value::as_str) {
        None | Some("") => 0,
        Some(cursor) => cursor.parse().map_err(|_| Refusal::new(40058))?,
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (corp, app) = caller.find(world)?;
    contact_sync::is_required(app)?;
    let pairs: Vec<_> = corp
        .members
        .iter()
        .filter(|member| lookup::is_listed(member, &world.quirks))
        .flat_map(|member| member.department.iter().map(move |id| (member, *id)))
        .map(|(member, id)| json!({ "userid": member.userid, "department": id }))
        .collect();
    let end = cursor.saturating_add(limit).min(pairs.len());
    let page = pairs.get(cursor..end).unwrap_or_default().to_vec();
    let next = if end < pairs.len() { end.to_string() } else { String::new() };
    Ok(Fields::new().with("next_cursor", next).with("dept_user", page))
}

fn members<'a>(corp: &'a Corp, app: &App, quirks: &Quirks, call: &Call, id: u64) -> Result<Vec<&'a Member>, Refusal> {
    lookup::department(corp, app, id)?;
    let with_children = call.query.get("fetch_child") == Some("1");
    let belongs = |department: u64| department == id || (with_children && corp.is_within(department, id));
    Ok(corp
        .members
        .iter()
        .filter(|member| lookup::is_listed(member, quirks))
        .filter(|member| member.department.iter().any(|it| belongs(*it)))
        .collect())
}
