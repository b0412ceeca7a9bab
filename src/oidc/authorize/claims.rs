//! The `claims` parameter (OpenID Connect Core §5.5): claims asked for by themselves.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{AuthorizationRequest, Context};
use crate::domain::ids::Subject;
use crate::oidc::claims::RELEASABLE;
use crate::oidc::error::OauthError;

/// The longest text of the parameter in bytes.
const LONGEST: usize = 4_096;

/// Names we cannot give are dropped: a claim that cannot be had is no error (§5.5.1).
/// A `value` for `sub` is binding (§5.5.1), as a hint is.
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    let Some(text) = context.params.get("claims") else { return Ok(()) };
    let wrong =
        OauthError::invalid_request("claims is not a JSON object of at most 4096 bytes with id_token and userinfo");
    if text.len() > LONGEST {
        return Err(wrong);
    }
    let Ok(Value::Object(claims)) = serde_json::from_str::<Value>(text) else { return Err(wrong) };
    let part = |name: &str| match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(part)) => Ok(Some(part)),
        Some(_) => Err(wrong),
    };
    let (id_token, userinfo) = (part("id_token")?, part("userinfo")?);
    request.claims.id_token = names(id_token);
    request.claims.userinfo = names(userinfo);
    request.subject = id_token.and_then(subject);
    Ok(())
}

fn names(part: Option<&Map<String, Value>>) -> BTreeSet<String> {
    let asked = part.into_iter().flat_map(Map::keys);
    asked.filter(|name| RELEASABLE.contains(&name.as_str())).cloned().collect()
}

fn subject(part: &Map<String, Value>) -> Option<Subject> {
    part.get("sub")?.get("value")?.as_str().and_then(|text| Subject::parse(text).ok())
}
