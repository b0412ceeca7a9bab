//! `POST /cgi-bin/user/convert_to_openid` and its inverse.

use super::answer::{Answer, Fields, Refusal};
use super::call::{Call, Caller, text};
use super::lookup;
use crate::world::World;

/// The openid of a member who ever used WeChat.
pub(crate) fn from_userid(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let body = call.json()?;
    let userid = text(&body, "userid", 41009)?;
    let (corp, app) = caller.find(world)?;
    let member = lookup::member(corp, app, &world.quirks, userid)?;
    if member.wechat_bound { Ok(Fields::new().with("openid", member.openid())) } else { Err(Refusal::new(43004)) }
}

/// The member of an openid.
pub(crate) fn to_userid(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let body = call.json()?;
    let openid = text(&body, "openid", 40063)?;
    let (corp, app) = caller.find(world)?;
    let found = corp
        .members
        .iter()
        .filter(|member| lookup::is_listed(member, &world.quirks))
        .find(|member| member.openid() == openid && corp.sees_member(app, member));
    match found {
        Some(member) => Ok(Fields::new().with("userid", member.userid.as_str())),
        None => Err(Refusal::new(46004)),
    }
}
