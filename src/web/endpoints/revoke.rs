//! The revocation endpoint (RFC 7009 §2).

use actix_web::HttpRequest;

use super::Form;
use crate::oidc::metadata::route;
use crate::oidc::revocation::revoke;
use crate::web::app::App;
use crate::web::authenticated::{Authenticated, authenticate};
use crate::web::cors;
use crate::web::current::Snapshot;
use crate::web::reply::Reply;

/// Authenticates the client and revokes its token.
pub async fn answer(request: HttpRequest, form: Form, app: Snapshot) -> Reply {
    cors::readable(revoked(&request, form, &app).await, &request, &app)
}

async fn revoked(request: &HttpRequest, form: Form, app: &App) -> Reply {
    let Authenticated { client, params } = match authenticate(request, form, app, route::REVOKE).await {
        Ok(authenticated) => authenticated,
        Err(reply) => return reply,
    };
    match revoke(app.provider(), &client, &params).await {
        // §2.2: the status says it all.
        Ok(()) => Reply::empty(200),
        Err(error) => {
            tracing::info!(event = "revocation.refused", client = %client.client_id, code = error.code.as_str(), reason = error.description, "a revocation was refused");
            Reply::oauth_error(error)
        }
    }
}
