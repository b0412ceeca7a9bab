//! Quirks and settings of the running simulation.

use serde_json::Value;

use super::patch::patched;
use super::{Control, ControlError};
use crate::quirks::Quirks;
use crate::world::{AutoConsent, AutoScan, Settings};

impl Control {
    /// The quirks.
    pub fn quirks(&self) -> Quirks {
        self.shared.world().quirks.clone()
    }

    /// Replaces the quirks.
    pub fn set_quirks(&self, quirks: Quirks) {
        self.shared.world().quirks = quirks;
    }

    /// Changes some quirks.
    pub fn patch_quirks(&self, patch: &Value) -> Result<Quirks, ControlError> {
        let mut world = self.shared.world();
        world.quirks = patched(&world.quirks, patch)?;
        Ok(world.quirks.clone())
    }

    /// The settings of the sign-in pages.
    pub fn settings(&self) -> Settings {
        self.shared.world().settings.clone()
    }

    /// Changes some settings of the sign-in pages.
    pub fn patch_settings(&self, patch: &Value) -> Result<Settings, ControlError> {
        let mut world = self.shared.world();
        world.settings = patched(&world.settings, patch)?;
        Ok(world.settings.clone())
    }

    /// Who holds the client when neither a cookie nor a header says it.
    pub fn set_holder(&self, holder: Option<&str>) {
        self.shared.world().settings.holder = holder.map(str::to_owned);
    }

    /// What the browser page does by itself.
    pub fn set_auto_scan(&self, scan: Option<AutoScan>) {
        self.shared.world().settings.auto_scan = scan;
    }

    /// What the consent page does by itself.
    pub fn set_auto_consent(&self, consent: Option<AutoConsent>) {
        self.shared.world().settings.auto_consent = consent;
    }
}
