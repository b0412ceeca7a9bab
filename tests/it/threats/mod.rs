//! Attacks on the way through WeCom, by the numbers of the list of threats.

mod callback;
mod cookies;
mod csrf;
mod framing;
mod people;
mod timing;
