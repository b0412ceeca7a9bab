//! `keys/subjects.jsonl`: torn, edited by hand, of another version (law 6).

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use tempfile::TempDir;
use wecom_oidc::domain::ids::CorpId;
use wecom_oidc::keys::{Keys, SubjectLine};
use wecom_oidc::serve::entropy::SystemEntropy;

use super::house::{NOW, POLICY, house};

/// Keys whose journal is written over, one at a time.
struct Desk {
    keys: Keys,
    file: PathBuf,
    _folder: TempDir,
}

fn desk() -> &'static Mutex<Desk> {
    static DESK: OnceLock<Mutex<Desk>> = OnceLock::new();
    DESK.get_or_init(|| {
        let (folder, path) = house().copy_of_keys();
        let keys = Keys::open(&path, POLICY, NOW, &SystemEntropy).expect("the keys");
        Mutex::new(Desk { keys, file: path.join("subjects.jsonl"), _folder: folder })
    })
}

pub fn subjects(data: &[u8]) {
    let desk = desk().lock().unwrap_or_else(PoisonError::into_inner);
    let journal = desk.keys.subjects_journal();
    fs::write(&desk.file, data).expect("the journal");
    let before = match journal.read_all() {
        Ok(before) => before,
        Err(error) => return assert!(error.to_string().contains("subjects.jsonl"), "{error}"),
    };
    let line = SubjectLine {
        corp_id: CorpId::parse("ww0123456789abcdef").expect("a corp"),
        userid: "lisi".to_owned(),
        derived_from: "zhangsan".to_owned(),
        generation: 2,
        since: NOW,
    };
    journal.append(&line).expect("what can be read can be added to");
    let after = journal.read_all().expect("what we write can be read");
    assert_eq!(after, [before, vec![line]].concat(), "nothing is lost, nothing is made up");
}
