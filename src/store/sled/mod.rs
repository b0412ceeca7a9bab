//! The store on sled: the default, one process and one folder.
//!
//! A verb reads and judges under one short lock, appends its writes to the [`journal`] as one record, and
//! leaves them in memory ([`pending`]). One thread ([`commit`]) syncs the journal once for all who wait,
//! wakes them, and brings the tree after it, hundreds of verbs at a time. So what a verb changes lasts as a
//! whole or not at all, no verb blocks a worker on the disk, a sign-in that nobody waits for costs no
//! thread its sleep, and sixty-four durable verbs cost one sync.
//!
//! | module | owns |
//! |---|---|
//! | [`open`] | the folder: whose it is, whether it is whole, who else runs on it |
//! | [`error`] | what an operator reads when it is not to be |
//! | [`seal`] | the file that marks the folder and locks it |
//! | [`journal`] | the file that makes a verb last |
//! | [`keys`] | how records are named |
//! | [`codec`] | how records are written |
//! | [`pending`] | what is written but not yet in the tree |
//! | [`work`] | one verb's reads and writes, judged under the lock |
//! | [`commit`] | the way to the disk |
//! | [`notes`] | what has to be swept when |
//!
//! The rest has one module for each trait of the contract.

mod accounts;
mod codec;
mod codes;
mod commit;
mod consents;
mod error;
mod grants;
mod journal;
mod keys;
mod logouts;
mod members;
mod notes;
mod open;
mod pending;
mod pushed;
mod seal;
mod sessions;
mod subjects;
mod tickets;
mod upkeep;
mod upstream;
mod work;

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

pub use commit::Sync;
pub use error::OpenError;
pub use open::Options;
use work::Core;

/// A store in a folder, used by this process alone.
pub struct SledStore {
    core: Arc<Core>,
    writer: Option<JoinHandle<()>>,
}

impl SledStore {
    /// Opens the folder, or makes it, with what the program ships.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_with(path, &Options::default())
    }

    /// Opens the folder, or makes it.
    pub fn open_with(path: &Path, options: &Options) -> Result<Self, OpenError> {
        let (core, disk) = open::open(path, options)?;
        let core = Arc::new(core);
        let of_writer = Arc::clone(&core);
        let writer = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || commit::run(&of_writer, disk))
            .map_err(|error| OpenError::Failed { path: path.to_owned(), detail: error.to_string() })?;
        Ok(Self { core, writer: Some(writer) })
    }
}

/// Shows nothing of the content: sled would print all of it.
impl std::fmt::Debug for SledStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SledStore").finish_non_exhaustive()
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        self.core.close();
        if let Some(writer) = self.writer.take() {
            // It ends after its last round; should it have panicked, nothing is left to do here.
            drop(writer.join());
        }
    }
}
