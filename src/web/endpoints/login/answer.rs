//! The answer by form post.

use actix_web::{HttpRequest, web};

use super::{Guest, guest};
use crate::web::app::App;
use crate::web::render;
use crate::web::reply::Reply;

/// The answer by form post, away from the address that holds WeCom's code.
pub async fn page(request: HttpRequest, id: web::Path<String>, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, .. } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
    match app.login.kept_answer(&held).await {
        Ok(answer) => render::answer(&app, &visitor, &answer),
        Err(stop) => render::stopped(&app, &visitor, stop),
    }
}
