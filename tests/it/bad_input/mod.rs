//! Requests and answers that no honest side would send: everything is a page or an OAuth error, nothing a crash.

mod addresses;
mod authorization;
mod cors;
mod errors;
mod parameters;
mod sizes;
mod upstream;
