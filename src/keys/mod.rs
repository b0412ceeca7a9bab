//! Layer 1, the keys: everything secret that this provider makes for itself, in one folder.
//!
//! | file | what | lost |
//! |---|---|---|
//! | `ring.json` | which key signs, when it began, when it goes ([`RotationPolicy`]) | restore |
//! | `sig-ALG-KID.pem` | private signing keys, PKCS#8 | restore |
//! | `sealing-N.key` | sealing keys; the highest N seals, the others open | what was sealed is lost |
//! | `subject.key` | what subjects are derived from; never rotated | every member becomes a stranger |
//! | `subjects.jsonl` | renames and later generations ([`SubjectsJournal`]) | restore, or the store's registry |
//! | `admin.token` | the token of `admin_listen` | made anew; remove it to change it |
//!
//! The files are made at the very first start, in a folder that holds none of them. From then on a
//! missing or damaged one is an error that says what to restore: no key is ever made anew on the quiet
//! (law 6). Only the first start's own leftovers, when it was interrupted, are cleared away: nothing
//! was signed with them.
//!
//! Two processes on one folder are kept apart by [`FolderHold`]: take it before [`Keys::open`], and keep it.
//! [`Keys::advance`] and [`Keys::rotate`] write to disk and may make an RSA key, some tenths of a second: call them
//! where blocking is allowed. Everything else is memory.

mod error;
mod folder;
mod hold;
mod journal;
pub mod jws;
mod making;
mod opening;
mod ring;
mod rotation;
mod schedule;
mod sealing;
mod secret;
mod signing;
mod subject;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::domain::client::SigningAlgorithm;
use crate::domain::random::Entropy;
use crate::domain::time::Timestamp;
pub use error::KeyError;
use folder::Folder;
pub use hold::FolderHold;
pub use journal::{SubjectLine, SubjectsJournal};
pub use ring::SigningRing;
pub use rotation::{KeyPhase, Moved, RotationPolicy, RotationStep};
use schedule::Schedule;
use sealing::SealingKey;
pub use sealing::{NotSealedByUs, SealPurpose, Sealer};
pub use signing::{SigningKey, VerifyingKey};
pub use subject::SubjectKey;

/// The folder of keys, opened.
pub struct Keys {
    folder: Arc<Folder>,
    ring: ArcSwap<SigningRing>,
    /// What `ring.json` says; held while it is changed.
    turning: Mutex<(Schedule, RotationPolicy)>,
    /// Operators take turns: each of their rotations names a sealing file of its own.
    rotating: Mutex<()>,
    sealer: Sealer,
    subject: SubjectKey,
    admin: SecretString,
    journal: SubjectsJournal,
}

/// What a store remembers of the keys that its content depends on (law 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFingerprints {
    /// Of `subject.key`.
    pub subject: String,
    /// Of the sealing keys, oldest first; the last one seals.
    pub sealing: Vec<String>,
}

/// A signing key as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyListing {
    /// Its RFC 7638 thumbprint.
    pub kid: String,
    /// What it signs with.
    pub alg: SigningAlgorithm,
    /// When it was made.
    pub made: Timestamp,
    /// Where it stands.
    #[serde(flatten)]
    pub phase: KeyPhase,
}

impl Keys {
    /// Opens the folder; makes what is missing when the folder is new (folder 0700, files 0600). Turns
    /// nothing: what became due meanwhile is done by the first [`Keys::advance`].
    pub fn open(dir: &Path, policy: RotationPolicy, now: Timestamp, entropy: &dyn Entropy) -> Result<Self, KeyError> {
        opening::open(dir, policy, now, entropy)
    }

    /// Whether a folder has been begun. One that is missing or empty, or whose first start was interrupted, has not.
    pub fn begun(dir: &Path) -> Result<bool, KeyError> {
        opening::begun(dir)
    }

    /// The administration's token of a folder that another process holds; `None` when there is none.
    pub fn read_admin_token(dir: &Path) -> Result<Option<SecretString>, KeyError> {
        opening::read_admin_token(&Folder::open(dir)?)
    }

    /// The keys in use now. Never blocks; hold on to one snapshot for one answer.
    pub fn ring(&self) -> Arc<SigningRing> {
        self.ring.load_full()
    }

    /// Seals and opens.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Derives subjects.
    pub fn subject_key(&self) -> &SubjectKey {
        &self.subject
    }

    /// The token of the administration listener: 43 characters. Compare it in constant time.
    pub fn admin_token(&self) -> &SecretString {
        &self.admin
    }

    /// What the store remembers to know these keys again. An operator's rotation adds a sealing key: write them anew after it.
    pub fn fingerprints(&self) -> KeyFingerprints {
        KeyFingerprints { subject: self.subject.fingerprint().to_owned(), sealing: self.sealer.fingerprints() }
    }

    /// The journal of renames and generations.
    pub fn subjects_journal(&self) -> &SubjectsJournal {
        &self.journal
    }

    /// Every signing key, oldest first.
    pub fn list(&self) -> Vec<KeyListing> {
        let turning = self.turning.lock().unwrap_or_else(PoisonError::into_inner);
        let (schedule, _) = &*turning;
        let listed = schedule.keys.iter().map(|key| KeyListing {
            kid: key.kid.clone(),
            alg: key.alg,
            made: key.made,
            phase: schedule.phase(key),
        });
        listed.collect()
    }

    /// Takes over what a reloaded configuration says. Moves that were announced keep their moments.
    pub fn set_policy(&self, policy: RotationPolicy) {
        self.turning.lock().unwrap_or_else(PoisonError::into_inner).1 = policy;
    }

    /// Moves the ring along its schedule: publish, sign, retire, remove. Returns what it did, for the log; to be
    /// called at the start and every few minutes. After an error nothing has moved, and the old ring goes on.
    pub fn advance(&self, now: Timestamp, entropy: &dyn Entropy) -> Result<Vec<RotationStep>, KeyError> {
        self.turn(entropy, |schedule, policy, make| schedule.advance(policy, now, make))
    }

    /// The operator's rotation. Successors of all signing keys are published now and sign after
    /// `publish_before`; a new sealing key seals at once, and the old ones go on opening. Subjects stay
    /// as they are (law 6). In an `emergency` the successors sign at once, and every older signing key
    /// leaves the JWKS and the disk: what it signed no longer verifies.
    pub fn rotate(
        &self,
        now: Timestamp,
        emergency: bool,
        entropy: &dyn Entropy,
    ) -> Result<Vec<RotationStep>, KeyError> {
        let _turn = self.rotating.lock().unwrap_or_else(PoisonError::into_inner);
        let file = opening::next_sealing_file(&self.folder)?;
        let sealing = SealingKey::new(secret::make(&self.folder, &file, entropy)?);
        let turned = self.turn(entropy, |schedule, policy, make| {
            if emergency { schedule.replace(now, make) } else { schedule.rotate(policy, now, make) }
        });
        match turned {
            Ok(mut steps) => {
                self.sealer.add(sealing);
                steps.push(RotationStep { alg: None, kid: file, moved: Moved::Signing });
                Ok(steps)
            }
            Err(error) => {
                // Nothing was sealed with it. Should it stay, it is one sealing key more, and no harm.
                let _ = self.folder.remove(&file);
                Err(error)
            }
        }
    }

    /// Turns a copy of the schedule; only when its keys and then itself are on the disk does it count.
    fn turn(
        &self,
        entropy: &dyn Entropy,
        turn: impl FnOnce(&mut Schedule, &RotationPolicy, &mut schedule::Make<'_>) -> Result<Vec<RotationStep>, KeyError>,
    ) -> Result<Vec<RotationStep>, KeyError> {
        let mut turning = self.turning.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, policy) = &*turning;
        let mut keys = HashMap::clone(self.ring.load().keys());
        let mut after = before.clone();
        let mut made = Vec::new();
        let kept = (|| {
            let steps = turn(&mut after, policy, &mut |alg| {
                let (key, file) = opening::make_signing_key(&self.folder, alg, entropy)?;
                let kid = key.kid().to_owned();
                made.push(file.clone());
                keys.insert(kid.clone(), Arc::new(key));
                Ok((kid, file))
            })?;
            let ring = SigningRing::new(&after, &keys)?;
            if after != *before {
                opening::write_schedule(&self.folder, &after)?;
            }
            Ok((steps, ring))
        })();
        let (mut steps, ring) = match kept {
            Ok(kept) => kept,
            Err(error) => {
                // The new keys are only in the way, unless ring.json got to its place before the disk
                // failed and names them. The error that matters is the first one.
                if opening::read_schedule(&self.folder).is_ok_and(|kept| kept == *before) {
                    for file in made {
                        let _ = self.folder.remove(&file);
                    }
                }
                return Err(error);
            }
        };
        self.ring.store(Arc::new(ring));
        for old in before.keys.iter().filter(|old| after.keys.iter().all(|key| key.kid != old.kid)) {
            if self.folder.remove(&old.file).is_err() {
                steps.push(RotationStep { alg: Some(old.alg), kid: old.kid.clone(), moved: Moved::LeftBehind });
            }
        }
        turning.0 = after;
        Ok(steps)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({:?})", self.ring.load())
    }
}
