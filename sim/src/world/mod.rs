//! Everything the simulator remembers, behind one lock; each kind of thing in a file of its own.

pub(crate) mod codes;
pub(crate) mod consents;
mod counters;
mod faults;
mod lookups;
mod messages;
pub(crate) mod random;
mod secrets;
mod settings;
pub(crate) mod tickets;
pub(crate) mod tokens;

pub use codes::Scope;
pub use counters::Counter;
pub use faults::{Effect, Fault, Limit};
pub use messages::SentMessage;
pub use settings::{AutoConsent, AutoScan, Settings};

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::directory::{App, Corp, Directory};
use crate::quirks::Quirks;

/// An app among all corps.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct AppId {
    pub(crate) corp_id: String,
    pub(crate) agent_id: u64,
}

/// The state of a simulation.
#[derive(Debug, Default, Clone)]
pub(crate) struct World {
    pub(crate) directory: Directory,
    pub(crate) quirks: Quirks,
    pub(crate) settings: Settings,
    pub(crate) tokens: tokens::Tokens,
    pub(crate) codes: codes::Codes,
    pub(crate) tickets: tickets::Tickets,
    pub(crate) consents: consents::Consents,
    pub(crate) faults: faults::Faults,
    pub(crate) counters: counters::Counters,
    pub(crate) messages: messages::Messages,
    pub(crate) wrong_secrets: secrets::WrongSecrets,
    pub(crate) lookups: lookups::FailedLookups,
    /// The last serial given to a member.
    pub(crate) last_serial: u64,
}

impl World {
    /// A world at its beginning.
    pub(crate) fn new(directory: Directory, quirks: Quirks, settings: Settings) -> Self {
        let serials = directory.corps.iter().flat_map(|corp| &corp.members);
        let last_serial = serials.map(|member| member.serial).max().unwrap_or_default();
        Self { directory, quirks, settings, last_serial, ..Self::default() }
    }

    /// A serial no member had before.
    pub(crate) fn next_serial(&mut self) -> u64 {
        self.last_serial += 1;
        self.last_serial
    }

    /// The corp and the app of an id.
    pub(crate) fn app(&self, id: &AppId) -> Option<(&Corp, &App)> {
        let corp = self.directory.corp(&id.corp_id)?;
        Some((corp, corp.app(id.agent_id)?))
    }
}

/// The state as the listeners share it.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    world: Arc<Mutex<World>>,
    pub(crate) clock: Arc<Clock>,
    beginning: Arc<World>,
}

impl Shared {
    /// Begins with this state, and keeps it for a reset.
    pub(crate) fn new(world: World) -> Self {
        Self {
            beginning: Arc::new(world.clone()),
            world: Arc::new(Mutex::new(world)),
            clock: Arc::new(Clock::default()),
        }
    }

    /// The state, locked. Never held across an await.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Back to the state of the start; the clock goes on.
    pub(crate) fn reset(&self) {
        *self.world() = World::clone(&self.beginning);
    }
}
