//! `keys/subjects.jsonl`: what the plain derivation of subjects cannot give back after a lost store –
//! renames and generations above 1 (law 6). Lines are only ever added, each synced before it counts.

use std::fmt;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::error::KeyError;
use super::folder::Folder;
use crate::domain::ids::CorpId;
use crate::domain::time::Timestamp;

const VERSION: u64 = 1;
pub(super) const NAME: &str = "subjects.jsonl";

/// One line: from `since` on, the `sub` of (`corp_id`, `userid`) is derived from `derived_from` and `generation`.
/// Of several lines for one member the last one holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectLine {
    /// The corp.
    pub corp_id: CorpId,
    /// The folded userid of today.
    pub userid: String,
    /// The folded userid that the derivation starts from: another one after a rename.
    pub derived_from: String,
    /// 1 for the first person of this userid.
    pub generation: u32,
    /// When it was decided.
    pub since: Timestamp,
}

impl fmt::Debug for SubjectLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubjectLine(generation {}, since {})", self.generation, self.since.0)
    }
}

/// A line as it is written.
#[derive(Serialize, Deserialize)]
struct Versioned<L> {
    v: u64,
    #[serde(flatten)]
    line: L,
}

/// Only the version of a line, whatever else it holds.
#[derive(Deserialize)]
struct VersionOnly {
    v: u64,
}

/// The file. A process has one of these for it.
#[derive(Debug)]
pub struct SubjectsJournal {
    folder: Arc<Folder>,
    writing: Mutex<()>,
}

impl SubjectsJournal {
    pub(super) fn new(folder: Arc<Folder>) -> Self {
        Self { folder, writing: Mutex::new(()) }
    }

    /// Adds a line. **Durable**: when this returns, the line has survived a power cut.
    /// On an error nothing was added, and what stood there still stands.
    pub fn append(&self, line: &SubjectLine) -> Result<(), KeyError> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.folder.path(NAME);
        let text = self.folder.read(NAME)?.ok_or_else(|| self.missing())?;
        let mut file = self.folder.open_file(NAME, true)?.ok_or_else(|| self.missing())?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut added = Vec::new();
        let keep = match parse(&text[whole..]) {
            // Edited by hand, without a line end: a line like the others.
            Ok(_) => {
                added.push(b'\n');
                text.len()
            }
            Err(Some(found)) => return Err(KeyError::OtherVersion { path, found, known: VERSION }),
            Err(None) => whole,
        };
        let encoded = serde_json::to_writer(&mut added, &Versioned { v: VERSION, line });
        encoded.map_err(|e| KeyError::io(&path, "written", e.into()))?;
        added.push(b'\n');
        let written = file
            .set_len(keep as u64)
            .and_then(|()| file.seek(SeekFrom::End(0)))
            .and_then(|_| file.write_all(&added))
            .and_then(|()| file.sync_data());
        written.map_err(|error| {
            // Half a line must not stay; if this fails too, reading passes over it, as over one torn by a kill.
            let _ = file.set_len(keep as u64).and_then(|()| file.sync_data());
            KeyError::io(&path, "written", error)
        })
    }

    /// Every line, oldest first. A last line that was torn when its writer was killed never counted, and is left out.
    pub fn read_all(&self) -> Result<Vec<SubjectLine>, KeyError> {
        let text = self.folder.read(NAME)?.ok_or_else(|| self.missing())?;
        let path = self.folder.path(NAME);
        let mut lines = Vec::new();
        for (at, line) in text.split_inclusive('\n').enumerate() {
            match parse(line) {
                Ok(parsed) => lines.push(parsed),
                Err(Some(found)) => return Err(KeyError::OtherVersion { path, found, known: VERSION }),
                Err(None) if line.ends_with('\n') && !line.trim().is_empty() => {
                    return Err(KeyError::damaged(&path, format!("line {} cannot be read", at + 1)));
                }
                Err(None) => {}
            }
        }
        Ok(lines)
    }

    fn missing(&self) -> KeyError {
        KeyError::Missing {
            path: self.folder.path(NAME),
            why: "it says whose sub was carried over a rename, and which userid was given to a second person",
            otherwise: "; if there never were any, make it empty (install -m 600 /dev/null FILE)",
        }
    }

    pub(super) fn check(&self) -> Result<(), KeyError> {
        self.read_all().map(drop)
    }
}

/// A line, or the other version that it says it is of, or neither.
fn parse(line: &str) -> Result<SubjectLine, Option<u64>> {
    match serde_json::from_str::<VersionOnly>(line) {
        Ok(VersionOnly { v: VERSION }) => {
            serde_json::from_str::<Versioned<SubjectLine>>(line).map(|l| l.line).map_err(|_| None)
        }
        Ok(VersionOnly { v }) => Err(Some(v)),
        Err(_) => Err(None),
    }
}
