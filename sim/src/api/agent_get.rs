//! `GET /cgi-bin/agent/get`: the app behind the token, and no other.

use serde_json::json;

use super::answer::{Answer, Fields, Refusal};
use super::call::{Call, Caller};
use crate::world::World;

/// Answers the call.
pub(crate) fn run(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let agent_id = call.number("agentid", 41011, 40056)?;
    let (_, app) = caller.find(world)?;
    if app.agent_id != agent_id {
        return Err(Refusal::new(301_002));
    }
    let users: Vec<_> = app.visible.users.iter().map(|userid| json!({ "userid": userid })).collect();
    Ok(Fields::new()
        .with("agentid", app.agent_id)
        .with("name", app.name.as_str())
        .with("square_logo_url", "https://wework.example.invalid/logo/0")
        .with("description", app.description.as_str())
        .with("allow_userinfos", json!({ "user": users }))
        .with("allow_partys", json!({ "partyid": app.visible.departments }))
        .with("allow_tags", json!({ "tagid": app.visible.tags }))
        .with("close", u8::from(app.closed))
        .with("redirect_domain", app.redirect_domain())
        .with("report_location_flag", 0)
        .with("isreportenter", 0)
        .with("home_url", app.home_url.as_str()))
}
