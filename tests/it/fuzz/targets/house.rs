//! A provider to read for: three clients of different kinds, keys of its own, and things that it made itself.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use tempfile::TempDir;
use tokio::runtime::Runtime;
use wecom_oidc::config::{self, Environment};
use wecom_oidc::domain::ids::{ClientId, ConnectionName, CorpId, MemberKey, Sid, Subject, UserId};
use wecom_oidc::domain::scope::Scopes;
use wecom_oidc::domain::time::{ManualClock, Span, Timestamp};
use wecom_oidc::keys::RotationPolicy;
use wecom_oidc::login::CookieChange;
use wecom_oidc::login::errand::Errand;
use wecom_oidc::oidc::id_token;
use wecom_oidc::oidc::provider::Provider;
use wecom_oidc::serve::assemble;
use wecom_oidc::serve::entropy::SystemEntropy;
use wecom_oidc::serve::lasting::Lasting;
use wecom_oidc::store::records::{Grant, RequestedClaims};
use wecom_oidc::web::app::App;

/// How the keys of this house turn.
pub const POLICY: RotationPolicy =
    RotationPolicy { rotate_every: Span::days(90), publish_before: Span::hours(1), retire_for: Span::hours(2) };

/// When everything here happens.
pub const NOW: Timestamp = Timestamp(1_790_000_000);

const CONFIG: &str = r#"
issuer = "https://login.example.com"

[server]
trusted_proxies = ["127.0.0.1", "10.0.0.7", "::1"]

[store]
backend = "memory"

[keys]
dir = "keys"

[wecom.main]
corp_id = "ww0123456789abcdef"
agent_id = 1000002
secret = "a-wecom-secret-that-is-none-0000000000000000"

[wecom.branch]
corp_id = "wwfedcba9876543210"
agent_id = 1000002
secret = "another-wecom-secret-that-is-none-0000000000"

[[clients]]
client_id = "nocobase"
client_secret = "nocobase-secret-0123456789abcdef"
redirect_uris = ["https://nb.example.com/api/oidc:redirect"]
post_logout_redirect_uris = ["https://nb.example.com/signin"]
home_url = "https://nb.example.com/admin"
profile = "nocobase"

[[clients]]
client_id = "app"
client_secret = "app-secret-0123456789abcdef0123456789"
redirect_uris = ["https://app.example.com/callback?tenant=1", "https://app.example.com/second"]
post_logout_redirect_uris = ["https://app.example.com/bye?from=op"]
home_url = "https://app.example.com/"
id_token_signed_response_alg = "ES256"
resources = ["https://api.example.com", "urn:example:files"]

[[clients]]
client_id = "phone-app"
token_endpoint_auth_method = "none"
application_type = "native"
redirect_uris = ["http://127.0.0.1/cb", "com.example.app:/cb"]
id_token_signed_response_alg = "EdDSA"
"#;

pub struct House {
    pub app: App,
    /// Genuine ID tokens, by client.
    pub hints: Vec<(ClientId, String)>,
    /// A transaction that was begun here: its id, its first cookie, its second cookie.
    pub cookies: [String; 3],
    /// For calls that could wait but never do.
    pub runtime: Runtime,
    folder: TempDir,
}

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn var(&self, _: &str) -> Option<String> {
        None
    }
}

/// The one house of this process.
pub fn house() -> &'static House {
    static HOUSE: OnceLock<House> = OnceLock::new();
    HOUSE.get_or_init(House::build)
}

impl House {
    fn build() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let loaded = config::load_text(CONFIG, folder.path(), &NoEnvironment).expect("a good configuration");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let clock = Arc::new(ManualClock::new(NOW));
        let lasting = Lasting::open(&loaded.config, clock, Arc::new(SystemEntropy));
        let lasting = runtime.block_on(lasting).expect("keys and store");
        let app = assemble::app(loaded.config, &lasting, None).expect("an application");
        let clients = app.config().clients.keys();
        let hints = clients.map(|id| (id.clone(), genuine_hint(app.provider(), id))).collect();
        let cookies = genuine_cookies(&app);
        Self { app, hints, cookies, runtime, folder }
    }

    pub fn provider(&self) -> &Provider {
        self.app.provider()
    }

    /// Where the keys are.
    pub fn keys_folder(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    /// The keys once more, in a folder of their own that may be damaged.
    pub fn copy_of_keys(&self) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = folder.path().join("keys");
        fs::create_dir(&keys).expect("a folder");
        fs::set_permissions(&keys, fs::Permissions::from_mode(0o700)).expect("a mode");
        for entry in fs::read_dir(self.keys_folder()).expect("the keys") {
            let entry = entry.expect("a key");
            fs::copy(entry.path(), keys.join(entry.file_name())).expect("a copy");
        }
        (folder, keys)
    }

    /// Puts genuine things into the place of `{hint:CLIENT}`, `{id}`, `{binding}` and `{sealed}`, which a
    /// corpus cannot hold because they are other ones in every process.
    pub fn fill_in(&self, data: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(data) else { return data.to_vec() };
        if !text.contains('{') {
            return data.to_vec();
        }
        let [id, binding, sealed] = &self.cookies;
        let mut text = text.replace("{id}", id).replace("{binding}", binding).replace("{sealed}", sealed);
        for (client, hint) in &self.hints {
            text = text.replace(&format!("{{hint:{client}}}"), hint);
        }
        text.into_bytes()
    }
}

pub fn subject() -> Subject {
    Subject::parse("s-of-the-person-in-the-hints").expect("a subject")
}

pub fn sid() -> Sid {
    Sid::parse("sid-of-the-hints").expect("a sid")
}

fn genuine_hint(provider: &Provider, client: &ClientId) -> String {
    let corp = CorpId::parse("ww0123456789abcdef").expect("a corp");
    let grant = Grant {
        client: client.clone(),
        connection: ConnectionName::parse("main").expect("a name"),
        member: MemberKey::new(corp, &UserId::parse("zhangsan").expect("a userid")),
        subject: subject(),
        scopes: Scopes::all(),
        sid: sid(),
        auth_time: NOW,
        amr: vec!["swk".to_owned()],
        claims: RequestedClaims::default(),
        ends: NOW + Span::days(1),
        resources: Vec::new(),
    };
    let client = &provider.config.clients[client];
    id_token::mint(provider, client, &grant, None, "access", serde_json::Map::new()).expect("a token")
}

fn genuine_cookies(app: &App) -> [String; 3] {
    let outcome = app.login.carry(Errand::Phone { ticket: "a ticket".to_owned() }).expect("a transaction");
    let (mut id, mut first, mut second) = (String::new(), String::new(), String::new());
    for change in outcome.cookies {
        match change {
            CookieChange::Binding(of, value, _) => {
                of.as_str().clone_into(&mut id);
                first = value;
            }
            CookieChange::Sealed(_, value, _) => second = value,
            _ => {}
        }
    }
    [id, first, second]
}
