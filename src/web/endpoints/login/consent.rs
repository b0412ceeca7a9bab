//! The consent page and its form.

use super::{Guest, client, member_name};
use crate::domain::client::ConsentPolicy;
use crate::domain::resource::Resource;
use crate::login::errand::Errand;
use crate::login::{Station, Stop};
use crate::oidc::consent::Release;
use crate::web::current::Snapshot;
use crate::web::endpoints::Form;
use crate::web::pages::{self, Consent};
use crate::web::render::{self, station_path};
use crate::web::reply::{Forms, Reply};

/// The consent page.
pub async fn page(Guest { visitor, held, .. }: Guest, app: Snapshot) -> Reply {
    let (Some(client), Errand::Authorize(asked)) = (client(&app, &held), &held.transaction.errand) else {
        return render::stopped(&app, &visitor, Stop::StartAgain);
    };
    if visitor.browser.session.is_none() {
        return render::stopped(&app, &visitor, Stop::StartAgain);
    }
    let release = Release::of(app.provider(), client, asked);
    let services: Vec<&str> = release.resources.iter().map(Resource::as_str).collect();
    let page = Consent {
        client_name: &client.name,
        member_name: &member_name(&app, &visitor).await.unwrap_or_default(),
        scopes: release.in_words(),
        services: &services,
        action: &station_path(&app, &held.id, Station::Consent),
        kept: client.consent == ConsentPolicy::First,
        token: &held.consent_token(&release, visitor.browser.session.as_ref()),
        other: &station_path(&app, &held.id, Station::Anew),
    };
    render::html(&visitor, 200, Forms::Elsewhere, pages::consent(&app.shell(visitor.language), &page))
}

/// The member's decision.
pub async fn decide(Guest { visitor, held, .. }: Guest, form: Form, app: Snapshot) -> Reply {
    let form = match form.0 {
        Ok(form) => form,
        Err(error) => return render::failed(&app, &visitor, error),
    };
    let allowed = form.get("answer") == Some("allow");
    let token = form.get("token").unwrap_or_default();
    let outcome = app.login.consent(held, token, allowed, &visitor.browser, visitor.language).await;
    render::outcome(&app, &visitor, outcome)
}
