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
        Some(Found { value: SecretString::from(found.value), place: found.place })
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

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::super::load::load_text;
    use super::super::report::Severity::Error;
    use super::super::testing::{Fake, assert_only, read, with};

    const LINE: &str = "secret = \"wecom-secret-of-the-tests\"";

    #[test]
    fn a_secret_may_stand_in_a_file_beside_the_configuration() {
        let folder = tempfile::tempdir().expect("folder");
        for (content, secret) in [("s3cr3t", "s3cr3t"), ("s3cr3t\n", "s3cr3t"), ("s3cr3t\r\n", "s3cr3t")] {
            std::fs::write(folder.path().join("wecom.secret"), content).expect("write");
            let text = with(LINE, "secret_file = \"wecom.secret\"");
            let loaded = load_text(&text, folder.path(), &Fake(&[])).expect("good");
            let connection = loaded.config.connections.values().next().expect("one");
            assert_eq!(connection.secret.expose_secret(), secret);
        }
    }

    #[test]
    fn a_secret_file_that_cannot_be_one_is_a_problem() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("wecom.secret");
        let text = with(LINE, &format!("secret_file = \"{}\"", path.display()));
        assert_only(&text, "wecom.main.secret_file", 6, Error);
        for content in [vec![b'x'; 64 * 1024 + 1], vec![0xff], Vec::new(), b"two\nlines".to_vec()] {
            std::fs::write(&path, content).expect("write");
            assert_only(&text, "wecom.main.secret_file", 6, Error);
        }
    }

    #[test]
    fn a_secret_is_given_once() {
        let text = with(LINE, &format!("{LINE}\nsecret_file = \"x\""));
        assert_only(&text, "wecom.main.secret_file", 7, Error);
    }

    #[test]
    fn a_secret_out_of_the_environment_is_taken_and_a_missing_variable_is_named() {
        let text = with("wecom-secret-of-the-tests", "${SET}");
        let loaded = read(&text).expect("good");
        let connection = loaded.config.connections.values().next().expect("one");
        assert_eq!(connection.secret.expose_secret(), "a-value-of-the-environment");
        let missing = with("wecom-secret-of-the-tests", "${NOT_SET}");
        assert_only(&missing, "wecom.main.secret", 6, Error);
        assert!(read(&missing).expect_err("missing").problems[0].what.contains("NOT_SET"));
    }

    #[test]
    fn no_text_of_a_problem_holds_a_secret() {
        let text = format!(
            "{}{}",
            with(LINE, "secret = \"hunter2 \"").replace("client-secret-of-the-tests", "hunter2"),
            "home_url = \"https://u:hunter2@a.example\"\nclient_secret_hash = \"hunter2\"\nphone = \"hunter2\"\n"
        );
        let report = read(&text).expect_err("bad");
        assert!(report.problems.len() >= 5, "{report:?}");
        assert!(!format!("{report:?}").contains("hunter2"), "{report:?}");
    }
}
