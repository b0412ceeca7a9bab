//! The command line.

pub mod check_config;
