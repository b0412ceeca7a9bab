//! The choice of the account, and its form.

use super::{Guest, client, member_name};
use crate::login::{Station, Stop};
use crate::web::current::Snapshot;
use crate::web::endpoints::Form;
use crate::web::pages::{self, Back, Go, SelectAccount};
use crate::web::render::{self, station_path};
use crate::web::reply::{Forms, Reply};
use crate::web::way_back::WayBack;

/// Who is signed in, and whether to go on so.
pub async fn page(Guest { visitor, held, .. }: Guest, app: Snapshot) -> Reply {
    let (Some(client), Some(_)) = (client(&app, &held), &visitor.browser.session) else {
        return render::stopped(&app, &visitor, Stop::StartAgain);
    };
    let token = held.form_token(visitor.browser.session.as_ref());
    let name = member_name(&app, &visitor).await.unwrap_or_default();
    let given_up = app.login.given_up(&held);
    let way_back = given_up.as_ref().map(WayBack::of);
    let page = SelectAccount {
        client_name: &client.name,
        member_name: &name,
        go_on: Go::Form {
            action: &station_path(&app, &held.id, Station::Account),
            fields: &[("token", token.as_str())],
        },
        other: Go::Link(&station_path(&app, &held.id, Station::Anew)),
        cancel: way_back.as_ref().map_or(Back::None, WayBack::drawn),
    };
    render::html(&visitor, 200, Forms::Elsewhere, pages::select_account(&app.shell(visitor.language), &page))
}

/// The member goes on as who is signed in.
pub async fn choose(Guest { visitor, held, .. }: Guest, form: Form, app: Snapshot) -> Reply {
    let form = match form.0 {
        Ok(form) => form,
        Err(error) => return render::failed(&app, &visitor, error),
    };
    let token = form.get("token").unwrap_or_default();
    let outcome = app.login.choose_account(held, token, &visitor.browser, visitor.language).await;
    render::outcome(&app, &visitor, outcome)
}
