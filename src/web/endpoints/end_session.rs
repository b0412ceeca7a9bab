//! The end session endpoint (RP-Initiated Logout 1.0 §2), by GET and by POST.

use actix_web::HttpRequest;

use super::{Form, query};
use crate::login::errand::Errand;
use crate::oidc::logout::read;
use crate::web::current::Snapshot;
use crate::web::render;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// GET.
pub async fn by_get(request: HttpRequest, visitor: Visitor, app: Snapshot) -> Reply {
    match query(&request) {
        Ok(params) => {
            let asked = read(app.provider(), &params);
            let visitor = visitor.speaking(asked.language);
            let outcome = app.login.logout(asked, &visitor.browser).await;
            render::outcome(&app, &visitor, outcome)
        }
        Err(error) => render::failed(&app, &visitor, error),
    }
}

/// POST, perhaps from another site: carried to our own GET, where the cookies are.
pub async fn by_post(visitor: Visitor, form: Form, app: Snapshot) -> Reply {
    match form.0 {
        Ok(params) => {
            let outcome = app.login.carry(Errand::Logout(read(app.provider(), &params)));
            render::outcome(&app, &visitor, outcome)
        }
        Err(error) => render::failed(&app, &visitor, error),
    }
}
