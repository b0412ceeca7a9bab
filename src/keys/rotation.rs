//! The words of a rotation: how the ring is to turn, where a key stands, what was done with it.

use serde::{Deserialize, Serialize};

use crate::domain::client::SigningAlgorithm;
use crate::domain::time::{Span, Timestamp};

/// How the ring turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationPolicy {
    /// How long a key signs.
    pub rotate_every: Span,
    /// How long a key is published before it signs: the JWKS `max-age` and five minutes.
    pub publish_before: Span,
    /// How long a key verifies after it signed for the last time: the longest life of anything signed.
    pub retire_for: Span,
}

/// Where a key stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", content = "at", rename_all = "snake_case")]
pub enum KeyPhase {
    /// In the JWKS, signs from the moment on.
    Published(Timestamp),
    /// Signs since the moment.
    Signing(Timestamp),
    /// Verifies until after the moment.
    Retired(Timestamp),
}

/// A move that was made, for the log and for the operator who asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationStep {
    /// The algorithm of the ring that moved; `None` for the sealing keys.
    pub alg: Option<SigningAlgorithm>,
    /// The key id; of a sealing key the name of its file.
    pub kid: String,
    /// What was done.
    #[serde(flatten)]
    pub moved: Moved,
}

/// What was done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "moved", rename_all = "snake_case")]
pub enum Moved {
    /// Made, and published; it signs from the moment on.
    Published {
        /// The earliest moment of its first signature.
        signs_from: Timestamp,
    },
    /// It was published before and waits still; the operator's rotation made no second successor.
    Waiting {
        /// The earliest moment of its first signature.
        signs_from: Timestamp,
    },
    /// It signs (or, a sealing key, seals) from now on.
    Signing,
    /// It signs no more, and verifies until after the moment.
    Retired {
        /// The last moment at which it verifies.
        remove_after: Timestamp,
    },
    /// It verifies no more, and its file goes.
    Removed,
    /// Its file could not be deleted: `sig-ALG-KID….pem`, to be deleted by hand.
    LeftBehind,
}
