//! A provider without a server, on keys made for the run.

use std::sync::Arc;

use tempfile::TempDir;
use wecom_oidc::config::{self, Client, SystemEnvironment};
use wecom_oidc::domain::client::SigningAlgorithm;
use wecom_oidc::oidc::provider::Provider;
use wecom_oidc::serve::assemble;
use wecom_oidc::serve::clock::SystemClock;
use wecom_oidc::serve::entropy::SystemEntropy;
use wecom_oidc::serve::lasting::Lasting;

const TEXT: &str = r#"
issuer = "https://login.example.com"
[store]
backend = "memory"
[wecom.main]
corp_id = "ww0123456789abcdef"
agent_id = 1000002
secret = "a-secret-that-is-not-a-real-one-000000000000"
[[clients]]
client_id = "nocobase"
client_secret = "a-secret-of-a-client-0123456789"
redirect_uris = ["https://nb.example.com/api/oidc:redirect"]
profile = "nocobase"
"#;

/// A provider and the folder of its keys.
pub struct Stand {
    /// The provider.
    pub provider: Arc<Provider>,
    _folder: TempDir,
}

impl Stand {
    /// With one client, `nocobase`.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let loaded = config::load_text(TEXT, folder.path(), &SystemEnvironment).expect("a configuration");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
        let lasting = runtime.block_on(Lasting::open(&loaded.config, clock, entropy)).expect("keys and a store");
        let app = assemble::app(loaded.config, &lasting, None).expect("an application");
        Self { provider: Arc::clone(&app.login.provider), _folder: folder }
    }

    /// The client, as if it had chosen this algorithm.
    pub fn client(&self, id_token_alg: SigningAlgorithm) -> Client {
        Client { id_token_alg, ..Client::clone(self.provider.client("nocobase").expect("a client")) }
    }
}
