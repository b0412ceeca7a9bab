//! Law 6 at the start: a store with members beside other or missing keys does not open.

use super::StartError;
use crate::keys::KeyFingerprints;
use crate::store::Store;
use crate::store::records::Fingerprints;

/// Compares what the store remembers with the keys at hand, and remembers those from now on.
pub async fn check(store: &dyn Store, keys: &KeyFingerprints) -> Result<(), StartError> {
    let current = Fingerprints { subject: keys.subject.clone(), sealing: keys.sealing.clone() };
    let known = store.fingerprints().await?;
    if let Some(known) = known.filter(|known| *known != current)
        && store.has_members().await?
    {
        judge(&known, &current)?;
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
