//! The targets themselves stand with the tests, which run them on stable over the same corpus.

#[path = "../../tests/it/fuzz/targets/mod.rs"]
pub mod targets;
