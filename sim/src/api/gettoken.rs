//! `GET /cgi-bin/gettoken`: corp id and secret to an access token.

use super::answer::{Answer, Fields, Refusal};
use super::call::Call;
use crate::quirks::RepeatedGettoken;
use crate::world::tokens::LIFETIME;
use crate::world::{AppId, World};

/// Answers the call; the address list of the app is not asked here.
pub(crate) fn run(world: &mut World, call: &Call) -> Answer {
    let secret = call.query.get("corpsecret").ok_or_else(|| Refusal::new(41004))?;
    let corp_id = call.query.get("corpid").ok_or_else(|| Refusal::new(41002))?;
    if world.wrong_secrets.is_blocked(call.address, call.now) {
        return Err(Refusal::new(45009));
    }
    let app = match app_of(world, corp_id, secret) {
        Ok(app) => app,
        Err(refusal) => {
            let limit = world.quirks.wrong_secret_limit;
            world.wrong_secrets.failed(call.address, limit, call.now);
            return Err(refusal);
        }
    };
    let (token, expires_in) = token_for(world, &app, call.now);
    Ok(Fields::new().with("access_token", token).with("expires_in", expires_in))
}

fn app_of(world: &World, corp_id: &str, secret: &str) -> Result<AppId, Refusal> {
    let corp = world.directory.corp(corp_id).ok_or_else(|| Refusal::new(40013))?;
    let app = corp.apps.iter().find(|app| app.secret == secret).ok_or_else(|| Refusal::new(40001))?;
    if app.closed {
        return Err(Refusal::new(world.quirks.closed_app_gettoken));
    }
    Ok(AppId { corp_id: corp_id.to_owned(), agent_id: app.agent_id })
}

fn token_for(world: &mut World, app: &AppId, now: i64) -> (String, i64) {
    let rule = world.quirks.repeated_gettoken;
    match world.tokens.current(app, now) {
        Some((token, expires_at)) if rule == RepeatedGettoken::Remaining => (token, expires_at - now),
        Some((token, _)) if rule == RepeatedGettoken::Full => (token, LIFETIME),
        _ => (world.tokens.issue(app, now), LIFETIME),
    }
}
