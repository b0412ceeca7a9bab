//! `private_key_jwt` and `client_secret_jwt`: an assertion that the client signed (RFC 7523 §2.2, §3, OpenID Connect Core §9).

use std::sync::Arc;

use secrecy::ExposeSecret as _;
use serde::Deserialize;

use super::REFUSED;
use crate::config::{Client, ClientSecret};
use crate::domain::client::AuthMethod;
use crate::domain::digest::{Digest, Purpose};
use crate::domain::jwk::{ClientAlgorithm, Material, PublicJwk};
use crate::oidc::client_jwt::{self, Audience, Header, Moment, Reason, Signed};
use crate::oidc::client_keys;
use crate::oidc::error::OauthError;
use crate::oidc::metadata::route;
use crate::oidc::params::Params;
use crate::oidc::provider::Provider;

/// RFC 7523 §2.2.
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What `typ` may say: an assertion is no request object (RFC 8725 §3.11, §3.12).
const TYPES: &[&str] = &["jwt", "client-authentication+jwt"];

/// How many assertions of one client may be alive at once: each is remembered to its end.
const MOST: u32 = 20_000;

/// The longest `jti` in bytes.
const LONGEST_JTI: usize = 512;

/// Our endpoints at which clients authenticate: their addresses name us as well as the issuer does (RFC 7523 §3, RFC 9126 §2).
const ENDPOINTS: &[&str] = &[route::TOKEN, route::PAR, route::REVOKE, route::INTROSPECT];

/// An assertion, not yet believed.
pub struct Assertion {
    /// The client that it is about.
    pub client_id: String,
    jwt: String,
    header: Header,
}

/// The claims that count (RFC 7523 §3); `exp` as text is no claim at all.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: Moment,
    nbf: Option<Moment>,
    iat: Option<Moment>,
    jti: String,
}

/// Whom an assertion is about, read before it is known who signed it.
#[derive(Deserialize)]
struct Named {
    sub: String,
}

impl Assertion {
    /// The assertion of a form body, when there is one. Whatever cannot be read is refused like whatever does not fit.
    pub fn read(body: &Params) -> Result<Option<Self>, OauthError> {
        let names = ["client_assertion", "client_assertion_type"];
        if !names.iter().any(|name| body.has(name)) {
            return Ok(None);
        }
        if names.iter().any(|name| body.is_doubled(name)) {
            return Err(OauthError::invalid_request("a parameter is given more than once"));
        }
        if body.get("client_assertion_type") != Some(TYPE) {
            return Err(REFUSED);
        }
        let jwt = body.get("client_assertion").ok_or(REFUSED)?;
        let header = client_jwt::header(jwt, TYPES).map_err(|_| REFUSED)?;
        let named: Named = jsonwebtoken::dangerous::insecure_decode_claims(jwt).map_err(|_| REFUSED)?;
        // RFC 7521 §4.2: it may be left out, and names the same client where it is not.
        if body.get("client_id").is_some_and(|id| id != named.sub) {
            return Err(REFUSED);
        }
        Ok(Some(Self { client_id: named.sub, jwt: jwt.to_owned(), header }))
    }

    /// The client, once proven. The answer never says what was wrong, the log does.
    pub(super) async fn prove(
        self,
        provider: &Provider,
        client: Option<Arc<Client>>,
    ) -> Result<Arc<Client>, OauthError> {
        let now = provider.now();
        let checked = self.check(provider, client.as_deref()).await;
        let refuse = |reason: Reason| {
            let id = client.as_ref().map_or("", |client| client.client_id.as_str());
            tracing::info!(
                event = "client.assertion_refused",
                client = id,
                reason,
                "a client assertion does not prove its client"
            );
            REFUSED
        };
        let claims = checked.map_err(refuse)?;
        let client = client.as_ref().ok_or(REFUSED)?;
        let jti = Digest::of(Purpose::AssertionId, &claims.jti);
        match provider.store.use_assertion_id(&client.client_id, jti, claims.exp.0, MOST, now).await? {
            true => Ok(client.clone()),
            false => Err(refuse("its jti was used before, or 20000 of this client's assertions are alive")),
        }
    }

    async fn check(&self, provider: &Provider, client: Option<&Client>) -> Result<Claims, Reason> {
        let claims = self.verified(provider, client).await?;
        if claims.iss != self.client_id || claims.sub != self.client_id {
            return Err("iss and sub must both be the client_id");
        }
        let issuer = &provider.config.issuer;
        let ours = |aud: &str| aud == issuer.as_str() || ENDPOINTS.iter().any(|route| issuer.address(route) == aud);
        if !claims.aud.only().is_some_and(ours) {
            return Err("aud must be the issuer or an endpoint where clients authenticate, alone");
        }
        client_jwt::check_times(claims.exp, claims.nbf, claims.iat, provider.now())?;
        if !(1..=LONGEST_JTI).contains(&claims.jti.len()) {
            return Err("jti is empty or longer than 512 bytes");
        }
        Ok(claims)
    }

    /// The claims under the key of the client. A client that is unknown, or proves itself in another way, or has no such
    /// key, is verified with a key nobody has: the same work for everyone.
    async fn verified(&self, provider: &Provider, client: Option<&Client>) -> Result<Claims, Reason> {
        let method = client.and_then(|client| client.auth_method);
        let known = match (client, method, self.header.alg) {
            (Some(client), Some(AuthMethod::PrivateKeyJwt), Signed::ByKey(alg)) => {
                match client_keys::find(provider, client, self.header.kid.as_deref(), alg).await {
                    Some(key) => return client_jwt::claims(&self.jwt, &key),
                    None => Err("the client has no one key of this name (kid) and algorithm"),
                }
            }
            (Some(client), Some(AuthMethod::ClientSecretJwt), Signed::BySecret) => match &client.secret {
                Some(ClientSecret::Clear(secret)) => {
                    return client_jwt::claims_by_secret(&self.jwt, secret.expose_secret().as_bytes());
                }
                _ => Err("the client has no secret that could sign"),
            },
            (Some(_), ..) => Err("the client does not prove itself in this way (token_endpoint_auth_method)"),
            (None, ..) => Err("no such client"),
        };
        let _ = match self.header.alg {
            Signed::ByKey(alg) => client_jwt::claims::<Claims>(&self.jwt, &nobodys(alg)),
            Signed::BySecret => client_jwt::claims_by_secret(&self.jwt, &[0; 32]),
        };
        known
    }
}

/// A key of that algorithm that stands in for one that is not there; what it verifies never counts.
fn nobodys(alg: ClientAlgorithm) -> PublicJwk {
    let material = match alg {
        ClientAlgorithm::Rs256 | ClientAlgorithm::Ps256 => Material::Rsa { n: vec![0xff; 256], e: vec![1, 0, 1] },
        ClientAlgorithm::Es256 => Material::P256(P256_BASE.to_vec()),
        // The base point (RFC 8032 §5.1): 4/5 by its y.
        ClientAlgorithm::EdDsa => Material::Ed25519([&[0x58], [0x66; 31].as_slice()].concat()),
    };
    PublicJwk { kid: None, alg, material }
}

/// The base point of P-256 (SEC 2 §2.4.2).
#[rustfmt::skip]
const P256_BASE: [u8; 65] = [
    0x04,
    0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
    0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16,
    0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
];
