//! The link of the guide and its last page, on the member's phone.

use actix_web::{HttpRequest, web};

use super::Guest;
use crate::domain::ids::TransactionId;
use crate::login::Stop;
use crate::web::current::Snapshot;
use crate::web::pages::{self, PhoneDone};
use crate::web::render;
use crate::web::reply::{Forms, Reply};
use crate::web::visitor::Visitor;

/// The link of the guide, on the member's phone: a browser without any cookies of ours.
pub async fn link(request: HttpRequest, path: web::Path<(String, String)>, app: Snapshot) -> Reply {
    let (id, ticket) = path.into_inner();
    let visitor = match Visitor::enter(&request, &app).await {
        Ok(visitor) => visitor,
        Err(reply) => return reply,
    };
    let Ok(id) = TransactionId::parse(&id) else { return render::stopped(&app, &visitor, Stop::StartAgain) };
    let outcome = app.login.open_phone_link(&id, &ticket, &visitor.browser, visitor.language).await;
    render::outcome(&app, &visitor, outcome)
}

/// What the phone shows when it is done.
pub async fn done(Guest { visitor, held, .. }: Guest, app: Snapshot) -> Reply {
    let done = match app.login.kept_done(&held).await {
        Ok(done) => done,
        Err(stop) => return render::stopped(&app, &visitor, stop),
    };
    let client = app.config().clients.get(&done.client);
    let page = PhoneDone {
        client_name: client.map_or("", |client| client.name.as_str()),
        masked_phone: Some(&done.masked_phone),
    };
    render::html(&visitor, 200, Forms::Ours, pages::phone_done(&app.shell(visitor.language), &page))
}
