//! What a plan sets for all its modules: how answers travel, and how clients prove themselves.

use std::sync::OnceLock;

use crate::support::Client;
use crate::support::signer::{Signer, jwks};

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
    /// By a key of its own, registered as `jwks`.
    PrivateKeyJwt,
    /// By its secret, which it signs with.
    ClientSecretJwt,
}

impl Variant {
    /// A client of that kind.
    pub fn client(self, id: &str) -> Client {
        match self.authentication {
            Authentication::Basic => Client::new(id).with("token_endpoint_auth_method = \"client_secret_basic\""),
            Authentication::Post => Client::new(id).with("token_endpoint_auth_method = \"client_secret_post\""),
            Authentication::None => Client::public(id),
            Authentication::PrivateKeyJwt => {
                let method = "token_endpoint_auth_method = \"private_key_jwt\"";
                Client::keyed(id, &format!("{method}\n{}", jwks(&[key()])))
            }
            Authentication::ClientSecretJwt => {
                let mut client = Client::new(id).with("token_endpoint_auth_method = \"client_secret_jwt\"");
                client.secret = Some(format!("secret-of-{id}-long-enough-to-sign-with-0123456789"));
                client
            }
        }
    }

    /// The name of that method.
    pub fn method(self) -> &'static str {
        match self.authentication {
            Authentication::Basic => "client_secret_basic",
            Authentication::Post => "client_secret_post",
            Authentication::None => "none",
            Authentication::PrivateKeyJwt => "private_key_jwt",
            Authentication::ClientSecretJwt => "client_secret_jwt",
        }
    }
}

/// The key of every client here: what is tried is the plan, not the key.
pub fn key() -> &'static Signer {
    static KEY: OnceLock<Signer> = OnceLock::new();
    KEY.get_or_init(|| Signer::new("key of the suite", "ES256"))
}
