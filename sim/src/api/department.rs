//! `GET /cgi-bin/department/list`, `/simplelist` and `/get`.

use serde_json::Value;

use super::answer::{Answer, Fields, Refusal};
use super::call::{Call, Caller};
use super::{contact_sync, lookup};
use crate::directory::{App, Corp, Department, Sight};
use crate::world::World;

/// The departments in range, or those at and below `id`, with names.
pub(crate) fn list(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let id = optional_id(call)?;
    let (corp, app) = caller.find(world)?;
    contact_sync::may_read_details(app)?;
    let shown = asked_for(corp, app, id)?;
    let sight = Sight::of(corp, app);
    let departments: Vec<_> = shown.into_iter().map(|it| full(&sight, it)).collect();
    Ok(Fields::new().with("department", departments))
}

/// The same without names.
pub(crate) fn simplelist(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let id = optional_id(call)?;
    let (corp, app) = caller.find(world)?;
    let departments: Vec<_> = asked_for(corp, app, id)?
        .into_iter()
        .map(|it| Fields::new().with("id", it.id).with("parentid", it.parentid).with("order", it.order).into_value())
        .collect();
    Ok(Fields::new().with("department_id", departments))
}

/// One department.
pub(crate) fn get(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let id = call.number("id", 40063, 60123)?;
    let (corp, app) = caller.find(world)?;
    contact_sync::may_read_details(app)?;
    let department = lookup::department(corp, app, id)?;
    Ok(Fields::new().with("department", full(&Sight::of(corp, app), department)))
}

fn optional_id(call: &Call) -> Result<Option<u64>, Refusal> {
    let is_given = call.query.get("id").is_some();
    is_given.then(|| call.number("id", 40063, 60123)).transpose()
}

/// The visible departments, or those at and below one.
fn asked_for<'a>(corp: &'a Corp, app: &App, id: Option<u64>) -> Result<Vec<&'a Department>, Refusal> {
    let mut shown = Sight::of(corp, app).visible_departments();
    if let Some(id) = id {
        lookup::department(corp, app, id)?;
        shown.retain(|department| corp.is_within(department.id, id));
    }
    Ok(shown)
}

fn full(sight: &Sight<'_>, department: &Department) -> Value {
    let leaders = department.department_leader.iter().filter(|userid| sight.member(userid).is_some());
    let leaders: Vec<_> = leaders.map(String::as_str).collect();
    Fields::new()
        .with("id", department.id)
        .with("name", department.name.as_str())
        .with("name_en", department.name_en.as_str())
        .with("department_leader", leaders)
        .with("parentid", department.parentid)
        .with("order", department.order)
        .into_value()
}
