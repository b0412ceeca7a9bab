//! The answer by form post.

use super::Guest;
use crate::web::current::Snapshot;
use crate::web::render;
use crate::web::reply::Reply;

/// The answer by form post, away from the address that holds WeCom's code.
pub async fn page(Guest { visitor, held, .. }: Guest, app: Snapshot) -> Reply {
    match app.login.kept_answer(&held).await {
        Ok(answer) => render::answer(&app, &visitor, &answer),
        Err(stop) => render::stopped(&app, &visitor, stop),
    }
}
