//! Consent (OpenID Connect Core §3.1.2.4): when a member is asked, what about, and what was agreed to before.
//!
//! | `consent` | a member is asked |
//! |---|---|
//! | `none` | never; whoever registers the client has decided |
//! | `first` | once for each application, and again when it asks for more |
//! | `always` | in every sign-in |
//!
//! `prompt=consent` asks in any case. A word once given holds for its person alone: it names the derived subject, so
//! a new generation of a userid inherits none (law 6).

use std::collections::BTreeSet;

use super::authorize::{AuthorizationRequest, Prompts};
use super::claims::{may_have_phone, scope_of};
use super::provider::Provider;
use crate::config::Client;
use crate::domain::client::{ConsentPolicy, PhonePolicy};
use crate::domain::ids::MemberKey;
use crate::domain::resource::Resource;
use crate::domain::scope::{Scope, Scopes};
use crate::store::Result;
use crate::store::records::{Consent, Grant, RequestedClaims};

/// What a request would release of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// By scope; the phone stands here also where the client's profile gives it without its scope.
    pub scopes: Scopes,
    /// By name, where no scope of the request gives it already.
    pub claims: BTreeSet<String>,
    /// The services, other than this provider, that its access tokens may be for (RFC 8707).
    pub resources: BTreeSet<Resource>,
}

impl Release {
    /// What this request of this client would release. A number that the client never gets is not asked about.
    pub fn of(provider: &Provider, client: &Client, request: &AuthorizationRequest) -> Self {
        Self::made(provider, client, request.scopes, &request.claims, &request.resources)
    }

    /// What a grant of this client releases for as long as it lives.
    pub fn of_grant(provider: &Provider, client: &Client, grant: &Grant) -> Self {
        Self::made(provider, client, grant.scopes, &grant.claims, &grant.resources)
    }

    fn made(
        provider: &Provider,
        client: &Client,
        scopes: Scopes,
        claims: &RequestedClaims,
        resources: &[Resource],
    ) -> Self {
        let phone = may_have_phone(client, scopes);
        let scopes = if phone { scopes.with(Scope::Phone) } else { scopes.without(Scope::Phone) };
        let named = claims.id_token.iter().chain(&claims.userinfo);
        let by_name = |name: &&String| {
            scope_of(name).is_some_and(|scope| {
                let never = scope == Scope::Phone && client.phone == PhonePolicy::Never;
                client.scopes.has(scope) && !scopes.has(scope) && !never
            })
        };
        let services = resources.iter().filter(|resource| resource.as_str() != provider.issuer());
        Self { scopes, claims: named.filter(by_name).cloned().collect(), resources: services.cloned().collect() }
    }

    /// All of it as text, to hold a form to what its page told.
    pub fn text(&self) -> String {
        let named = self.claims.iter().map(String::as_str).chain(self.resources.iter().map(Resource::as_str));
        [self.scopes.to_string().as_str(), ";"].into_iter().chain(named).collect::<Vec<_>>().join(" ")
    }

    /// The scopes whose words tell a member all of it.
    pub fn in_words(&self) -> Scopes {
        self.claims.iter().filter_map(|name| scope_of(name)).fold(self.scopes, Scopes::with)
    }
}

/// Whether the member must be asked before this request is granted.
pub async fn must_ask(
    provider: &Provider,
    client: &Client,
    request: &AuthorizationRequest,
    member: &MemberKey,
) -> Result<bool> {
    if request.prompt.has(Prompts::CONSENT) {
        return Ok(true);
    }
    match client.consent {
        ConsentPolicy::None => Ok(false),
        ConsentPolicy::Always => Ok(true),
        ConsentPolicy::First => {
            let asked = word(provider, member, Release::of(provider, client, request)).await?;
            let known = provider.store.consent(member, &client.client_id).await?;
            Ok(known.is_none_or(|known| !known.covers(&asked)))
        }
    }
}

/// Whether the client may be told who comes before anything is asked: at a link that ends at its own address (threat 25).
pub async fn may_be_named(provider: &Provider, client: &Client, member: &MemberKey) -> Result<bool> {
    match client.consent {
        ConsentPolicy::None => Ok(true),
        ConsentPolicy::Always => Ok(false),
        ConsentPolicy::First => {
            let person = provider.directory.person(member).await?;
            let known = provider.store.consent(member, &client.client_id).await?;
            Ok(known.is_some_and(|known| known.person == person))
        }
    }
}

/// The member said yes: remembered where a later request is to find it.
pub async fn agreed(
    provider: &Provider,
    client: &Client,
    request: &AuthorizationRequest,
    member: &MemberKey,
) -> Result<()> {
    if client.consent != ConsentPolicy::First {
        return Ok(());
    }
    let consent = word(provider, member, Release::of(provider, client, request)).await?;
    provider.store.agree(member, &client.client_id, &consent).await
}

/// The member said no: what was agreed to before no longer stands, and the next request asks.
pub async fn refused(provider: &Provider, client: &Client, member: &MemberKey) -> Result<()> {
    if client.consent == ConsentPolicy::First {
        provider.store.withdraw_consent(member, &client.client_id).await?;
    }
    Ok(())
}

async fn word(provider: &Provider, member: &MemberKey, release: Release) -> Result<Consent> {
    let person = provider.directory.person(member).await?;
    let Release { scopes, claims, resources } = release;
    Ok(Consent { person, scopes, claims, resources, agreed: provider.now() })
}
