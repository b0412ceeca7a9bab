//! The demo's configuration: the text of a `config.toml`, so that it goes through the same checks as anybody's.

use std::net::SocketAddr;

use wecom_sim::{AppKind, Directory, Simulator};

use crate::domain::random::token43;
use crate::serve::entropy::SystemEntropy;

/// The client that cannot do without a phone number.
pub const WITH_PHONE: &str = "sample";

/// The client that takes a phone number where there is one.
pub const WITHOUT: &str = "sample-free";

/// What the configuration is made of.
pub struct Settings {
    /// The bridge's issuer.
    pub issuer: String,
    /// The secret of both clients.
    pub client_secret: String,
    listen: SocketAddr,
    admin_listen: SocketAddr,
    corp_id: String,
    agent_id: u64,
    app_secret: String,
    api_url: String,
    authorize_url: String,
    login_url: String,
    sample: String,
}

impl Settings {
    /// For the first app of the simulator's sample; `None` when it has none.
    pub fn new(simulator: &Simulator, sample: &str, listen: SocketAddr, admin_listen: SocketAddr) -> Option<Self> {
        let corp = Directory::sample().ok()?.corps.into_iter().next()?;
        let app = corp.apps.into_iter().find(|app| app.kind == AppKind::SelfBuilt)?;
        Some(Self {
            issuer: format!("http://{listen}"),
            client_secret: token43(&SystemEntropy),
            listen,
            admin_listen,
            corp_id: corp.corp_id,
            agent_id: app.agent_id,
            app_secret: app.secret,
            api_url: simulator.api_url(),
            authorize_url: simulator.authorize_url(),
            login_url: simulator.login_url(),
            sample: sample.to_owned(),
        })
    }

    /// The text. No value here holds anything that TOML would need to escape.
    pub fn toml(&self) -> String {
        let Self { issuer, listen, admin_listen, corp_id, agent_id, app_secret, .. } = self;
        let Self { api_url, authorize_url, login_url, .. } = self;
        let house = format!(
            r#"issuer = "{issuer}"
[server]
listen = "{listen}"
admin_listen = "{admin_listen}"
trusted_proxies = []
[store]
backend = "sled"
path = "data"
[keys]
dir = "keys"
[brand]
name = "wecom-oidc demo"
[wecom.main]
corp_id = "{corp_id}"
agent_id = {agent_id}
secret = "{app_secret}"
api_url = "{api_url}"
authorize_url = "{authorize_url}"
login_url = "{login_url}"
"#
        );
        house
            + &self.client(WITH_PHONE, "示例应用 Sample", "required")
            + &self.client(WITHOUT, "示例应用二 Sample 2", "wanted")
    }

    fn client(&self, id: &str, name: &str, phone: &str) -> String {
        let Self { client_secret, sample, .. } = self;
        format!(
            r#"[[clients]]
client_id = "{id}"
client_secret = "{client_secret}"
client_name = "{name}"
redirect_uris = ["{sample}/callback"]
post_logout_redirect_uris = ["{sample}/"]
home_url = "{sample}/me"
initiate_login_uri = "{sample}/start?client={id}"
require_pkce = true
phone = "{phone}"
"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, SystemEnvironment};

    #[test]
    fn the_demo_s_own_configuration_passes_the_checks_without_a_warning() {
        let settings = Settings {
            issuer: "http://127.0.0.1:8123".into(),
            client_secret: token43(&SystemEntropy),
            listen: "127.0.0.1:8123".parse().unwrap(),
            admin_listen: "127.0.0.1:0".parse().unwrap(),
            corp_id: "ww0123456789abcdef".into(),
            agent_id: 1_000_002,
            app_secret: "sim-secret-of-app-1000002-not-a-real-one-00".into(),
            api_url: "http://127.0.0.1:9080".into(),
            authorize_url: "http://127.0.0.1:9080/connect/oauth2/authorize".into(),
            login_url: "http://127.0.0.1:9080/wwlogin/sso/login".into(),
            sample: "http://127.0.0.1:8090".into(),
        };
        let folder = tempfile::tempdir().unwrap();
        let loaded = config::load_text(&settings.toml(), folder.path(), &SystemEnvironment)
            .unwrap_or_else(|report| panic!("{}", report.render(false, folder.path())));
        assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
        assert_eq!(loaded.config.clients.len(), 2);
    }
}
