//! Stories of the token endpoint and of userinfo.

mod authentication;
mod code;
mod jwt;
mod pkce;
mod refresh;
mod resources;
mod second_library;
mod userinfo;
