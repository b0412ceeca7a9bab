//! Access tokens and remembered consents: end them early, count them, change them.

use std::collections::BTreeSet;

use super::{Control, ControlError, app_id};
use crate::directory::SensitiveField;
use crate::world::{AppId, World};

impl Control {
    /// Ends tokens as time would: 42001 from now on. Of one app, or of all; returns how many.
    pub fn expire_tokens(&self, corp: Option<&str>, agent_id: Option<u64>) -> Result<usize, ControlError> {
        let mut world = self.shared.world();
        let app = some_app(&world, corp, agent_id)?;
        let now = self.now();
        Ok(world.tokens.expire(app.as_ref(), now))
    }

    /// Takes tokens back: 40014 from now on. Of one app, or of all; returns how many.
    pub fn revoke_tokens(&self, corp: Option<&str>, agent_id: Option<u64>) -> Result<usize, ControlError> {
        let mut world = self.shared.world();
        let app = some_app(&world, corp, agent_id)?;
        Ok(world.tokens.revoke(app.as_ref()))
    }

    /// How many tokens of the app are good now.
    pub fn live_tokens(&self, corp: Option<&str>, agent_id: u64) -> Result<usize, ControlError> {
        let world = self.shared.world();
        let app = app_id(&world, corp, agent_id)?;
        Ok(world.tokens.live(&app, self.now()))
    }

    /// What the member granted to the app, if it is remembered.
    pub fn consent(
        &self,
        corp: Option<&str>,
        agent_id: u64,
        member: &str,
    ) -> Result<Option<BTreeSet<SensitiveField>>, ControlError> {
        let world = self.shared.world();
        let app = app_id(&world, corp, agent_id)?;
        let serial = serial(&world, &app, member)?;
        Ok(world.consents.remembered(serial, &app, self.now()))
    }

    /// The member changes the choice in the client's settings.
    pub fn set_consent(
        &self,
        corp: Option<&str>,
        agent_id: u64,
        member: &str,
        granted: BTreeSet<SensitiveField>,
    ) -> Result<(), ControlError> {
        let mut world = self.shared.world();
        let app = app_id(&world, corp, agent_id)?;
        let serial = serial(&world, &app, member)?;
        world.consents.remember(serial, &app, granted, self.now());
        Ok(())
    }

    /// Forgets choices, so that the page is shown again: of one member, or of all. Returns how many.
    pub fn forget_consents(&self, corp: Option<&str>, member: Option<&str>) -> Result<usize, ControlError> {
        let mut world = self.shared.world();
        let serial = match member {
            None => None,
            Some(member) => {
                let corp_id = super::corp_id(&world, corp)?;
                Some(serial(&world, &AppId { corp_id, agent_id: 0 }, member)?)
            }
        };
        Ok(world.consents.forget(serial))
    }
}

fn some_app(world: &World, corp: Option<&str>, agent_id: Option<u64>) -> Result<Option<AppId>, ControlError> {
    agent_id.map(|agent_id| app_id(world, corp, agent_id)).transpose()
}

fn serial(world: &World, app: &AppId, member: &str) -> Result<u64, ControlError> {
    world
        .directory
        .corp(&app.corp_id)
        .and_then(|corp| corp.member(member))
        .map(|member| member.serial)
        .ok_or_else(|| ControlError::NotFound(format!("member {member}")))
}
