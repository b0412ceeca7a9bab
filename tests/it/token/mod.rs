//! Stories of the token endpoint and of userinfo.

mod authentication;
mod code;
pub mod jwt;
mod lifetimes;
mod pairwise;
mod pkce;
mod refresh;
mod resources;
mod second_library;
mod signed_userinfo;
mod userinfo;
