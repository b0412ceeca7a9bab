//! Stories of the operator: configuration, keys, store.

mod configuration;
mod folders;
