//! Control over a running simulation: typed methods here, the same over HTTP in `http`.

mod apps;
mod codes;
mod events;
mod faults;
pub(crate) mod http;
mod members;
mod patch;
mod sessions;
mod settings;

pub use codes::CodeRequest;

use std::fmt;

use crate::directory::DirectoryError;
use crate::world::{AppId, Shared, World};

/// Why a control request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlError {
    /// Nothing of that name.
    NotFound(String),
    /// The request makes no sense.
    Invalid(String),
    /// Something of that name is there already.
    Conflict(String),
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(what) => write!(f, "not found: {what}"),
            Self::Invalid(why) => write!(f, "invalid: {why}"),
            Self::Conflict(what) => write!(f, "exists already: {what}"),
        }
    }
}

impl std::error::Error for ControlError {}

impl From<DirectoryError> for ControlError {
    fn from(error: DirectoryError) -> Self {
        Self::Invalid(error.0)
    }
}

/// The handle of a simulation. Where a method takes a `corp`, `None` is the first corp.
#[derive(Debug, Clone)]
pub struct Control {
    shared: Shared,
}

impl Control {
    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// Back to the state of the start; the clock goes on.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Moves the simulator's clock.
    pub fn advance_clock(&self, seconds: i64) {
        self.shared.clock.advance(seconds);
    }

    /// The simulator's time in seconds since the Unix epoch.
    pub fn now(&self) -> i64 {
        self.shared.clock.seconds()
    }
}

/// The corp of that id, the first one without an id.
fn corp_id(world: &World, corp: Option<&str>) -> Result<String, ControlError> {
    let found = match corp {
        Some(id) => world.directory.corp(id),
        None => world.directory.corps.first(),
    };
    found
        .map(|corp| corp.corp_id.clone())
        .ok_or_else(|| ControlError::NotFound(format!("corp {}", corp.unwrap_or_default())))
}

/// The app of that number in the corp.
fn app_id(world: &World, corp: Option<&str>, agent_id: u64) -> Result<AppId, ControlError> {
    let id = AppId { corp_id: corp_id(world, corp)?, agent_id };
    if world.app(&id).is_some() { Ok(id) } else { Err(ControlError::NotFound(format!("app {agent_id}"))) }
}
