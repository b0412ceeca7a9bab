//! What a plan sets for all its modules: how answers travel, and how clients prove themselves.

use crate::support::Client;

/// What a plan sets for all its modules.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// `response_mode`; without one, the default of the code flow.
    pub response_mode: Option<&'static str>,
    /// How the client proves itself.
    pub authentication: Authentication,
}

/// `token_endpoint_auth_method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    Basic,
    Post,
    None,
}

impl Variant {
    /// A client of that kind.
    pub fn client(self, id: &str) -> Client {
        match self.authentication {
            Authentication::Basic => Client::new(id).with("token_endpoint_auth_method = \"client_secret_basic\""),
            Authentication::Post => Client::new(id).with("token_endpoint_auth_method = \"client_secret_post\""),
            Authentication::None => Client::public(id),
        }
    }

    /// The name of that method.
    pub fn method(self) -> &'static str {
        match self.authentication {
            Authentication::Basic => "client_secret_basic",
            Authentication::Post => "client_secret_post",
            Authentication::None => "none",
        }
    }
}
