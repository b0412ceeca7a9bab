//! The checked configuration, section by section, as one tree of plain values.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use ipnet::IpNet;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::client::Client;
use crate::domain::ids::{ClientId, ConnectionName, CorpId, UserId};
use crate::domain::issuer::Issuer;
use crate::domain::time::Span;

/// The whole of `config.toml`, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// `issuer`.
    pub issuer: Issuer,
    /// `admins`: who may open `/setup`.
    pub admins: Vec<(ConnectionName, UserId)>,
    /// `[server]`.
    pub server: Server,
    /// `[store]`.
    pub store: StoreBackend,
    /// `[keys]`.
    pub keys: Keys,
    /// `[wecom.NAME]`, at least one.
    pub connections: BTreeMap<ConnectionName, Arc<Connection>>,
    /// `[[clients]]` by `client_id`.
    pub clients: BTreeMap<ClientId, Arc<Client>>,
    /// `[lifetimes]`.
    pub lifetimes: Lifetimes,
    /// `[limits]`.
    pub limits: Limits,
    /// `[outbound]`.
    pub outbound: Outbound,
    /// `[brand]`.
    pub brand: Brand,
}

/// `[server]`: where we listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// `listen`.
    pub listen: SocketAddr,
    /// `admin_listen`.
    pub admin_listen: SocketAddr,
    /// `trusted_proxies`: addresses whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// `tls_cert` and `tls_key`.
    pub tls: Option<TlsFiles>,
}

/// The PEM files of our own TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// `tls_cert`: the chain.
    pub certificate: PathBuf,
    /// `tls_key`.
    pub key: PathBuf,
}

/// `[store]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreBackend {
    /// `backend = "memory"`: gone with the process.
    Memory,
    /// `backend = "sled"`: a folder of this process alone.
    Sled {
        /// `path`.
        path: PathBuf,
    },
}

/// `[keys]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// `dir`.
    pub dir: PathBuf,
    /// `rotate_every`: how long a signing key signs.
    pub rotate_every: Span,
    /// `ring`.
    pub ring: KeyRing,
}

/// Where the signing keys live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRing {
    /// In `dir`, for one instance.
    Dir,
}

/// `[wecom.NAME]`: one WeCom app of one corp.
#[derive(Clone, Debug)]
pub struct Connection {
    /// `NAME`.
    pub name: ConnectionName,
    /// `corp_id`.
    pub corp_id: CorpId,
    /// `agent_id`.
    pub agent_id: u32,
    /// `secret`.
    pub secret: SecretString,
    /// `verify_files`: the names; the 16 characters served are in the name.
    pub verify_files: Vec<String>,
    /// `api_url`: an origin, without a slash at the end.
    pub api_url: Url,
    /// `authorize_url`: the whole address of the in-client page.
    pub authorize_url: Url,
    /// `login_url`: the whole address of the browser page.
    pub login_url: Url,
    /// `guide_message`: the link of the first-login guide is also sent as a WeCom message.
    pub guide_message: bool,
}

impl Connection {
    /// Whether both are the same app, asked at the same addresses: then its access token stays good.
    pub fn is_same_app(&self, other: &Self) -> bool {
        self.corp_id == other.corp_id
            && self.agent_id == other.agent_id
            && self.secret.expose_secret() == other.secret.expose_secret()
            && self.api_url == other.api_url
            && self.authorize_url == other.authorize_url
            && self.login_url == other.login_url
    }
}

impl PartialEq for Connection {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.is_same_app(other)
            && self.verify_files == other.verify_files
            && self.guide_message == other.guide_message
    }
}

/// `[lifetimes]`, each a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// From `/authorize` to the code.
    pub transaction: Span,
    /// Of an authorization code.
    pub code: Span,
    /// Of an access token.
    pub access_token: Span,
    /// Of an ID token.
    pub id_token: Span,
    /// How long a refresh token may lie unused.
    pub refresh_token: Span,
    /// How long a family of refresh tokens may live at most.
    pub refresh_token_max: Span,
    /// How long a lost answer of a rotation may be asked for again.
    pub refresh_grace: Span,
    /// How long a session may lie unused.
    pub session: Span,
    /// How long a session may live at most.
    pub session_max: Span,
    /// The age after which a sign-in inside WeCom reads the number again.
    pub phone: Span,
    /// How long an answer of `user/get` is believed at refresh.
    pub membership: Span,
    /// How often every signed-in member is re-read.
    pub sweep: Span,
    /// Of a pushed authorization request.
    pub pushed_request: Span,
    /// Of one call to WeCom.
    pub upstream: Span,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            transaction: Span::minutes(10),
            code: Span::seconds(60),
            access_token: Span::hours(1),
            id_token: Span::hours(1),
            refresh_token: Span::days(30),
            refresh_token_max: Span::days(180),
            refresh_grace: Span::seconds(30),
            session: Span::hours(12),
            session_max: Span::days(7),
            phone: Span::days(30),
            membership: Span::minutes(5),
            sweep: Span::hours(1),
            pushed_request: Span::seconds(60),
            upstream: Span::seconds(5),
        }
    }
}

/// `[limits]`; 0 is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests of one browser address in a minute.
    pub address_per_minute: u32,
    /// Failed client authentications of one address for one client in a minute.
    pub failed_client_auth_per_minute: u32,
    /// Pushed requests of one client that may wait at once.
    pub pushed_requests_per_client: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { address_per_minute: 6_000, failed_client_auth_per_minute: 30, pushed_requests_per_client: 10_000 }
    }
}

/// `[outbound]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outbound {
    /// `allow_private`: networks beside the public internet where clients live.
    pub allow_private: Vec<IpNet>,
    /// `ca_file`: the PEM text of further roots, already read.
    pub ca_pem: Option<Vec<u8>>,
}

/// `[brand]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// `name`.
    pub name: Option<String>,
    /// `logo`: the file's bytes and media type (svg, png), already read, at most 256 KiB.
    pub logo: Option<(Vec<u8>, &'static str)>,
    /// `accent`: `#rrggbb`.
    pub accent: Option<String>,
}
