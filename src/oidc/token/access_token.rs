//! Access tokens: random letters, or a JWT that resource servers verify by themselves (RFC 9068).

use serde::Serialize;

use crate::config::Client;
use crate::domain::client::{AccessTokenFormat, SigningAlgorithm};
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::{ClientId, GrantId, Subject};
use crate::domain::random::token43;
use crate::domain::resource::Resource;
use crate::domain::scope::Scopes;
use crate::domain::time::Timestamp;
use crate::oidc::error::OauthError;
use crate::oidc::jws;
use crate::oidc::provider::Provider;
use crate::store::records::{AccessToken, Grant};

/// RFC 9068 §2.1: so that no other JWT is ever taken for an access token (RFC 8725 §3.11).
const TYP: &str = "at+jwt";

/// A new access token.
pub struct Issued {
    /// What the client is given.
    pub text: String,
    /// What the store keeps, whatever the form: so revocation, userinfo and introspection work alike.
    pub stored: (Digest, AccessToken),
}

impl Issued {
    /// How long it lives, in seconds (RFC 6749 §5.1).
    pub fn expires_in(&self) -> u64 {
        self.stored.1.expires.since(self.stored.1.issued).0
    }
}

/// What an access token is to be good for.
pub struct For<'a> {
    /// The grant's name.
    pub id: GrantId,
    /// The grant, which the token never outlives.
    pub grant: &'a Grant,
    /// Its scopes, at most the grant's.
    pub scopes: Scopes,
    /// Its resources, some of the grant's.
    pub resources: Vec<Resource>,
}

/// The claims of RFC 9068 §2.2, and nothing that tells of the person beyond the `sub` that the client knows.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a Subject,
    aud: Audience<'a>,
    exp: Timestamp,
    iat: Timestamp,
    jti: &'a str,
    client_id: &'a ClientId,
    scope: String,
    auth_time: Timestamp,
}

/// One audience is written as a text, several as a list (RFC 7519 §4.1.3).
#[derive(Serialize)]
#[serde(untagged)]
enum Audience<'a> {
    One(&'a str),
    Many(&'a [Resource]),
}

/// Makes a token; for a client whose tokens are opaque this signs nothing.
pub fn issue(provider: &Provider, client: &Client, what: For<'_>) -> Result<Issued, OauthError> {
    let For { id, grant, scopes, resources } = what;
    let issued = provider.now();
    let expires = (issued + client.lifetimes.access_token).earlier(grant.ends);
    let record = AccessToken { grant: id, scopes, issued, expires, resources };
    let random = token43(&*provider.entropy);
    let text = match client.access_token_format {
        AccessTokenFormat::Opaque => random,
        AccessTokenFormat::Jwt => jwt(provider, grant, &record, &random)?,
    };
    Ok(Issued { stored: (Digest::of(Purpose::AccessToken, &text), record), text })
}

/// RFC 9068 §2.1: every authorization server and resource server knows RS256, and nothing else is sure, so
/// the client's own choice for its ID tokens does not count here: the client is not who verifies this.
fn jwt(provider: &Provider, grant: &Grant, record: &AccessToken, jti: &str) -> Result<String, OauthError> {
    let aud = match &record.resources[..] {
        [] => Audience::One(provider.issuer()),
        [one] => Audience::One(one.as_str()),
        many => Audience::Many(many),
    };
    let claims = Claims {
        iss: provider.issuer(),
        sub: &grant.subject,
        aud,
        exp: record.expires,
        iat: record.issued,
        jti,
        client_id: &grant.client,
        scope: record.scopes.to_string(),
        auth_time: grant.auth_time,
    };
    jws::sign(provider.keys.ring().signer(SigningAlgorithm::Rs256), TYP, &claims)
}
