//! Stories of the keys: rotation by schedule and by hand, the administration, and folders that were lost or restored.

mod administration;
mod commands;
mod jwks;
mod restored;
mod schedule;
