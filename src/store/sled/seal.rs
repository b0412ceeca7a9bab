//! The seal of a folder: one small file of ours that locks it, marks it and counts the rounds.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::open::{OpenError, damaged, io_error};

const NAME: &str = "wecom-oidc.store";
const TITLE: &str = "wecom-oidc store; do not edit\n";

/// The seal, locked.
#[derive(Debug)]
pub(in crate::store) struct Seal {
    file: File,
    /// The last round that reached the disk; nothing on a folder that was never sealed.
    pub round: Option<u64>,
}

fn file_of(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

impl Seal {
    /// Locks the folder for this store.
    pub fn take(folder: &Path) -> Result<Self, OpenError> {
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).clone();
        let mut file = options.open(file_of(folder)).map_err(|e| io_error(folder, &e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::Locked { path: folder.to_owned() }),
            Err(TryLockError::Error(error)) => return Err(io_error(folder, &error)),
        }
        let mut text = Vec::new();
        (&mut file).take(1_024).read_to_end(&mut text).map_err(|e| io_error(folder, &e))?;
        let round = match text.as_slice() {
            [] => None,
            text => Some(parse(text).ok_or_else(|| damaged(folder, "its seal cannot be read"))?),
        };
        Ok(Self { file, round })
    }

    /// Seals the folder; lasts when it returns.
    pub fn write(&mut self, round: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(format!("{TITLE}{round:020}\n").as_bytes())?;
        self.round = Some(round);
        self.file.sync_all()
    }

    /// Counts a round that has reached the disk. Not synced itself: an older count does no harm.
    pub fn note_round(&mut self, round: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(TITLE.len() as u64))?;
        self.file.write_all(format!("{round:020}").as_bytes())
    }

    /// Removes a seal that was made on a folder of somebody else.
    pub fn withdraw(&self, folder: &Path) {
        if self.round.is_none() {
            // What cannot be removed is an empty file that hurts nobody.
            drop(fs::remove_file(file_of(folder)));
        }
    }
}

fn parse(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.strip_prefix(TITLE)?.trim_end().parse().ok()
}
