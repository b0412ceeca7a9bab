//! `wecom-oidc phones list|forget`: what members let us read, of the running server or of the store when none runs.

mod report;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Subcommand;
use serde::Deserialize;

use super::administration::{Administration, AskError};
use super::common::{Common, finish, json_lines};
use super::reach::{Holder, ReachError, holder, opened};
use crate::config::{Config, StoreBackend};
use crate::directory::Directory;
use crate::directory::person::Unnamed;
use crate::directory::phones::{Forgotten, RememberedPhone};
use crate::serve::StartError;
use crate::serve::lasting::Lasting;
use crate::store::StoreError;

/// So many members are read at once from a store that no server holds.
const PAGE: usize = 1_000;

/// What can be done with remembered phones.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Show whose phone is remembered, since when and how it came; numbers by their last digits.
    List {
        /// Configuration and form of the answer.
        #[command(flatten)]
        common: Common,
        /// One member only.
        #[arg(long, value_name = "[NAME:]USERID")]
        member: Option<String>,
    },
    /// Forget a member's phone, and the addresses that came with it; where it is needed the member is asked again.
    Forget {
        /// Configuration and form of the answer.
        #[command(flatten)]
        common: Common,
        /// Whose.
        #[arg(long, value_name = "[NAME:]USERID")]
        member: String,
    },
}

/// Phones that cannot be reached, and what to do.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Reach(#[from] ReachError),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Unnamed(#[from] Unnamed),
    #[error("nobody of that userid ever signed in here")]
    Unknown,
    #[error("no server runs, and a store in memory ends with its server: nothing is remembered")]
    Memory,
}

#[derive(Deserialize)]
struct Page {
    phones: Vec<RememberedPhone>,
    next: Option<String>,
}

/// Runs one of them.
pub async fn run(action: Action) -> ExitCode {
    let (Action::List { common, .. } | Action::Forget { common, .. }) = &action;
    let config = match common.load() {
        Ok(config) => config,
        Err(status) => return status,
    };
    finish(match &action {
        Action::List { common, member } => list(config, common.json, member.as_deref()).await,
        Action::Forget { common, member } => forget(config, common.json, member).await,
    })
}

async fn list(config: Config, json: bool, member: Option<&str>) -> Result<String, Trouble> {
    let phones = match (reached(config).await?, member) {
        (Reached::Server(server), Some(member)) => {
            server.get::<Page>(&format!("/admin/phones?{}", field("member", member))).await?.phones
        }
        (Reached::Server(server), None) => all_of_server(&server).await?,
        (Reached::Store(directory, _hold), Some(member)) => {
            directory.phone_of(&directory.member_named(member)?).await?.ok_or(Trouble::Unknown)?
        }
        (Reached::Store(directory, _hold), None) => all_of_store(&directory).await?,
    };
    Ok(if json { json_lines(&phones) } else { report::phones(&phones) })
}

async fn all_of_server(server: &Administration) -> Result<Vec<RememberedPhone>, Trouble> {
    let mut page: Page = server.get("/admin/phones").await?;
    let mut phones = page.phones;
    while let Some(next) = page.next {
        page = server.get(&format!("/admin/phones?{}", field("after", &next))).await?;
        phones.append(&mut page.phones);
    }
    Ok(phones)
}

async fn all_of_store(directory: &Directory) -> Result<Vec<RememberedPhone>, Trouble> {
    let mut page = directory.phones_after(None, PAGE).await?;
    let mut phones = page.phones;
    while let Some(next) = page.next {
        page = directory.phones_after(Some(&next), PAGE).await?;
        phones.append(&mut page.phones);
    }
    Ok(phones)
}

async fn forget(config: Config, json: bool, member: &str) -> Result<String, Trouble> {
    let outcome: Forgotten = match reached(config).await? {
        Reached::Server(server) => server.post("/admin/phones/forget", field("member", member)).await?,
        Reached::Store(directory, _hold) => directory.forget_phone(&directory.member_named(member)?).await?,
    };
    match outcome {
        Forgotten::Unknown => Err(Trouble::Unknown),
        outcome => Ok(report::forgotten(outcome, json)),
    }
}

async fn reached(config: Config) -> Result<Reached, Trouble> {
    match holder(&config).await? {
        Holder::Server(server) => Ok(Reached::Server(server)),
        Holder::Us(_hold) if config.store == StoreBackend::Memory => Err(Trouble::Memory),
        Holder::Us(hold) => {
            let (provider, lasting) = opened(config, hold).await?;
            Ok(Reached::Store(provider.directory.clone(), lasting))
        }
    }
}

/// Where the members are.
enum Reached {
    /// A server runs.
    Server(Administration),
    /// None runs; keys and store are ours for as long as the second part lives.
    Store(Arc<Directory>, Lasting),
}

/// One field of a form or query.
fn field(name: &str, value: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
}
