//! A relying party as the configuration describes it.

use std::collections::BTreeSet;
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::domain::claim_name::ClaimName;
use crate::domain::client::{
    AccessTokenFormat, ApplicationType, AuthMethod, ConsentPolicy, GrantType, GroupsBy, PhoneFormat, PhonePolicy,
    Profile, SignInPage, SigningAlgorithm, SubjectSource,
};
use crate::domain::expression::Expression;
use crate::domain::glob::Glob;
use crate::domain::ids::{ClientId, ConnectionName, CorpId, UserId};
use crate::domain::jwk::KeySet;
use crate::domain::redirect::RedirectUri;
use crate::domain::resource::Resource;
use crate::domain::scope::{Scope, Scopes};
use crate::domain::sector::Sector;

use super::model::Lifetimes;
use super::nocobase::Nocobase;

/// One `[[clients]]` entry, with every default already decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// `client_id`.
    pub client_id: ClientId,
    /// `client_secret` or `client_secret_hash`; `None` for public clients.
    pub secret: Option<ClientSecret>,
    /// `client_name`; the `client_id` when there is none.
    pub name: String,
    /// `redirect_uris`, at least one.
    pub redirect_uris: Vec<RedirectUri>,
    /// `post_logout_redirect_uris`.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// `home_url`.
    pub home_url: Option<Url>,
    /// `initiate_login_uri` (OpenID Connect Core §4).
    pub initiate_login_uri: Option<Url>,
    /// `backchannel_logout_uri` (Back-Channel Logout 1.0 §2.2).
    pub backchannel_logout_uri: Option<Url>,
    /// `frontchannel_logout_uri` (Front-Channel Logout 1.0 §2): of the origin of a redirection address.
    pub frontchannel_logout_uri: Option<Url>,
    /// `profile`.
    pub profile: Profile,
    /// `phone`.
    pub phone: PhonePolicy,
    /// `phone_format`; without one, what the profile asks for.
    pub phone_format: PhoneFormat,
    /// `wecom`: the connections this client accepts; all of them when not given.
    pub connections: BTreeSet<ConnectionName>,
    /// The corps of those connections: with more than one, a userid alone names nobody.
    pub corps: BTreeSet<CorpId>,
    /// `allow`; `None` is everyone visible to the app.
    pub allow: Option<Allow>,
    /// `token_endpoint_auth_method`; `None`: a confidential client may use basic or post.
    pub auth_method: Option<AuthMethod>,
    /// `jwks` or `jwks_uri`: the keys that sign the client's assertions and request objects.
    pub keys: Option<ClientKeys>,
    /// `id_token_signed_response_alg`.
    pub id_token_alg: SigningAlgorithm,
    /// `require_pkce`; always true for public clients.
    pub require_pkce: bool,
    /// `require_pushed_authorization_requests` (RFC 9126 §6).
    pub require_pushed: bool,
    /// `introspection_signed_response_alg` (RFC 9701 §6); `None` is plain JSON.
    pub introspection_alg: Option<SigningAlgorithm>,
    /// `grant_types`.
    pub grant_types: Vec<GrantType>,
    /// `scope`: what the client may ask for; every scope when not given.
    pub scopes: Scopes,
    /// `consent`.
    pub consent: ConsentPolicy,
    /// `application_type`.
    pub application_type: ApplicationType,
    /// `sign_in_page`.
    pub sign_in_page: SignInPage,
    /// `subject`.
    pub subject: SubjectSource,
    /// The sector of its subjects, with `subject_type = "pairwise"`.
    pub sector: Option<Sector>,
    /// `access_token_format`.
    pub access_token_format: AccessTokenFormat,
    /// `resources`: what its access tokens may be for, beside ourselves.
    pub resources: Vec<Resource>,
    /// `userinfo_signed_response_alg`; `None` is plain JSON.
    pub userinfo_alg: Option<SigningAlgorithm>,
    /// The lifetimes of this client: `[lifetimes]` with `[clients.lifetimes]` over it.
    pub lifetimes: Lifetimes,
    /// `[clients.claims]`, in the order of their names.
    pub claims: Vec<OwnClaim>,
    /// `[clients.groups]`.
    pub groups: Groups,
    /// `[clients.nocobase]`.
    pub nocobase: Option<Nocobase>,
}

/// A claim of the administrator's own.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnClaim {
    /// How it is called.
    pub name: ClaimName,
    /// What it holds.
    pub expression: Arc<Expression>,
}

/// What the claim `groups` holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// `departments`.
    pub departments: GroupsBy,
    /// `tags`: whether the names of tags are groups too.
    pub tags: bool,
    /// `only`: the groups that are told; all of them when there is none.
    pub only: Vec<Glob>,
}

/// Where the public keys of a client are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientKeys {
    /// `jwks`: here.
    Inline(KeySet),
    /// `jwks_uri`: published by the client.
    At(Url),
}

impl Client {
    /// Whether anything that it may be told needs the names of departments.
    pub fn needs_department_names(&self) -> bool {
        let by_name = matches!(self.groups.departments, GroupsBy::Path | GroupsBy::Name);
        (self.scopes.has(Scope::Groups) && by_name)
            || (self.scopes.has(Scope::Profile)
                && self.claims.iter().any(|claim| claim.expression.names("departments")))
    }

    /// Whether it is told the names of a member's tags.
    pub fn tells_tags(&self) -> bool {
        (self.groups.tags && self.scopes.has(Scope::Groups)) || self.speaks_of_tags()
    }

    /// Whether it may be told of any tag, and not only of those that `groups.only` names.
    pub fn tells_every_tag(&self) -> bool {
        self.speaks_of_tags() || (self.tells_tags() && self.groups.only.is_empty())
    }

    fn speaks_of_tags(&self) -> bool {
        self.scopes.has(Scope::Profile) && self.claims.iter().any(|claim| claim.expression.names("tags"))
    }

    /// The addresses of this client that we visit ourselves, each with its key.
    pub fn visited(&self) -> impl Iterator<Item = (&'static str, &Url)> {
        let published = match &self.keys {
            Some(ClientKeys::At(address)) => Some(address),
            _ => None,
        };
        let addresses = [
            ("jwks_uri", published),
            ("backchannel_logout_uri", self.backchannel_logout_uri.as_ref()),
            ("nocobase.url", self.nocobase.as_ref().map(|nocobase| &nocobase.url)),
        ];
        addresses.into_iter().filter_map(|(key, address)| Some((key, address?)))
    }
}

/// How a confidential client's secret is known to us.
#[derive(Clone, Debug)]
pub enum ClientSecret {
    /// `client_secret`, in clear.
    Clear(SecretString),
    /// `client_secret_hash = "sha256:<64 hex digits>"`, for secrets of 256 random bits.
    Sha256([u8; 32]),
    /// `client_secret_hash = "$argon2id$…"` (PHC string), for chosen secrets.
    Argon2id(String),
}

/// Whether a reload changes it; nobody outside can time this.
impl PartialEq for ClientSecret {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Clear(a), Self::Clear(b)) => a.expose_secret() == b.expose_secret(),
            (Self::Sha256(a), Self::Sha256(b)) => a == b,
            (Self::Argon2id(a), Self::Argon2id(b)) => a == b,
            _ => false,
        }
    }
}

/// `allow`: who may enter; met by any one of its lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    /// `departments`: ids, each with its descendants.
    pub departments: BTreeSet<u64>,
    /// `userids`, folded to small letters.
    pub userids: BTreeSet<String>,
    /// `tags`: ids.
    pub tags: BTreeSet<u64>,
}

impl Allow {
    /// Whether one of the lists names this userid.
    pub fn names(&self, userid: &UserId) -> bool {
        self.userids.contains(&userid.as_str().to_ascii_lowercase())
    }
}
