//! The first-login guide, on the computer.

use super::Guest;
use crate::login::Station;
use crate::login::guide::LINK_LIVES;
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
    let client = app.config().clients.get(&guide.client);
    let page = Guide {
        client_name: client.map_or("", |client| client.name.as_str()),
        member_name: guide.member_name.as_deref(),
        phone_link: &guide.link,
        continue_href: &on,
        place: &app.config().issuer.host_and_port(),
        minutes: LINK_LIVES.0 / 60,
        not_yet: params.get("early").is_some(),
        refresh_seconds: 15,
    };
    let reply = render::html(&visitor, 200, Forms::Ours, pages::guide(&app.shell(visitor.language), &page));
    render::with_cookies(&app, reply, &guide.cookies)
}
