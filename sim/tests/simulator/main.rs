//! The simulator seen from outside: plain HTTP against a started one.
#![expect(clippy::unwrap_used, reason = "tests")]

mod browser_page;
mod control_address;
mod crypt;
mod directory_reads;
mod events;
mod faults;
mod guard;
mod identity;
mod in_client_page;
mod lifecycle;
mod messages;
mod stand;
mod tokens;
