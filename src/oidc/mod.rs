//! Layer 2, the protocol: OpenID Connect and OAuth 2.0 as values in and values out.
//!
//! Nothing here knows a web framework: `web` turns requests into [`params::Params`] and answers
//! into replies. One file for each endpoint, check and grant.

pub mod account;
pub mod acr;
pub mod answer;
pub mod audience;
pub mod authorize;
pub mod backchannel;
pub mod claims;
pub mod client_auth;
pub mod client_jwt;
pub mod client_keys;
pub mod code;
pub mod consent;
pub mod decide;
pub mod error;
pub mod foreseen;
pub mod hint;
pub mod id_token;
pub mod introspection;
pub mod issued;
pub mod json;
pub mod jws;
pub mod logout;
pub mod metadata;
pub mod own_claims;
pub mod par;
pub mod params;
pub mod provider;
pub mod revocation;
pub mod rotation;
pub mod signed_claims;
pub mod token;
pub mod userinfo;
