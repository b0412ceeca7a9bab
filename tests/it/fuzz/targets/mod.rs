//! Every parser of bytes that come from outside, each driven by one plain function.
//!
//! A target takes bytes, lets the product read them, and asserts what must hold of whatever was read. It
//! panics when something does not. `tests/it/fuzz` runs it on the corpus and on what proptest makes of it;
//! `fuzz/` wraps the same function for libFuzzer. So this folder uses the public interface of the crate and
//! nothing of the tests.
//!
//! Bytes may hold what only the product can make, as a word in braces: see [`house::House::fill_in`].

mod addresses;
mod assertion;
mod authorize;
mod basic;
mod config;
mod cookies;
mod expressions;
mod form;
mod hint;
mod house;
mod jwks;
mod logout;
mod nocobase;
mod open;
mod plain;
mod pushed;
mod records;
mod request_object;
mod ring;
mod subjects;
mod transaction;
mod visitor;
mod wecom;
mod words;

pub use addresses::addresses;
pub use assertion::assertion;
pub use authorize::authorize;
pub use basic::basic;
pub use config::config;
pub use cookies::cookies;
pub use expressions::expressions;
pub use form::form;
pub use hint::hint;
pub use jwks::jwks;
pub use logout::logout;
pub use nocobase::nocobase;
pub use open::open;
pub use pushed::pushed;
pub use records::records;
pub use request_object::request_object;
pub use ring::ring;
pub use subjects::subjects;
pub use transaction::transaction;
pub use visitor::visitor;
pub use wecom::wecom;
pub use words::words;
