//! Back from WeCom.

use actix_web::{HttpRequest, web};

use super::{Guest, guest};
use crate::web::app::App;
use crate::web::render;
use crate::web::reply::Reply;

/// Back from WeCom.
pub async fn answer(request: HttpRequest, id: web::Path<String>, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, params } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
    let outcome = app.login.callback(held, &params, &visitor.browser).await;
    render::outcome(&app, &visitor, outcome)
}
