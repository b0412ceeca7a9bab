//! The choice a member made on the consent page, reused silently for 30 days.

use std::collections::{BTreeSet, HashMap};

use super::AppId;
use crate::directory::SensitiveField;

/// How long a choice is reused, in seconds.
pub(crate) const LIFETIME: i64 = 30 * 24 * 3600;

/// All remembered choices.
#[derive(Debug, Default, Clone)]
pub(crate) struct Consents {
    choices: HashMap<(u64, AppId), (BTreeSet<SensitiveField>, i64)>,
}

impl Consents {
    /// The choice, unless it is older than 30 days.
    pub(crate) fn remembered(&self, serial: u64, app: &AppId, now: i64) -> Option<BTreeSet<SensitiveField>> {
        let (fields, made_at) = self.choices.get(&(serial, app.clone()))?;
        (made_at + LIFETIME > now).then(|| fields.clone())
    }

    /// Keeps a choice.
    pub(crate) fn remember(&mut self, serial: u64, app: &AppId, fields: BTreeSet<SensitiveField>, now: i64) {
        self.choices.insert((serial, app.clone()), (fields, now));
    }

    /// Drops choices: of one member or of all. Returns how many.
    pub(crate) fn forget(&mut self, serial: Option<u64>) -> usize {
        let before = self.choices.len();
        self.choices.retain(|(owner, _), _| serial.is_some_and(|serial| *owner != serial));
        before - self.choices.len()
    }
}
