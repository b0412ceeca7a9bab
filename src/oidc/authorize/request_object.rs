//! `request`: the whole request in an object that the client signed (RFC 9101, OpenID Connect Core §6.1), and what stays unsupported.
//!
//! [`open`] turns such a request into the parameters of its object, and the one table of checks runs over them as over
//! any other. So here, in the table, `request` is one that nobody opened.

use serde_json::{Map, Value};

use super::{AuthorizationRequest, Context};
use crate::config::Client;
use crate::oidc::client_jwt::{self, Audience, Moment, Reason, Signed};
use crate::oidc::client_keys;
use crate::oidc::error::{ErrorCode, OauthError};
use crate::oidc::json::Object;
use crate::oidc::params::Params;
use crate::oidc::provider::Provider;

/// What `typ` may say (RFC 9101 §10.8): a request object is no client assertion.
const TYPES: &[&str] = &["oauth-authz-req+jwt", "jwt"];

/// The claims that speak of the object and not of the request.
const OF_THE_OBJECT: &[&str] = &["iss", "aud", "exp", "nbf", "iat", "jti", "sub"];

/// How many values `resource` may have.
const MOST: usize = 64;

const NOT_SUPPORTED: OauthError = OauthError::new(
    ErrorCode::RequestNotSupported,
    "request objects are taken from clients with registered keys alone",
);

/// `request_uri` leads nowhere but to pushed requests, `registration` nowhere at all; neither is ever ignored.
pub fn check(context: &Context<'_>, _: &mut AuthorizationRequest) -> Result<(), OauthError> {
    let refused = [
        ("request", ErrorCode::RequestNotSupported, "a request object is not supported here"),
        ("request_uri", ErrorCode::RequestUriNotSupported, "request_uri is not supported"),
        ("registration", ErrorCode::RegistrationNotSupported, "registration is not supported"),
    ];
    refused
        .into_iter()
        .find(|(name, ..)| context.params.has(name))
        .map_or(Ok(()), |(_, code, description)| Err(OauthError::new(code, description)))
}

/// A request object that is refused.
#[derive(Debug)]
pub struct NotOpened {
    /// For the client.
    pub error: OauthError,
    /// What the object says, where its client signed it for us: then the answer goes where it says. Otherwise where the
    /// parameters around it say.
    pub inside: Option<Params>,
}

/// The parameters of the request object in `params`, and nothing of what stands around it (RFC 9101 §6.3). The client is
/// the one that `client_id` names, or that has proven itself where the request is pushed.
pub async fn open(provider: &Provider, client: &Client, params: &Params) -> Result<Params, NotOpened> {
    let outside = |error| NotOpened { error, inside: None };
    if params.any_doubled() {
        return Err(outside(OauthError::invalid_request("a parameter is given more than once")));
    }
    if params.has("request_uri") {
        return Err(outside(OauthError::invalid_request("request and request_uri exclude each other")));
    }
    if client.keys.is_none() {
        return Err(outside(NOT_SUPPORTED));
    }
    let members = verified(provider, client, params.get("request").unwrap_or_default()).await.map_err(|reason| {
        tracing::info!(event = "request_object.refused", client = %client.client_id, reason, "a request object was refused");
        outside(OauthError::new(ErrorCode::InvalidRequestObject, reason))
    })?;
    match read(&members) {
        Ok(inside) => match contradiction(params, &inside) {
            None => Ok(inside),
            Some(error) => Err(NotOpened { error, inside: Some(inside) }),
        },
        Err(reason) => Err(outside(OauthError::new(ErrorCode::InvalidRequestObject, reason))),
    }
}

/// The claims of an object that this client signed for us and for now.
async fn verified(provider: &Provider, client: &Client, jwt: &str) -> Result<Map<String, Value>, Reason> {
    let header = client_jwt::header(jwt, TYPES)?;
    let Signed::ByKey(alg) = header.alg else { return Err("a request object must be signed by a key of the client") };
    let key = client_keys::find(provider, client, header.kid.as_deref(), alg).await;
    let key = key.ok_or("the client has no one key of this name (kid) and algorithm")?;
    let Object(members) = client_jwt::claims(jwt, &key)?;
    let id = Some(client.client_id.as_str());
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if text("iss") != id || text("client_id") != id {
        return Err("iss and client_id of the object must be the client_id");
    }
    // RFC 9101 §10.8: it would be a client assertion.
    if text("sub") == id {
        return Err("sub may not be the client_id");
    }
    let aud = members.get("aud").and_then(|aud| serde_json::from_value::<Audience>(aud.clone()).ok());
    if aud.as_ref().and_then(Audience::only) != Some(provider.issuer()) {
        return Err("aud must be the issuer, alone");
    }
    let moment = |name: &str| match members.get(name) {
        None => Ok(None),
        Some(value) => serde_json::from_value::<Moment>(value.clone()).map(Some),
    };
    let times = moment("exp").and_then(|exp| Ok((exp, moment("nbf")?, moment("iat")?)));
    let (exp, nbf, iat) = times.map_err(|_| "exp, nbf and iat must be numbers")?;
    client_jwt::check_times(exp.ok_or("exp is missing")?, nbf, iat, provider.now())?;
    Ok(members)
}

/// The claims as the parameters that they are: texts, whole numbers, and the objects `claims` and `registration`
/// (RFC 9101 §4, OpenID Connect Core §5.5, §7.2.1).
fn read(members: &Map<String, Value>) -> Result<Params, Reason> {
    let mut params = Params::default();
    for (name, value) in members {
        let mut add = |value: String| params.add(name.clone(), value);
        match (name.as_str(), value) {
            // RFC 9101 §4.
            ("request" | "request_uri", _) => return Err("a request object may hold neither request nor request_uri"),
            (of_the_object, _) if OF_THE_OBJECT.contains(&of_the_object) => {}
            ("claims" | "registration", Value::Object(_)) => add(value.to_string()),
            ("claims", _) => return Err("claims must be an object"),
            (_, Value::String(text)) => add(text.clone()),
            (_, Value::Number(number)) if number.is_u64() => add(number.to_string()),
            // The one parameter that may come more than once (RFC 8707 §2).
            ("resource", Value::Array(list)) if list.len() <= MOST && list.iter().all(Value::is_string) => {
                list.iter().filter_map(Value::as_str).for_each(|text| add(text.to_owned()));
            }
            _ => return Err("a member of the request object is neither a text nor a whole number"),
        }
    }
    Ok(params)
}

/// What stands around the object may repeat it and may not contradict it: two readers could take different values (threat 4).
fn contradiction(outside: &Params, inside: &Params) -> Option<OauthError> {
    let differs = |(name, value): (&str, &str)| match name {
        "request" => false,
        "resource" => inside.has(name) && !inside.resources().eq(outside.resources()),
        _ => !value.is_empty() && inside.has(name) && inside.get(name) != Some(value),
    };
    let found = outside.iter().any(differs);
    found.then_some(OauthError::invalid_request("the parameters and the request object contradict each other"))
}
