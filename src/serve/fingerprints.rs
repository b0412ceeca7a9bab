//! Law 6 at the start: a store with members beside other, older or missing keys does not open.

use std::path::Path;

use super::StartError;
use crate::keys::{KeyPhase, Keys};
use crate::oidc::rotation;
use crate::store::Store;
use crate::store::records::{Fingerprints, SeenKey};

/// Before any key is made: a store with members must not meet a folder that has none.
pub async fn check_begun(store: &dyn Store, dir: &Path) -> Result<(), StartError> {
    if Keys::begun(dir)? || !store.has_members().await? {
        return Ok(());
    }
    Err(StartError::OtherKeys(format!(
        "the keys folder {} is missing or empty, and this store has members: with new keys every member would become a \
         stranger to every application. Restore the whole keys folder from the newest backup that belongs to this store",
        dir.display()
    )))
}

/// Compares what the store remembers with the keys at hand, and remembers those from now on.
pub async fn check(store: &dyn Store, keys: &Keys) -> Result<(), StartError> {
    let current = rotation::fingerprints(keys);
    let known = store.fingerprints().await?;
    if let Some(known) = known.filter(|known| *known != current)
        && store.has_members().await?
    {
        judge(&known, &current)?;
        judge_ring(&known.ring, keys)?;
    }
    Ok(store.put_fingerprints(&current).await?)
}

fn judge(known: &Fingerprints, current: &Fingerprints) -> Result<(), StartError> {
    if known.subject != current.subject {
        return Err(StartError::OtherKeys(
            "keys/subject.key is not the one this store was begun with: every member would become a stranger to every \
             application. Restore subject.key (the whole keys folder) from the backup that belongs to this store"
                .to_owned(),
        ));
    }
    match known.sealing.iter().all(|fingerprint| current.sealing.contains(fingerprint)) {
        true => Ok(()),
        false => Err(StartError::OtherKeys(
            "a sealing key (keys/sealing-N.key) that this store needs is missing: remembered phone numbers could not be \
             read. Restore the keys folder from the newest backup that belongs to this store"
                .to_owned(),
        )),
    }
}

/// A ring from before a rotation would let keys sign again that were retired, or even given up because they leaked, and
/// would not verify what was signed since. A ring with no living key older than the lost one is no such backup: it was
/// replaced after the loss, perhaps within the same second.
fn judge_ring(known: &[SeenKey], keys: &Keys) -> Result<(), StartError> {
    let listed = keys.list();
    let lost = known.iter().find(|seen| {
        let there = listed.iter().any(|key| key.kid == seen.kid);
        let mut alive = listed.iter().filter(|key| !matches!(key.phase, KeyPhase::Retired(_)));
        !there && alive.any(|key| key.made < seen.made)
    });
    let Some(SeenKey { kid, made }) = lost else { return Ok(()) };
    Err(StartError::OtherKeys(format!(
        "keys/ring.json is older than this store: the signing key {kid}, made {made}, is missing. Keys that were given up \
         since would sign again. Restore the keys folder from a backup made after that; if there is none, run \
         `wecom-oidc keys rotate --emergency --yes`: new keys then sign at once, and ID tokens issued before no longer verify"
    )))
}
