//! Stories of the token endpoint and of userinfo.

mod authentication;
mod code;
mod pkce;
mod refresh;
mod second_library;
mod userinfo;
