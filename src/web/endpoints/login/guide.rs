//! The first-login guide, on the computer.

use super::Guest;
use crate::login::Station;
use crate::web::card::card;
use crate::web::current::Snapshot;
use crate::web::pages::{self, Guide};
use crate::web::render::{self, station_path};
use crate::web::reply::{Forms, Reply};

/// The first-login guide: the phone number is read on the member's phone.
pub async fn page(Guest { visitor, held, params }: Guest, app: Snapshot) -> Reply {
    let id = held.id.clone();
    let guide = match app.login.guide(held, &visitor.browser).await {
        Ok(guide) => guide,
        Err(stop) => return render::stopped(&app, &visitor, stop),
    };
    let on = station_path(&app, &id, Station::Continue);
    if guide.ready {
        return Reply::redirect(&on);
    }
    let client_name = app.config().clients.get(&guide.client).map_or("", |client| client.name.as_str());
    let place = app.config().issuer.host_and_port();
    let page = Guide {
        client_name,
        member_name: guide.member_name.as_deref(),
        phone_link: &guide.link,
        continue_href: &on,
        place: &place,
        events_href: &station_path(&app, &id, Station::Waiting),
        seconds: guide.lives.0,
        card_asked: guide.card_asked,
        not_yet: params.get("early").is_some(),
        refresh_seconds: 15,
    };
    if let Some(due) = guide.card
        && let Some(card) = card(visitor.language, client_name, &place, &guide.link)
    {
        app.login.send_card(due, card);
    }
    let reply = render::html(&visitor, 200, Forms::Ours, pages::guide(&app.shell(visitor.language), &page));
    render::with_cookies(&app, reply, &guide.cookies)
}
