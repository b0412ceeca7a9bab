//! The authorization endpoint (OpenID Connect Core §3.1.2), by GET and by POST.

use actix_web::HttpRequest;

use super::{Form, query};
use crate::login::errand::Errand;
use crate::oidc::authorize::{self, AuthorizationRequest, Failed};
use crate::oidc::error::OauthError;
use crate::oidc::par;
use crate::oidc::params::Params;
use crate::web::app::App;
use crate::web::current::Snapshot;
use crate::web::render;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// GET: the session cookie is there, also when another site sent the browser.
pub async fn by_get(request: HttpRequest, visitor: Visitor, app: Snapshot) -> Reply {
    let checked = match read(&app, query(&request)).await {
        Ok(checked) => checked,
        Err(failed) => return refused(&app, &visitor, &failed),
    };
    let visitor = visitor.speaking(checked.language);
    let outcome = app.login.authorize(&checked, &visitor.browser, visitor.language).await;
    render::outcome(&app, &visitor, outcome)
}

/// POST: checked, then carried to our own GET, because Lax cookies stay behind when another site posts.
pub async fn by_post(request: HttpRequest, visitor: Visitor, form: Form, app: Snapshot) -> Reply {
    // A query beside the form would be a second place for the same parameters.
    let params = match request.query_string().is_empty() {
        true => form.0,
        false => Err(OauthError::invalid_request("parameters belong either into the query or into the form")),
    };
    let checked = match read(&app, params).await {
        Ok(checked) => checked,
        Err(failed) => return refused(&app, &visitor, &failed),
    };
    let to = checked.to.clone();
    match app.login.carry(Errand::Authorize(Box::new(checked))) {
        Err(crate::login::Stop::Failed(error)) => {
            render::answer(&app, &visitor, &to.error(app.provider().issuer(), error))
        }
        outcome => render::outcome(&app, &visitor, outcome),
    }
}

/// A request by its own parameters, or one that was pushed by its reference: from here on both are the same.
async fn read(app: &App, params: Result<Params, OauthError>) -> Result<AuthorizationRequest, Failed> {
    let params = params.map_err(Failed::Page)?;
    match par::reference(&params) {
        Some(reference) => par::accept(app.provider(), &params, reference).await.map_err(Failed::Page),
        None => authorize::read(app.provider(), &params).await.map(|(_, request)| request),
    }
}

fn refused(app: &App, visitor: &Visitor, failed: &Failed) -> Reply {
    match failed {
        Failed::Page(error) => render::failed(app, visitor, *error),
        Failed::Answer(to, error) => render::answer(app, visitor, &to.error(app.provider().issuer(), *error)),
    }
}
