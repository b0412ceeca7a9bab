//! Who is to be asked: the server that holds the keys folder, or nobody, and then the folder is held here.

use std::time::Duration;

use super::Trouble;
use crate::cli::administration::{Administration, AskError};
use crate::config::Config;
use crate::domain::time::Clock as _;
use crate::keys::{FolderHold, KeyListing, Keys};
use crate::serve::clock::SystemClock;
use crate::serve::entropy::SystemEntropy;
use crate::serve::lasting;

/// How often both are tried, and how long between: a server that starts or stops is one or the other soon.
const TRIES: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(250);

/// Where the keys are.
pub enum Reached {
    /// A server runs.
    Server(Administration),
    /// None runs; the folder is ours for as long as the hold lives.
    Folder(Box<Keys>, FolderHold),
}

/// Never both: the lock on the folder says whether somebody else writes in it.
pub async fn reach(config: &Config) -> Result<Reached, Trouble> {
    let dir = &config.keys.dir;
    if !Keys::begun(dir)? {
        return Err(Trouble::NoKeys(dir.clone()));
    }
    let mut tries = 0;
    loop {
        if let Some(hold) = FolderHold::take(dir)? {
            let policy = lasting::rotation(config);
            let keys = Keys::open(dir, policy, SystemClock.now(), &SystemEntropy)?;
            return Ok(Reached::Folder(Box::new(keys), hold));
        }
        let server = Administration::of(config)?;
        match server.get::<Vec<KeyListing>>("/admin/keys").await {
            Ok(_) => return Ok(Reached::Server(server)),
            Err(asked @ AskError::Nobody(_)) if tries == TRIES => {
                return Err(Trouble::Held { dir: dir.clone(), asked });
            }
            Err(AskError::Nobody(_)) => {}
            Err(other) => return Err(other.into()),
        }
        tries += 1;
        tokio::time::sleep(BETWEEN).await;
    }
}
