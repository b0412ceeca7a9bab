//! Leaving our page for WeCom.

use super::Guest;
use crate::domain::ids::ConnectionName;
use crate::web::current::Snapshot;
use crate::web::render;
use crate::web::reply::Reply;

/// Leaves for WeCom; `wecom=NAME` chooses a connection, `other=1` the other way.
pub async fn leave(Guest { visitor, held, params }: Guest, app: Snapshot) -> Reply {
    let chosen = params.get("wecom").and_then(|name| ConnectionName::parse(name).ok());
    let other = params.get("other").is_some();
    let outcome = app.login.leave_for_wecom(held, chosen, &visitor.browser, other, visitor.language).await;
    render::outcome(&app, &visitor, outcome)
}
