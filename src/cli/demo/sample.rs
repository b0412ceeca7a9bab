//! The sample application: its routes and what they do.
//!
//! | route | what |
//! |---|---|
//! | `/` | what the demo is and what to try |
//! | `/login` | begins a sign-in; `client` is one of the two registrations |
//! | `/start` | the same, begun by the provider (OpenID Connect Core §4) |
//! | `/callback` | the redirect address |
//! | `/me` | who is signed in, and what the application was told |
//! | `/logout` | ends the session here and at the provider |

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT_LANGUAGE, HOST};
use actix_web::middleware::Next;
use actix_web::web::{self, Data, Query, ServiceConfig};
use actix_web::{Error, HttpRequest, HttpResponse};
use serde::Deserialize;
use url::Url;

use super::pages::{self, Problem};
use super::relying_party::{Begun, RelyingParties, SignedIn};
use super::reply::{page, redirect, with_cookie};
use super::settings::{WITH_PHONE, WITHOUT};
use super::shelf::{Shelf, cookie, cookie_of, no_cookie, unguessable};
use crate::domain::language::Language;
use crate::web::assets::ASSETS;

/// The cookie that a sign-in under way is bound to.
const BROWSER: &str = "sample-browser";
/// The cookie of somebody signed in.
const SESSION: &str = "sample-session";

/// The application.
pub struct Sample {
    parties: RelyingParties,
    begun: Shelf<Begun>,
    sessions: Shelf<SignedIn>,
}

impl Sample {
    /// Nobody is signed in yet.
    pub fn new(parties: RelyingParties) -> Self {
        Self { parties, begun: Shelf::default(), sessions: Shelf::default() }
    }

    fn begin(&self, request: &HttpRequest, client: Option<&str>, target: String) -> HttpResponse {
        let client = if client == Some(WITHOUT) { WITHOUT } else { WITH_PHONE };
        let browser = cookie_of(request, BROWSER).filter(|value| value.len() == 43).unwrap_or_else(unguessable);
        let (address, state, begun) = self.parties.begin(client, browser.clone(), target);
        self.begun.keep(state.into_secret(), begun);
        with_cookie(redirect(address.as_str()), &cookie(BROWSER, browser))
    }

    /// The path of an address that is our own.
    fn own_path(&self, address: &str) -> Option<String> {
        let address = Url::parse(address).ok()?;
        if address.origin().ascii_serialization() != self.parties.origin {
            return None;
        }
        Some(address[url::Position::BeforePath..url::Position::AfterQuery].to_owned())
    }
}

/// The routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", web::get().to(home))
        .route("/login", web::get().to(login))
        .route("/start", web::get().to(start))
        .route("/callback", web::get().to(callback))
        .route("/me", web::get().to(me))
        .route("/logout", web::post().to(logout))
        .route("/assets/{name}", web::get().to(asset));
}

/// The language of the pages; Chinese when the browser names none of ours.
pub fn language(request: &HttpRequest) -> Language {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Language::from_accept_language(header).unwrap_or_default()
}

/// Whoever comes by another name of this machine is sent to the one that the cookies and the
/// redirect address know; a foreign name that points here gets no further than that.
pub async fn own_host_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let origin = request.app_data::<Data<Sample>>().map(|sample| sample.parties.origin.clone()).unwrap_or_default();
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if origin.strip_prefix("http://") == Some(host) {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let reply = match *request.method() {
        Method::GET => redirect(&format!("{origin}{}", request.uri())),
        _ => HttpResponse::MisdirectedRequest().finish(),
    };
    Ok(request.into_response(reply).map_into_right_body())
}

async fn home(request: HttpRequest, sample: Data<Sample>) -> HttpResponse {
    let name = cookie_of(&request, SESSION)
        .and_then(|key| sample.sessions.with(&key, |session| pages::name_of(&session.claims)));
    page(200, pages::home(language(&request), &sample.parties.issuer, name.as_deref()))
}

#[derive(Deserialize)]
struct Wanted {
    client: Option<String>,
}

async fn login(request: HttpRequest, wanted: Query<Wanted>, sample: Data<Sample>) -> HttpResponse {
    sample.begin(&request, wanted.client.as_deref(), "/me".to_owned())
}

#[derive(Deserialize)]
struct Initiated {
    client: Option<String>,
    iss: Option<String>,
    target_link_uri: Option<String>,
}

/// Core §4: only our own provider may begin, and it can only end at ourselves.
async fn start(request: HttpRequest, asked: Query<Initiated>, sample: Data<Sample>) -> HttpResponse {
    let target = match &asked.target_link_uri {
        Some(address) => sample.own_path(address),
        None => Some("/me".to_owned()),
    };
    match target.filter(|_| asked.iss.as_deref() == Some(&*sample.parties.issuer)) {
        Some(target) => sample.begin(&request, asked.client.as_deref(), target),
        None => problem(&request, 400, Problem::Foreign, ""),
    }
}

#[derive(Deserialize)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

async fn callback(request: HttpRequest, answer: Query<Answer>, sample: Data<Sample>) -> HttpResponse {
    let answer = answer.into_inner();
    let state = answer.state.unwrap_or_default();
    let browser = cookie_of(&request, BROWSER);
    let ours = sample.begun.with(&state, |begun| Some(&begun.browser) == browser.as_ref()).unwrap_or(false);
    // RFC 9207 §2.4: an answer of another issuer is none to our question.
    let from_provider = answer.iss.as_ref().is_none_or(|iss| *iss == sample.parties.issuer);
    let Some(begun) = (ours && from_provider).then(|| sample.begun.take(&state)).flatten() else {
        return problem(&request, 400, Problem::Mismatch, "");
    };
    if let Some(error) = answer.error {
        let detail = [Some(error), answer.error_description].into_iter().flatten().collect::<Vec<_>>().join(": ");
        return problem(&request, 200, Problem::Refused, &detail);
    }
    let target = begun.target.clone();
    match sample.parties.finish(begun, answer.code.unwrap_or_default()).await {
        Ok(signed_in) => {
            if let Some(older) = cookie_of(&request, SESSION) {
                sample.sessions.take(&older);
            }
            with_cookie(redirect(&target), &cookie(SESSION, sample.sessions.put(signed_in)))
        }
        Err(why) => problem(&request, 502, Problem::Failed, &why),
    }
}

async fn me(request: HttpRequest, sample: Data<Sample>) -> HttpResponse {
    let key = cookie_of(&request, SESSION).unwrap_or_default();
    match sample.sessions.with(&key, |session| pages::me(language(&request), session)) {
        Some(html) => page(200, html),
        None => redirect("/"),
    }
}

async fn logout(request: HttpRequest, sample: Data<Sample>) -> HttpResponse {
    let session = cookie_of(&request, SESSION).and_then(|key| sample.sessions.take(&key));
    let to = session.and_then(|session| sample.parties.sign_out(&session));
    with_cookie(redirect(to.as_ref().map_or("/", Url::as_str)), &no_cookie(SESSION))
}

async fn asset(name: web::Path<String>) -> HttpResponse {
    let (media_type, bytes) = match &**name {
        "demo.css" => ("text/css; charset=utf-8", &include_bytes!("pages/demo.css")[..]),
        name => match ASSETS.iter().find(|asset| asset.name == name) {
            Some(asset) => (asset.media_type, asset.bytes),
            None => return HttpResponse::NotFound().finish(),
        },
    };
    HttpResponse::Ok().content_type(media_type).insert_header(("cache-control", "max-age=3600")).body(bytes)
}

/// Every other address.
pub async fn not_found(request: HttpRequest) -> HttpResponse {
    problem(&request, 404, Problem::NotFound, "")
}

fn problem(request: &HttpRequest, status: u16, problem: Problem, detail: &str) -> HttpResponse {
    page(status, pages::problem(language(request), problem, detail))
}
