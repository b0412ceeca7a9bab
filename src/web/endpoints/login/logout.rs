//! The question whether to sign out, and its form.

use super::{Guest, client, member_name};
use crate::login::errand::Errand;
use crate::login::{Station, Stop};
use crate::web::current::Snapshot;
use crate::web::endpoints::Form;
use crate::web::pages::{self, LogoutConfirm};
use crate::web::render::{self, station_path};
use crate::web::reply::{Forms, Reply};

/// Asks whether to sign out.
pub async fn page(Guest { visitor, held, .. }: Guest, app: Snapshot) -> Reply {
    let Errand::Logout(asked) = &held.transaction.errand else {
        return render::stopped(&app, &visitor, Stop::StartAgain);
    };
    // A sign-out that came by POST is looked at here for the first time with the session in hand.
    let settled = app.login.settled_logout(asked, &visitor.browser).await;
    if let Ok(Some(outcome)) = settled {
        return render::outcome(&app, &visitor, Ok(outcome));
    }
    let name = member_name(&app, &visitor).await;
    let token = held.form_token(visitor.browser.session.as_ref());
    let page = LogoutConfirm {
        client_name: client(&app, &held).map(|client| client.name.as_str()),
        member_name: name.as_deref(),
        action: &station_path(&app, &held.id, Station::Logout),
        fields: &[("token", token.as_str())],
        cancel: client(&app, &held).and_then(|client| client.home_url.as_ref()).map(url::Url::as_str),
    };
    render::html(&visitor, 200, Forms::Elsewhere, pages::logout_confirm(&app.shell(visitor.language), &page))
}

/// The member confirmed.
pub async fn confirm(Guest { visitor, held, .. }: Guest, form: Form, app: Snapshot) -> Reply {
    let form = match form.0 {
        Ok(form) => form,
        Err(error) => return render::failed(&app, &visitor, error),
    };
    let outcome = app.login.confirm_logout(&held, form.get("token").unwrap_or_default(), &visitor.browser).await;
    render::outcome(&app, &visitor, outcome)
}
