//! `/open/{client_id}`: the workbench entry 应用主页, and links in messages.

use actix_web::{HttpRequest, web};

use super::query;
use crate::login::enter::read_open;
use crate::oidc::error::{ErrorCode, OauthError};
use crate::web::current::Snapshot;
use crate::web::render;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// Signs in and ends at the client.
pub async fn enter(request: HttpRequest, visitor: Visitor, client_id: web::Path<String>, app: Snapshot) -> Reply {
    let unknown = OauthError::new(ErrorCode::UnauthorizedClient, "this client is not registered with the provider");
    let client = app.provider().client(&client_id).ok_or(unknown);
    let open = client.and_then(|client| query(&request).and_then(|params| read_open(client, &params)));
    match open {
        Ok(open) => {
            let outcome = app.login.open_client(&open, &visitor.browser, visitor.language).await;
            render::outcome(&app, &visitor, outcome)
        }
        Err(error) => render::failed(&app, &visitor, error),
    }
}
