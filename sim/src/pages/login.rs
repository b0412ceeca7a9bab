//! Sign-in page 2, in a browser: `/wwlogin/sso/login` and the older `/wwopen/sso/qrConnect`.

use askama::Template;

use super::authorize::is_plain_state;
use super::callback::Target;
use super::notice::Notice;
use super::outcome::Outcome;
use super::people::{self, Person};
use super::qr;
use super::visit::Visit;
use crate::directory::{AppKind, Status, Visitor};
use crate::quirks::{CallbackExtras, DenyOnLoginPage, InactiveSignIn, LoginPageState};
use crate::world::codes::Code;
use crate::world::{AppId, AutoScan, World};

/// Which of the two pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Current,
    Older,
}

/// A checked request.
struct Request {
    app: AppId,
    target: Target,
    state: Option<String>,
}

/// The page with the code to scan.
#[derive(Template)]
#[template(path = "scan.html")]
struct Scan<'a> {
    corp: &'a str,
    app: &'a str,
    address: &'a str,
    people: Vec<Person>,
    cells: Vec<qr::Cell>,
    edge: usize,
}

/// Answers a request to the page, or its submitted form.
pub(crate) fn decide(world: &mut World, visit: &Visit, page: Page) -> Outcome {
    let request = match check(world, visit, page) {
        Ok(request) => request,
        Err(notice) => return Outcome::Notice(notice),
    };
    match choice(world, visit) {
        Some(AutoScan::Approve(key)) => approve(world, visit, &request, &key),
        Some(AutoScan::Deny) => deny(world, &request, page),
        None => show(world, visit, &request),
    }
}

fn check(world: &World, visit: &Visit, page: Page) -> Result<Request, Notice> {
    let query = &visit.query;
    if page == Page::Current && query.get("login_type") != Some("CorpApp") {
        return Err(Notice::bad_link("login_type"));
    }
    let corp = query.get("appid").and_then(|id| world.directory.corp(id)).ok_or_else(|| Notice::bad_link("appid"))?;
    let app = query
        .get("agentid")
        .and_then(|id| id.parse().ok())
        .and_then(|id| corp.app(id))
        .filter(|app| app.kind == AppKind::SelfBuilt && !app.closed)
        .ok_or_else(|| Notice::bad_link("agentid"))?;
    let target = query.get("redirect_uri").and_then(Target::parse).ok_or_else(|| Notice::bad_link("redirect_uri"))?;
    if query.get("lang").is_some_and(|lang| !matches!(lang, "zh" | "en")) {
        return Err(Notice::bad_link("lang"));
    }
    let state = query.get("state").map(str::to_owned);
    let is_held = world.quirks.login_page_state == LoginPageState::Alphanumeric;
    if is_held && !state.as_deref().is_none_or(is_plain_state) {
        return Err(Notice::bad_link("state"));
    }
    if !app.trusts_for_login(&target.url) {
        return Err(Notice::login_domain());
    }
    let app = AppId { corp_id: corp.corp_id.clone(), agent_id: app.agent_id };
    Ok(Request { app, target, state })
}

/// Who scanned: by the form, by the headers, or by the setting.
fn choice(world: &World, visit: &Visit) -> Option<AutoScan> {
    if let Some(form) = visit.form.as_ref() {
        return match form.get("decision") {
            Some("deny") => Some(AutoScan::Deny),
            Some("approve") => form.get("member").map(|key| AutoScan::Approve(key.to_owned())),
            _ => None,
        };
    }
    if visit.denies {
        return Some(AutoScan::Deny);
    }
    let by_header = visit.member_header.clone().map(AutoScan::Approve);
    by_header.or_else(|| world.settings.auto_scan.clone())
}

fn approve(world: &mut World, visit: &Visit, request: &Request, key: &str) -> Outcome {
    let Some((corp, app)) = world.app(&request.app) else {
        return Outcome::Notice(Notice::bad_link("agentid"));
    };
    let Some(visitor) = corp.visitor(key) else {
        return Outcome::Notice(Notice::unknown_person(key));
    };
    if !visitor.is_in_range(corp, app) {
        return Outcome::Notice(Notice::out_of_range());
    }
    let is_inactive = visitor.member(corp).is_some_and(|member| member.status != Status::Activated);
    if is_inactive && world.quirks.inactive_sign_in == InactiveSignIn::Refused {
        return Outcome::Notice(Notice::inactive());
    }
    redirect(world, visit, request, visitor)
}

fn redirect(world: &mut World, visit: &Visit, request: &Request, visitor: Visitor) -> Outcome {
    let code = world.codes.issue(Code {
        app: request.app.clone(),
        visitor,
        granted: None,
        redirect: Some(request.target.url.clone()),
        issued_at: visit.now,
        used: false,
    });
    let extra = world.quirks.callback_extras == CallbackExtras::Appid;
    let appid = extra.then_some(request.app.corp_id.as_str());
    Outcome::Redirect(request.target.with(Some(&code), request.state.as_deref(), appid))
}

fn deny(world: &World, request: &Request, page: Page) -> Outcome {
    if page == Page::Current && world.quirks.deny_on_login_page == DenyOnLoginPage::NoRedirect {
        return Outcome::Notice(Notice::cancelled());
    }
    Outcome::Redirect(request.target.with(None, request.state.as_deref(), None))
}

fn show(world: &World, visit: &Visit, request: &Request) -> Outcome {
    let Some((corp, app)) = world.app(&request.app) else {
        return Outcome::Notice(Notice::bad_link("agentid"));
    };
    Outcome::page(&Scan {
        corp: &corp.name,
        app: &app.name,
        address: &visit.address,
        people: people::members(corp, visit.marked()),
        cells: qr::pattern(&visit.address),
        edge: qr::EDGE,
    })
}
