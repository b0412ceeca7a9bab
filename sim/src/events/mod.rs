//! Events WeCom would push: what they say, and how they are delivered.

mod delivery;
mod event;
mod xml;

pub use delivery::{Attempt, Check, Delivery, Manner, Receiver};
pub use event::Event;

pub(crate) use delivery::{check, deliver};
