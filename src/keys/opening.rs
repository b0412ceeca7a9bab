//! Opening the folder: the very first start, every later one, and the refusals between them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use secrecy::SecretString;
use serde::Deserialize;
use zeroize::Zeroize as _;

use super::error::KeyError;
use super::folder::Folder;
use super::journal::{self, SubjectsJournal};
use super::ring::SigningRing;
use super::rotation::RotationPolicy;
use super::schedule::{Entry, Schedule};
use super::sealing::{Sealer, SealingKey};
use super::signing::SigningKey;
use super::subject::SubjectKey;
use super::{Keys, making, secret};
use crate::domain::client::SigningAlgorithm;
use crate::domain::random::{self, Entropy};
use crate::domain::time::Timestamp;

const RING: &str = "ring.json";
const SUBJECT: &str = "subject.key";
const ADMIN: &str = "admin.token";
/// Stands in the folder while its first files are made.
const FIRST_START: &str = "first-start";

pub(super) fn open(
    dir: &Path,
    policy: RotationPolicy,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Keys, KeyError> {
    let folder = Arc::new(Folder::open(dir)?);
    let names = folder.names()?;
    let has = |name: &str| names.iter().any(|n| n == name);
    if !is_begun(&names) {
        make_all(&folder, names.iter().filter(|name| is_secret(name)), now, entropy)?;
    } else if has(FIRST_START) {
        // Everything was made; only the last step of the first start was missing.
        folder.remove(FIRST_START)?;
    }
    load(folder, policy, entropy)
}

pub(super) fn begun(dir: &Path) -> Result<bool, KeyError> {
    match dir.try_exists() {
        Ok(false) => Ok(false),
        _ => Ok(is_begun(&Folder::open(dir)?.names()?)),
    }
}

fn is_begun(names: &[String]) -> bool {
    let has = |name: &str| names.iter().any(|n| n == name);
    let interrupted = has(FIRST_START) && !has(RING);
    !interrupted && names.iter().any(|name| is_ours(name))
}

fn is_secret(name: &str) -> bool {
    name == SUBJECT || name == ADMIN || is_pem(name) || sealing_number(name).is_some()
}

fn is_ours(name: &str) -> bool {
    name == RING || name == journal::NAME || is_secret(name)
}

fn is_pem(name: &str) -> bool {
    let stem = name.strip_prefix("sig-").and_then(|rest| rest.strip_suffix(".pem"));
    stem.is_some_and(|stem| !stem.contains('/'))
}

fn sealing_number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("sealing-")?.strip_suffix(".key")?;
    digits.parse().ok().filter(|number: &u32| *number > 0 && number.to_string() == digits)
}

/// The first start. `ring.json` is written last: without it nothing here was ever used.
fn make_all<'a>(
    folder: &Folder,
    leftovers: impl Iterator<Item = &'a String>,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<(), KeyError> {
    folder.write(
        FIRST_START,
        b"Interrupted here, the first start begins anew: nothing was signed with what lies beside.\n",
    )?;
    for name in leftovers {
        folder.remove(name)?;
    }
    if folder.read(journal::NAME)?.is_none() {
        folder.write_first(journal::NAME, b"")?;
    }
    secret::make(folder, SUBJECT, entropy)?;
    secret::make(folder, "sealing-1.key", entropy)?;
    make_admin_token(folder, entropy)?;
    let schedule = Schedule::first(now, &mut |alg| {
        make_signing_key(folder, alg, entropy).map(|(key, file)| (key.kid().to_owned(), file))
    })?;
    write_schedule(folder, &schedule)?;
    folder.remove(FIRST_START)
}

fn load(folder: Arc<Folder>, policy: RotationPolicy, entropy: &dyn Entropy) -> Result<Keys, KeyError> {
    let missing = |name: &str, why| KeyError::Missing { path: folder.path(name), why, otherwise: "" };
    let schedule = read_schedule(&folder)?;
    let mut keys = HashMap::new();
    for entry in &schedule.keys {
        keys.insert(entry.kid.clone(), Arc::new(read_signing_key(&folder, entry)?));
    }
    let subject = secret::read(&folder, SUBJECT)?;
    let subject = subject.ok_or_else(|| missing(SUBJECT, "with another one every member's sub would change"))?;
    let mut numbers: Vec<_> = folder.names()?.iter().filter_map(|name| sealing_number(name)).collect();
    numbers.sort_unstable();
    let mut sealing = Vec::with_capacity(numbers.len());
    for number in numbers {
        let read = secret::read(&folder, &format!("sealing-{number}.key"))?;
        sealing.extend(read.map(SealingKey::new));
    }
    if sealing.is_empty() {
        return Err(missing("sealing-1.key", "remembered phone numbers are sealed with the sealing keys"));
    }
    let journal = SubjectsJournal::new(Arc::clone(&folder));
    journal.check()?;
    let admin = match read_admin_token(&folder)? {
        Some(token) => token,
        // Nothing depends on it, so removing it is how it is changed.
        None => make_admin_token(&folder, entropy)?,
    };
    let ring = SigningRing::new(&schedule, &keys)?;
    Ok(Keys {
        folder,
        ring: ArcSwap::from_pointee(ring),
        turning: Mutex::new((schedule, policy)),
        rotating: Mutex::default(),
        sealer: Sealer::new(sealing),
        subject: SubjectKey::new(&subject),
        admin,
        journal,
    })
}

pub(super) fn read_schedule(folder: &Folder) -> Result<Schedule, KeyError> {
    /// What every format has.
    #[derive(Deserialize)]
    struct Format {
        version: u64,
    }
    let path = folder.path(RING);
    let text = folder.read(RING)?.ok_or_else(|| KeyError::Missing {
        path: path.clone(),
        why: "it says which of the keys beside it signs and which are to be kept for verifying",
        otherwise: "; if nothing was ever signed with them, move the whole folder away and a new one is made",
    })?;
    let broken = |error: serde_json::Error| KeyError::damaged(&path, format!("line {} cannot be read", error.line()));
    let Format { version } = serde_json::from_str(&text).map_err(broken)?;
    if version != Schedule::VERSION {
        return Err(KeyError::OtherVersion { path, found: version, known: Schedule::VERSION });
    }
    let schedule: Schedule = serde_json::from_str(&text).map_err(broken)?;
    schedule.check().map_err(|what| KeyError::damaged(&path, what))?;
    if schedule.keys.iter().any(|key| !is_pem(&key.file)) {
        return Err(KeyError::damaged(&path, "it names a file that is none of ours"));
    }
    Ok(schedule)
}

pub(super) fn write_schedule(folder: &Folder, schedule: &Schedule) -> Result<(), KeyError> {
    let path = folder.path(RING);
    let mut text = serde_json::to_vec_pretty(schedule).map_err(|e| KeyError::io(&path, "written", e.into()))?;
    text.push(b'\n');
    folder.write(RING, &text)
}

fn read_signing_key(folder: &Folder, entry: &Entry) -> Result<SigningKey, KeyError> {
    let path = folder.path(&entry.file);
    let pem = folder.read(&entry.file)?.ok_or_else(|| KeyError::Missing {
        path: path.clone(),
        why: "ring.json names it, and tokens that it signed may be alive",
        otherwise: "",
    })?;
    let key = making::from_pem(entry.alg, &pem, &path)?;
    if key.kid() != entry.kid {
        return Err(KeyError::damaged(&path, "it holds another key than ring.json says"));
    }
    Ok(key)
}

/// Makes a signing key and keeps it in a file of its own; nothing names that file yet.
pub(super) fn make_signing_key(
    folder: &Folder,
    alg: SigningAlgorithm,
    entropy: &dyn Entropy,
) -> Result<(SigningKey, String), KeyError> {
    let key = making::make(alg, entropy)?;
    let prefix = key.kid().get(..12).unwrap_or_default();
    let file = format!("sig-{}-{prefix}.pem", alg.as_str().to_ascii_lowercase());
    folder.write_first(&file, making::to_pem(&key)?.as_bytes())?;
    Ok((key, file))
}

/// The name of the sealing key after the newest.
pub(super) fn next_sealing_file(folder: &Folder) -> Result<String, KeyError> {
    let newest = folder.names()?.iter().filter_map(|name| sealing_number(name)).max();
    Ok(format!("sealing-{}.key", newest.unwrap_or_default().saturating_add(1)))
}

fn make_admin_token(folder: &Folder, entropy: &dyn Entropy) -> Result<SecretString, KeyError> {
    let token = SecretString::from(random::token43(entropy));
    let mut line = format!("{}\n", secrecy::ExposeSecret::expose_secret(&token));
    let written = folder.write_first(ADMIN, line.as_bytes());
    line.zeroize();
    written.map(|()| token)
}

pub(super) fn read_admin_token(folder: &Folder) -> Result<Option<SecretString>, KeyError> {
    let Some(text) = folder.read(ADMIN)? else { return Ok(None) };
    let token = text.trim_end();
    if token.len() == 43 && token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Ok(Some(SecretString::from(token)));
    }
    let what = "it is not 43 characters of base64url (remove it, and a new token is made at the next start)";
    Err(KeyError::damaged(&folder.path(ADMIN), what))
}
