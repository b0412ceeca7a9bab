//! Going on within a transaction: after the guide, after a request that came by POST.

use super::Guest;
use crate::login::{Next, Outcome, Station};
use crate::web::current::Snapshot;
use crate::web::render::{self, station_path};
use crate::web::reply::Reply;

/// Decides anew; with `status=1` only tells the waiting page whether it may go on.
pub async fn answer(Guest { visitor, held, params }: Guest, app: Snapshot) -> Reply {
    if params.get("status").is_some() {
        return match app.login.phone_is_there(&visitor.browser).await {
            Ok(ready) => Reply::json(200, &serde_json::json!({ "ready": ready })),
            Err(stop) => render::stopped(&app, &visitor, stop),
        };
    }
    let outcome = app.login.resume(held, &visitor.browser, visitor.language).await;
    // Too early: the guide says so.
    if let Ok(Outcome { next: Next::Station(id, Station::Guide), .. }) = &outcome {
        return Reply::redirect(&(station_path(&app, id, Station::Guide) + "?early=1"));
    }
    render::outcome(&app, &visitor, outcome)
}
