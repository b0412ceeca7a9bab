//! The introspection endpoint (RFC 7662 §2), in JSON or signed (RFC 9701).

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;

use super::Form;
use crate::oidc::introspection::{self, Described};
use crate::oidc::metadata::route;
use crate::web::authenticated::{Authenticated, authenticate};
use crate::web::current::Snapshot;
use crate::web::reply::Reply;

/// Authenticates the client and says what its token is worth.
pub async fn answer(request: HttpRequest, form: Form, app: Snapshot) -> Reply {
    let Authenticated { client, params } = match authenticate(&request, form, &app, route::INTROSPECT).await {
        Ok(authenticated) => authenticated,
        Err(reply) => return reply,
    };
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match introspection::answer(app.provider(), &client, &params, accept).await {
        Ok(Described::Plain(claims)) => Reply::json(200, &claims),
        Ok(Described::Signed(token)) => Reply::text(200, introspection::SIGNED, token),
        Err(error) => {
            tracing::info!(event = "introspection.refused", client = %client.client_id, code = error.code.as_str(), reason = error.description, "an introspection was refused");
            Reply::oauth_error(error)
        }
    }
}
