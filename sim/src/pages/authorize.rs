//! Sign-in page 1, inside the client: `/connect/oauth2/authorize`.

use std::collections::BTreeSet;

use askama::Template;

use super::callback::Target;
use super::notice::Notice;
use super::outcome::Outcome;
use super::people::{self, Person};
use super::visit::{Client, Holder, Visit};
use crate::directory::{App, AppKind, Corp, SensitiveField, Status, Visitor};
use crate::quirks::{ConsentRefusal, InactiveSignIn, ParameterOrder, PrivateinfoWithoutAgentid, Quirks, TrustedPort};
use crate::world::codes::Code;
use crate::world::{AppId, AutoConsent, Scope, World};

const ORDER: [&str; 6] = ["appid", "redirect_uri", "response_type", "scope", "state", "agentid"];

/// A checked request.
struct Request {
    app: AppId,
    target: Target,
    state: Option<String>,
    /// Whether consent is asked for and a ticket follows.
    gives_ticket: bool,
}

/// The page that asks who holds the client.
#[derive(Template)]
#[template(path = "chooser.html")]
struct Chooser<'a> {
    corp: &'a str,
    address: &'a str,
    people: Vec<Person>,
}

/// The consent page.
#[derive(Template)]
#[template(path = "consent.html")]
struct Consent<'a> {
    corp: &'a str,
    app: &'a str,
    name: &'a str,
    member: &'a str,
    address: &'a str,
    fields: Vec<(&'static str, &'static str)>,
}

/// Answers a request to the page, or its submitted form.
pub(crate) fn decide(world: &mut World, visit: &Visit) -> Outcome {
    if visit.client == Client::Other {
        return Outcome::Notice(Notice::open_in_client(&visit.address));
    }
    match check(world, visit) {
        Ok(request) => match holder(world, visit, &request) {
            Ok(visitor) => go_on(world, visit, &request, visitor),
            Err(outcome) => outcome,
        },
        Err(notice) => Outcome::Notice(notice),
    }
}

fn check(world: &World, visit: &Visit) -> Result<Request, Notice> {
    let query = &visit.query;
    let corp =
        query.get("appid").and_then(|id| world.directory.corp(id)).ok_or_else(|| Notice::bad_parameter("appid"))?;
    if query.get("response_type") != Some("code") {
        return Err(Notice::bad_parameter("response_type"));
    }
    let scope = query.get("scope").and_then(read_scope).ok_or_else(|| Notice::bad_parameter("scope"))?;
    let state = query.get("state").map(str::to_owned);
    if !state.as_deref().is_none_or(is_plain_state) {
        return Err(Notice::bad_parameter("state"));
    }
    if world.quirks.parameter_order == ParameterOrder::Checked && !is_in_order(visit) {
        return Err(Notice::bad_parameter("parameter order"));
    }
    let target =
        query.get("redirect_uri").and_then(Target::parse).ok_or_else(|| Notice::bad_parameter("redirect_uri"))?;
    let app = find_app(corp, query.get("agentid"), &target, &world.quirks)?;
    let wants_ticket = scope == Scope::Privateinfo;
    let gives_ticket = wants_ticket && query.get("agentid").is_some();
    if wants_ticket && !gives_ticket && world.quirks.privateinfo_without_agentid == PrivateinfoWithoutAgentid::ErrorPage
    {
        return Err(Notice::bad_parameter("agentid"));
    }
    let app = AppId { corp_id: corp.corp_id.clone(), agent_id: app.agent_id };
    Ok(Request { app, target, state, gives_ticket })
}

fn find_app<'a>(corp: &'a Corp, agent_id: Option<&str>, target: &Target, quirks: &Quirks) -> Result<&'a App, Notice> {
    let compare_port = quirks.trusted_port == TrustedPort::Compared;
    let mut apps = corp.apps.iter().filter(|app| app.kind == AppKind::SelfBuilt && !app.closed);
    match agent_id {
        None => apps.find(|app| app.trusts(&target.url, compare_port)).ok_or_else(Notice::untrusted_domain),
        Some(text) => {
            let app =
                apps.find(|app| text.parse() == Ok(app.agent_id)).ok_or_else(|| Notice::bad_parameter("agentid"))?;
            app.trusts(&target.url, compare_port).then_some(app).ok_or_else(Notice::untrusted_domain)
        }
    }
}

fn read_scope(text: &str) -> Option<Scope> {
    match text {
        "snsapi_base" => Some(Scope::Base),
        "snsapi_userinfo" => Some(Scope::Userinfo),
        "snsapi_privateinfo" => Some(Scope::Privateinfo),
        _ => None,
    }
}

/// Letters and digits, at most 128 bytes.
pub(crate) fn is_plain_state(state: &str) -> bool {
    state.len() <= 128 && state.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_in_order(visit: &Visit) -> bool {
    let places = visit.query.names().filter_map(|name| ORDER.iter().position(|it| *it == name));
    places.is_sorted()
}

fn holder(world: &World, visit: &Visit, request: &Request) -> Result<Visitor, Outcome> {
    let Some(corp) = world.directory.corp(&request.app.corp_id) else {
        return Err(Outcome::Notice(Notice::bad_parameter("appid")));
    };
    let visitor = match visit.holder(corp, &world.settings) {
        Holder::Known(visitor) => visitor,
        Holder::Unknown(key) => return Err(Outcome::Notice(Notice::unknown_person(&key))),
        Holder::Nobody => {
            return Err(Outcome::page(&Chooser {
                corp: &corp.name,
                address: &visit.address,
                people: people::everybody(corp, visit.marked()),
            }));
        }
    };
    if visit.client == Client::WeChat {
        return Ok(visitor.outside_wecom(corp));
    }
    let is_inactive = visitor.member(corp).is_some_and(|member| member.status != Status::Activated);
    if is_inactive && world.quirks.inactive_sign_in == InactiveSignIn::Refused {
        return Err(Outcome::Notice(Notice::inactive()));
    }
    Ok(visitor)
}

fn go_on(world: &mut World, visit: &Visit, request: &Request, visitor: Visitor) -> Outcome {
    let Visitor::Member { serial, .. } = visitor else {
        return redirect(world, visit, request, visitor, None);
    };
    if !request.gives_ticket {
        return redirect(world, visit, request, visitor, None);
    }
    let in_range = world.app(&request.app).is_some_and(|(corp, app)| visitor.is_in_range(corp, app));
    if !in_range {
        return Outcome::Notice(Notice::out_of_range());
    }
    if let Some(granted) = world.consents.remembered(serial, &request.app, visit.now) {
        return redirect(world, visit, request, visitor, Some(granted));
    }
    match choice(world, visit) {
        Some(AutoConsent::Grant(fields)) => {
            let granted = enabled(world, &request.app, &fields);
            world.consents.remember(serial, &request.app, granted.clone(), visit.now);
            redirect(world, visit, request, visitor, Some(granted))
        }
        Some(AutoConsent::Refuse) => refuse(world, request),
        None => ask(world, visit, request, &visitor),
    }
}

/// What the member chose: in the form, in the header, or by the setting.
fn choice(world: &World, visit: &Visit) -> Option<AutoConsent> {
    let Some(form) = visit.form.as_ref().filter(|form| form.get("decision").is_some()) else {
        return visit.consent_header.clone().or_else(|| world.settings.auto_consent.clone());
    };
    if form.get("decision") != Some("allow") {
        return Some(AutoConsent::Refuse);
    }
    let fields = form.all("field").filter_map(SensitiveField::from_name).collect();
    Some(AutoConsent::Grant(fields))
}

fn enabled(world: &World, app: &AppId, fields: &BTreeSet<SensitiveField>) -> BTreeSet<SensitiveField> {
    let Some((_, app)) = world.app(app) else {
        return BTreeSet::new();
    };
    fields.iter().copied().filter(|field| app.sensitive_fields.contains(field)).collect()
}

fn refuse(world: &World, request: &Request) -> Outcome {
    match world.quirks.consent_refusal {
        ConsentRefusal::RedirectWithoutCode => {
            Outcome::Redirect(request.target.with(None, request.state.as_deref(), None))
        }
        ConsentRefusal::NoRedirect => Outcome::Notice(Notice::cancelled()),
        ConsentRefusal::ErrorPage => Outcome::Notice(Notice::refused()),
    }
}

fn ask(world: &World, visit: &Visit, request: &Request, visitor: &Visitor) -> Outcome {
    let Some((corp, app)) = world.app(&request.app) else {
        return Outcome::Notice(Notice::bad_parameter("agentid"));
    };
    let Some(member) = visitor.member(corp) else {
        return Outcome::Notice(Notice::out_of_range());
    };
    let fields = SensitiveField::ALL
        .into_iter()
        .filter(|field| app.sensitive_fields.contains(field))
        .map(|field| (field.name(), field.label()))
        .collect();
    Outcome::page(&Consent {
        corp: &corp.name,
        app: &app.name,
        name: &member.name,
        member: &member.userid,
        address: &visit.address,
        fields,
    })
}

fn redirect(
    world: &mut World,
    visit: &Visit,
    request: &Request,
    visitor: Visitor,
    granted: Option<BTreeSet<SensitiveField>>,
) -> Outcome {
    let code = world.codes.issue(Code {
        app: request.app.clone(),
        visitor,
        granted,
        redirect: Some(request.target.url.clone()),
        issued_at: visit.now,
        used: false,
    });
    Outcome::Redirect(request.target.with(Some(&code), request.state.as_deref(), None))
}
