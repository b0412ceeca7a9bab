//! Sending events to a receiver, and checking its address.

use super::{Control, ControlError, corp_id};
use crate::directory::Corp;
use crate::events::{self, Check, Delivery, Event, Manner, Receiver};

impl Control {
    /// Delivers events, and waits until each was acknowledged or given up.
    pub async fn send_events(
        &self,
        receiver: &Receiver,
        events: &[Event],
        manner: &Manner,
    ) -> Result<Vec<Delivery>, ControlError> {
        let (corp, outer_agent) = self.sending_corp(receiver)?;
        events::deliver(&corp, receiver, events, manner, outer_agent, self.now())
            .await
            .map_err(|error| ControlError::Invalid(error.to_string()))
    }

    /// Checks the address the way the console does when it is saved.
    pub async fn check_receiver(&self, receiver: &Receiver) -> Result<Check, ControlError> {
        let (corp, _) = self.sending_corp(receiver)?;
        events::check(&corp, receiver, self.now()).await.map_err(|error| ControlError::Invalid(error.to_string()))
    }

    fn sending_corp(&self, receiver: &Receiver) -> Result<(Corp, crate::ContactSyncAgentId), ControlError> {
        let world = self.shared.world();
        let id = corp_id(&world, receiver.corp.as_deref())?;
        let corp = world.directory.corp(&id).cloned().ok_or(ControlError::NotFound(id))?;
        Ok((corp, world.quirks.contact_sync_agent_id))
    }
}
