//! Asking WeCom: with a token, within the time, and again only where that cannot do harm.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tracing::{Instrument as _, Span, debug, info_span};

use super::errors::{Call, Cause, WecomError};
use super::tokens::Tokens;
use super::transport::{Ask, Repeat, Transport};
use super::values::{Agent, Department, Detail, OauthScope, Tag, Tagged, UserTicket, Visitor, WecomCode};
use super::{Card, Settings, TokenCache, WeCom, addresses};
use super::{agent_get, department_list, getuserdetail, getuserinfo, message_send, tag_get, tag_list, user_get};
use crate::domain::ids::UserId;
use crate::domain::language::Language;
use crate::domain::member::Member;
use crate::domain::time::Clock;

/// How long WeCom is left alone after it said that it is busy.
const PAUSE: Duration = Duration::from_millis(200);

/// How many calls of one app are under way at once; further ones wait within their own time. WeCom refuses too many at
/// once (45033), and a storm while it is slow may not take every descriptor of this process (threat 36).
const AT_ONCE: usize = 256;

/// One WeCom app, asked over HTTP. Holds the app's access token; make one for each connection.
pub struct Client {
    settings: Settings,
    agent_id: String,
    transport: Arc<Transport>,
    tokens: Arc<Tokens>,
    places: Semaphore,
}

impl Client {
    /// A client of one app. `http` comes from `outbound`; `tokens` is where the access token
    /// outlives the process ([`super::NoCache`] for nowhere).
    pub fn new(settings: Settings, http: reqwest::Client, clock: Arc<dyn Clock>, tokens: Arc<dyn TokenCache>) -> Self {
        let transport = Arc::new(Transport::new(http, settings.api_url.clone(), settings.timeout));
        let tokens =
            Tokens::new(Arc::clone(&transport), settings.corp_id.clone(), settings.secret.clone(), clock, tokens);
        let places = Semaphore::new(AT_ONCE);
        Self { agent_id: settings.agent_id.to_string(), settings, transport, tokens: Arc::new(tokens), places }
    }

    async fn ask<T: DeserializeOwned + Send + 'static>(&self, ask: Ask<'_>) -> Result<T, WecomError> {
        let call = ask.call;
        let asking = async {
            let started = tokio::time::Instant::now();
            let insisting = async {
                let _place = self.places.acquire().await;
                self.insist(&ask).await
            };
            let outcome = tokio::time::timeout(ask.time(self.settings.timeout), insisting).await;
            let outcome = outcome.unwrap_or_else(|_| Err(WecomError::from_cause(call, Cause::Timeout)));
            report(outcome.as_ref().err(), started.elapsed());
            outcome
        };
        asking.instrument(span(call)).await
    }

    /// Asks until there is an answer to give: each reason to ask again counts once.
    async fn insist<T: DeserializeOwned + Send + 'static>(&self, ask: &Ask<'_>) -> Result<T, WecomError> {
        let (mut renewed, mut repeated) = (false, false);
        loop {
            let token = self.tokens.get().await?;
            let error = match self.transport.exchange(ask, Some(token.expose())).await {
                Err(error) => error,
                Ok(answer) => {
                    self.tokens.accepted();
                    return Ok(answer);
                }
            };
            if error.refuses_token() {
                if renewed {
                    self.tokens.distrust(&token, &error);
                    return Err(error);
                }
                self.tokens.refused(&token);
                renewed = true;
                continue;
            }
            if error.errcode.is_some() {
                self.tokens.accepted();
            }
            if repeated || !may_repeat(ask.repeat, &error) {
                return Err(error);
            }
            repeated = true;
            if error.errcode.is_some() {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn may_repeat(repeat: Repeat, error: &WecomError) -> bool {
    match (error.errcode, error.cause) {
        (_, Some(Cause::Connect)) => true,
        (Some(-1), _) => repeat != Repeat::Never,
        (_, Some(Cause::Lost)) => repeat == Repeat::Always,
        _ => false,
    }
}

/// A span for each call, named in full and without any value.
pub(super) fn span(call: Call) -> Span {
    match call {
        Call::GetToken => info_span!("wecom.gettoken"),
        Call::GetUserInfo => info_span!("wecom.getuserinfo"),
        Call::GetUserDetail => info_span!("wecom.getuserdetail"),
        Call::UserGet => info_span!("wecom.user_get"),
        Call::DepartmentList => info_span!("wecom.department_list"),
        Call::TagList => info_span!("wecom.tag_list"),
        Call::TagGet => info_span!("wecom.tag_get"),
        Call::AgentGet => info_span!("wecom.agent_get"),
        Call::MessageSend => info_span!("wecom.message_send"),
    }
}

/// The one event of a call.
pub(super) fn report(error: Option<&WecomError>, took: Duration) {
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let errcode = error.map_or(Some(0), |error| error.errcode);
    debug!(errcode, ms, "wecom call");
}

#[async_trait]
impl WeCom for Client {
    async fn identify(&self, code: &WecomCode) -> Result<Visitor, WecomError> {
        getuserinfo::visitor(self.ask(getuserinfo::ask(code)).await?)
    }

    async fn detail(&self, ticket: &UserTicket) -> Result<Detail, WecomError> {
        getuserdetail::detail(self.ask(getuserdetail::ask(ticket)).await?)
    }

    async fn member(&self, userid: &UserId) -> Result<Member, WecomError> {
        user_get::member(userid, self.ask(user_get::ask(userid)).await?)
    }

    async fn departments(&self) -> Result<Vec<Department>, WecomError> {
        department_list::departments(self.ask(department_list::ask()).await?)
    }

    async fn tags(&self) -> Result<Vec<Tag>, WecomError> {
        Ok(tag_list::tags(self.ask(tag_list::ask()).await?))
    }

    async fn tagged(&self, tag: u64) -> Result<Tagged, WecomError> {
        Ok(tag_get::tagged(self.ask(tag_get::ask(&tag.to_string())).await?))
    }

    async fn send_card(&self, to: &UserId, card: &Card) -> Result<(), WecomError> {
        message_send::reached(&self.ask(message_send::ask(self.settings.agent_id, to, card)).await?)
    }

    async fn agent(&self) -> Result<Agent, WecomError> {
        Ok(agent_get::agent(self.ask(agent_get::ask(&self.agent_id)).await?))
    }

    fn in_client_address(&self, redirect_uri: &str, state: &str, scope: OauthScope) -> String {
        addresses::in_client(&self.settings, redirect_uri, state, scope)
    }

    fn browser_address(&self, redirect_uri: &str, state: &str, language: Language) -> String {
        addresses::browser(&self.settings, redirect_uri, state, language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_never_sent_may_always_be_sent_again() {
        let cause = |cause| WecomError::from_cause(Call::GetUserInfo, cause);
        let busy = WecomError::from_errcode(Call::GetUserInfo, -1, None, None);
        let limited = WecomError::from_errcode(Call::GetUserInfo, 45009, None, None);
        for repeat in [Repeat::Never, Repeat::WhenBusy, Repeat::Always] {
            assert!(may_repeat(repeat, &cause(Cause::Connect)));
            assert_eq!(may_repeat(repeat, &busy), repeat != Repeat::Never);
            assert_eq!(may_repeat(repeat, &cause(Cause::Lost)), repeat == Repeat::Always);
            for never in [cause(Cause::Timeout), cause(Cause::Tls), cause(Cause::Status(503)), limited.clone()] {
                assert!(!may_repeat(repeat, &never));
            }
        }
    }
}
