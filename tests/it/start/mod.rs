//! Stories of the operator: configuration, keys, store, log.

mod configuration;
mod folders;
mod log;
