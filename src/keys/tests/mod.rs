//! The keys as a whole, on a folder that is made once for all tests and copied for each.

mod first_start;
mod journal;
mod making;
mod refusals;
mod rotation;
mod schedule;
mod sealing;
mod signing;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;

use super::{KeyError, Keys, RotationPolicy};
use crate::domain::random::Entropy;
use crate::domain::time::{Span, Timestamp};

const START: Timestamp = Timestamp(1_790_000_000);
const POLICY: RotationPolicy =
    RotationPolicy { rotate_every: Span::days(90), publish_before: Span::minutes(65), retire_for: Span::hours(24) };

/// Randomness that is the same in every run and never repeats within one.
#[derive(Default)]
struct TestEntropy(AtomicU64);

impl TestEntropy {
    /// Another series.
    fn series(number: u64) -> Self {
        Self(AtomicU64::new(number << 32))
    }
}

impl Entropy for TestEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            let block = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &count);
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
    }
}

/// A folder of keys of one's own.
struct TestFolder(TempDir);

impl TestFolder {
    /// An empty place; the folder `keys` in it is yet to be made.
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// With the files of a first start at [`START`].
    fn started() -> Self {
        static MADE: LazyLock<TestFolder> = LazyLock::new(|| {
            let folder = TestFolder::new();
            folder.open().unwrap();
            folder
        });
        let copy = Self::new();
        fs::create_dir(copy.path()).unwrap();
        copy.mode("", 0o700);
        for name in MADE.names() {
            fs::copy(MADE.file(&name), copy.file(&name)).unwrap();
        }
        copy
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("keys")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The one file whose name begins so.
    fn named(&self, prefix: &str) -> String {
        let mut found = self.names().into_iter().filter(|name| name.starts_with(prefix));
        let name = found.next().unwrap();
        assert_eq!(found.next(), None);
        name
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// Changes a file and leaves its mode.
    fn write(&self, name: &str, text: &str) {
        fs::write(self.file(name), text).unwrap();
        self.mode(name, 0o600);
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.file(name)).unwrap();
    }

    fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.file(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn open(&self) -> Result<Keys, KeyError> {
        open(&self.path())
    }

    /// Why it does not open.
    fn refusal(&self) -> KeyError {
        self.open().map(drop).unwrap_err()
    }
}

fn open(path: &Path) -> Result<Keys, KeyError> {
    Keys::open(path, POLICY, START, &TestEntropy::default())
}
