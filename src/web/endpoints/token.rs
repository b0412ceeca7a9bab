//! The token endpoint (RFC 6749 §3.2).

use actix_web::HttpRequest;

use super::Form;
use crate::oidc::metadata::route;
use crate::oidc::token;
use crate::web::app::App;
use crate::web::authenticated::{Authenticated, authenticate};
use crate::web::cors;
use crate::web::current::Snapshot;
use crate::web::reply::Reply;

/// Authenticates the client and answers its grant.
pub async fn answer(request: HttpRequest, form: Form, app: Snapshot) -> Reply {
    cors::readable(exchanged(&request, form, &app).await, &request, &app)
}

async fn exchanged(request: &HttpRequest, form: Form, app: &App) -> Reply {
    let Authenticated { client, params } = match authenticate(request, form, app, route::TOKEN).await {
        Ok(authenticated) => authenticated,
        Err(reply) => return reply,
    };
    match token::answer(app.provider(), &client, &params).await {
        Ok(response) => Reply::json(200, &response),
        Err(error) => {
            tracing::info!(event = "token.refused", client = %client.client_id, code = error.code.as_str(), reason = error.description, "a token request was refused");
            Reply::oauth_error(error)
        }
    }
}
