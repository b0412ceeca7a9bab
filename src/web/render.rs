//! Outcomes of the login as replies: redirects, cookies and pages, and the operator's one line for each refusal.

use std::sync::Arc;

use super::app::App;
use super::cookies::cookie;
use super::limits::TooMany;
use super::pages::{self, Back, FormPost, PageCode, QrLink, SignedOut};
use super::reply::{Forms, Reply};
use super::visitor::Visitor;
use super::way_back::WayBack;
use crate::config::Client;
use crate::domain::ids::{ClientId, Sid, TransactionId};
use crate::domain::refusal::Refusal;
use crate::login::errand::Farewell;
use crate::login::{CookieChange, Next, Outcome, Refused, Station, Stop};
use crate::oidc::answer::{Answer, ResponseMode};
use crate::oidc::error::{ErrorCode, OauthError};
use crate::wecom::During;

/// The reply for what the login came to.
pub fn outcome(app: &App, visitor: &Visitor, outcome: Result<Outcome, Stop>) -> Reply {
    match outcome {
        Ok(Outcome { next, cookies }) => with_cookies(app, self::next(app, visitor, next), &cookies),
        Err(stop) => stopped(app, visitor, stop),
    }
}

/// The reply with these changes of cookies.
pub fn with_cookies(app: &App, reply: Reply, changes: &[CookieChange]) -> Reply {
    reply.cookies(changes.iter().map(|change| cookie(change, &app.config().issuer)))
}

fn next(app: &App, visitor: &Visitor, next: Next) -> Reply {
    match next {
        Next::Wecom(address) | Next::Address(address) => Reply::redirect(&address),
        Next::Station(id, station) => Reply::redirect(&station_path(app, &id, station)),
        Next::Answer(answer) => self::answer(app, visitor, &answer),
        Next::Refused(refused) => self::refused(app, visitor, &refused),
        Next::SignedOut => {
            html(visitor, 200, Forms::Ours, pages::signed_out(&app.shell(visitor.language), &SignedOut::default()))
        }
        Next::Farewell(farewell) => self::farewell(app, visitor, &farewell),
    }
}

/// Where a page tells applications that a session is over. Each is told `iss` and `sid`, whether it asked for them or
/// not (Front-Channel Logout 1.0 §2): so it can tell the sign-out of this session from that of another.
pub struct Frames(Vec<url::Url>);

impl Frames {
    /// For this session and these applications, as far as they have an address for it.
    pub fn of(app: &App, sid: &Sid, tell: &[ClientId]) -> Self {
        let told = tell.iter().filter_map(|id| app.config().clients.get(id));
        let address = |client: &Arc<Client>| {
            let mut address = client.frontchannel_logout_uri.clone()?;
            let sid = app.provider().directory.sid(client, sid);
            address.query_pairs_mut().extend_pairs([("iss", app.config().issuer.as_str()), ("sid", sid.as_str())]);
            Some(address)
        };
        Self(told.filter_map(address).collect())
    }

    /// The addresses.
    pub fn addresses(&self) -> Vec<&str> {
        self.0.iter().map(url::Url::as_str).collect()
    }

    /// The page that has them may frame their origins.
    pub fn within(&self, page: Reply) -> Reply {
        page.framing(&self.0.iter().map(|frame| frame.origin().ascii_serialization()).collect())
    }
}

/// The page after a sign-out.
pub fn farewell(app: &App, visitor: &Visitor, farewell: &Farewell) -> Reply {
    let clients = &app.config().clients;
    let frames = Frames::of(app, &farewell.sid, &farewell.tell);
    let go_on = app.login.onward(&farewell.request);
    let page = SignedOut {
        client_name: farewell.request.client.as_ref().and_then(|id| clients.get(id)).map(|client| client.name.as_str()),
        go_on: go_on.as_deref(),
        frames: &frames.addresses(),
    };
    frames.within(html(visitor, 200, Forms::Ours, pages::signed_out(&app.shell(visitor.language), &page)))
}

/// The path of a station.
pub fn station_path(app: &App, id: &TransactionId, station: Station) -> String {
    app.config().issuer.route(&format!("/login/{id}/{}", station.path()))
}

/// An answer to the relying party: a redirect, or a form that the browser posts.
pub fn answer(app: &App, visitor: &Visitor, answer: &Answer) -> Reply {
    if answer.mode != ResponseMode::FormPost {
        return Reply::redirect(&answer.location());
    }
    let fields = borrowed(&answer.fields);
    let page = FormPost { action: answer.redirect_uri.as_str(), fields: &fields };
    html(visitor, 200, Forms::Elsewhere, pages::form_post(&app.shell(visitor.language), &page))
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A login that stopped.
pub fn stopped(app: &App, visitor: &Visitor, stop: Stop) -> Reply {
    match stop {
        Stop::StartAgain => refusal_page(app, visitor, Refusal::StartAgain),
        Stop::Failed(error) => failed(app, visitor, error),
    }
}

/// A refusal that is about no application.
pub fn refusal_page(app: &App, visitor: &Visitor, refusal: Refusal) -> Reply {
    let page = pages::Refused::of(PageCode::Refusal(refusal), &visitor.request_id);
    // A flood may not fill the log as well.
    if refusal != Refusal::TooManyRequests {
        let (code, request_id) = (refusal.code(), &visitor.request_id);
        tracing::info!(event = "login.refused", code, request_id, "a sign-in ended on a page");
    }
    html(visitor, refusal.status(), Forms::Ours, pages::refused(&app.shell(visitor.language), &page))
}

/// Too many from this address, and when to come again.
pub fn too_many(app: &App, visitor: &Visitor, too_many: TooMany) -> Reply {
    refusal_page(app, visitor, Refusal::TooManyRequests).header("retry-after", &too_many.retry_after.to_string())
}

/// A request that nobody may be redirected for (RFC 6749 §4.1.2.1): a page, status 400, or 5xx when the failure is ours.
pub fn failed(app: &App, visitor: &Visitor, error: OauthError) -> Reply {
    let status = match error.code {
        ErrorCode::TemporarilyUnavailable => 503,
        ErrorCode::ServerError => 500,
        _ => 400,
    };
    tracing::warn!(
        event = "request.refused",
        code = error.code.as_str(),
        reason = error.description,
        request_id = visitor.request_id,
        "a request ended on a page"
    );
    let page = pages::Refused {
        detail: Some(error.description),
        ..pages::Refused::of(PageCode::Oauth(error.code.as_str()), &visitor.request_id)
    };
    html(visitor, status, Forms::Ours, pages::refused(&app.shell(visitor.language), &page))
}

/// A refusal with everything that is known around it.
fn refused(app: &App, visitor: &Visitor, refused: &Refused) -> Reply {
    log(visitor, refused);
    let refusal = refused.turned.refusal;
    let client = refused.client.as_ref().and_then(|id| app.config().clients.get(id));
    let way_back = refused.back.as_ref().map(WayBack::of);
    let (back, forms) = match &way_back {
        None => {
            (client.and_then(|c| c.home_url.as_ref()).map_or(Back::None, |home| Back::Link(home.as_str())), Forms::Ours)
        }
        Some(way) => (way.drawn(), way.forms()),
    };
    let again = refused.again.as_ref().filter(|_| can_try_again(refusal));
    let again = again.map(|(id, path)| app.config().issuer.route(&format!("/login/{id}/{path}")));
    let entry = || client.filter(|_| pages::is_done_in_wecom(refusal)).and_then(|client| entry(app, client));
    let open = refused.open.clone().or_else(entry);
    let page = pages::Refused {
        client_name: client.map(|client| client.name.as_str()),
        back,
        again: again.as_deref(),
        // What an administrator is told by the member tells pages of one code apart.
        detail: refusal.detail(),
        link: open.as_deref().map(|href| QrLink { href }),
        ..pages::Refused::of(PageCode::Refusal(refusal), &visitor.request_id)
    };
    html(visitor, refusal.status(), forms, pages::refused(&app.shell(visitor.language), &page))
}

/// The address that opens a client from inside WeCom.
pub fn entry(app: &App, client: &Client) -> Option<String> {
    let leads_on = client.home_url.is_some() || client.initiate_login_uri.is_some();
    leads_on.then(|| app.config().issuer.address(&format!("/open/{}", client.client_id)))
}

const fn can_try_again(refusal: Refusal) -> bool {
    !matches!(refusal, Refusal::StartAgain | Refusal::LinkExpired | Refusal::OpenInWecom | Refusal::TooManyRequests)
}

/// Law 12: the operator's one line, with errcode, hint id and cure; nobody's name in it.
fn log(visitor: &Visitor, refused: &Refused) {
    let code = refused.turned.refusal.code();
    let client = refused.client.as_ref().map_or("", ClientId::as_str);
    let request_id = &visitor.request_id;
    match &refused.turned.upstream {
        None => {
            let detail = refused.turned.refusal.detail();
            tracing::info!(event = "login.refused", code, detail, client, request_id, "a sign-in ended on a page");
        }
        Some(error) => {
            let client = Some(client).filter(|client| !client.is_empty());
            let during = During { connection: None, code: Some(code), client, request_id: Some(request_id) };
            error.warn(&during, "WeCom refused a call");
        }
    }
}

/// A rendered page; a template that fails is our own fault.
pub fn html(visitor: &Visitor, status: u16, forms: Forms, page: Result<String, askama::Error>) -> Reply {
    match page {
        Ok(page) => Reply::page(status, page, forms).header("x-request-id", &visitor.request_id),
        Err(error) => {
            tracing::error!(event = "page.failed", error = %error, request_id = visitor.request_id, "a page could not be drawn");
            Reply::empty(500)
        }
    }
}
