//! The client against a scripted server: what each answer is read as, and how every way of
//! failing shows. (The simulator, which knows WeCom's rules, is another crate and tried elsewhere.)

mod answers;
mod broken;
mod copies;
mod secrets;
mod server;
mod tags;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use self::server::{Reply, Request, Server};
use super::{Client, NoCache, Settings, TokenCache, UserTicket, WecomCode};
use crate::domain::ids::{CorpId, UserId};
use crate::domain::time::{ManualClock, Timestamp};
use crate::outbound;

pub(in crate::wecom) fn settings(api: &str) -> Settings {
    Settings {
        corp_id: CorpId::parse("wwsimcorp00000001").unwrap(),
        agent_id: 1_000_002,
        secret: SecretString::from("SECRET-of-the-app"),
        api_url: api.parse().unwrap(),
        authorize_url: "https://open.weixin.qq.com/connect/oauth2/authorize".parse().unwrap(),
        login_url: "https://login.work.weixin.qq.com/wwlogin/sso/login".parse().unwrap(),
        timeout: Duration::from_secs(5),
    }
}

/// A client, the server it asks, and the clock it reads.
struct Stage {
    client: Arc<Client>,
    server: Server,
    clock: Arc<ManualClock>,
}

const START: Timestamp = Timestamp(1_762_400_000);

impl Stage {
    /// The handler answers everything but `gettoken`, which gives `TOKEN-0`, `TOKEN-1` and so on.
    async fn new(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::with_tokens(|request| token(request.nth), handler).await
    }

    async fn with_tokens(
        tokens: impl Fn(&Request) -> Reply + Send + Sync + 'static,
        handler: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let both = move |request: &Request| if request.path == GETTOKEN { tokens(request) } else { handler(request) };
        Self::build(Server::start(both).await, Duration::from_secs(5), Arc::new(NoCache))
    }

    fn build(server: Server, timeout: Duration, cache: Arc<dyn TokenCache>) -> Self {
        let clock = Arc::new(ManualClock::new(START));
        let client = client(Settings { timeout, ..settings(&server.url) }, &clock, cache);
        Self { client: Arc::new(client), server, clock }
    }
}

fn client(settings: Settings, clock: &Arc<ManualClock>, cache: Arc<dyn TokenCache>) -> Client {
    let options = outbound::Options { connect: Duration::from_secs(2), whole: settings.timeout, extra_roots_pem: None };
    Client::new(settings, outbound::client(&options).unwrap(), Arc::clone(clock) as _, cache)
}

const GETTOKEN: &str = "/cgi-bin/gettoken";

fn token(number: usize) -> Reply {
    Reply::json(format!(r#"{{"errcode":0,"errmsg":"ok","access_token":"TOKEN-{number}","expires_in":7200}}"#))
}

fn code() -> WecomCode {
    WecomCode::parse("CODE-of-a-visitor").unwrap()
}

fn ticket() -> UserTicket {
    UserTicket::parse("TICKET-of-a-visitor").unwrap()
}

fn wenli() -> UserId {
    UserId::parse("wenli").unwrap()
}

const WENLI: &str = r#"{"errcode":0,"errmsg":"ok","userid":"wenli","name":"李文","status":1}"#;
