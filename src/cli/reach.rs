//! Who is to be asked: the server that holds the keys folder, or nobody, and then it is held here.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::administration::{Administration, AskError};
use crate::config::Config;
use crate::keys::{FolderHold, KeyError, KeyListing, Keys};
use crate::oidc::provider::Provider;
use crate::serve::clock::SystemClock;
use crate::serve::entropy::SystemEntropy;
use crate::serve::lasting::Lasting;
use crate::serve::{StartError, assemble};

/// How often both are tried, and how long between: a server that starts or stops is one or the other soon.
const TRIES: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(250);

/// Who holds the keys folder.
pub enum Holder {
    /// A server that runs.
    Server(Administration),
    /// Nobody else, for as long as this lives.
    Us(FolderHold),
}

/// A folder that can be neither asked for nor held, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// The keys folder.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A server that does not answer as it should.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// No server ever ran.
    #[error("there are no keys in {} yet: the server makes them at its first start", .0.display())]
    NoKeys(PathBuf),
    /// Somebody holds the folder who does not listen where this configuration says.
    #[error("another process holds the keys in {} and does not answer: {asked}; if it is just starting, try again", .dir.display())]
    Held {
        /// The folder.
        dir: PathBuf,
        /// What came of asking.
        asked: AskError,
    },
}

/// Never both: the lock on the folder says whether somebody else works with it.
pub async fn holder(config: &Config) -> Result<Holder, ReachError> {
    let dir = &config.keys.dir;
    if !Keys::begun(dir)? {
        return Err(ReachError::NoKeys(dir.clone()));
    }
    let mut tries = 0;
    loop {
        if let Some(hold) = FolderHold::take(dir)? {
            return Ok(Holder::Us(hold));
        }
        let server = Administration::of(config)?;
        match server.get::<Vec<KeyListing>>("/admin/keys").await {
            Ok(_) => return Ok(Holder::Server(server)),
            Err(asked @ AskError::Nobody(_)) if tries == TRIES => {
                return Err(ReachError::Held { dir: dir.clone(), asked });
            }
            Err(AskError::Nobody(_)) => {}
            Err(other) => return Err(other.into()),
        }
        tries += 1;
        tokio::time::sleep(BETWEEN).await;
    }
}

/// What a server would work with, in place of the one that does not run; it is ours for as long as the second part lives.
pub async fn opened(config: Config, hold: FolderHold) -> Result<(Arc<Provider>, Lasting), StartError> {
    // Opening takes the folder again.
    drop(hold);
    let lasting = Lasting::open(&config, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?;
    let app = assemble::app(config, &lasting, None)?;
    Ok((app.login.provider.clone(), lasting))
}
