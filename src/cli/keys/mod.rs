//! `wecom-oidc keys list|rotate`: the signing keys of the running server, or of the folder when none runs.

mod report;

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::administration::AskError;
use super::output;
use super::reach::{Holder, ReachError, holder};
use crate::config::{self, Config, SystemEnvironment};
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

/// What both take.
#[derive(Debug, Args)]
pub struct Common {
    /// The configuration file.
    #[arg(long, default_value = "config.toml")]
    config: PathBuf,
    /// Print JSON lines instead of a table.
    #[arg(long)]
    json: bool,
}

/// Keys that cannot be reached, and what to do.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    Configuration(String),
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Reach(#[from] ReachError),
}

/// Runs one of them.
pub async fn run(action: Action) -> ExitCode {
    match action {
        Action::List { common } => finish(list(&common).await),
        Action::Rotate { emergency: true, yes: false, .. } => {
            output::complain(COST);
            ExitCode::from(2)
        }
        Action::Rotate { common, emergency, .. } => finish(rotate(&common, emergency).await),
    }
}

fn finish(done: Result<String, Trouble>) -> ExitCode {
    match done {
        Ok(text) => {
            output::print(&text);
            return ExitCode::SUCCESS;
        }
        Err(Trouble::Configuration(report)) => output::complain(&report),
        Err(trouble) => output::complain(&format!("wecom-oidc: {trouble}")),
    }
    ExitCode::from(1)
}

async fn list(common: &Common) -> Result<String, Trouble> {
    let config = load(&common.config)?;
    let keys: Vec<KeyListing> = match holder(&config).await? {
        Holder::Server(server) => server.get("/admin/keys").await?,
        Holder::Us(_hold) => open(&config)?.list(),
    };
    Ok(if common.json { report::json(&keys) } else { report::keys(&keys, output::colour_on_stdout()) })
}

async fn rotate(common: &Common, emergency: bool) -> Result<String, Trouble> {
    let config = load(&common.config)?;
    if std::io::stderr().is_terminal() {
        output::complain("making new keys …");
    }
    let (steps, runs) = turn(&config, emergency).await?;
    Ok(if common.json { report::json(&steps) } else { report::steps(&steps, runs, output::colour_on_stdout()) })
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

fn load(path: &Path) -> Result<Config, Trouble> {
    let loaded = config::load(path, &SystemEnvironment);
    let loaded = loaded.map_err(|report| Trouble::Configuration(report.render(output::colour_on_stderr(), path)))?;
    Ok(loaded.config)
}
