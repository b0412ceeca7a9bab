//! The integration tests, one binary: each part of the house is a module.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "the whole crate is tests")]

mod account;
mod bad_input;
mod bcp;
mod clients;
mod conformance;
mod crash;
mod fuzz;
mod house;
mod keys;
mod loads;
mod log_scan;
mod login;
mod logout;
mod model;
mod nocobase;
mod par;
mod people;
mod reload;
mod start;
mod store;
mod support;
mod threats;
mod token;
