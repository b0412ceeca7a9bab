//! Layer 0, words: the values this program talks about and the rules they keep.
//!
//! Nothing here does I/O or waits. Time and randomness are handed in ([`time::Clock`],
//! [`random::Entropy`]), so every rule can be tried without sleeping.

pub mod claim_name;
pub mod client;
pub mod digest;
pub mod expression;
pub mod glob;
pub mod ids;
pub mod issuer;
pub mod jwk;
pub mod language;
pub mod member;
pub mod phone;
pub mod random;
pub mod redirect;
pub mod refusal;
pub mod resource;
pub mod scope;
pub mod sector;
pub mod time;
