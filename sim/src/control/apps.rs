//! Apps: read, add, change, delete.

use serde_json::Value;

use super::patch::patched;
use super::{Control, ControlError, app_id, corp_id};
use crate::directory::App;

impl Control {
    /// An app.
    pub fn app(&self, corp: Option<&str>, agent_id: u64) -> Result<App, ControlError> {
        let world = self.shared.world();
        let id = app_id(&world, corp, agent_id)?;
        world.app(&id).map(|(_, app)| app.clone()).ok_or_else(|| ControlError::NotFound(format!("app {agent_id}")))
    }

    /// Adds an app.
    pub fn add_app(&self, corp: Option<&str>, app: App) -> Result<(), ControlError> {
        let mut world = self.shared.world();
        let id = corp_id(&world, corp)?;
        let Some(corp) = world.directory.corp_mut(&id) else {
            return Err(ControlError::NotFound(id));
        };
        if corp.app(app.agent_id).is_some() {
            return Err(ControlError::Conflict(format!("app {}", app.agent_id)));
        }
        corp.apps.push(app);
        Ok(())
    }

    /// Changes an app. Another secret takes its tokens back.
    pub fn patch_app(&self, corp: Option<&str>, agent_id: u64, patch: &Value) -> Result<App, ControlError> {
        let mut guard = self.shared.world();
        let world = &mut *guard;
        let id = app_id(world, corp, agent_id)?;
        let found = world.directory.corp_mut(&id.corp_id);
        let slot = found.and_then(|corp| corp.apps.iter_mut().find(|app| app.agent_id == agent_id));
        let Some(slot) = slot else {
            return Err(ControlError::NotFound(format!("app {agent_id}")));
        };
        let app: App = patched(slot, patch)?;
        if app.agent_id != agent_id {
            return Err(ControlError::Invalid("agent_id cannot be changed".into()));
        }
        if app.secret != slot.secret {
            world.tokens.revoke(Some(&id));
        }
        slot.clone_from(&app);
        Ok(app)
    }

    /// Deletes an app; its tokens die.
    pub fn delete_app(&self, corp: Option<&str>, agent_id: u64) -> Result<(), ControlError> {
        let mut world = self.shared.world();
        let id = app_id(&world, corp, agent_id)?;
        world.tokens.revoke(Some(&id));
        if let Some(corp) = world.directory.corp_mut(&id.corp_id) {
            corp.apps.retain(|app| app.agent_id != agent_id);
        }
        Ok(())
    }
}
