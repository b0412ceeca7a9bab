//! The folder: whose it is, whether it is whole, who else runs on it.
//!
//! Beside sled's files lie the seal and the journal. What sled takes for an unfinished write it passes
//! over in silence, so the tree notes which record of the journal it holds: a tree that ends before the
//! journal begins has lost something.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use sled::{Config, Db, Mode};

use super::commit::{Disk, Sync, apply};
use super::error::{OpenError, damaged, io_error};
use super::journal::{self, Entry, Journal, Turn};
use super::keys::{self, kind, only};
use super::seal::Seal;
use super::work::{Core, State};

/// The form of the whole store. It rises when an older program could no longer read a newer store.
pub(super) const SCHEMA: u32 = 1;

/// What the header record begins with.
const MAGIC: &[u8] = b"wecom-oidc";

/// How to run the store.
#[derive(Clone, Debug)]
pub struct Options {
    /// The most that sled keeps of the tree in memory.
    pub cache_bytes: u64,
    /// What an acknowledged write survives.
    pub sync: Sync,
    /// The size of the journal of a new store. A larger one has fewer checkpoints, at which everybody
    /// waits for the tree; four MiB last for some three thousand sign-ins.
    pub journal_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { cache_bytes: 32 << 20, sync: Sync::default(), journal_bytes: 4 << 20 }
    }
}

/// Opens or makes the store of a folder.
pub(super) fn open(path: &Path, options: &Options) -> Result<(Core, Disk), OpenError> {
    prepare_folder(path)?;
    let seal = Seal::take(path)?;
    check_files(path, &seal)?;
    // sled panics on some damage; nothing of it is kept when it does.
    let db = catch_unwind(AssertUnwindSafe(|| start(path, options)))
        .unwrap_or_else(|_| Err(damaged(path, "the database cannot be recovered")))
        .map_err(|error| of_sealed(path, &seal, error))?;
    let marked = check_content(path, &db, &seal)?;
    if !seal.sealed {
        check_unsealed(path, &db)?;
        make_header(path, &db)?;
        Journal::create(path, options.journal_bytes).map_err(|e| io_error(path, &e))?;
    }
    let (mut journal, turn) = Journal::open(path, marked).map_err(|e| io_error(path, &e))?;
    check_journal(path, &db, &turn)?;
    let journal_file = journal.handle().map_err(|e| io_error(path, &e))?;
    let db_file = File::open(path.join("db")).map_err(|e| io_error(path, &e))?;
    let mut disk = Disk { db_file, journal_file, seal, sync: options.sync, marked };
    catch_up(path, &db, &mut disk, &mut journal, &turn.entries)?;
    disk.seal.mark().map_err(|e| io_error(path, &e))?;
    sync_folders(path)?;
    let core = Core { db, state: Mutex::new(State::new(journal)), wake: Condvar::new() };
    core.count_waiting().map_err(|e| damaged(path, &e.to_string()))?;
    Ok((core, disk))
}

/// An interrupted first start leaves a header and an empty journal. Whatever has more was a store, and its seal is
/// gone: made anew, it would lose what stands in the journal.
fn check_unsealed(path: &Path, db: &Db) -> Result<(), OpenError> {
    let first_start = [kind::HEADER, kind::ROUND, kind::JOURNAL];
    let more = db.iter().keys().find(|key| !matches!(key, Ok(key) if first_start.iter().any(|kind| **key == [*kind])));
    let journal = Journal::open(path, 0).map(|(_, turn)| turn);
    if more.is_some() || journal.is_ok_and(|turn| turn.damaged || !turn.entries.is_empty()) {
        return Err(damaged(path, "its seal is gone"));
    }
    Ok(())
}

/// The journal has the length it was made with, and no hole.
fn check_journal(path: &Path, db: &Db, turn: &Turn) -> Result<(), OpenError> {
    if turn.damaged {
        return Err(damaged(path, "a part of its journal cannot be read"));
    }
    let length = turn.length.to_be_bytes();
    match db.get(only(kind::JOURNAL)).map_err(|e| of_sled(path, &e))? {
        Some(made) if *made != length => Err(damaged(path, "its journal was cut off")),
        Some(_) => Ok(()),
        None => db.insert(only(kind::JOURNAL), &length).map(drop).map_err(|e| of_sled(path, &e)),
    }
}

/// Brings the tree to where the journal is, and lets the journal begin anew.
fn catch_up(path: &Path, db: &Db, disk: &mut Disk, journal: &mut Journal, entries: &[Entry]) -> Result<(), OpenError> {
    if entries.first().is_some_and(|first| first.number > disk.marked + 1) {
        return Err(damaged(path, "its newest part is missing"));
    }
    for entry in entries.iter().filter(|entry| entry.number > disk.marked) {
        apply(db, &entry.writes).map_err(|e| of_sled(path, &e))?;
    }
    disk.checkpoint(db, journal.last).map_err(|detail| OpenError::Failed { path: path.to_owned(), detail })?;
    journal.turn();
    Ok(())
}

fn prepare_folder(path: &Path) -> Result<(), OpenError> {
    // Names and userids stand in it: a new folder is for its owner alone.
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| match error.kind() {
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
    if seal.sealed && (db == 0 || conf == 0 || size(journal::NAME) == 0) {
        return Err(damaged(path, "a file of it is missing or empty"));
    }
    if !seal.sealed && db > 0 && conf == 0 {
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
            Err(sled::Error::Io(error)) if is_lock(&error) && attempts < 200 => {
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

/// Whose content it is; tells the last record of the journal that the tree knows to hold.
fn check_content(path: &Path, db: &Db, seal: &Seal) -> Result<u64, OpenError> {
    let read = |kind| db.get(only(kind)).map_err(|e| of_sled(path, &e));
    let Some(header) = read(kind::HEADER)? else {
        let empty = db.is_empty() && db.tree_names().len() <= 1;
        return match (seal.sealed, empty) {
            (true, _) => Err(damaged(path, "its content is gone")),
            (false, true) => Ok(0),
            (false, false) => Err(foreign(path, seal)),
        };
    };
    let Some(schema) = header.strip_prefix(MAGIC).and_then(|s| s.try_into().ok()).map(u32::from_be_bytes) else {
        return Err(foreign(path, seal));
    };
    if schema > SCHEMA {
        return Err(OpenError::Newer { path: path.to_owned(), found: schema });
    }
    Ok(read(kind::ROUND)?.and_then(|round| keys::tail(&round)).map_or(0, u64::from_be_bytes))
}

fn make_header(path: &Path, db: &Db) -> Result<(), OpenError> {
    let header = [MAGIC, &SCHEMA.to_be_bytes()].concat();
    db.insert(only(kind::HEADER), header).map(drop).map_err(|e| of_sled(path, &e))
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

/// What cannot be read of a folder that bears our seal is no other program's.
fn of_sealed(path: &Path, seal: &Seal, error: OpenError) -> OpenError {
    match error {
        OpenError::Foreign { .. } if seal.sealed => damaged(path, "its settings cannot be read"),
        error => error,
    }
}

/// Leaves nothing behind in a folder that is not ours.
fn foreign(path: &Path, seal: &Seal) -> OpenError {
    seal.withdraw(path);
    OpenError::Foreign { path: path.to_owned() }
}
