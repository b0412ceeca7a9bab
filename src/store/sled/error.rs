//! Why a folder cannot be the store, in words that tell the operator what to do.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::open::SCHEMA;

/// Why a folder cannot be the store, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds it.
    #[error("another server runs on this folder ({}): stop it first, or give this one a store.path of its own", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// Somebody else's data.
    #[error("{} is not a wecom-oidc store: it holds the database of another program; let store.path name an empty folder", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// Written by a later version of this program.
    #[error("the store in {} has the form {found}, this version knows up to {SCHEMA}: run the newer version that wrote it", path.display())]
    Newer {
        /// The folder.
        path: PathBuf,
        /// Its schema version.
        found: u32,
    },
    /// Not whole.
    #[error(
        "the store in {} is damaged ({detail}): restore the last backup, or move the folder away to begin anew \
         (subjects stay the same as long as keys/ is kept)",
        path.display()
    )]
    Damaged {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The path names something else.
    #[error("{} is not a folder: let store.path name one", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// This user may not use it.
    #[error("no permission to read and write {}: give the folder to the user this server runs as", path.display())]
    NoPermission {
        /// The folder.
        path: PathBuf,
    },
    /// Nobody may write there.
    #[error("{} is read-only: mount it writable, or allow its owner to write (chmod u+w)", path.display())]
    ReadOnly {
        /// The folder.
        path: PathBuf,
    },
    /// The disk failed.
    #[error("the store in {} cannot be opened: {detail}; make room on that disk, or mend it, then start again", path.display())]
    Failed {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
}

/// The store is not whole.
pub(super) fn damaged(path: &Path, detail: &str) -> OpenError {
    OpenError::Damaged { path: path.to_owned(), detail: detail.to_owned() }
}

/// What the system refused.
pub(super) fn io_error(path: &Path, error: &io::Error) -> OpenError {
    let path = path.to_owned();
    match error.kind() {
        ErrorKind::PermissionDenied => OpenError::NoPermission { path },
        ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly { path },
        ErrorKind::NotADirectory => OpenError::NotAFolder { path },
        _ => OpenError::Failed { path, detail: error.to_string() },
    }
}
