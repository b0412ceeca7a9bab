//! The sign-in page of ours: shown when a choice or a confirmation is needed.

use super::{Guest, client};
use crate::config::Client;
use crate::domain::refusal::Refusal;
use crate::login::errand::Errand;
use crate::login::proceed::returns_by_itself;
use crate::login::transaction::Held;
use crate::login::way::Surroundings;
use crate::login::{Browser, Station, Stop};
use crate::oidc::authorize::Prompts;
use crate::web::app::App;
use crate::web::current::Snapshot;
use crate::web::pages::{self, Back, QrLink, SignIn, SignInReason, Way};
use crate::web::render::{self, station_path};
use crate::web::reply::{Forms, Reply};
use crate::web::visitor::Visitor;

/// The sign-in page.
pub async fn page(Guest { visitor, held, .. }: Guest, app: Snapshot) -> Reply {
    let Some(client) = client(&app, &held) else { return render::stopped(&app, &visitor, Stop::StartAgain) };
    if Surroundings::of(&visitor.browser.user_agent) == Surroundings::Wechat {
        return plain_wechat(&app, &visitor, client);
    }
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
    let page = SignIn {
        client_name: &client.name,
        why: reason(&held, &visitor.browser),
        ways: &ways,
        other_way: (!several).then_some(other.as_str()),
        cancel: Back::None,
    };
    render::html(&visitor, 200, Forms::Ours, pages::sign_in(&app.shell(visitor.language), &page))
}

fn reason(held: &Held, browser: &Browser) -> SignInReason {
    match &held.transaction.errand {
        Errand::Authorize(request) if request.prompt.has(Prompts::SELECT_ACCOUNT) => SignInReason::OtherAccount,
        Errand::Authorize(request) if request.prompt.has(Prompts::LOGIN) || request.max_age.is_some() => {
            SignInReason::ProveAgain
        }
        errand if returns_by_itself(errand, browser) => SignInReason::SignedOut,
        _ => SignInReason::Normal,
    }
}

/// Plain WeChat can neither sign in by itself nor scan its own screen (`wecom-api.md` §7).
fn plain_wechat(app: &App, visitor: &Visitor, client: &Client) -> Reply {
    let refusal = Refusal::OpenInWecom;
    let entry = render::entry(app, client);
    let page = pages::Refused {
        client_name: Some(&client.name),
        link: entry.as_deref().map(|href| QrLink { href }),
        ..pages::Refused::of(pages::PageCode::Refusal(refusal), &visitor.request_id)
    };
    render::html(visitor, refusal.status(), Forms::Ours, pages::refused(&app.shell(visitor.language), &page))
}
