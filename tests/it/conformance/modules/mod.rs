//! The modules of the Basic OP plan, by what they are about.

pub mod happy;
pub mod prompts;
pub mod requests;
pub mod scopes;
pub mod tokens;
pub mod userinfo;
pub mod wishes;
