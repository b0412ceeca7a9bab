//! Back from WeCom.

use actix_web::web;

use super::Guest;
use crate::web::app::App;
use crate::web::render;
use crate::web::reply::Reply;

/// Back from WeCom.
pub async fn answer(Guest { visitor, held, params }: Guest, app: web::Data<App>) -> Reply {
    let outcome = app.login.callback(held, &params, &visitor.browser).await;
    render::outcome(&app, &visitor, outcome)
}
