//! Stories of pushed authorization requests (RFC 9126).
//!
//! | file | owns |
//! |---|---|
//! | [`pushing`] | what may be pushed, by whom, and how much of it |
//! | [`signed`] | pushed objects, and clients that prove themselves by what they sign |
//! | [`using`] | the reference in browsers: once, in time, by its own client |
//! | [`lasting`] | the compiled program that is killed or reloaded in between |

mod lasting;
mod pushing;
mod signed;
mod using;

/// A code challenge by S256, for clients that must send one.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Its verifier (RFC 7636, Appendix B).
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
