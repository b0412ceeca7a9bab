//! The stations of one transaction, all below `/login/{id}/`.

pub mod account;
pub mod anew;
pub mod answer;
pub mod callback;
pub mod consent;
pub mod go_on;
pub mod guide;
pub mod logout;
pub mod phone;
pub mod sign_in;
pub mod signed_out;
pub mod to_wecom;
pub mod waiting;

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::query;
use crate::config::Client;
use crate::domain::ids::TransactionId;
use crate::login::Stop;
use crate::login::errand::Errand;
use crate::login::transaction::Held;
use crate::oidc::params::Params;
use crate::web::app::App;
use crate::web::cookies::Jar;
use crate::web::current::Snapshot;
use crate::web::render;
use crate::web::reply::Reply;
use crate::web::texts::Texts;
use crate::web::visitor::Visitor;

/// A visitor with the transaction that the browser's cookies hold.
pub struct Guest {
    visitor: Visitor,
    held: Held,
    params: Params,
}

impl FromRequest for Guest {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = Snapshot::of(&request)?;
            Self::enter(&request, &app).await.map_err(|reply| reply.instead(&request))
        })
    }
}

impl Guest {
    /// Cookies first (law 2): without them nothing here goes on, and the page says how to start again.
    async fn enter(request: &HttpRequest, app: &App) -> Result<Self, Reply> {
        let visitor = Visitor::enter(request, app).await?;
        let jar = Jar::of(request, &app.config().issuer);
        let held = TransactionId::parse(request.match_info().query("id"))
            .map_err(|_| Stop::StartAgain)
            .and_then(|id| app.login.open(&id, jar.binding(&id), jar.sealed()))
            .map_err(|stop| render::stopped(app, &visitor, stop))?;
        let params = query(request).map_err(|error| render::failed(app, &visitor, error))?;
        let language = held.transaction.errand.language();
        Ok(Self { visitor: visitor.speaking(language), held, params })
    }
}

fn client<'a>(app: &'a App, held: &Held) -> Option<&'a Client> {
    held.transaction.errand.client().and_then(|id| app.config().clients.get(id)).map(|client| &**client)
}

/// What the page says that one signs in to: an application, or the member's own page.
fn place<'a>(app: &'a App, visitor: &Visitor, held: &Held) -> Option<&'a str> {
    match held.transaction.errand {
        Errand::Account => Some(Texts::of(visitor.language).account.place),
        _ => client(app, held).map(|client| client.name.as_str()),
    }
}

/// The name of whoever is signed in, where it is known.
async fn member_name(app: &App, visitor: &Visitor) -> Option<String> {
    let (_, session) = visitor.browser.session.as_ref()?;
    app.provider().store.member(&session.connection, &session.member).await.ok()??.member.name
}
