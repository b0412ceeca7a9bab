//! The bridge in this process, beside a simulated WeCom of its own, with a clock that stands still.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use url::Url;
use wecom_oidc::config::{self, Environment};
use wecom_oidc::domain::time::{Clock as _, ManualClock, Span, Timestamp};
use wecom_oidc::serve::entropy::SystemEntropy;
use wecom_oidc::serve::{Bridge, ReloadError, StartError};
use wecom_sim::Simulator;

use super::browser::{Browser, DESKTOP, IN_WECOM, WECHAT};
use super::relying_party::RelyingParty;
use super::setup::{Client, Setup};
use super::{held, http, secrets};

/// Everything that a story needs.
pub struct Stand {
    /// WeCom.
    pub sim: Simulator,
    /// The exact `iss`.
    pub issuer: String,
    /// For requests that no browser makes.
    pub http: reqwest::Client,
    clock: Arc<ManualClock>,
    bridge: Bridge,
    setup: Setup,
    folder: TempDir,
    ports: (u16, u16),
}

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn var(&self, _: &str) -> Option<String> {
        None
    }
}

impl Stand {
    /// One connection, the clients `app` and `other`, everything in memory.
    pub async fn new() -> Self {
        Self::with(Setup::default()).await
    }

    /// These clients.
    pub async fn of(clients: impl IntoIterator<Item = Client>) -> Self {
        Self::with(Setup::of(clients)).await
    }

    /// This configuration.
    pub async fn with(setup: Setup) -> Self {
        let sim = wecom_sim::start(wecom_sim::Options::default()).await.expect("the simulator");
        Self::beside(sim, setup).await
    }

    /// This configuration, beside a simulator that was prepared.
    pub async fn beside(sim: Simulator, setup: Setup) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        secrets::write_to(&folder.path().join("keys"));
        let (certificate, key) = http::certificate();
        std::fs::write(folder.path().join("cert.pem"), certificate).expect("a certificate");
        std::fs::write(folder.path().join("key.pem"), key).expect("its key");
        let clock = Arc::new(ManualClock::new(secrets::began()));
        let (ports, bridge) = loop {
            let ports = (http::free_port(), http::free_port());
            match start(&setup, ports, &sim, folder.path(), &clock).await {
                Ok(bridge) => break (ports, bridge),
                // Somebody else's test run was faster.
                Err(StartError::Listen { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        };
        let issuer = setup.issuer(ports.0);
        Self { sim, issuer, http: http::client(), clock, bridge, setup, folder, ports }
    }

    /// Stops the bridge and starts it anew on the same folder; memory is lost, sled is not.
    pub async fn restarted(self) -> Self {
        self.restarted_after(async |_| ()).await
    }

    /// The same, with something done to the folder while nobody runs on it.
    pub async fn restarted_after(self, meanwhile: impl AsyncFnOnce(&Path)) -> Self {
        self.bridge.stop().await;
        meanwhile(self.folder.path()).await;
        let again = || start(&self.setup, self.ports, &self.sim, self.folder.path(), &self.clock);
        let (mut bridge, mut tries) = (again().await, 0);
        while tries < 500 && bridge.as_ref().is_err_and(held::is_held) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            (bridge, tries) = (again().await, tries + 1);
        }
        Self { bridge: bridge.expect("started again"), ..self }
    }

    /// Goes over to another configuration without stopping.
    pub async fn reloaded(&mut self, setup: Setup) {
        let text = setup.text(self.ports.0, self.ports.1, &self.sim);
        self.reload(text).await.expect("a good configuration");
        self.setup = setup;
    }

    /// Goes over to the present configuration with its text changed.
    pub async fn reloaded_text(&self, change: impl FnOnce(String) -> String) {
        let text = change(self.setup.text(self.ports.0, self.ports.1, &self.sim));
        self.reload(text).await.expect("a good configuration");
    }

    async fn reload(&self, text: String) -> Result<(), ReloadError> {
        let folder = self.folder.path().to_owned();
        self.bridge.reload(move |running| config::reload_text(&text, &folder, &NoEnvironment, running)).await
    }

    /// The configuration's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the operator is answered.
    pub fn admin(&self, path: &str) -> String {
        format!("http://{}{path}", self.bridge.administration)
    }

    /// The token of `keys/admin.token`.
    pub fn admin_token(&self) -> String {
        let text = std::fs::read_to_string(self.folder().join("keys/admin.token")).expect("the token");
        text.trim_end().to_owned()
    }

    /// The background looks after its work at once: the same configuration is read anew.
    pub async fn looked_after(&self) {
        self.reloaded_text(|text| text).await;
    }

    /// An address below the issuer.
    pub fn address(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.issuer)).expect("an address")
    }

    /// The time of the bridge.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Time goes by, for the bridge.
    pub fn later(&self, span: Span) {
        self.clock.advance(span);
    }

    /// The hands of the bridge's clock are put back.
    pub fn earlier(&self, span: Span) {
        self.clock.set(Timestamp(self.now().0 - span.0));
    }

    /// The application of that name.
    pub fn rp(&self, id: &str) -> RelyingParty {
        let client = self.setup.clients.iter().find(|client| client.id == id).expect("a client").clone();
        RelyingParty { issuer: self.issuer.clone(), http: self.http.clone(), client }
    }

    /// The application `app`.
    pub fn app(&self) -> RelyingParty {
        self.rp("app")
    }

    /// A browser on a computer; this member scans whatever it shows.
    pub fn computer(&self, member: &str) -> Browser {
        Browser::new(&self.http, DESKTOP, self.origins()).of(member)
    }

    /// A browser on a computer in front of which nobody sits.
    pub fn lonely_computer(&self) -> Browser {
        Browser::new(&self.http, DESKTOP, self.origins())
    }

    /// The WeCom client of this member.
    pub fn client_of(&self, member: &str) -> Browser {
        Browser::new(&self.http, IN_WECOM, self.origins()).of(member)
    }

    /// WeChat, not WeCom.
    pub fn wechat(&self) -> Browser {
        Browser::new(&self.http, WECHAT, self.origins())
    }

    fn origins(&self) -> Vec<String> {
        let origin = |text: &str| Url::parse(text).expect("an address").origin().ascii_serialization();
        vec![origin(&self.issuer), origin(&self.sim.api_url())]
    }

    /// How often WeCom was called at this path.
    pub fn calls(&self, path: &str) -> u64 {
        self.sim.counter(path).calls
    }

    /// How often WeCom was called about people; the probe after the start does not count.
    pub fn calls_about_people(&self) -> u64 {
        let probe = ["/cgi-bin/agent/get", super::GETTOKEN];
        let counters = self.sim.counters();
        let others =
            counters.iter().filter(|(path, _)| path.starts_with("/cgi-bin/") && !probe.contains(&path.as_str()));
        others.map(|(_, counter)| counter.calls).sum()
    }
}

async fn start(
    setup: &Setup,
    ports: (u16, u16),
    sim: &Simulator,
    folder: &Path,
    clock: &Arc<ManualClock>,
) -> Result<Bridge, StartError> {
    let text = setup.text(ports.0, ports.1, sim);
    let loaded = config::load_text(&text, folder, &NoEnvironment);
    let loaded = loaded.unwrap_or_else(|report| panic!("{}", report.render(false, Path::new("config.toml"))));
    Bridge::start(loaded.config, clock.clone(), Arc::new(SystemEntropy)).await
}
