//! Stories of the token endpoint and of userinfo.

mod assertions;
mod authentication;
mod code;
pub mod jwt;
mod lifetimes;
mod pairwise;
mod pkce;
mod published_keys;
mod refresh;
mod resources;
mod second_library;
mod signed_userinfo;
mod userinfo;
