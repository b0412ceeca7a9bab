//! The answer by form post.

use actix_web::web;

use super::Guest;
use crate::web::app::App;
use crate::web::render;
use crate::web::reply::Reply;

/// The answer by form post, away from the address that holds WeCom's code.
pub async fn page(Guest { visitor, held, .. }: Guest, app: web::Data<App>) -> Reply {
    match app.login.kept_answer(&held).await {
        Ok(answer) => render::answer(&app, &visitor, &answer),
        Err(stop) => render::stopped(&app, &visitor, stop),
    }
}
