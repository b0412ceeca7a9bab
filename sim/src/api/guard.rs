//! What stands before every call but `gettoken`: token presence, token validity, the caller's address, the app's switch.

use super::answer::Refusal;
use super::call::{Call, Caller};
use crate::directory::App;
use crate::quirks::{InvalidTokenText, IpCheck};
use crate::world::World;
use crate::world::tokens::Presented;

/// The caller, or the first rule it fails.
pub(crate) fn caller(world: &World, call: &Call) -> Result<Caller, Refusal> {
    let token = call.query.get("access_token").ok_or_else(|| Refusal::new(41001))?;
    if world.quirks.ip_check == IpCheck::BeforeToken {
        // Without a known token no app's list applies, so every list of every app is asked.
        let anywhere = world.directory.corps.iter().flat_map(|corp| &corp.apps);
        if !anywhere.into_iter().any(|app| is_trusted(app, call)) {
            return Err(Refusal::new(60020));
        }
    }
    let caller = match world.tokens.present(token, call.now) {
        Presented::Good(app) => Caller(app),
        Presented::Expired => return Err(token_refusal(world, 42001)),
        Presented::Unknown => return Err(token_refusal(world, 40014)),
    };
    let (_, app) = caller.find(world)?;
    if !is_trusted(app, call) {
        return Err(Refusal::new(60020));
    }
    if app.closed {
        return Err(Refusal::new(50003));
    }
    Ok(caller)
}

fn token_refusal(world: &World, errcode: i64) -> Refusal {
    match world.quirks.invalid_token_text {
        InvalidTokenText::WithHint => Refusal::new(errcode),
        InvalidTokenText::Plain => Refusal::new(errcode).bare(),
    }
}

fn is_trusted(app: &App, call: &Call) -> bool {
    let address = call.address.to_string();
    app.trusted_ips.as_ref().is_none_or(|list| list.contains(&address))
}
