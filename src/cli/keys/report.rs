//! Keys and their moves as people and programs read them.

use std::fmt::Write as _;

use crate::keys::{KeyListing, KeyPhase, Moved, RotationStep};

const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const GREY: &str = "\x1b[2m";

/// The table of `keys list`.
pub fn keys(keys: &[KeyListing], colour: bool) -> String {
    let mut text = line("kid", "alg", "made", "", "state", "");
    for key in keys {
        let (colour_of, state) = match key.phase {
            KeyPhase::Published(at) => (YELLOW, format!("published, signs from {at}")),
            KeyPhase::Signing(at) => (GREEN, format!("signing since {at}")),
            KeyPhase::Retired(at) => (GREY, format!("retired, verifies until {at}")),
        };
        let (on, off) = if colour { (colour_of, "\x1b[0m") } else { ("", "") };
        text += &line(&key.kid, key.alg.as_str(), &key.made.to_string(), on, &state, off);
    }
    text
}

/// A thumbprint has 43 characters, a moment 20.
fn line(kid: &str, alg: &str, made: &str, on: &str, state: &str, off: &str) -> String {
    format!("{kid:43}  {alg:5}  {made:20}  {on}{state}{off}\n")
}

/// What `keys rotate` did, and what comes of it.
pub fn steps(steps: &[RotationStep], runs: bool, colour: bool) -> String {
    let mut text = String::new();
    let mut signs_from = None;
    for step in steps {
        let (colour_of, did) = match step.moved {
            Moved::Published { signs_from: at } | Moved::Waiting { signs_from: at } => {
                signs_from = signs_from.max(Some(at));
                let already =
                    if matches!(step.moved, Moved::Waiting { .. }) { "was published already" } else { "is published" };
                (YELLOW, format!("{already}, signs from {at}"))
            }
            Moved::Signing if step.alg.is_none() => (GREEN, "seals from now on".to_owned()),
            Moved::Signing => (GREEN, "signs from now on".to_owned()),
            Moved::Retired { remove_after } => (GREY, format!("retired, verifies until {remove_after}")),
            Moved::Removed => (GREY, "removed: verifies no more".to_owned()),
            Moved::LeftBehind => {
                (YELLOW, "verifies no more, but its file could not be deleted: delete it by hand".to_owned())
            }
        };
        let (on, off) = if colour { (colour_of, "\x1b[0m") } else { ("", "") };
        let alg = step.alg.map_or("-", crate::domain::client::SigningAlgorithm::as_str);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:43}  {alg:5}  {on}{did}{off}", step.kid);
    }
    if let Some(at) = signs_from {
        let _ = writeln!(
            text,
            "\nThe new keys sign from {at}; the old ones verify for as long as anything they signed is alive."
        );
    } else {
        text +=
            "\nThe new keys sign from now on. ID tokens issued before verify no more; sessions and subjects stay.\n";
    }
    if !runs {
        text += "No server runs: this was done in the keys folder, and the next start goes by it.\n";
    }
    text
}
