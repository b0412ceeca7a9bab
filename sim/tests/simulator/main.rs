//! The simulator seen from outside: plain HTTP against a started one.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod browser_page;
mod guard;
mod in_client_page;
mod stand;
mod tokens;
