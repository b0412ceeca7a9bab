//! Client authentication (RFC 6749 §2.3, RFC 7523, OpenID Connect Core §9), wherever clients prove themselves.
//!
//! | file | method |
//! |---|---|
//! | [`basic`], [`secret`] | `client_secret_basic` with form-encoded halves, `client_secret_post`, both when they are equal (NocoBase doubles its credentials) |
//! | [`assertion`] | `private_key_jwt`, `client_secret_jwt` |
//!
//! And `none` for public clients with PKCE. `token_endpoint_auth_method` fixes the one method of a client. An unknown
//! client and a wrong proof take the same way and get the same answer (threats 11 and 50).

pub mod assertion;
mod basic;
mod secret;

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::error::{ErrorCode, OauthError};
use super::params::Params;
use super::provider::Provider;
use crate::config::{Client, ClientSecret};
use crate::domain::client::AuthMethod;
use assertion::Assertion;
pub use secret::Passed;

/// What a request brought to prove which client sends it.
pub struct Credentials {
    /// The `client_id`, as text.
    pub client_id: String,
    proof: Proof,
}

enum Proof {
    Secret(Presented),
    Assertion(Assertion),
}

/// A secret, or none, and where it stood.
struct Presented {
    secret: Option<SecretString>,
    basic: bool,
    post: bool,
}

const REFUSED: OauthError = OauthError::new(ErrorCode::InvalidClient, "client authentication failed");

impl Credentials {
    /// Reads `Authorization: Basic` and the body. `authorization` is the header's value.
    pub fn read(authorization: Option<&[u8]>, body: &Params) -> Result<Self, OauthError> {
        if ["client_id", "client_secret"].iter().any(|name| body.is_doubled(name)) {
            return Err(OauthError::invalid_request("a parameter is given more than once"));
        }
        if let Some(assertion) = Assertion::read(body)? {
            // RFC 6749 §2.3: one method in each request.
            if authorization.is_some() || body.has("client_secret") {
                return Err(OauthError::invalid_request("a client assertion and a secret are given at once"));
            }
            return Ok(Self { client_id: assertion.client_id.clone(), proof: Proof::Assertion(assertion) });
        }
        let basic = authorization.map(basic::read).transpose()?;
        let posted_id = body.get("client_id");
        let posted_secret = body.get("client_secret");
        match basic {
            Some((id, secret)) => {
                let differs = posted_id.is_some_and(|p| p != id)
                    || posted_secret.is_some_and(|p| !bool::from(p.as_bytes().ct_eq(secret.as_bytes())));
                if differs {
                    return Err(OauthError::new(
                        ErrorCode::InvalidClient,
                        "the header and the body name different credentials",
                    ));
                }
                let secret = Some(secret).filter(|s| !s.is_empty()).map(SecretString::from);
                let presented = Presented { secret, basic: true, post: posted_secret.is_some() };
                Ok(Self { client_id: id, proof: Proof::Secret(presented) })
            }
            None => {
                let secret = posted_secret.map(|s| SecretString::from(s.to_owned()));
                let presented = Presented { secret, basic: false, post: posted_secret.is_some() };
                Ok(Self { client_id: posted_id.ok_or(REFUSED)?.to_owned(), proof: Proof::Secret(presented) })
            }
        }
    }

    /// Whether the header was used: the answer to a failure then names the scheme (RFC 6749 §5.2).
    pub fn used_header(&self) -> bool {
        matches!(&self.proof, Proof::Secret(presented) if presented.basic)
    }

    /// The client, once proven.
    pub async fn prove(self, provider: &Provider) -> Result<Arc<Client>, OauthError> {
        let client = provider.client(&self.client_id).cloned();
        match self.proof {
            Proof::Secret(presented) => presented.prove(provider, &self.client_id, client).await,
            Proof::Assertion(assertion) => assertion.prove(provider, client).await,
        }
    }
}

impl Presented {
    async fn prove(
        self,
        provider: &Provider,
        client_id: &str,
        client: Option<Arc<Client>>,
    ) -> Result<Arc<Client>, OauthError> {
        let secret = client.as_ref().and_then(|c| c.secret.clone());
        let presented = self.secret.as_ref().map_or("", |s| s.expose_secret());
        // A client that is unknown, or public, is compared with a secret nobody has: the same work for everyone.
        let against = secret.clone().unwrap_or_else(|| ClientSecret::Sha256([0; 32]));
        let matches = secret::verify(provider, client_id, &against, presented).await?;
        let Some(client) = client else { return Err(REFUSED) };
        let method_fits = match client.auth_method {
            Some(AuthMethod::None) => !self.basic && !self.post,
            // A header beside it was already found equal.
            Some(AuthMethod::ClientSecretPost) => self.post,
            Some(AuthMethod::ClientSecretBasic) => self.basic,
            None => self.basic || self.post,
            Some(AuthMethod::PrivateKeyJwt | AuthMethod::ClientSecretJwt) => false,
        };
        let public = client.auth_method == Some(AuthMethod::None) && secret.is_none();
        if method_fits && (public || (matches && self.secret.is_some())) { Ok(client) } else { Err(REFUSED) }
    }
}
