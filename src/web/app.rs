//! What every route works with.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;

use super::assets::{ASSETS, brand_css};
use super::cors::Origins;
use super::limits::Limits;
use super::pages::Shell;
use crate::config::Config;
use crate::domain::language::Language;
use crate::domain::random::{Entropy, alphanumeric};
use crate::login::Login;
use crate::login::waiting::Waiting;
use crate::oidc::metadata;
use crate::oidc::provider::Provider;

/// The application of one configuration, shared by all workers until a reload puts another one in its place.
pub struct App {
    /// The login, and through it the provider.
    pub login: Arc<Login>,
    /// The metadata document with its entity tag.
    pub metadata: Served,
    /// The files beside the pages.
    pub assets: Vec<(String, Served)>,
    /// Whose scripts may read what we answer.
    pub origins: Origins,
    /// Who asks too often.
    pub limits: Limits,
}

/// Bytes that are the same for everybody, made once.
#[derive(Clone, Debug)]
pub struct Served {
    /// For `Content-Type`.
    pub media_type: &'static str,
    /// The bytes.
    pub bytes: Bytes,
    /// A strong entity tag with its quotes.
    pub etag: String,
}

impl Served {
    /// Bytes with a tag made from them.
    pub fn new(media_type: &'static str, bytes: Vec<u8>) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        let etag = format!("\"{}\"", hex::encode(&digest.as_ref()[..12]));
        Self { media_type, bytes: bytes.into(), etag }
    }
}

impl App {
    /// Puts the first application together. Fails only on an issuer that no address can be made of.
    pub fn new(provider: Arc<Provider>, waiting: Arc<Waiting>) -> Result<Self, url::ParseError> {
        let limits = Limits::new(&provider.config.limits, &*provider.entropy);
        let (attempts, flights, cards) = (Arc::default(), Arc::default(), Arc::default());
        Self::with(Login { provider, attempts, flights, waiting, cards }, limits)
    }

    /// The application of a reloaded configuration: what was counted and what is under way goes on being known.
    pub fn renewed(&self, provider: Arc<Provider>) -> Result<Self, url::ParseError> {
        let limits = self.limits.renewed(&provider.config.limits);
        let (attempts, flights) = (self.login.attempts.clone(), self.login.flights.clone());
        let (waiting, cards) = (self.login.waiting.clone(), self.login.cards.clone());
        Self::with(Login { provider, attempts, flights, waiting, cards }, limits)
    }

    fn with(login: Login, limits: Limits) -> Result<Self, url::ParseError> {
        let config = login.provider.config.clone();
        let metadata = Served::new("application/json", metadata::document(&config)?);
        Ok(Self { login: Arc::new(login), metadata, assets: assets(&config), origins: Origins::of(&config), limits })
    }

    /// The provider.
    pub fn provider(&self) -> &Provider {
        &self.login.provider
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.login.provider.config
    }

    /// What stands around every page.
    pub fn shell(&self, language: Language) -> Shell<'_> {
        let config = self.config();
        let fallback = match language {
            Language::Chinese => "企业微信登录",
            Language::English => "WeCom sign-in",
        };
        Shell {
            language,
            base: config.issuer.path(),
            brand_name: config.brand.name.as_deref().unwrap_or(fallback),
            logo: config.brand.logo.is_some(),
            accent: config.brand.accent.is_some(),
        }
    }

    /// A name for one request, to be told to the administrator and found in the log.
    pub fn request_id(&self) -> String {
        let entropy: &dyn Entropy = &*self.provider().entropy;
        alphanumeric(entropy, 12)
    }

    /// Whether `X-Forwarded-For` is believed from this peer.
    pub fn is_trusted_proxy(&self, peer: IpAddr) -> bool {
        self.config().server.trusted_proxies.contains(&peer)
    }
}

fn assets(config: &Config) -> Vec<(String, Served)> {
    let own = ASSETS.iter().map(|a| (a.name.to_owned(), Served::new(a.media_type, a.bytes.to_vec())));
    let accent = brand_css(&config.brand)
        .map(|css| ("brand.css".to_owned(), Served::new("text/css; charset=utf-8", css.into_bytes())));
    let logo = config.brand.logo.clone().map(|(bytes, media_type)| ("logo".to_owned(), Served::new(media_type, bytes)));
    own.chain(accent).chain(logo).collect()
}
