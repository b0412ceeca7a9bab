//! One process at a time: whoever writes in the folder holds it, and the system lets go when the process ends.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::error::KeyError;
use super::folder::Folder;

/// The folder, held. Nothing is left behind in it: the lock is on the folder itself.
#[derive(Debug)]
pub struct FolderHold(#[expect(dead_code, reason = "it is open as long as it is held")] File);

impl FolderHold {
    /// Takes hold of the folder, which is made when there is none; `None` when another process has it.
    pub fn take(dir: &Path) -> Result<Option<Self>, KeyError> {
        Folder::open(dir)?;
        let folder = File::open(dir).map_err(|error| KeyError::io(dir, "opened", error))?;
        match folder.try_lock() {
            Ok(()) => Ok(Some(Self(folder))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(KeyError::io(dir, "locked", error)),
        }
    }
}
