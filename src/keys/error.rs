//! What can be wrong with the folder, each said with who must act and how.
//!
//! No text here holds a secret: paths, modes, key ids and the operating system's words only.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// The folder could not be opened, or a change of it could not be kept. Nothing is half-written when
/// one of these is returned. All but [`KeyError::Crypto`] are for **the operator**, and say the cure.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The group or others may read, write or run a secret file.
    #[error("{} has mode {mode:04o}, so others than its owner may use it; run: chmod 600 {}", .path.display(), Quoted(.path))]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The group or others may write in the folder, and so could exchange the files in it.
    #[error("{} has mode {mode:04o}, so others than its owner may exchange keys in it; run: chmod go-w {}", .path.display(), Quoted(.path))]
    FolderOpenToOthers {
        /// The folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A file belongs neither to the owner of the folder nor to root, so somebody else may change it.
    #[error("{} belongs to user {owner}, the folder to user {expected}; run: chown {expected} {}", .path.display(), Quoted(.path))]
    ForeignOwner {
        /// The file.
        path: PathBuf,
        /// Its owner.
        owner: u32,
        /// The owner of the folder.
        expected: u32,
    },
    /// A symbolic link, a folder or a device where a file must stand.
    #[error("{} is not a plain file; put the file itself there (only the folder as a whole may be a symbolic link)", .0.display())]
    NotPlain(PathBuf),
    /// The path of the keys leads to something that is no folder.
    #[error("{} is not a folder; set [keys] dir to one", .0.display())]
    NotAFolder(PathBuf),
    /// Another process holds the folder.
    #[error("another process uses the keys in {}; stop it, or give this server a [keys] dir of its own", .0.display())]
    Held(PathBuf),
    /// A file that other things depend on is gone. It is never made anew on the quiet.
    #[error("{} is missing: {why}; restore it from the backup of the keys folder{otherwise}", .path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// What depends on it.
        why: &'static str,
        /// What may be done instead, or nothing.
        otherwise: &'static str,
    },
    /// A file does not hold what it must.
    #[error("{} is damaged: {what}; restore it from the backup of the keys folder", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, without quoting the content.
        what: String,
    },
    /// `ring.json` or `subjects.jsonl` was written in another format.
    #[error("{} is of format {found}, this program reads format {known}; {}", .path.display(), other_version(*.found, *.known))]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The format it says.
        found: u64,
        /// The format this program writes.
        known: u64,
    },
    /// A private key that is printed in a standard or shipped with a library: everybody can sign with it.
    #[error("{} holds a published example key ({kid}) that anybody can sign with; move the whole keys folder away, and a new one is made at the next start", .path.display())]
    KnownKey {
        /// The file.
        path: PathBuf,
        /// Its JWK thumbprint.
        kid: String,
    },
    /// An RSA key below 2048 bits (RFC 7518 §3.3).
    #[error("{} is an RSA key of {bits} bits, RS256 needs 2048 or more (RFC 7518 §3.3); restore the right one from the backup of the keys folder", .path.display())]
    WeakKey {
        /// The file.
        path: PathBuf,
        /// The length of its modulus.
        bits: usize,
    },
    /// The operating system refused: disk full, read-only, no permission.
    #[error("{} could not be {doing}: {source}; {}", .path.display(), io_cure(.source))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// `read`, `written`, …
        doing: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// **The developers.** The cryptographic library refused what it should not, or the randomness handed in is none.
    #[error("the cryptographic library could not {0}")]
    Crypto(&'static str),
}

impl KeyError {
    pub(super) fn io(path: &Path, doing: &'static str, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), doing, source }
    }

    pub(super) fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), what: what.into() }
    }
}

fn other_version(found: u64, known: u64) -> &'static str {
    if found > known {
        "run the newer program that wrote it, or restore the backup made before that one ran"
    } else {
        "run the older program that wrote it, or restore a backup made by this one"
    }
}

fn io_cure(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room on that disk, then try again",
        io::ErrorKind::ReadOnlyFilesystem => "mount the folder writable: keys are made and rotated in it",
        io::ErrorKind::PermissionDenied => {
            "give the folder to the user that this program runs as (chown -R USER FOLDER)"
        }
        io::ErrorKind::NotFound => "make the folder above it, or correct [keys] dir",
        _ => "look at the disk, then try again",
    }
}

/// A path as one word of a shell command.
struct Quoted<'a>(&'a Path);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.display().to_string();
        if text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+:@%".contains(&b)) {
            f.write_str(&text)
        } else {
            write!(f, "'{}'", text.replace('\'', r"'\''"))
        }
    }
}
