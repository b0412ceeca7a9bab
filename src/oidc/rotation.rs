//! Turning the keys of a provider: by their schedule, or on the operator's word. Whatever moves is logged here, and the
//! store learns of it, so that an older ring is known for what it is.

use std::sync::Arc;

use super::provider::Provider;
use crate::domain::client::SigningAlgorithm;
use crate::domain::random::Entropy;
use crate::domain::time::Timestamp;
use crate::keys::{KeyError, KeyListing, Keys, RotationStep};
use crate::store::records::{Fingerprints, SeenKey};

/// Keys that could not be turned; nothing has moved.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The folder.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The thread that turned them ended before its time.
    #[error("turning the keys was interrupted: {0}")]
    Interrupted(String),
}

/// Makes every move that is due.
pub async fn advance(provider: &Provider) -> Result<Vec<RotationStep>, RotationError> {
    turn(provider, |keys, now, entropy| keys.advance(now, entropy)).await
}

/// The operator's rotation, see [`Keys::rotate`].
pub async fn rotate(provider: &Provider, emergency: bool) -> Result<Vec<RotationStep>, RotationError> {
    turn(provider, move |keys, now, entropy| keys.rotate(now, emergency, entropy)).await
}

async fn turn<T>(provider: &Provider, turn: T) -> Result<Vec<RotationStep>, RotationError>
where
    T: FnOnce(&Keys, Timestamp, &dyn Entropy) -> Result<Vec<RotationStep>, KeyError> + Send + 'static,
{
    let (keys, now, entropy) = (Arc::clone(&provider.keys), provider.now(), Arc::clone(&provider.entropy));
    // Making RSA keys takes some tenths of a second.
    let turned = tokio::task::spawn_blocking(move || turn(&keys, now, &*entropy)).await;
    let steps = turned.map_err(|error| RotationError::Interrupted(error.to_string()))??;
    for step in &steps {
        tracing::info!(event = "keys.moved", kid = step.kid, moved = ?step.moved, "a key moved along its way");
    }
    if !steps.is_empty()
        && let Err(error) = provider.store.put_fingerprints(&fingerprints(&provider.keys)).await
    {
        // The next start tells the store.
        tracing::error!(event = "store.failed", error = %error, "the store does not know the newest keys yet");
    }
    Ok(steps)
}

/// What a store remembers of these keys.
pub fn fingerprints(keys: &Keys) -> Fingerprints {
    let (known, listed) = (keys.fingerprints(), keys.list());
    let newest = |alg: SigningAlgorithm| listed.iter().rfind(|key| key.alg == alg);
    let seen = |key: &KeyListing| SeenKey { kid: key.kid.clone(), made: key.made };
    let ring = SigningAlgorithm::ALL.into_iter().filter_map(newest).map(seen).collect();
    Fingerprints { subject: known.subject, sealing: known.sealing, ring }
}
