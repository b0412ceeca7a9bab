//! Damaged and truncated files of the store: everything acknowledged is there, or the start is refused with words
//! of cure; never a panic, and no ended token, session or used code comes back to life.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wecom_oidc::store::sled::{Options, SledStore};
use wecom_oidc::store::{Codes as _, Grants as _, Members as _, Result, Sessions as _};

use super::dice::Dice;
use crate::store::samples::*;
use crate::support::held::once_let_go;
use crate::support::secrets;

/// The name of the thread that opens damaged stores.
const EXAMINER: &str = "examiner of damage";

/// So many members signed in.
const MEMBERS: usize = 300;

fn name(number: usize) -> String {
    format!("m{number}")
}

/// Half of them were ended, which is what must never be undone.
fn ended(number: usize) -> bool {
    number.is_multiple_of(2)
}

/// A folder in which everything below was acknowledged, as it stands after `kill -9` and after it was closed well.
async fn folders() -> [(&'static str, TempDir); 2] {
    let [killed, closed] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    // Some turns of the journal, so that the tree holds what the journal no longer does.
    let options = Options { journal_bytes: 256 << 10, ..Options::default() };
    let store = SledStore::open_with(closed.path(), &options).unwrap();
    for number in 0..MEMBERS {
        let name = name(number);
        store.finish_login(digest(&name), &login(&name, &name), at(0)).await.unwrap();
        store.redeem_code(digest(&format!("{name}/c")), &redemption(&name, &name), at(1)).await.unwrap();
        store.remember_contact(&member(&name), &contact(&name)).await.unwrap();
        if ended(number) {
            store.end_session(digest(&format!("{name}/s")), &NOBODY, at(3)).await.unwrap();
            store.revoke_grant(grant_id(&name)).await.unwrap();
        }
    }
    // A sector of rounds that matter to nobody: the very last ones cannot be told from a write that was cut off.
    for number in 0..16 {
        store.remember_contact(&member("last"), &contact(&name(number))).await.unwrap();
    }
    copy(closed.path(), killed.path());
    drop(store);
    [("killed", killed), ("closed", closed)]
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        let to = to.join(name);
        if path.is_dir() {
            fs::create_dir(&to).unwrap();
            copy(&path, &to);
        } else {
            fs::copy(path, to).unwrap();
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// Does something to a file; tells what.
fn harm(file: &Path, dice: &mut Dice) -> String {
    let mut bytes = fs::read(file).unwrap();
    // Where nothing was written there is nothing to damage.
    let written = bytes.iter().rposition(|byte| *byte != 0).map_or(1, |last| last + 1);
    let at = usize::try_from(dice.below(written as u64)).unwrap();
    let what = match dice.below(4) {
        0 => {
            bytes.truncate(at);
            format!("cut off at {at}")
        }
        1 => {
            let end = bytes.len().min(at + 512);
            bytes[at..end].fill(0);
            format!("512 bytes gone at {at}")
        }
        _ if bytes.is_empty() => return "empty as it was".to_owned(),
        _ => {
            bytes[at] ^= 1 << dice.below(8);
            format!("a bit turned at {at}")
        }
    };
    fs::write(file, bytes).unwrap();
    what
}

#[derive(Debug, Default)]
struct Outcomes {
    refused: u32,
    whole: u32,
    /// Opened, and a verb said that it cannot read.
    unreadable: u32,
    /// Opened without a word, and something was missing because sled passes over what it cannot read in the middle
    /// of its file (`docs/operate.md`).
    passed_over: Vec<String>,
    wrong: Vec<String>,
}

impl Outcomes {
    fn note(&mut self, folder: &Path, what: &str) {
        match catch_unwind(AssertUnwindSafe(|| examine(folder))) {
            Err(_) => self.wrong.push(format!("{what}: a panic")),
            Ok(Err(words)) if words.contains("restore") => self.refused += 1,
            Ok(Err(words)) => self.wrong.push(format!("{what}: no cure in: {words}")),
            Ok(Ok(Err(_))) => self.unreadable += 1,
            Ok(Ok(Ok(lost))) if lost.is_empty() => self.whole += 1,
            Ok(Ok(Ok(lost))) if what.contains(", db ") => {
                self.passed_over.push(format!("{what}: {} lost, {}", lost.len(), lost[0]));
            }
            Ok(Ok(Ok(lost))) => self.wrong.push(format!("{what}: {} lost, {}", lost.len(), lost[0])),
        }
    }
}

type Lost = Vec<String>;

/// Opens the folder and looks at everything that was acknowledged.
fn examine(folder: &Path) -> std::result::Result<Result<Lost>, String> {
    let store = once_let_go(|| SledStore::open(folder)).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    Ok(runtime.block_on(lost(&store)))
}

async fn lost(store: &SledStore) -> Result<Lost> {
    let mut lost = Vec::new();
    for number in 0..MEMBERS {
        let name = name(number);
        let lives = !ended(number);
        let mut expect = |what: &str, right: bool| {
            if !right {
                lost.push(format!("{what} of {name}"));
            }
        };
        let of = |part: &str| digest(&format!("{name}/{part}"));
        expect("the session", store.session(of("s"), at(4)).await?.is_some() == lives);
        expect("the access token", store.access_token(of("a"), at(4)).await?.is_some() == lives);
        expect("the refresh token", store.refresh_token(of("0"), at(4)).await?.is_some() == lives);
        expect("the number", store.contact(&member(&name)).await? == Some(contact(&name)));
        expect("the use of the code", store.code(of("c"), at(4)).await?.is_some_and(|code| code.redeemed.is_some()));
    }
    Ok(lost)
}

#[tokio::test]
async fn threat_47_a_damaged_store_is_whole_or_refused_and_nothing_that_ended_comes_back() {
    let folders = folders().await;
    let mut dice = Dice::new(secrets::began().0);
    println!("{dice:?}");
    // sled panics on some damage, and we refuse then: a trace of each would take long and frighten.
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(EXAMINER) {
            usual(panic);
        }
    }));
    let examiner = std::thread::Builder::new().name(EXAMINER.to_owned()).spawn(move || {
        let mut outcomes = Outcomes::default();
        for (state, template) in folders {
            for file in files(template.path()) {
                let name = file.file_name().unwrap().to_str().unwrap().to_owned();
                let times = if ["db", "journal"].contains(&name.as_str()) { 60 } else { 20 };
                for _ in 0..times {
                    let folder = tempfile::tempdir().unwrap();
                    copy(template.path(), folder.path());
                    let what = harm(&folder.path().join(&name), &mut dice);
                    outcomes.note(folder.path(), &format!("{state}, {name} {what}"));
                }
            }
        }
        outcomes
    });
    let outcomes = tokio::task::spawn_blocking(|| examiner.unwrap().join().unwrap()).await.unwrap();
    println!("{} refused, {} whole, {} unreadable", outcomes.refused, outcomes.whole, outcomes.unreadable);
    println!("passed over by sled: {:#?}", outcomes.passed_over);
    assert!(outcomes.wrong.is_empty(), "{:#?}", outcomes.wrong);
    assert!(outcomes.refused > 50 && outcomes.whole > 50);
}
