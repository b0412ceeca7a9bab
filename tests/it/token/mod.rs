//! Stories of the token endpoint and of userinfo.

pub mod assertions;
mod authentication;
mod code;
mod introspection;
pub mod jwt;
mod lifetimes;
mod own_claims;
mod pairwise;
mod pkce;
mod published_keys;
mod refresh;
mod resources;
mod revocation;
mod second_library;
mod signed_userinfo;
mod userinfo;
