//! Back from WeCom.

use actix_web::HttpRequest;

use super::Guest;
use crate::login::{Next, Outcome, Stop};
use crate::web::current::Snapshot;
use crate::web::render;
use crate::web::reply::Reply;
use crate::web::visitor::client_address;
use crate::wecom::Fault;

/// Back from WeCom. Whoever brings one made-up code after the other does not get them shown to WeCom (threat 36).
pub async fn answer(request: HttpRequest, guest: Guest, app: Snapshot) -> Reply {
    let Guest { visitor, held, params } = guest;
    let (address, now) = (client_address(&request, &app), app.provider().now());
    if params.has("code")
        && let Err(too_many) = app.limits.may_show_code(address, now)
    {
        return render::too_many(&app, &visitor, too_many);
    }
    let outcome = app.login.callback(held, &params, &visitor.browser).await;
    if is_unknown_code(&outcome) {
        app.limits.showed_unknown_code(address, now);
    }
    render::outcome(&app, &visitor, outcome)
}

fn is_unknown_code(outcome: &Result<Outcome, Stop>) -> bool {
    let Ok(Outcome { next: Next::Refused(refused), .. }) = outcome else { return false };
    refused.turned.upstream.as_ref().is_some_and(|error| error.fault == Fault::CodeUsed)
}
