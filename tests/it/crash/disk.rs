//! A small disk of its own, mounted over a folder: it can be filled, and made read-only. Mounting takes root.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted folder, unmounted when it is dropped.
pub struct Disk(PathBuf);

impl Disk {
    /// An empty disk of this size (`16m`), for its owner alone. The folder is made.
    pub fn over(folder: &Path, size: &str) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let options = format!("size={size},mode=0700");
        run(
            "mount",
            [OsStr::new("-t"), "tmpfs".as_ref(), "-o".as_ref(), options.as_ref(), "tmpfs".as_ref(), folder.as_ref()],
        );
        Self(folder.to_owned())
    }

    /// What lies in the folder, and nobody can write there any more.
    pub fn read_only(folder: &Path) -> Self {
        run("mount", [OsStr::new("--bind"), folder.as_ref(), folder.as_ref()]);
        let disk = Self(folder.to_owned());
        run("mount", [OsStr::new("-o"), "remount,bind,ro".as_ref(), folder.as_ref()]);
        disk
    }

    /// Somebody else fills it to the last byte.
    pub fn fill(&self) {
        let mut file = File::options().create(true).append(true).open(self.filler()).expect("a file");
        for piece in [1 << 16, 1 << 12, 1] {
            while file.write_all(&vec![7; piece]).is_ok() {}
        }
    }

    /// And removes it again.
    pub fn make_room(&self) {
        fs::remove_file(self.filler()).expect("the file is gone");
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: the program may still have files open. Nothing can be done about a refusal here.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn run<'a>(program: &str, arguments: impl IntoIterator<Item = &'a OsStr>) {
    let output = Command::new(program).args(arguments).output().expect("a mount command");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "these tests mount small disks and need root for it: {said}");
}
