//! Back from WeCom.

use super::Guest;
use crate::web::current::Snapshot;
use crate::web::render;
use crate::web::reply::Reply;

/// Back from WeCom.
pub async fn answer(Guest { visitor, held, params }: Guest, app: Snapshot) -> Reply {
    let outcome = app.login.callback(held, &params, &visitor.browser).await;
    render::outcome(&app, &visitor, outcome)
}
