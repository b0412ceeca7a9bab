//! What stands around every call and page: counting, limits and faults.

use std::net::IpAddr;
use std::time::Duration;

use actix_web::body::{self, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde_json::Value;

use crate::connection::Connection;
use crate::world::{Effect, Fault, Shared};
use crate::{api, pages};

/// Counts the call, lets a limit or a fault have it, and else passes it on.
pub(crate) async fn intercept(
    shared: web::Data<Shared>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let path = request.path().to_owned();
    if !api::knows(&path) && !pages::knows(&path) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let mut running = Running::begin(&shared, &path);
    let address = api::peer(request.request());
    if let Some(errcode) = running.exceeded() {
        let refused = api::refuse(&path, errcode, address, shared.clock.millis());
        return Ok(request.into_response(refused));
    }
    let fault = shared.world().faults.take(&path).unwrap_or_default();
    if fault.latency_ms > 0 {
        tokio::time::sleep(Duration::from_millis(fault.latency_ms)).await;
    }
    let response = match without_asking(&fault, &shared, request.request(), address).await {
        Some(response) => request.into_response(response),
        None => spoil(&fault, next.call(request).await?.map_into_boxed_body()).await,
    };
    running.failed = fault.effect.is_some() || is_failure(&response);
    Ok(response)
}

/// A running call; it ends when this is dropped, answered or not.
struct Running<'a> {
    shared: &'a Shared,
    path: &'a str,
    at_once: u32,
    failed: bool,
}

impl<'a> Running<'a> {
    fn begin(shared: &'a Shared, path: &'a str) -> Self {
        let at_once = shared.world().counters.begin(path);
        Self { shared, path, at_once, failed: true }
    }

    fn exceeded(&self) -> Option<i64> {
        let now = self.shared.clock.seconds();
        self.shared.world().faults.exceeded(self.path, self.at_once, now)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.shared.world().counters.end(self.path, self.failed);
    }
}

fn is_failure(response: &ServiceResponse<BoxBody>) -> bool {
    let errcode = response.headers().get("error-code");
    response.status().as_u16() >= 400 || errcode.is_some_and(|code| code != "0")
}

/// Faults that answer, or do not answer, whatever the call would have said.
async fn without_asking(
    fault: &Fault,
    shared: &Shared,
    request: &HttpRequest,
    address: IpAddr,
) -> Option<HttpResponse> {
    Some(match fault.effect.as_ref()? {
        Effect::Errcode(errcode) => api::refuse(request.path(), *errcode, address, shared.clock.millis()),
        Effect::Status(status) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
            HttpResponse::new(status)
        }
        Effect::Html => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body("<html><head><title>Error</title></head><body><h1>Service unavailable</h1></body></html>"),
        Effect::Body(body) => HttpResponse::Ok().content_type("application/json; charset=UTF-8").body(body.clone()),
        Effect::Redirect(location) => {
            HttpResponse::Found().insert_header((header::LOCATION, location.as_str())).finish()
        }
        Effect::Hang => std::future::pending().await,
        Effect::Drop => {
            if let Some(connection) = request.conn_data::<Connection>() {
                connection.close();
            }
            HttpResponse::ServiceUnavailable().finish()
        }
        Effect::NoErrcode | Effect::TruncatedJson | Effect::WrongTypes | Effect::HugeBody(_) => return None,
    })
}

/// Faults that change the answer of the call.
async fn spoil(fault: &Fault, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let Some(effect) = fault.effect.as_ref() else {
        return response;
    };
    let (request, response) = response.into_parts();
    let (head, content) = response.into_parts();
    let content = body::to_bytes(content).await.unwrap_or_default();
    let spoiled = match effect {
        Effect::TruncatedJson => content[..content.len() / 2].to_vec(),
        Effect::NoErrcode => rewritten(&content, without_errcode),
        Effect::WrongTypes => rewritten(&content, exchanged),
        Effect::HugeBody(blanks) => {
            let mut long = content.to_vec();
            long.resize(content.len().saturating_add(*blanks), b' ');
            long
        }
        _ => content.to_vec(),
    };
    ServiceResponse::new(request, head.set_body(BoxBody::new(spoiled)))
}

fn rewritten(content: &[u8], change: fn(Value) -> Value) -> Vec<u8> {
    match serde_json::from_slice::<Value>(content) {
        Ok(value) => serde_json::to_vec(&change(value)).unwrap_or_default(),
        Err(_) => content.to_vec(),
    }
}

fn without_errcode(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.remove("errcode");
        fields.remove("errmsg");
    }
    value
}

/// Numbers become texts, texts become numbers, lists become texts.
fn exchanged(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::String(text) => Value::from(text.len()),
        Value::Array(_) => Value::String(String::new()),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, exchanged(value))).collect(),
        other => other,
    }
}
