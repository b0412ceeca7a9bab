//! `/account`: the member's own page and its forms.

use super::Form;
use crate::domain::ids::ClientId;
use crate::domain::member::ContactSource;
use crate::domain::phone::PhoneNumber;
use crate::domain::refusal::Refusal;
use crate::login::own::Own;
use crate::login::own::acts::Acted;
use crate::web::app::App;
use crate::web::current::Snapshot;
use crate::web::pages::{self, Account, AccountPhone, Application, PageCode, Place};
use crate::web::render::{self, Frames};
use crate::web::reply::{Forms, Reply};
use crate::web::texts::Texts;
use crate::web::visitor::Visitor;

/// A member has a handful of sessions; whoever has more sees the newest, and how many others there are.
const SHOWN: usize = 50;

/// The page, or the sign-in that leads to it.
pub async fn page(visitor: Visitor, app: Snapshot) -> Reply {
    shown(&app, &visitor, None).await
}

/// A form of the page. What it came to, the page itself tells; nothing of it stands in an address.
pub async fn act(visitor: Visitor, form: Form, app: Snapshot) -> Reply {
    let form = match form.0 {
        Ok(form) => form,
        Err(error) => return render::failed(&app, &visitor, error),
    };
    match app.login.act(&form, &visitor.browser).await {
        Ok(Acted::Done(part)) => Reply::redirect(&format!("{}#{part}", app.config().issuer.route("/account"))),
        Ok(Acted::TakenBack(client)) => shown(&app, &visitor, Some(client)).await,
        Ok(Acted::SignedOut(outcome)) => render::outcome(&app, &visitor, Ok(outcome)),
        Ok(Acted::Foreign) => foreign(&app, &visitor),
        Err(stop) => render::stopped(&app, &visitor, stop),
    }
}

/// A form that this session's page did not show: of another site, or of before another sign-in in this browser. A
/// page and no redirect: the next one would lead to WeCom, where no form of a page of ours may end (law 13).
fn foreign(app: &App, visitor: &Visitor) -> Reply {
    let refusal = Refusal::StartAgain;
    let (code, request_id) = (refusal.code(), &visitor.request_id);
    tracing::info!(event = "login.refused", code, request_id, "a form of the account page was not one of this session");
    let again = app.config().issuer.route("/account");
    let page = pages::Refused {
        client_name: Some(Texts::of(visitor.language).account.place),
        again: Some(&again),
        ..pages::Refused::of(PageCode::Refusal(refusal), &visitor.request_id)
    };
    render::html(visitor, refusal.status(), Forms::Ours, pages::refused(&app.shell(visitor.language), &page))
}

/// The page; the client in `tell` is told in a frame of it that this browser's session is no longer its own.
async fn shown(app: &App, visitor: &Visitor, tell: Option<ClientId>) -> Reply {
    match app.login.own(&visitor.browser, visitor.language).await {
        Ok(Ok(own)) => {
            let frames = Frames::of(app, &own.session.sid, tell.as_slice());
            frames.within(drawn(app, visitor, &own, &frames.addresses()))
        }
        Ok(Err(elsewhere)) => render::outcome(app, visitor, Ok(elsewhere)),
        Err(stop) => render::stopped(app, visitor, stop),
    }
}

fn drawn(app: &App, visitor: &Visitor, own: &Own, frames: &[&str]) -> Reply {
    let (now, moment) = (app.provider().now(), &Texts::of(visitor.language).account.moment);
    let several = app.config().connections.len() > 1;
    let sessions = own.sessions.iter().take(SHOWN).map(|session| {
        let record = &session.record;
        Place {
            id: &session.name,
            device: &record.device,
            address: record.address.map(|address| address.to_string()),
            here: session.here,
            connection: several.then(|| record.connection.as_str()),
            since: moment.ago(now.since(record.auth_time)),
            idle: moment.left(record.idle_until.earlier(record.ends).since(now)),
            latest: moment.left(record.ends.since(now)),
        }
    });
    let applications = own.applications.iter().map(|(id, held)| Application {
        id: id.as_str(),
        name: app.config().clients.get(id).map_or(id.as_str(), |client| &client.name),
        since: moment.ago(now.since(held.since)),
        signed_in: held.sessions > 0,
        lasting: held.lasting,
        told: held.told,
    });
    let userid = own.member.member.userid.as_str();
    let page = Account {
        member_name: own.member.member.name.as_deref().unwrap_or(userid),
        userid,
        connection: &format!("{} · {}", own.session.connection, own.session.member.corp()),
        action: &app.config().issuer.route("/account"),
        token: &own.token,
        phone: own.kept.as_ref().map(|kept| AccountPhone {
            masked: kept.contact.phone.as_ref().map(PhoneNumber::masked),
            moved: kept.moved,
            by_link: kept.contact.source == ContactSource::GuideLink,
            ago: moment.ago(now.since(kept.contact.read_at)),
        }),
        applications: &applications.collect::<Vec<_>>(),
        sessions: &sessions.collect::<Vec<_>>(),
        more_sessions: own.sessions.len().saturating_sub(SHOWN),
        frames,
    };
    render::html(visitor, 200, Forms::Ours, pages::account(&app.shell(visitor.language), &page))
}
