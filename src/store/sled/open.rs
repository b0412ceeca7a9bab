//! The folder: whose it is, whether it is whole, who else runs on it.
//!
//! Beside sled's files lies the *seal*, a file of ours. It is locked as long as the store is open, it
//! says that the folder is ours, and it counts the rounds that reached the disk. The tree counts them
//! too, in the same batch as the writes: a tree that knows fewer than the seal has lost its newest
//! part, which sled by itself takes for an unfinished write and passes over in silence.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sled::{Config, Db, Mode};

use super::commit::{Disk, Sync};
use super::keys::{self, kind, only};
pub(super) use super::seal::Seal;
use super::work::Core;

/// The form of the whole store. It rises when an older program could no longer read a newer store.
const SCHEMA: u32 = 1;

/// What the header record begins with.
const MAGIC: &[u8] = b"wecom-oidc";

/// How to run the store.
#[derive(Clone, Debug)]
pub struct Options {
    /// The most that sled keeps of the tree in memory.
    pub cache_bytes: u64,
    /// What an acknowledged write survives.
    pub sync: Sync,
}

impl Default for Options {
    fn default() -> Self {
        Self { cache_bytes: 32 << 20, sync: Sync::default() }
    }
}

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
    #[error("the store in {} cannot be opened: {detail}", path.display())]
    Failed {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
}

/// Opens or makes the store of a folder.
pub(super) fn open(path: &Path, options: &Options) -> Result<(Core, Disk), OpenError> {
    prepare_folder(path)?;
    let mut seal = Seal::take(path)?;
    check_files(path, &seal)?;
    // sled panics on some damage; nothing of it is kept when it does.
    let db = catch_unwind(AssertUnwindSafe(|| start(path, options)))
        .unwrap_or_else(|_| Err(damaged(path, "the database cannot be recovered")))?;
    let round = check_content(path, &db, &seal)?;
    let round = match round {
        Some(round) => round,
        None => make_header(path, &db)?,
    };
    let db_file = File::open(path.join("db")).map_err(|e| io_error(path, &e))?;
    db_file.sync_all().map_err(|e| io_error(path, &e))?;
    seal.write(round).map_err(|e| io_error(path, &e))?;
    sync_folders(path)?;
    let core = Core { db, state: std::sync::Mutex::default(), wake: std::sync::Condvar::new() };
    core.count_waiting().map_err(|e| damaged(path, &e.to_string()))?;
    Ok((core, Disk { db_file, seal, sync: options.sync, round }))
}

fn prepare_folder(path: &Path) -> Result<(), OpenError> {
    fs::create_dir_all(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => OpenError::NotAFolder { path: path.to_owned() },
        _ => io_error(path, &error),
    })?;
    let folder = fs::metadata(path).map_err(|e| io_error(path, &e))?;
    // Asked of the folder itself: the superuser would be let through.
    if folder.permissions().readonly() {
        return Err(OpenError::ReadOnly { path: path.to_owned() });
    }
    Ok(())
}

/// Before sled touches anything: it would make a new database of what it cannot read.
fn check_files(path: &Path, seal: &Seal) -> Result<(), OpenError> {
    let size = |name| fs::metadata(path.join(name)).map_or(0, |file| file.len());
    let (db, conf) = (size("db"), size("conf"));
    if seal.round.is_some() && (db == 0 || conf == 0) {
        return Err(damaged(path, "a file of the database is missing or empty"));
    }
    if seal.round.is_none() && db > 0 && conf == 0 {
        return Err(foreign(path, seal));
    }
    Ok(())
}

fn start(path: &Path, options: &Options) -> Result<Db, OpenError> {
    let config = Config::new()
        .path(path)
        .cache_capacity(options.cache_bytes)
        // sled cleans its file up in the same thread, so this stays on although the rounds flush.
        .flush_every_ms(Some(500))
        .mode(Mode::LowSpace)
        .use_compression(false);
    let mut attempts = 0;
    loop {
        match config.open() {
            Ok(db) => return Ok(db),
            // The seal is ours, so this is a store of this very process that is just closing, or a stranger.
            Err(sled::Error::Io(error)) if is_lock(&error) && attempts < 40 => {
                attempts += 1;
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(error) => return Err(of_sled(path, &error)),
        }
    }
}

fn is_lock(error: &std::io::Error) -> bool {
    error.to_string().starts_with("could not acquire lock")
}

/// Whose content it is; tells the last round, or nothing when the store is new.
fn check_content(path: &Path, db: &Db, seal: &Seal) -> Result<Option<u64>, OpenError> {
    let read = |kind| db.get(only(kind)).map_err(|e| of_sled(path, &e));
    let Some(header) = read(kind::HEADER)? else {
        return match (seal.round, db.is_empty() && db.tree_names().len() <= 1) {
            (Some(_), _) => Err(damaged(path, "its content is gone")),
            (None, true) => Ok(None),
            (None, false) => Err(foreign(path, seal)),
        };
    };
    let Some(schema) = header.strip_prefix(MAGIC).and_then(|s| s.try_into().ok()).map(u32::from_be_bytes) else {
        return Err(foreign(path, seal));
    };
    if schema > SCHEMA {
        return Err(OpenError::Newer { path: path.to_owned(), found: schema });
    }
    let round = read(kind::ROUND)?.and_then(|round| keys::tail(&round)).map_or(0, u64::from_be_bytes);
    if seal.round.is_some_and(|sealed| round < sealed) {
        return Err(damaged(path, "its newest part is missing"));
    }
    Ok(Some(round))
}

fn make_header(path: &Path, db: &Db) -> Result<u64, OpenError> {
    let header = [MAGIC, &SCHEMA.to_be_bytes()].concat();
    db.insert(only(kind::HEADER), header).and_then(|_| db.flush()).map_err(|e| of_sled(path, &e))?;
    Ok(0)
}

/// New files last when their folders know them.
fn sync_folders(path: &Path) -> Result<(), OpenError> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    for folder in [Some(path), parent].into_iter().flatten() {
        // A parent that cannot be opened was not made here.
        if let Ok(folder) = File::open(folder) {
            folder.sync_all().map_err(|e| io_error(path, &e))?;
        }
    }
    Ok(())
}

fn of_sled(path: &Path, error: &sled::Error) -> OpenError {
    match error {
        sled::Error::Io(error) if is_lock(error) => OpenError::Locked { path: path.to_owned() },
        sled::Error::Io(error) => io_error(path, error),
        // Another version or another segment size.
        sled::Error::Unsupported(_) => OpenError::Foreign { path: path.to_owned() },
        other => damaged(path, &other.to_string()),
    }
}

/// Leaves nothing behind in a folder that is not ours.
fn foreign(path: &Path, seal: &Seal) -> OpenError {
    seal.withdraw(path);
    OpenError::Foreign { path: path.to_owned() }
}

pub(super) fn damaged(path: &Path, detail: &str) -> OpenError {
    OpenError::Damaged { path: path.to_owned(), detail: detail.to_owned() }
}

pub(super) fn io_error(path: &Path, error: &std::io::Error) -> OpenError {
    let path = path.to_owned();
    match error.kind() {
        ErrorKind::PermissionDenied => OpenError::NoPermission { path },
        ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly { path },
        ErrorKind::NotADirectory => OpenError::NotAFolder { path },
        _ => OpenError::Failed { path, detail: error.to_string() },
    }
}
