//! The seal of a folder: one small file of ours that marks the folder and locks it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::error::{OpenError, damaged, io_error};

const NAME: &str = "wecom-oidc.store";
const TITLE: &[u8] = b"wecom-oidc store; do not edit\n";

/// The seal, locked as long as it lives.
#[derive(Debug)]
pub(super) struct Seal {
    file: File,
    /// Whether the folder was a store before.
    pub sealed: bool,
}

fn file_of(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

impl Seal {
    /// Locks the folder for this store.
    pub fn take(folder: &Path) -> Result<Self, OpenError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(file_of(folder)).map_err(|e| io_error(folder, &e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::Locked { path: folder.to_owned() }),
            Err(TryLockError::Error(error)) => return Err(io_error(folder, &error)),
        }
        let mut text = Vec::new();
        (&mut file).take(1_024).read_to_end(&mut text).map_err(|e| io_error(folder, &e))?;
        match text.as_slice() {
            [] => Ok(Self { file, sealed: false }),
            text if text == TITLE => Ok(Self { file, sealed: true }),
            _ => Err(damaged(folder, "its seal cannot be read")),
        }
    }

    /// Marks the folder, once everything else of a new store lasts.
    pub fn mark(&mut self) -> io::Result<()> {
        if !self.sealed {
            self.file.write_all(TITLE)?;
            self.file.sync_all()?;
            self.sealed = true;
        }
        Ok(())
    }

    /// Removes a seal that was made on a folder of somebody else.
    pub fn withdraw(&self, folder: &Path) {
        if !self.sealed {
            // What cannot be removed is an empty file that hurts nobody.
            drop(fs::remove_file(file_of(folder)));
        }
    }
}
