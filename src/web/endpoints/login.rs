//! The stations of one transaction, all below `/login/{id}/`.

use actix_web::{HttpRequest, web};

use super::{Body, form, query};
use crate::config::Client;
use crate::domain::ids::{ConnectionName, TransactionId};
use crate::domain::refusal::Refusal;
use crate::domain::scope::Scope;
use crate::login::errand::Errand;
use crate::login::guide::LINK_LIVES;
use crate::login::transaction::Held;
use crate::login::way::Surroundings;
use crate::login::{Next, Outcome, Station, Stop};
use crate::oidc::authorize::Prompts;
use crate::oidc::claims::may_have_phone;
use crate::oidc::params::Params;
use crate::web::app::App;
use crate::web::cookies::Jar;
use crate::web::pages::{self, Back, Consent, Guide, LogoutConfirm, PhoneDone, QrLink, SignIn, SignInReason, Way};
use crate::web::render::{self, station_path};
use crate::web::reply::{Forms, Reply};
use crate::web::visitor::Visitor;

/// A visitor with the transaction that the browser's cookies hold.
struct Guest {
    visitor: Visitor,
    held: Held,
    params: Params,
}

/// Cookies first (law 2): without them nothing here goes on, and the page says how to start again.
async fn guest(request: &HttpRequest, id: &str, app: &App) -> Result<Guest, Reply> {
    let visitor = Visitor::enter(request, app).await?;
    let jar = Jar::of(request, &app.config().issuer);
    let held = TransactionId::parse(id)
        .map_err(|_| Stop::StartAgain)
        .and_then(|id| app.login.open(&id, jar.binding(&id), jar.sealed()))
        .map_err(|stop| render::stopped(app, &visitor, stop))?;
    let params = query(request).map_err(|error| render::failed(app, &visitor, error))?;
    let language = match &held.transaction.errand {
        Errand::Authorize(request) => request.language,
        _ => None,
    };
    Ok(Guest { visitor: visitor.speaking(language), held, params })
}

fn client<'a>(app: &'a App, held: &Held) -> Option<&'a Client> {
    held.transaction.errand.client().and_then(|id| app.config().clients.get(id)).map(|client| &**client)
}

/// The sign-in page.
pub async fn sign_in(request: HttpRequest, id: web::Path<String>, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, .. } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
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
        why: reason(&held),
        ways: &ways,
        other_way: (!several).then_some(other.as_str()),
        cancel: Back::None,
    };
    render::html(&visitor, 200, Forms::Ours, pages::sign_in(&app.shell(visitor.language), &page))
}

fn reason(held: &Held) -> SignInReason {
    match &held.transaction.errand {
        Errand::Authorize(request) if request.prompt.has(Prompts::SELECT_ACCOUNT) => SignInReason::OtherAccount,
        Errand::Authorize(request) if request.prompt.has(Prompts::LOGIN) || request.max_age.is_some() => {
            SignInReason::ProveAgain
        }
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

/// Leaves for WeCom; `wecom=NAME` chooses a connection, `other=1` the other way.
pub async fn to_wecom(request: HttpRequest, id: web::Path<String>, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, params } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
    let chosen = params.get("wecom").and_then(|name| ConnectionName::parse(name).ok());
    let other = params.get("other").is_some();
    let outcome = app.login.leave_for_wecom(held, chosen, &visitor.browser, other, visitor.language).await;
    render::outcome(&app, &visitor, outcome)
}

/// Back from WeCom.
pub async fn callback(request: HttpRequest, id: web::Path<String>, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, params } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
    let outcome = app.login.callback(held, &params, &visitor.browser).await;
    render::outcome(&app, &visitor, outcome)
}

/// Decides anew; with `status=1` only tells the waiting page whether it may go on.
pub async fn go_on(request: HttpRequest, id: web::Path<String>, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, params } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
    if params.get("status").is_some() {
        return match app.login.phone_is_there(&visitor.browser).await {
            Ok(ready) => Reply::json(200, &serde_json::json!({ "ready": ready })),
            Err(stop) => render::stopped(&app, &visitor, stop),
        };
    }
    let outcome = app.login.resume(held, &visitor.browser, visitor.language).await;
    // Too early: the guide says so.
    if let Ok(Outcome { next: Next::Station(id, Station::Guide), .. }) = &outcome {
        return Reply::redirect(&(station_path(&app, id, Station::Guide) + "?early=1"));
    }
    render::outcome(&app, &visitor, outcome)
}

/// The first-login guide: the phone number is read on the member's phone.
pub async fn guide(request: HttpRequest, id: web::Path<String>, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, params } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
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

/// The link of the guide, on the member's phone: a browser without any cookies of ours.
pub async fn phone_link(request: HttpRequest, path: web::Path<(String, String)>, app: web::Data<App>) -> Reply {
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
pub async fn done(request: HttpRequest, id: web::Path<String>, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, .. } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
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

/// The answer by form post, away from the address that holds WeCom's code.
pub async fn answer(request: HttpRequest, id: web::Path<String>, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, .. } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
    match app.login.kept_answer(&held).await {
        Ok(answer) => render::answer(&app, &visitor, &answer),
        Err(stop) => render::stopped(&app, &visitor, stop),
    }
}

/// The consent page.
pub async fn consent(request: HttpRequest, id: web::Path<String>, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, .. } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
    let (Some(client), Errand::Authorize(asked)) = (client(&app, &held), &held.transaction.errand) else {
        return render::stopped(&app, &visitor, Stop::StartAgain);
    };
    let phone = may_have_phone(client, asked.scopes);
    let page = Consent {
        client_name: &client.name,
        member_name: &member_name(&app, &visitor).await.unwrap_or_default(),
        scopes: if phone { asked.scopes.with(Scope::Phone) } else { asked.scopes },
        action: &station_path(&app, &held.id, Station::Consent),
        token: &held.form_token(),
    };
    render::html(&visitor, 200, Forms::Elsewhere, pages::consent(&app.shell(visitor.language), &page))
}

/// The member's decision.
pub async fn consent_form(request: HttpRequest, id: web::Path<String>, body: Body, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, .. } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
    let form = match form(&request, body) {
        Ok(form) => form,
        Err(error) => return render::failed(&app, &visitor, error),
    };
    let allowed = form.get("answer") == Some("allow");
    let token = form.get("token").unwrap_or_default();
    let outcome = app.login.consent(held, token, allowed, &visitor.browser, visitor.language).await;
    render::outcome(&app, &visitor, outcome)
}

/// Asks whether to sign out.
pub async fn logout(request: HttpRequest, id: web::Path<String>, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, .. } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
    let Errand::Logout(asked) = &held.transaction.errand else {
        return render::stopped(&app, &visitor, Stop::StartAgain);
    };
    // A sign-out that came by POST is looked at here for the first time with the session in hand.
    let settled = app.login.settled_logout(asked, &visitor.browser).await;
    if let Ok(Some(outcome)) = settled {
        return render::outcome(&app, &visitor, Ok(outcome));
    }
    let name = member_name(&app, &visitor).await;
    let token = held.form_token();
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
pub async fn logout_form(request: HttpRequest, id: web::Path<String>, body: Body, app: web::Data<App>) -> Reply {
    let Guest { visitor, held, .. } = match guest(&request, &id, &app).await {
        Ok(guest) => guest,
        Err(reply) => return reply,
    };
    let form = match form(&request, body) {
        Ok(form) => form,
        Err(error) => return render::failed(&app, &visitor, error),
    };
    let outcome = app.login.confirm_logout(&held, form.get("token").unwrap_or_default(), &visitor.browser).await;
    render::outcome(&app, &visitor, outcome)
}

async fn member_name(app: &App, visitor: &Visitor) -> Option<String> {
    let (_, session) = visitor.browser.session.as_ref()?;
    app.provider().store.member(&session.member).await.ok()??.member.name
}
