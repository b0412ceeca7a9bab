//! The stores that the model is held against.

use std::fs;
use std::sync::Arc;

use tempfile::TempDir;
use wecom_oidc::store::Store;
use wecom_oidc::store::memory::MemoryStore;
use wecom_oidc::store::sled::{Options, SledStore, Sync};

use crate::support::held::once_let_go;

/// A store, and what becomes of it when its process ends.
pub trait Stage: Sized {
    /// How many of the usual cases it is tried with, in hundredths: a story on a disk takes longer.
    const SHARE: u32;
    /// Whether anything of it lasts.
    const LASTS: bool;

    fn new() -> Self;
    fn store(&self) -> Arc<dyn Store>;
    /// Ends in order and begins again.
    fn restarted(self) -> Self;
    /// Is killed and begins again.
    fn killed(self) -> Self;
}

pub struct InMemory(Arc<MemoryStore>);

impl Stage for InMemory {
    const SHARE: u32 = 100;
    const LASTS: bool = false;

    fn new() -> Self {
        Self(Arc::new(MemoryStore::new()))
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.0) as Arc<dyn Store>
    }

    fn restarted(self) -> Self {
        Self::new()
    }

    fn killed(self) -> Self {
        Self::new()
    }
}

pub struct OnSled {
    store: Arc<SledStore>,
    folder: TempDir,
}

impl OnSled {
    fn open(folder: TempDir) -> Self {
        // Power cuts are not looked at here, and waiting for the disk would be most of the time.
        let options = Options { sync: Sync::Process, journal_bytes: 256 << 10, ..Options::default() };
        let store = once_let_go(|| SledStore::open_with(folder.path(), &options)).unwrap();
        Self { store: Arc::new(store), folder }
    }
}

impl Stage for OnSled {
    const SHARE: u32 = 25;
    const LASTS: bool = true;

    fn new() -> Self {
        Self::open(tempfile::tempdir().unwrap())
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store) as Arc<dyn Store>
    }

    fn restarted(self) -> Self {
        let Self { store, folder } = self;
        drop(store);
        Self::open(folder)
    }

    /// What a killed process leaves are its files as they were; `store/crash.rs` kills a real one.
    /// The tree comes first: the journal is never behind it.
    fn killed(self) -> Self {
        let left = tempfile::tempdir().unwrap();
        for name in ["wecom-oidc.store", "conf", "db", "journal"] {
            fs::copy(self.folder.path().join(name), left.path().join(name)).unwrap();
        }
        drop(self);
        Self::open(left)
    }
}
