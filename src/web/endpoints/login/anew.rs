//! The same errand once more, as another member.

use super::Guest;
use crate::web::current::Snapshot;
use crate::web::render;
use crate::web::reply::Reply;

/// To the sign-in page of a new transaction.
pub async fn begin(Guest { visitor, held, .. }: Guest, app: Snapshot) -> Reply {
    render::outcome(&app, &visitor, app.login.anew(&held, &visitor.browser))
}
