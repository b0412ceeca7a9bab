//! `wecom-oidc keys list|rotate`: the signing keys of the running server, or of the folder when none runs.

mod report;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Subcommand;

use super::administration::AskError;
use super::common::{Common, finish, json_lines};
use super::output;
use super::reach::{Holder, ReachError, holder};
use crate::config::Config;
use crate::domain::time::Clock as _;
use crate::keys::{KeyError, KeyListing, Keys, RotationStep};
use crate::serve::clock::SystemClock;
use crate::serve::entropy::SystemEntropy;
use crate::serve::lasting;

/// What an emergency costs, before it is confirmed.
const COST: &str = "an emergency rotation is for a signing key that leaked:
  - new keys sign at once, and the old ones leave the published set (JWKS) and the disk at once
  - every ID token issued until now stops verifying, and applications that keep the set may refuse
    new ones until they fetch it again (five minutes at most, if they keep to its max-age)
  - sessions, access and refresh tokens, and every member's sub stay as they are
run it again with --yes if that is what you want; without --emergency nobody notices a rotation";

/// What can be done with the keys.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Show every signing key: its kid, algorithm and where it stands.
    List {
        /// Configuration and form of the answer.
        #[command(flatten)]
        common: Common,
    },
    /// Begin a rotation: new keys are published now and sign when every application can know them.
    Rotate {
        /// Configuration and form of the answer.
        #[command(flatten)]
        common: Common,
        /// A key leaked: new keys sign at once and the old ones verify no more. Needs --yes.
        #[arg(long)]
        emergency: bool,
        /// Confirms --emergency and what it costs.
        #[arg(long, requires = "emergency")]
        yes: bool,
    },
}

/// Keys that cannot be reached, and what to do.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Reach(#[from] ReachError),
}

/// Runs one of them.
pub async fn run(action: Action) -> ExitCode {
    let common = match &action {
        Action::Rotate { emergency: true, yes: false, .. } => {
            output::complain(COST);
            return ExitCode::from(2);
        }
        Action::List { common } | Action::Rotate { common, .. } => common,
    };
    let config = match common.load() {
        Ok(config) => config,
        Err(status) => return status,
    };
    finish(match action {
        Action::List { common } => list(&config, common.json).await,
        Action::Rotate { common, emergency, .. } => rotate(&config, common.json, emergency).await,
    })
}

async fn list(config: &Config, json: bool) -> Result<String, Trouble> {
    let keys: Vec<KeyListing> = match holder(config).await? {
        Holder::Server(server) => server.get("/admin/keys").await?,
        Holder::Us(_hold) => open(config)?.list(),
    };
    Ok(if json { json_lines(&keys) } else { report::keys(&keys, output::colour_on_stdout()) })
}

async fn rotate(config: &Config, json: bool, emergency: bool) -> Result<String, Trouble> {
    if std::io::stderr().is_terminal() {
        output::complain("making new keys …");
    }
    let (steps, runs) = turn(config, emergency).await?;
    Ok(if json { json_lines(&steps) } else { report::steps(&steps, runs, output::colour_on_stdout()) })
}

/// What moved, and whether a server runs.
async fn turn(config: &Config, emergency: bool) -> Result<(Vec<RotationStep>, bool), Trouble> {
    match holder(config).await? {
        Holder::Server(server) => {
            let form = if emergency { "emergency=true" } else { "emergency=false" };
            Ok((server.post("/admin/keys/rotate", form).await?, true))
        }
        Holder::Us(_hold) => Ok((open(config)?.rotate(SystemClock.now(), emergency, &SystemEntropy)?, false)),
    }
}

fn open(config: &Config) -> Result<Keys, KeyError> {
    Keys::open(&config.keys.dir, lasting::rotation(config), SystemClock.now(), &SystemEntropy)
}
