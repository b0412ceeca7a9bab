//! Introspection (RFC 7662): what a token is worth at this moment, for the clients that it concerns; signed where they
//! ask for that (RFC 9701).

use serde_json::{Map, Value, json};
use url::{Origin, Url};

use super::error::{ErrorCode, OauthError};
use super::issued::{Issued, shown};
use super::jws;
use super::params::Params;
use super::provider::Provider;
use crate::config::Client;
use crate::domain::client::AuthMethod;
use crate::domain::resource::Resource;
use crate::store::records::{Grant, RefreshPosition};

/// The media type of a signed answer (RFC 9701 §5).
pub const SIGNED: &str = "application/token-introspection+jwt";

/// The type that a signed answer names in its header, so that it is no other kind of token (RFC 9701 §5, RFC 8725 §3.11).
const TYPE: &str = "token-introspection+jwt";

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Described {
    /// As JSON.
    Plain(Map<String, Value>),
    /// As a JWT of the type `token-introspection+jwt`.
    Signed(String),
}

/// Answers an authenticated client. The signed form is for whoever asks for it by `accept` and is registered with
/// `introspection_signed_response_alg`; everybody else gets JSON.
pub async fn answer(
    provider: &Provider,
    client: &Client,
    params: &Params,
    accept: &str,
) -> Result<Described, OauthError> {
    let claims = claims(provider, client, params).await?;
    let Some(alg) = client.introspection_alg.filter(|_| asks_for_signed(accept)) else {
        return Ok(Described::Plain(claims));
    };
    // RFC 9701 §5: `sub` and `exp` stay inside, so that nobody takes the answer for an access token (§8.1).
    let token = json!({
        "iss": provider.issuer(),
        "aud": client.client_id.as_str(),
        "iat": provider.now().0,
        "token_introspection": claims,
    });
    jws::sign(provider.keys.ring().signer(alg), TYPE, &token).map(Described::Signed)
}

/// What there is to say about the token that the client shows.
///
/// Whatever is unknown, expired, revoked, of a member or a connection that is gone, or none of this client's business
/// is exactly `{"active":false}`: a stranger cannot tell these apart (§2.2, §4; threat 42).
async fn claims(provider: &Provider, client: &Client, params: &Params) -> Result<Map<String, Value>, OauthError> {
    // §2.1: the endpoint asks for authentication, and whoever keeps no secret has none.
    if client.auth_method == Some(AuthMethod::None) {
        return Err(OauthError::new(ErrorCode::InvalidClient, "introspection needs a client that authenticates"));
    }
    let Some(issued) = shown(provider, params).await? else { return Ok(inactive()) };
    if !may_see(client, &issued) || !is_usable(&issued) || !still_means_something(provider, issued.grant()).await? {
        return Ok(inactive());
    }
    Ok(described(provider, &issued))
}

/// Whom a token concerns: the client it was issued to, and of an access token the resource server that it is for.
fn may_see(client: &Client, issued: &Issued) -> bool {
    let for_its_resource = matches!(issued, Issued::Access(..)) && issued.resources().iter().any(|r| serves(client, r));
    issued.grant().client == client.client_id || for_its_resource
}

/// A client is the server of the resources at the origin of its `home_url`. That it may ask for tokens for one itself
/// (`resources`) makes nobody its server.
fn serves(client: &Client, resource: &Resource) -> bool {
    let at = Url::parse(resource.as_str()).ok().map(|url| url.origin()).filter(Origin::is_tuple);
    at.is_some() && at == client.home_url.as_ref().map(Url::origin)
}

/// A refresh token that was rotated has a successor: it is not the one to be used.
fn is_usable(issued: &Issued) -> bool {
    !matches!(issued, Issued::Refresh(_, _, RefreshPosition::Previous | RefreshPosition::Older))
}

/// The client and the connection are still there, and the member is known: what userinfo asks as well.
async fn still_means_something(provider: &Provider, grant: &Grant) -> Result<bool, OauthError> {
    let Some(client) = provider.config.clients.get(&grant.client) else { return Ok(false) };
    Ok(provider.directory.reaches(client, &grant.connection, &grant.member)
        && provider.store.member(&grant.connection, &grant.member).await?.is_some())
}

/// §2.2. No `username`: who the member is stands behind `sub`, and everything else is asked for at userinfo.
fn described(provider: &Provider, issued: &Issued) -> Map<String, Value> {
    let grant = issued.grant();
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("active", json!(true));
    put("iss", json!(provider.issuer()));
    put("sub", json!(grant.subject.as_str()));
    put("client_id", json!(grant.client.as_str()));
    put(
        "aud",
        match issued.resources() {
            // Without a resource of its own, a token opens what is ours: userinfo.
            [] => json!(provider.issuer()),
            [one] => json!(one),
            many => json!(many),
        },
    );
    match issued {
        Issued::Access(_, token, _) => {
            put("token_type", json!("Bearer"));
            put("scope", json!(token.scopes.to_string()));
            put("iat", json!(token.issued.0));
            put("exp", json!(token.expires.0));
        }
        // Its end moves with its use, and what cannot be said exactly is left out.
        Issued::Refresh(..) => {
            put("scope", json!(grant.scopes.to_string()));
        }
    }
    claims
}

fn inactive() -> Map<String, Value> {
    let mut claims = Map::new();
    claims.insert("active".to_owned(), json!(false));
    claims
}

/// Whether an `Accept` header asks for the signed form (RFC 9701 §4).
pub fn asks_for_signed(accept: &str) -> bool {
    accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts.next().is_some_and(|media| media.eq_ignore_ascii_case(SIGNED));
        // RFC 9110 §12.4.2: a weight of 0 means "not acceptable".
        let refused = parts.any(|part| {
            let weight = part.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
            weight.is_some_and(|(_, value)| value.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signed_form_is_asked_for_by_its_name_and_not_with_a_weight_of_nothing() {
        for asks in [
            SIGNED,
            "application/json, APPLICATION/token-introspection+JWT ; q=0.5",
            "*/*,application/token-introspection+jwt;v=1",
        ] {
            assert!(asks_for_signed(asks), "{asks}");
        }
        for not in [
            "",
            "application/json",
            "*/*",
            "application/jwt",
            "application/token-introspection+jwt;q=0",
            "application/token-introspection+jwt; Q = 0.000",
        ] {
            assert!(!asks_for_signed(not), "{not}");
        }
    }
}
