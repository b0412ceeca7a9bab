//! Where requests come in: `/authorize`, `/open/{client_id}` and the link of the guide.

use super::errand::{Errand, OpenRequest};
use super::proceed::Age;
use super::way::Surroundings;
use super::{Browser, Login, Next, Outcome, Refused, Station, Stop};
use crate::config::Client;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::{ConnectionName, TransactionId};
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;
use crate::oidc::authorize::AuthorizationRequest;
use crate::oidc::error::OauthError;
use crate::oidc::params::Params;

impl Login {
    /// A checked authorization request that came by GET.
    pub async fn authorize(
        &self,
        request: &AuthorizationRequest,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        let outcome = self.proceed(request, None, browser, language).await;
        match outcome {
            // A request that does not fit the cookie is the client's to shorten.
            Err(Stop::Failed(error)) => Ok(Outcome::to(Next::Answer(request.to.error(self.provider.issuer(), error)))),
            other => other,
        }
    }

    /// One that came by POST, perhaps from another site and so without our cookies: it is kept in
    /// the transaction and looked at again behind a redirect to ourselves, where they are there.
    pub fn carry(&self, errand: Errand) -> Result<Outcome, Stop> {
        let (held, _) = self.held(None, || errand)?;
        let cookies = self.cookies(&held, &[])?;
        Ok(Outcome { next: Next::Station(held.id, Station::Continue), cookies })
    }

    /// The workbench entry.
    pub async fn open_client(
        &self,
        open: &OpenRequest,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        self.proceed_open(open, None, browser, language).await
    }

    /// The link of the guide, opened on the member's phone. Only inside the WeCom client it leads
    /// on: a new transaction of that browser, bound to the ticket.
    pub async fn open_phone_link(
        &self,
        waiting: &TransactionId,
        ticket: &str,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        let known = self.ticket(ticket).await?;
        let belongs = |t: &crate::store::records::PhoneTicket| {
            t.transaction == Digest::of(Purpose::Transaction, waiting.as_str())
        };
        let errand = Errand::Phone { ticket: ticket.to_owned() };
        let Some(known) = known.filter(belongs) else {
            return Ok(Outcome::to(self.refused(Refusal::LinkExpired.into(), &errand, None)));
        };
        if Surroundings::of(&browser.user_agent) != Surroundings::Wecom {
            let path = format!("/login/{waiting}/phone/{ticket}");
            return Ok(Outcome::to(Next::Refused(Box::new(Refused {
                turned: Refusal::OpenInWecom.into(),
                client: Some(known.client),
                back: None,
                again: None,
                open: Some(self.provider.config.issuer.address(&path)),
            }))));
        }
        let held = self.begin(errand, Some(known.connection))?;
        self.to_wecom(held, Age::New, browser, false, language).await
    }
}

/// Reads the parameters of `/open/{client_id}` (threat 25): a link in a chat can only end at a
/// registered client, at a path of its own origin.
pub fn read_open(client: &Client, params: &Params) -> Result<OpenRequest, OauthError> {
    if params.any_doubled() {
        return Err(OauthError::invalid_request("a parameter is given more than once"));
    }
    let connection = match params.get("wecom") {
        None => None,
        Some(name) => {
            let known = ConnectionName::parse(name).ok().filter(|name| client.connections.contains(name));
            Some(known.ok_or(OauthError::invalid_request("wecom names no connection of this client"))?)
        }
    };
    let to = params.get("to").map(|to| path_of(client, to)).transpose()?;
    if client.home_url.is_none() && client.initiate_login_uri.is_none() {
        return Err(OauthError::invalid_request("this client has neither initiate_login_uri nor home_url"));
    }
    Ok(OpenRequest { client: client.client_id.clone(), connection, to })
}

fn path_of(client: &Client, to: &str) -> Result<String, OauthError> {
    let wrong = OauthError::invalid_request("to must be a path of the client's own origin");
    let home = client.home_url.as_ref().ok_or(wrong)?;
    let plain = to.len() <= 1_024 && to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    if !plain || to.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(wrong);
    }
    let joined = home.join(to).map_err(|_| wrong)?;
    // What is kept is the normal form: dot segments may not turn a path into an address of another host.
    let same = joined.origin() == home.origin() && !joined.path().starts_with("//");
    if same { Ok(joined[url::Position::BeforePath..].to_owned()) } else { Err(wrong) }
}
