//! `GET /cgi-bin/auth/getuserinfo` and its older alias: a code to an identity.

use super::answer::{Answer, Fields, Refusal};
use super::call::{Call, Caller};
use crate::directory::{AppKind, Visitor};
use crate::quirks::TrustedPort;
use crate::world::World;
use crate::world::codes::Code;
use crate::world::tickets::{LIFETIME, Ticket};

/// How the names of the fields are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Casing {
    Current,
    Legacy,
}

impl Casing {
    fn userid(self) -> &'static str {
        if self == Self::Legacy { "UserId" } else { "userid" }
    }

    fn openid(self) -> &'static str {
        if self == Self::Legacy { "OpenId" } else { "openid" }
    }
}

/// The current path.
pub(crate) fn run(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    identify(world, caller, call, Casing::Current)
}

/// `/cgi-bin/user/getuserinfo`, with `UserId`, `OpenId` and `DeviceId`.
pub(crate) fn run_legacy(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let fields = identify(world, caller, call, Casing::Legacy)?;
    Ok(fields.with("DeviceId", "sim-device-0000000000000001"))
}

fn identify(world: &mut World, caller: &Caller, call: &Call, casing: Casing) -> Answer {
    let value = call.query.get("code").ok_or_else(|| Refusal::new(41008))?;
    let code = take_code(world, caller, value, call.now)?;
    Ok(match &code.visitor {
        Visitor::Member { .. } => member(world, caller, call, &code, casing),
        Visitor::Linked { userid } => Fields::new().with(casing.userid(), userid.as_str()),
        Visitor::Outsider { openid } => Fields::new().with(casing.openid(), openid.as_str()),
        Visitor::Customer { openid, external_userid, followed_by } => {
            let (corp, app) = caller.find(world)?;
            let shown = corp.sees_userid(app, followed_by).then_some(external_userid.as_str());
            Fields::new().with(casing.openid(), openid.as_str()).with_some("external_userid", shown)
        }
    })
}

/// Uses the code up, or says why it cannot be used.
fn take_code(world: &mut World, caller: &Caller, value: &str, now: i64) -> Result<Code, Refusal> {
    let (used, expired) = (world.quirks.used_code, world.quirks.expired_code);
    let compare_port = world.quirks.trusted_port == TrustedPort::Compared;
    let (_, app) = caller.find(world)?;
    let app = app.clone();
    let code = world.codes.get_mut(value).ok_or_else(|| Refusal::new(40029))?;
    if code.app.corp_id != caller.0.corp_id {
        return Err(Refusal::new(40029));
    }
    let host_is_trusted =
        code.redirect.as_ref().is_none_or(|uri| app.trusts(uri, compare_port) || app.trusts_for_login(uri));
    if code.app != caller.0 || app.kind == AppKind::ContactSync || !host_is_trusted {
        return Err(Refusal::new(50001));
    }
    if code.used {
        return Err(Refusal::new(used));
    }
    if code.is_expired(now) {
        return Err(Refusal::new(expired));
    }
    code.used = true;
    Ok(code.clone())
}

fn member(world: &mut World, caller: &Caller, call: &Call, code: &Code, casing: Casing) -> Fields {
    let Visitor::Member { serial, userid } = &code.visitor else {
        return Fields::new();
    };
    let (userid, in_range) = match world.app(&caller.0) {
        Some((corp, app)) => {
            (code.visitor.member(corp).map_or(userid, |it| &it.userid).clone(), code.visitor.is_in_range(corp, app))
        }
        None => (userid.clone(), false),
    };
    let ticket = code.granted.clone().filter(|_| in_range).map(|granted| {
        world.tickets.issue(Ticket {
            app: caller.0.clone(),
            serial: *serial,
            granted,
            issued_at: call.now,
            used: false,
        })
    });
    let expires_in = (casing == Casing::Legacy && ticket.is_some()).then_some(LIFETIME);
    Fields::new().with(casing.userid(), userid).with_some("user_ticket", ticket).with_some("expires_in", expires_in)
}
