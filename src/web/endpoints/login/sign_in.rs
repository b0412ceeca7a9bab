//! The sign-in page of ours: shown when a choice or a confirmation is needed.

use super::{Guest, client, member_name, place};
use crate::config::Client;
use crate::domain::refusal::Refusal;
use crate::login::proceed::returns_by_itself;
use crate::login::way::Surroundings;
use crate::login::{Station, Stop};
use crate::oidc::decide::Reason;
use crate::web::app::App;
use crate::web::current::Snapshot;
use crate::web::pages::{self, Back, QrLink, SignIn, SignInReason, Way};
use crate::web::render::{self, station_path};
use crate::web::reply::{Forms, Reply};
use crate::web::visitor::Visitor;
use crate::web::way_back::WayBack;

/// The sign-in page.
pub async fn page(Guest { visitor, held, .. }: Guest, app: Snapshot) -> Reply {
    let Some(place) = place(&app, &visitor, &held) else { return render::stopped(&app, &visitor, Stop::StartAgain) };
    if Surroundings::of(&visitor.browser.user_agent) == Surroundings::Wechat {
        return plain_wechat(&app, &visitor, place, client(&app, &held));
    }
    let why = match app.login.reason(&held, &visitor.browser).await {
        Ok(Reason::Nobody) if returns_by_itself(&held.transaction.errand, &visitor.browser) => SignInReason::SignedOut,
        Ok(Reason::Nobody) => SignInReason::Normal,
        Ok(Reason::ProveAgain) => SignInReason::ProveAgain,
        Ok(Reason::OtherAccount) => SignInReason::OtherAccount,
        Err(stop) => return render::stopped(&app, &visitor, stop),
    };
    let choices = app.login.choices(&held.transaction.errand);
    let to_wecom = station_path(&app, &held.id, Station::SignIn) + "wecom";
    let hrefs: Vec<String> = choices.iter().map(|name| format!("{to_wecom}?wecom={name}")).collect();
    let several = choices.len() > 1;
    let ways: Vec<Way<'_>> = choices
        .iter()
        .zip(&hrefs)
        .map(|(name, href)| Way { connection: name.as_str(), label: several.then(|| name.as_str()), href })
        .collect();
    let other = format!("{to_wecom}?other=1");
    let name = match why {
        SignInReason::Normal | SignInReason::SignedOut => None,
        _ => member_name(&app, &visitor).await,
    };
    let given_up = app.login.given_up(&held);
    let way_back = given_up.as_ref().map(WayBack::of);
    let page = SignIn {
        client_name: place,
        member_name: name.as_deref(),
        why,
        ways: &ways,
        other_way: (!several).then_some(other.as_str()),
        cancel: way_back.as_ref().map_or(Back::None, WayBack::drawn),
    };
    let forms = way_back.as_ref().map_or(Forms::Ours, WayBack::forms);
    render::html(&visitor, 200, forms, pages::sign_in(&app.shell(visitor.language), &page))
}

/// Plain WeChat can neither sign in by itself nor scan its own screen (`wecom-api.md` §7).
fn plain_wechat(app: &App, visitor: &Visitor, place: &str, client: Option<&Client>) -> Reply {
    let refusal = Refusal::OpenInWecom;
    let entry = match client {
        Some(client) => render::entry(app, client),
        None => Some(app.config().issuer.address("/account")),
    };
    let page = pages::Refused {
        client_name: Some(place),
        link: entry.as_deref().map(|href| QrLink { href }),
        ..pages::Refused::of(pages::PageCode::Refusal(refusal), &visitor.request_id)
    };
    render::html(visitor, refusal.status(), Forms::Ours, pages::refused(&app.shell(visitor.language), &page))
}
