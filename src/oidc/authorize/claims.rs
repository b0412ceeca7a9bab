//! The `claims` parameter (OpenID Connect Core §5.5): claims asked for by themselves.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{AuthorizationRequest, Context};
use crate::domain::ids::Subject;
use crate::oidc::acr;
use crate::oidc::claims::RELEASABLE;
use crate::oidc::error::{ErrorCode, OauthError};
use crate::oidc::json::Object;
use crate::store::records::RequestedClaims;

/// The longest text of the parameter in bytes.
const LONGEST: usize = 4_096;

const WRONG: OauthError =
    OauthError::invalid_request("claims is not a JSON object of at most 4096 bytes with id_token and userinfo");

/// What is asked of one claim (§5.5.1); nothing in particular when `null` stands there.
#[derive(Debug, Default)]
struct Asked {
    essential: bool,
    /// `value`, or `values`.
    one_of: Option<Vec<Value>>,
}

type Part = BTreeMap<String, Asked>;

/// Names we cannot give are dropped: a claim that cannot be had is no error (§5.5.1). A value for `sub` is binding,
/// as a hint is. An essential `acr` with values that we do not have ends the request (§5.5.1.1).
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    let Some(text) = context.params.get("claims") else { return Ok(()) };
    let [id_token, userinfo] = parts(text)?;
    request.claims = by_name(&id_token, &userinfo);
    request.subjects = subjects([&id_token, &userinfo])?;
    if let Some(asked) = id_token.get(acr::NAME) {
        let ours = Value::from(acr::wecom(&context.provider.config.issuer));
        if asked.essential && asked.one_of.as_ref().is_some_and(|values| !values.contains(&ours)) {
            return Err(OauthError::new(
                ErrorCode::UnmetAuthenticationRequirements,
                "acr is essential, and this provider has none of its values",
            ));
        }
    }
    Ok(())
}

/// The names that this text asks for.
pub fn requested(text: &str) -> Result<RequestedClaims, OauthError> {
    let [id_token, userinfo] = parts(text)?;
    Ok(by_name(&id_token, &userinfo))
}

/// `id_token` and `userinfo`.
fn parts(text: &str) -> Result<[Part; 2], OauthError> {
    if text.len() > LONGEST {
        return Err(WRONG);
    }
    let Object(claims) = serde_json::from_str(text).map_err(|_| WRONG)?;
    Ok([part(&claims, "id_token")?, part(&claims, "userinfo")?])
}

fn by_name(id_token: &Part, userinfo: &Part) -> RequestedClaims {
    let mut names_in_id_token = names(id_token);
    if id_token.contains_key(acr::NAME) {
        names_in_id_token.insert(acr::NAME.to_owned());
    }
    RequestedClaims { id_token: names_in_id_token, userinfo: names(userinfo) }
}

fn part(claims: &Map<String, Value>, name: &str) -> Result<Part, OauthError> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(Part::new()),
        Some(Value::Object(part)) => part.iter().map(|(name, value)| Ok((name.clone(), asked(value)?))).collect(),
        Some(_) => Err(WRONG),
    }
}

/// Members that we do not know are ignored (§5.5.1).
fn asked(value: &Value) -> Result<Asked, OauthError> {
    let wrong =
        OauthError::invalid_request("a claim is asked for by null, or by an object with essential, value or values");
    let Value::Object(asked) = value else {
        return if value.is_null() { Ok(Asked::default()) } else { Err(wrong) };
    };
    let essential = match asked.get("essential") {
        None => false,
        Some(essential) => essential.as_bool().ok_or(wrong)?,
    };
    let one_of = match (asked.get("value"), asked.get("values")) {
        (None, None) => None,
        (Some(value), None) => Some(vec![value.clone()]),
        (None, Some(Value::Array(values))) => Some(values.clone()),
        _ => return Err(wrong),
    };
    Ok(Asked { essential, one_of })
}

fn names(part: &Part) -> BTreeSet<String> {
    part.keys().filter(|name| RELEASABLE.contains(&name.as_str())).cloned().collect()
}

/// Whom both parts allow; with none, anybody may come.
fn subjects(parts: [&Part; 2]) -> Result<Vec<Subject>, OauthError> {
    let nobody = OauthError::invalid_request("claims asks for a sub that nobody can have");
    let mut allowed: Option<Vec<Subject>> = None;
    for values in parts.iter().filter_map(|part| part.get("sub")?.one_of.as_ref()) {
        let named: Option<Vec<Subject>> = values.iter().map(|value| Subject::parse(value.as_str()?).ok()).collect();
        let mut named = named.ok_or(nobody)?;
        named.retain(|subject| allowed.as_ref().is_none_or(|allowed| allowed.contains(subject)));
        if named.is_empty() {
            return Err(nobody);
        }
        allowed = Some(named);
    }
    Ok(allowed.unwrap_or_default())
}
