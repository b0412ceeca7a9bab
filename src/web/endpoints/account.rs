//! `/account`: the member's own page and its forms.

use super::Form;
use crate::domain::member::ContactSource;
use crate::domain::refusal::Refusal;
use crate::login::own::{Acted, Own};
use crate::web::app::App;
use crate::web::current::Snapshot;
use crate::web::pages::{self, Account, AccountPhone, Application, PageCode, Place};
use crate::web::render;
use crate::web::reply::{Forms, Reply};
use crate::web::texts::Texts;
use crate::web::visitor::Visitor;

/// The page, or the sign-in that leads to it.
pub async fn page(visitor: Visitor, app: Snapshot) -> Reply {
    match app.login.own(&visitor.browser, visitor.language).await {
        Ok(Ok(own)) => drawn(&app, &visitor, &own),
        Ok(Err(elsewhere)) => render::outcome(&app, &visitor, Ok(elsewhere)),
        Err(stop) => render::stopped(&app, &visitor, stop),
    }
}

/// A form of the page. What it came to, the page itself tells; nothing of it stands in an address.
pub async fn act(visitor: Visitor, form: Form, app: Snapshot) -> Reply {
    let form = match form.0 {
        Ok(form) => form,
        Err(error) => return render::failed(&app, &visitor, error),
    };
    let page = app.config().issuer.route("/account");
    match app.login.act(&form, &visitor.browser).await {
        Ok(Some(Acted::Nobody)) => Reply::redirect(&page),
        Ok(Some(Acted::Done(part))) => Reply::redirect(&format!("{page}#{part}")),
        Ok(Some(Acted::SignedOut(outcome))) => render::outcome(&app, &visitor, Ok(outcome)),
        Ok(None) => foreign(&app, &visitor, &page),
        Err(stop) => render::stopped(&app, &visitor, stop),
    }
}

/// A form that this session's page did not show: of another site, or of before another sign-in in this browser.
fn foreign(app: &App, visitor: &Visitor, again: &str) -> Reply {
    let refusal = Refusal::StartAgain;
    let (code, request_id) = (refusal.code(), &visitor.request_id);
    tracing::info!(event = "login.refused", code, request_id, "a form of the account page was not one of this session");
    let page =
        pages::Refused { again: Some(again), ..pages::Refused::of(PageCode::Refusal(refusal), &visitor.request_id) };
    render::html(visitor, refusal.status(), Forms::Ours, pages::refused(&app.shell(visitor.language), &page))
}

fn drawn(app: &App, visitor: &Visitor, own: &Own) -> Reply {
    let (now, moment) = (app.provider().now(), &Texts::of(visitor.language).account.moment);
    let several = app.config().connections.len() > 1;
    let times: Vec<[String; 3]> = own
        .sessions
        .iter()
        .map(|session| {
            let record = &session.record;
            let until = record.idle_until.earlier(record.ends);
            [
                moment.ago(now.since(record.auth_time)),
                moment.long(until.since(now)),
                moment.long(record.ends.since(now)),
            ]
        })
        .collect();
    let sessions: Vec<Place<'_>> = own
        .sessions
        .iter()
        .zip(&times)
        .map(|(session, [since, idle, latest])| Place {
            id: &session.name,
            device: &session.record.device,
            here: session.here,
            connection: several.then(|| session.record.connection.as_str()),
            since,
            idle,
            latest,
        })
        .collect();
    let since: Vec<String> = own.applications.values().map(|held| moment.ago(now.since(held.since))).collect();
    let applications: Vec<Application<'_>> = own
        .applications
        .iter()
        .zip(&since)
        .map(|((id, held), since)| Application {
            id: id.as_str(),
            name: app.config().clients.get(id).map_or(id.as_str(), |client| &client.name),
            since,
            signed_in: held.sessions > 0,
            lasting: held.lasting,
            told: held.told,
        })
        .collect();
    let contact = own.contact.as_ref();
    let masked = contact.and_then(|contact| contact.phone.as_ref()).map(|phone| phone.masked());
    let ago = contact.map(|contact| moment.ago(now.since(contact.read_at))).unwrap_or_default();
    let userid = own.member.member.userid.as_str();
    let page = Account {
        member_name: own.member.member.name.as_deref().unwrap_or(userid),
        userid,
        connection: &format!("{} · {}", own.session.connection, own.session.member.corp()),
        action: &app.config().issuer.route("/account"),
        token: &own.token,
        phone: contact.map(|contact| AccountPhone {
            masked: masked.as_deref(),
            by_link: contact.source == ContactSource::GuideLink,
            ago: &ago,
        }),
        applications: &applications,
        sessions: &sessions,
    };
    render::html(visitor, 200, Forms::Ours, pages::account(&app.shell(visitor.language), &page))
}
