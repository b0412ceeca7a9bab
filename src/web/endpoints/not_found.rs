//! Any other address.

use crate::oidc::error::OauthError;
use crate::web::current::Snapshot;
use crate::web::pages::{self, PageCode};
use crate::web::render;
use crate::web::reply::{Forms, Reply};
use crate::web::visitor::Visitor;

/// A page that says so.
pub async fn page(visitor: Visitor, app: Snapshot) -> Reply {
    let error = OauthError::invalid_request("there is nothing at this address");
    let page = pages::Refused {
        detail: Some(error.description),
        ..pages::Refused::of(PageCode::Oauth(error.code.as_str()), &visitor.request_id)
    };
    render::html(&visitor, 404, Forms::Ours, pages::refused(&app.shell(visitor.language), &page))
}
