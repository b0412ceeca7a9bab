//! The control methods over HTTP: JSON in, JSON out, one route each.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{CodeRequest, Control, ControlError};
use crate::directory::{App, Department, Member, SensitiveField, Tag};
use crate::events::{Event, Manner, Receiver};
use crate::world::{Fault, Limit};

type Reply = Result<HttpResponse, ControlError>;
type Handle = web::Data<Control>;

/// Adds the routes of the control API.
#[rustfmt::skip]
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .app_data(web::JsonConfig::default().content_type_required(false).error_handler(malformed))
        .app_data(web::QueryConfig::default().error_handler(malformed_query))
        .route("/corps",            web::get().to(corps))
        .route("/members",          web::post().to(add_member))
        .route("/members/{userid}", web::get().to(member))
        .route("/members/{userid}", web::patch().to(patch_member))
        .route("/members/{userid}", web::delete().to(delete_member))
        .route("/departments",      web::put().to(put_department))
        .route("/departments/{id}", web::delete().to(delete_department))
        .route("/tags",             web::put().to(put_tag))
        .route("/tags/{id}",        web::delete().to(delete_tag))
        .route("/apps",             web::post().to(add_app))
        .route("/apps/{id}",        web::get().to(app))
        .route("/apps/{id}",        web::patch().to(patch_app))
        .route("/apps/{id}",        web::delete().to(delete_app))
        .route("/settings",         web::get().to(settings))
        .route("/settings",         web::patch().to(patch_settings))
        .route("/quirks",           web::get().to(quirks))
        .route("/quirks",           web::patch().to(patch_quirks))
        .route("/codes",            web::post().to(make_code))
        .route("/tokens/expire",    web::post().to(expire_tokens))
        .route("/tokens/revoke",    web::post().to(revoke_tokens))
        .route("/consents",         web::put().to(set_consent))
        .route("/consents",         web::delete().to(forget_consents))
        .route("/faults",           web::get().to(faults))
        .route("/faults",           web::post().to(add_fault))
        .route("/faults",           web::delete().to(clear_faults))
        .route("/limits",           web::put().to(set_limit))
        .route("/counters",         web::get().to(counters))
        .route("/counters",         web::delete().to(reset_counters))
        .route("/messages",         web::get().to(messages))
        .route("/messages",         web::delete().to(clear_messages))
        .route("/events",           web::post().to(send_events))
        .route("/events/check",     web::post().to(check_receiver))
        .route("/clock",            web::get().to(clock))
        .route("/clock/advance",    web::post().to(advance_clock))
        .route("/reset",            web::post().to(reset));
}

impl actix_web::ResponseError for ControlError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).json(json!({ "error": self.to_string() }))
    }
}

/// What a request may name in its query.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Which {
    corp: Option<String>,
    agent_id: Option<u64>,
    member: Option<String>,
    path: Option<String>,
}

impl Which {
    fn corp(&self) -> Option<&str> {
        self.corp.as_deref()
    }
}

type Named = web::Query<Which>;

#[expect(clippy::needless_pass_by_value, reason = "the signature actix-web asks for")]
fn malformed(error: actix_web::error::JsonPayloadError, _: &actix_web::HttpRequest) -> actix_web::Error {
    ControlError::Invalid(error.to_string()).into()
}

#[expect(clippy::needless_pass_by_value, reason = "the signature actix-web asks for")]
fn malformed_query(error: actix_web::error::QueryPayloadError, _: &actix_web::HttpRequest) -> actix_web::Error {
    ControlError::Invalid(error.to_string()).into()
}

#[expect(clippy::unnecessary_wraps, reason = "the end of every handler")]
fn reply(value: impl Serialize) -> Reply {
    Ok(HttpResponse::Ok().json(value))
}

fn done() -> Reply {
    reply(json!({}))
}

async fn corps(control: Handle) -> Reply {
    reply(control.corps())
}

async fn member(control: Handle, userid: web::Path<String>, which: Named) -> Reply {
    reply(control.member(which.corp(), &userid)?)
}

async fn add_member(control: Handle, which: Named, member: web::Json<Member>) -> Reply {
    control.add_member(which.corp(), member.into_inner())?;
    done()
}

async fn patch_member(control: Handle, userid: web::Path<String>, which: Named, patch: web::Json<Value>) -> Reply {
    reply(control.patch_member(which.corp(), &userid, &patch)?)
}

async fn delete_member(control: Handle, userid: web::Path<String>, which: Named) -> Reply {
    control.delete_member(which.corp(), &userid)?;
    done()
}

async fn put_department(control: Handle, which: Named, department: web::Json<Department>) -> Reply {
    control.put_department(which.corp(), department.into_inner())?;
    done()
}

async fn delete_department(control: Handle, id: web::Path<u64>, which: Named) -> Reply {
    control.delete_department(which.corp(), *id)?;
    done()
}

async fn put_tag(control: Handle, which: Named, tag: web::Json<Tag>) -> Reply {
    control.put_tag(which.corp(), tag.into_inner())?;
    done()
}

async fn delete_tag(control: Handle, id: web::Path<u64>, which: Named) -> Reply {
    control.delete_tag(which.corp(), *id)?;
    done()
}

async fn add_app(control: Handle, which: Named, app: web::Json<App>) -> Reply {
    control.add_app(which.corp(), app.into_inner())?;
    done()
}

async fn app(control: Handle, id: web::Path<u64>, which: Named) -> Reply {
    reply(control.app(which.corp(), *id)?)
}

async fn patch_app(control: Handle, id: web::Path<u64>, which: Named, patch: web::Json<Value>) -> Reply {
    reply(control.patch_app(which.corp(), *id, &patch)?)
}

async fn delete_app(control: Handle, id: web::Path<u64>, which: Named) -> Reply {
    control.delete_app(which.corp(), *id)?;
    done()
}

async fn settings(control: Handle) -> Reply {
    reply(control.settings())
}

async fn patch_settings(control: Handle, patch: web::Json<Value>) -> Reply {
    reply(control.patch_settings(&patch)?)
}

async fn quirks(control: Handle) -> Reply {
    reply(control.quirks())
}

async fn patch_quirks(control: Handle, patch: web::Json<Value>) -> Reply {
    reply(control.patch_quirks(&patch)?)
}

async fn make_code(control: Handle, request: web::Json<CodeRequest>) -> Reply {
    reply(json!({ "code": control.make_code(&request)? }))
}

async fn expire_tokens(control: Handle, which: Named) -> Reply {
    reply(json!({ "tokens": control.expire_tokens(which.corp(), which.agent_id)? }))
}

async fn revoke_tokens(control: Handle, which: Named) -> Reply {
    reply(json!({ "tokens": control.revoke_tokens(which.corp(), which.agent_id)? }))
}

/// A choice made in the client's settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    agent_id: u64,
    member: String,
    granted: BTreeSet<SensitiveField>,
}

async fn set_consent(control: Handle, which: Named, choice: web::Json<Choice>) -> Reply {
    let choice = choice.into_inner();
    control.set_consent(which.corp(), choice.agent_id, &choice.member, choice.granted)?;
    done()
}

async fn forget_consents(control: Handle, which: Named) -> Reply {
    let forgotten = control.forget_consents(which.corp(), which.member.as_deref())?;
    reply(json!({ "consents": forgotten }))
}

async fn faults(control: Handle) -> Reply {
    reply(control.faults())
}

async fn add_fault(control: Handle, fault: web::Json<Fault>) -> Reply {
    control.add_fault(fault.into_inner())?;
    done()
}

async fn clear_faults(control: Handle, which: Named) -> Reply {
    control.clear_faults(which.path.as_deref());
    done()
}

async fn set_limit(control: Handle, which: Named, limit: web::Json<Limit>) -> Reply {
    let Some(path) = which.path.as_deref() else {
        return Err(ControlError::Invalid("path is missing in the query".into()));
    };
    control.set_limit(path, *limit)?;
    done()
}

async fn counters(control: Handle) -> Reply {
    reply(control.counters())
}

async fn reset_counters(control: Handle) -> Reply {
    control.reset_counters();
    done()
}

async fn messages(control: Handle) -> Reply {
    reply(control.messages())
}

async fn clear_messages(control: Handle) -> Reply {
    control.clear_messages();
    done()
}

/// Events for a receiver.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sending {
    receiver: Receiver,
    events: Vec<Event>,
    #[serde(default)]
    manner: Manner,
}

async fn send_events(control: Handle, sending: web::Json<Sending>) -> Reply {
    reply(control.send_events(&sending.receiver, &sending.events, &sending.manner).await?)
}

async fn check_receiver(control: Handle, receiver: web::Json<Receiver>) -> Reply {
    reply(control.check_receiver(&receiver).await?)
}

async fn clock(control: Handle) -> Reply {
    reply(json!({ "now": control.now() }))
}

/// How far the clock moves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: i64,
}

async fn advance_clock(control: Handle, advance: web::Json<Advance>) -> Reply {
    control.advance_clock(advance.seconds);
    reply(json!({ "now": control.now() }))
}

async fn reset(control: Handle) -> Reply {
    control.reset();
    done()
}
