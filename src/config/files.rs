//! Files that the configuration names, and secrets, which may stand in one.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use secrecy::SecretString;

use super::reading::Found;
use super::section::Section;

const SECRET_MAX: u64 = 64 * 1024;

/// Reads a file whole, at most `max` bytes of it; the error is half a sentence for a person.
pub(super) fn read_bounded(path: &Path, max: u64) -> Result<Vec<u8>, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large from one that just fits.
    File::open(path).and_then(|file| file.take(max + 1).read_to_end(&mut bytes)).map_err(cannot)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= max) {
        Ok(bytes)
    } else {
        Err(format!("is larger than {max} bytes"))
    }
}

impl Section<'_> {
    /// A path, relative to the folder of the configuration; not looked at.
    pub fn path(&self, key: &str) -> Option<Found<std::path::PathBuf>> {
        let text = self.text(key)?;
        if text.value.is_empty() || text.value.contains('\0') {
            self.reading.error(&text.place, "is not a path", "write the path of a file or folder");
            return None;
        }
        Some(text.with(self.reading.path(&text.value)))
    }

    /// The bytes of a file that a key names.
    pub fn file(&self, key: &str, max: u64) -> Option<Found<Vec<u8>>> {
        let path = self.path(key)?;
        match read_bounded(&path.value, max) {
            Ok(bytes) => Some(path.with(bytes)),
            Err(why) => {
                let remedy = format!("check that {} is there and that the server may read it", path.value.display());
                self.reading.error(&path.place, format!("names a file that {why}"), remedy);
                None
            }
        }
    }

    /// A secret: `key`, or the file that `<key>_file` names without the line ending at its end.
    /// Nothing noted here holds any part of it.
    pub fn secret(&self, key: &str, file_key: &str) -> Option<Found<SecretString>> {
        if self.has(key) && self.has(file_key) {
            let what = format!("is given beside {key}");
            self.reading.error(&self.place_of(file_key), what, format!("keep one of {key} and {file_key}"));
            return None;
        }
        let found = if self.has(key) { self.text(key)? } else { self.secret_of_file(file_key)? };
        let printable = found.value.bytes().all(|b| (0x20..=0x7e).contains(&b));
        if found.value.is_empty() || !printable || found.value.trim() != found.value {
            let what = "is empty, has blanks around it or holds something else than printable ASCII characters";
            self.reading.error(&found.place, what, "copy the secret again, without a line break");
            return None;
        }
        Some(found.with(SecretString::from(found.value.clone())))
    }

    fn secret_of_file(&self, file_key: &str) -> Option<Found<String>> {
        let bytes = self.file(file_key, SECRET_MAX)?;
        let Ok(text) = std::str::from_utf8(&bytes.value) else {
            self.reading.error(&bytes.place, "names a file that is not text", "store the secret as plain text");
            return None;
        };
        let text = text.strip_suffix('\n').map_or(text, |cut| cut.strip_suffix('\r').unwrap_or(cut));
        Some(bytes.with(text.to_owned()))
    }
}
