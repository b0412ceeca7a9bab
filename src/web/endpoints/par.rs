//! The pushed authorization request endpoint (RFC 9126 §2).

use actix_web::HttpRequest;

use super::Form;
use crate::domain::client::AuthMethod;
use crate::oidc::error::OauthError;
use crate::oidc::metadata::route;
use crate::oidc::par::{self, NotKept};
use crate::web::authenticated::{Authenticated, authenticate, too_many};
use crate::web::current::Snapshot;
use crate::web::limits::TooMany;
use crate::web::reply::Reply;
use crate::web::visitor::client_address;

/// Authenticates the client and keeps its request.
pub async fn answer(request: HttpRequest, form: Form, app: Snapshot) -> Reply {
    let Authenticated { client, params } = match authenticate(&request, form, &app, route::PAR).await {
        Ok(authenticated) => authenticated,
        Err(reply) => return reply,
    };
    // Anybody can push in the name of a client that keeps no secret: that counts like a browser's request (threat 36).
    if client.auth_method == Some(AuthMethod::None)
        && let Err(limited) = app.limits.browser(client_address(&request, &app), app.provider().now())
    {
        return too_many(OauthError::invalid_request("too many requests from this address"), limited);
    }
    match par::push(app.provider(), &client, &params).await {
        Ok(accepted) => Reply::json(201, &accepted),
        Err(NotKept::Refused(error)) => {
            tracing::info!(event = "push.refused", client = %client.client_id, code = error.code.as_str(), reason = error.description, "a pushed request was refused");
            Reply::oauth_error(error)
        }
        Err(NotKept::TooMany) => {
            tracing::warn!(event = "push.limited", client = %client.client_id, "as many pushed requests as the client may have wait already");
            let waiting = OauthError::invalid_request("too many pushed requests of this client wait");
            too_many(waiting, TooMany { retry_after: app.config().lifetimes.pushed_request.0 })
        }
    }
}
