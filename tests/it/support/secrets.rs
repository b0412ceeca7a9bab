//! One set of keys for the whole run: made once, written into the folder of each test with its modes.

use std::fs;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::OnceLock;

use wecom_oidc::domain::time::{Clock as _, Span, Timestamp};
use wecom_oidc::keys::{Keys, RotationPolicy};
use wecom_oidc::serve::clock::SystemClock;
use wecom_oidc::serve::entropy::SystemEntropy;

struct File {
    name: String,
    mode: u32,
    bytes: Vec<u8>,
}

/// When the run began; the clocks of all tests start here, so that the keys fit them and the compiled program alike.
pub fn began() -> Timestamp {
    static BEGAN: OnceLock<Timestamp> = OnceLock::new();
    *BEGAN.get_or_init(|| SystemClock.now())
}

/// Writes the keys into a folder that is not there yet.
pub fn write_to(folder: &Path) {
    fs::create_dir(folder).expect("the keys folder");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("its mode");
    for file in made() {
        let mut options = fs::OpenOptions::new();
        let mut to = options.write(true).create_new(true).mode(file.mode).open(folder.join(&file.name)).expect("a key");
        std::io::Write::write_all(&mut to, &file.bytes).expect("a key");
    }
}

fn made() -> &'static [File] {
    static MADE: OnceLock<Vec<File>> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = folder.path().join("keys");
        let policy =
            RotationPolicy { rotate_every: Span::days(90), publish_before: Span::hours(1), retire_for: Span::hours(2) };
        Keys::open(&keys, policy, began(), &SystemEntropy).expect("keys");
        let files = fs::read_dir(&keys).expect("the folder").map(|entry| {
            let entry = entry.expect("a file");
            File {
                name: entry.file_name().into_string().expect("a plain name"),
                mode: entry.metadata().expect("its mode").permissions().mode() & 0o777,
                bytes: fs::read(entry.path()).expect("its content"),
            }
        });
        files.collect()
    })
}
