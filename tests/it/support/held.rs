//! Folders that are held for a moment longer than their store lives.

use std::fmt::Display;
use std::time::Duration;

/// Tries as long as the folder is said to be in use, ten seconds at the most.
///
/// Other tests of this process begin programs, and between fork and exec such a child holds every lock that this
/// process held: a store that was closed just now can be held for some milliseconds more, by nobody.
pub fn once_let_go<T, E: Display>(mut open: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    for _ in 0..500 {
        match open() {
            Err(error) if is_held(&error) => std::thread::sleep(Duration::from_millis(20)),
            outcome => return outcome,
        }
    }
    open()
}

/// Whether this error says that somebody else holds the folder.
pub fn is_held(error: &impl Display) -> bool {
    error.to_string().contains("another server runs on this folder")
}
