//! After a sign-out: tells applications through the browser, and goes on.

use super::Guest;
use crate::web::current::Snapshot;
use crate::web::render;
use crate::web::reply::Reply;

/// The page. It tells once; whoever comes back sees that they are signed out, and the way on.
pub async fn page(Guest { visitor, held, .. }: Guest, app: Snapshot) -> Reply {
    match app.login.say_farewell(held) {
        Ok((farewell, cookies)) => render::with_cookies(&app, render::farewell(&app, &visitor, &farewell), &cookies),
        Err(stop) => render::stopped(&app, &visitor, stop),
    }
}
