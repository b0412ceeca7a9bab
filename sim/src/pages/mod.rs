//! The sign-in pages: who is at the client, what they agree to, and the redirect with a code.

pub(crate) mod authorize;
mod callback;
mod client;
mod login;
mod notice;
mod outcome;
mod people;
mod qr;
mod visit;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use self::login::Page;
use self::outcome::Outcome;
use self::people::Person;
use self::visit::Visit;
use crate::world::{Shared, World};

/// Path of the in-client page.
pub(crate) const AUTHORIZE: &str = "/connect/oauth2/authorize";
/// Path of the browser page.
pub(crate) const LOGIN: &str = "/wwlogin/sso/login";
/// Path of the older browser page.
pub(crate) const QR_CONNECT: &str = "/wwopen/sso/qrConnect";

const STYLE: &str = include_str!("../../assets/style.css");

/// Adds the routes of the pages.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route(AUTHORIZE, web::get().to(authorize_page))
        .route(AUTHORIZE, web::post().to(authorize_page))
        .route(LOGIN, web::get().to(login_page))
        .route(LOGIN, web::post().to(login_page))
        .route(QR_CONNECT, web::get().to(older_login_page))
        .route(QR_CONNECT, web::post().to(older_login_page))
        .route("/sim/client", web::get().to(client_page))
        .route("/sim/client", web::post().to(client::submit))
        .route("/sim/style.css", web::get().to(style));
}

/// Whether the path is one of the sign-in pages.
pub(crate) fn knows(path: &str) -> bool {
    [AUTHORIZE, LOGIN, QR_CONNECT].contains(&path)
}

async fn authorize_page(request: HttpRequest, body: web::Bytes, shared: web::Data<Shared>) -> HttpResponse {
    answer(&request, &body, &shared, authorize::decide)
}

async fn login_page(request: HttpRequest, body: web::Bytes, shared: web::Data<Shared>) -> HttpResponse {
    answer(&request, &body, &shared, |world, visit| login::decide(world, visit, Page::Current))
}

async fn older_login_page(request: HttpRequest, body: web::Bytes, shared: web::Data<Shared>) -> HttpResponse {
    answer(&request, &body, &shared, |world, visit| login::decide(world, visit, Page::Older))
}

fn answer(
    request: &HttpRequest,
    body: &[u8],
    shared: &Shared,
    decide: impl FnOnce(&mut World, &Visit) -> Outcome,
) -> HttpResponse {
    let is_post = request.method() == actix_web::http::Method::POST;
    let visit = Visit::read(request, is_post.then_some(body), shared.clock.seconds());
    let outcome = decide(&mut shared.world(), &visit);
    outcome.respond()
}

/// The page of `/sim/client`: everybody of every corp.
#[derive(Template)]
#[template(path = "client.html")]
struct ClientPage {
    corps: Vec<(String, Vec<Person>)>,
}

async fn client_page(request: HttpRequest, shared: web::Data<Shared>) -> HttpResponse {
    let visit = Visit::read(&request, None, shared.clock.seconds());
    let world = shared.world();
    let corps = world.directory.corps.iter();
    let page =
        ClientPage { corps: corps.map(|corp| (corp.name.clone(), people::everybody(corp, visit.marked()))).collect() };
    Outcome::page(&page).respond()
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(STYLE)
}
