//! What an application would be told of a member, for `wecom-oidc claims`.

use actix_web::HttpRequest;
use serde_json::json;

use crate::domain::ids::MemberKey;
use crate::oidc::error::OauthError;
use crate::oidc::foreseen::{Foreseen, Question, Unforeseen, foresee};
use crate::web::app::App;
use crate::web::current::Snapshot;
use crate::web::endpoints::query;
use crate::web::operator::Operator;
use crate::web::reply::Reply;

/// `client=CLIENT_ID` and `member=[NAME:]USERID`; `scope` and `claims` as an authorization request has them.
pub async fn show(operator: Operator, request: HttpRequest, app: Snapshot) -> Reply {
    let params = match query(&request) {
        Ok(params) => params,
        Err(error) => return Reply::oauth_error(error),
    };
    if params.any_doubled() {
        return Reply::oauth_error(OauthError::invalid_request("a parameter is given more than once"));
    }
    let question = Question {
        client: params.get("client").unwrap_or_default(),
        member: params.get("member").unwrap_or_default(),
        scope: params.get("scope"),
        claims: params.get("claims"),
    };
    match foresee(app.provider(), question).await {
        Ok(foreseen) => {
            log(&app, &operator, &foreseen);
            Reply::json(200, &foreseen)
        }
        Err(Unforeseen::Refused(error)) => Reply::oauth_error(error),
        Err(unknown @ (Unforeseen::Client(_) | Unforeseen::NotFound(_))) => refused(404, "not_found", &unknown),
        Err(unnamed @ Unforeseen::Unnamed(_)) => refused(400, "invalid_request", &unnamed),
    }
}

/// The answer holds all that the application would be told: whoever looks leaves a trace.
fn log(app: &App, operator: &Operator, foreseen: &Foreseen) {
    let member = MemberKey::new(foreseen.corp_id.clone(), &foreseen.userid);
    let member = app.provider().directory.pseudonym(&member);
    let client = foreseen.client_id.as_str();
    tracing::info!(event = "claims.shown", client, member, address = %operator.address, "an operator looked at what an application would be told of a member");
}

fn refused(status: u16, error: &str, why: &Unforeseen) -> Reply {
    Reply::json(status, &json!({ "error": error, "error_description": why.to_string() }))
}
