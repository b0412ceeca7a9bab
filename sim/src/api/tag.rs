//! `GET /cgi-bin/tag/list` and `/get`.

use serde_json::json;

use super::answer::{Answer, Fields, Refusal};
use super::call::{Call, Caller};
use super::lookup;
use crate::directory::{AppKind, Sight};
use crate::quirks::ForeignTag;
use crate::world::World;

/// All tags of the corp.
pub(crate) fn list(world: &mut World, caller: &Caller, _: &Call) -> Answer {
    let (corp, _) = caller.find(world)?;
    let tags: Vec<_> = corp.tags.iter().map(|tag| json!({ "tagid": tag.tagid, "tagname": tag.tagname })).collect();
    Ok(Fields::new().with("taglist", tags))
}

/// The members a tag names and the departments it holds, as far as the app sees them.
pub(crate) fn get(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let tagid = call.number("tagid", 40063, 40068)?;
    let (corp, app) = caller.find(world)?;
    let tag = corp.tag(tagid).ok_or_else(|| Refusal::new(40068))?;
    let is_foreign = app.kind != AppKind::ContactSync && !app.visible.tags.contains(&tagid);
    if is_foreign && world.quirks.foreign_tag == ForeignTag::Refused {
        return Err(Refusal::new(60011));
    }
    let sight = Sight::of(corp, app);
    let users: Vec<_> = tag
        .users
        .iter()
        .filter_map(|userid| sight.member(userid))
        .filter(|member| lookup::is_listed(member, &world.quirks))
        .map(|member| json!({ "userid": member.userid, "name": member.name }))
        .collect();
    let parties: Vec<_> = tag.departments.iter().copied().filter(|id| sight.sees_department(*id)).collect();
    Ok(Fields::new().with("tagname", tag.tagname.as_str()).with("userlist", users).with("partylist", parties))
}
