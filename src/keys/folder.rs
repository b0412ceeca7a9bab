//! The folder on disk: what may stand in it, and how a file gets there whole or not at all.
//!
//! Rules, checked before a byte is read:
//!
//! * The folder may be reached through a symbolic link (`/etc/…` to a volume is common); what counts is
//!   the folder it leads to. It must not be writable by group or others. It may be listable: names
//!   are no secret.
//! * A file is a plain one, never a link, has no permission bit for group or others, and belongs to the
//!   folder's owner or to root. Somebody who may exchange it could choose our keys.
//! * A file is written beside its place, synced, renamed, and the folder is synced.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::error::KeyError;

/// No file of ours is longer, the journal of half a million renames included; a longer one is not read into memory.
const LONGEST: u64 = 64 << 20;

/// An opened, checked folder.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    owner: u32,
}

impl Folder {
    /// Opens the folder; makes it (mode 0700, with what is missing above it) when there is none.
    pub(super) fn open(path: &Path) -> Result<Self, KeyError> {
        let metadata = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
                made.map_err(|e| KeyError::io(path, "made", e))?;
                if let Some(above) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
                    sync_folder(above)?;
                }
                fs::metadata(path)
            }
            found => found,
        };
        let metadata = metadata.map_err(|e| KeyError::io(path, "looked at", e))?;
        if !metadata.is_dir() {
            return Err(KeyError::NotAFolder(path.to_owned()));
        }
        if metadata.mode() & 0o022 != 0 {
            return Err(KeyError::FolderOpenToOthers { path: path.to_owned(), mode: metadata.mode() & 0o7777 });
        }
        Ok(Self { path: path.to_owned(), owner: metadata.uid() })
    }

    /// Where a file of that name stands.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The names of everything in the folder, sorted.
    pub(super) fn names(&self) -> Result<Vec<String>, KeyError> {
        let entries = fs::read_dir(&self.path).map_err(|e| KeyError::io(&self.path, "listed", e))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|e| KeyError::io(&self.path, "listed", e))?;
            names.extend(entry.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }

    /// Opens a file for reading and, where `append`, for adding to it, after all checks. `None` when there is none.
    pub(super) fn open_file(&self, name: &str, append: bool) -> Result<Option<File>, KeyError> {
        let path = self.path(name);
        // Looked at before it is opened: a pipe would block, a link would lead elsewhere.
        let seen = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            seen => seen.map_err(|e| KeyError::io(&path, "looked at", e))?,
        };
        if !seen.is_file() {
            return Err(KeyError::NotPlain(path));
        }
        let file = OpenOptions::new().read(true).append(append).open(&path);
        let file = file.map_err(|e| KeyError::io(&path, "opened", e))?;
        let opened = file.metadata().map_err(|e| KeyError::io(&path, "looked at", e))?;
        if (opened.dev(), opened.ino()) != (seen.dev(), seen.ino()) {
            return Err(KeyError::NotPlain(path));
        }
        if opened.mode() & 0o077 != 0 {
            return Err(KeyError::OpenToOthers { path, mode: opened.mode() & 0o7777 });
        }
        if opened.uid() != self.owner && opened.uid() != 0 {
            return Err(KeyError::ForeignOwner { path, owner: opened.uid(), expected: self.owner });
        }
        Ok(Some(file))
    }

    /// The whole text of a file after all checks; `None` when there is none.
    pub(super) fn read(&self, name: &str) -> Result<Option<Zeroizing<String>>, KeyError> {
        let Some(file) = self.open_file(name, false)? else { return Ok(None) };
        let path = self.path(name);
        let length = file.metadata().map_err(|e| KeyError::io(&path, "looked at", e))?.len();
        if length > LONGEST {
            return Err(KeyError::damaged(&path, "it is far too long"));
        }
        // Room for all at once: growing would leave copies of a secret behind.
        let room = usize::try_from(length).unwrap_or_default() + 1;
        let mut text = Zeroizing::new(String::with_capacity(room));
        file.take(LONGEST).read_to_string(&mut text).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => KeyError::damaged(&path, "it is not text"),
            _ => KeyError::io(&path, "read", error),
        })?;
        Ok(Some(text))
    }

    /// Puts a file in its place, whole and on the disk, in place of one that is there.
    pub(super) fn write(&self, name: &str, content: &[u8]) -> Result<(), KeyError> {
        let path = self.path(name);
        let beside = self.path(&format!(".{name}.new"));
        let written = write_new(&beside, content).and_then(|()| fs::rename(&beside, &path));
        if let Err(error) = written {
            // What it left is of no use and may hold half a secret; that removing fails too changes nothing.
            let _ = fs::remove_file(&beside);
            return Err(KeyError::io(&path, "written", error));
        }
        sync_folder(&self.path)
    }

    /// Puts a new file in its place; one that is there is an error, never overwritten.
    pub(super) fn write_first(&self, name: &str, content: &[u8]) -> Result<(), KeyError> {
        let path = self.path(name);
        if fs::symlink_metadata(&path).is_ok() {
            return Err(KeyError::io(&path, "made", io::ErrorKind::AlreadyExists.into()));
        }
        self.write(name, content)
    }

    /// Removes a file; one that is gone already is fine.
    pub(super) fn remove(&self, name: &str) -> Result<(), KeyError> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(KeyError::io(&path, "removed", error)),
            _ => sync_folder(&self.path),
        }
    }
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    // Left by a process that was killed while it wrote.
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn sync_folder(path: &Path) -> Result<(), KeyError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|e| KeyError::io(path, "synced", e))
}
