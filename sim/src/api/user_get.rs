//! `GET /cgi-bin/user/get`.

use super::answer::{Answer, Refusal};
use super::call::{Call, Caller};
use super::{contact_sync, lookup, user_object};
use crate::world::World;

/// Answers the call.
pub(crate) fn run(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let userid = call.query.get("userid").ok_or_else(|| Refusal::new(41009))?;
    let (corp, app) = caller.find(world)?;
    contact_sync::may_read_details(app)?;
    let member = lookup::member(corp, app, &world.quirks, userid)?;
    Ok(user_object::fields(corp, app, member))
}
