//! A clock of its own for the compiled program: libfaketime reads how far ahead it is from a file, at every look.

use std::fs;
use std::path::{Path, PathBuf};

const FILE: &str = "clock";

/// Puts the hands: `+1h`, `+90d`, `+0`. Before the start it also says that there is such a clock.
pub fn set(folder: &Path, offset: &str) {
    let beside = folder.join(".clock.new");
    fs::write(&beside, offset).expect("a clock");
    fs::rename(beside, folder.join(FILE)).expect("its place");
}

/// What the program is started with in a folder that has a clock.
pub fn environment(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let file = folder.join(FILE);
    if !file.exists() {
        return Vec::new();
    }
    // Timers go by the other clock of the machine, which nobody can put.
    let on = || PathBuf::from("1");
    vec![
        ("LD_PRELOAD", library()),
        ("FAKETIME_TIMESTAMP_FILE", file),
        ("FAKETIME_NO_CACHE", on()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", on()),
        ("DONT_FAKE_MONOTONIC", on()),
    ]
}

fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").expect("/usr/lib").filter_map(|entry| Some(entry.ok()?.path()));
    let mut files = folders.map(|folder| folder.join("faketime/libfaketime.so.1"));
    files.find(|file| file.exists()).expect("the Debian package faketime: tests/install rust")
}
