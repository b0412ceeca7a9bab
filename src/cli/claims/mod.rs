//! `wecom-oidc claims`: exactly what an application would get of a member, and whether the member may enter it.

mod report;

use std::process::ExitCode;

use clap::Args;

use super::administration::AskError;
use super::common::{Common, finish, json_lines};
use super::output;
use super::reach::{Holder, ReachError, holder, opened};
use crate::config::Config;
use crate::domain::scope::{Scope, Scopes};
use crate::oidc::foreseen::{Foreseen, Question, Unforeseen, foresee};
use crate::serve::StartError;

/// Whose claims, and for whom.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    /// The application, by its `client_id`.
    #[arg(long, value_name = "CLIENT_ID")]
    client: String,
    /// The member; one who never signed in here is asked for at WeCom.
    #[arg(long, value_name = "[NAME:]USERID")]
    member: String,
    /// What the application asks for; otherwise all that it may have.
    #[arg(long, value_name = "SCOPES", value_parser = with_openid)]
    scope: Option<String>,
    /// What it asks for by name: the `claims` parameter, in JSON.
    #[arg(long, value_name = "JSON")]
    claims: Option<String>,
}

fn with_openid(text: &str) -> Result<String, &'static str> {
    match Scopes::parse(text).has(Scope::OpenId) {
        true => Ok(text.to_owned()),
        false => Err("every request holds openid, as in \"openid profile\""),
    }
}

/// Claims that cannot be told, and what to do.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Reach(#[from] ReachError),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Unforeseen(#[from] Unforeseen),
}

/// Shows them.
pub async fn run(arguments: Arguments) -> ExitCode {
    let config = match arguments.common.load() {
        Ok(config) => config,
        Err(status) => return status,
    };
    let shown = told(config, &arguments).await;
    finish(shown.map(|foreseen| match arguments.common.json {
        true => json_lines(&[foreseen]),
        false => report::claims(&foreseen, output::colour_on_stdout()),
    }))
}

async fn told(config: Config, arguments: &Arguments) -> Result<Foreseen, Trouble> {
    match holder(&config).await? {
        Holder::Server(server) => Ok(server.get(&format!("/admin/claims?{}", query(arguments))).await?),
        Holder::Us(hold) => {
            let (provider, _lasting) = opened(config, hold).await?;
            let question = Question {
                client: &arguments.client,
                member: &arguments.member,
                scope: arguments.scope.as_deref(),
                claims: arguments.claims.as_deref(),
            };
            Ok(foresee(&provider, question).await?)
        }
    }
}

fn query(arguments: &Arguments) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("client", &arguments.client).append_pair("member", &arguments.member);
    for (name, value) in [("scope", &arguments.scope), ("claims", &arguments.claims)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.finish()
}
