//! The compiled program on a folder of its own, beside a simulated WeCom, as the design's conditions say:
//! plain http, sled, log level info to a file, `client_secret_basic` with a clear secret.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use wecom_sim::{Members, Options, Simulator};

use crate::folk;
use crate::process::Running;

/// The client that signs people in.
pub const CLIENT: &str = "app";
/// Its secret.
pub const SECRET: &str = "secret-of-app-0123456789abcdef";
/// Its address.
pub const REDIRECT_URI: &str = "https://app.example/callback";

const PROGRAM: &str = env!("CARGO_BIN_EXE_wecom-oidc");

/// A folder with a configuration, and WeCom beside it.
pub struct Place {
    folder: TempDir,
    /// Where the program will listen.
    pub address: SocketAddr,
    /// Where WeCom listens.
    pub wecom: SocketAddr,
}

impl Place {
    /// With as many members at WeCom.
    pub fn with_members(members: usize) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let (address, admin) = (free_address(), free_address());
        let sim = simulate(members);
        let (api, authorize, login) = (sim.api_url(), sim.authorize_url(), sim.login_url());
        let wecom = api.trim_start_matches("http://").parse().expect("an address");
        // It serves until this process ends.
        std::mem::forget(sim);
        let text = format!(
            "issuer = \"http://{address}\"\n[server]\nlisten = \"{address}\"\nadmin_listen = \"{admin}\"\n\
             [limits]\naddress_per_minute = 0\n[store]\nbackend = \"sled\"\npath = \"data\"\n[keys]\ndir = \"keys\"\n\
             [wecom.main]\ncorp_id = \"{corp}\"\nagent_id = {agent}\nsecret = \"{secret}\"\napi_url = \"{api}\"\n\
             authorize_url = \"{authorize}\"\nlogin_url = \"{login}\"\n[[clients]]\nclient_id = \"{CLIENT}\"\n\
             client_secret = \"{SECRET}\"\nredirect_uris = [\"{REDIRECT_URI}\"]\nphone = \"never\"\n",
            corp = folk::CORP,
            agent = folk::AGENT,
            secret = folk::SECRET,
        );
        fs::write(folder.path().join("config.toml"), text).expect("a configuration");
        Self { folder, address, wecom }
    }

    /// The folder of the store.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Starts the program and waits until it answers.
    pub fn start(&self) -> Running {
        self.timed_start().0
    }

    /// The same, and how long it took.
    pub fn timed_start(&self) -> (Running, Duration) {
        let began = Instant::now();
        let mut running = spawn(self.folder.path());
        wait_for(self.address, &mut running);
        (running, began.elapsed())
    }
}

fn spawn(folder: &Path) -> Running {
    let log = File::options().create(true).append(true).open(folder.join("log")).expect("a log");
    let mut command = Command::new(PROGRAM);
    command.args(["serve", "--config"]).arg(folder.join("config.toml"));
    Running::of(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("the program"))
}

/// The simulator, in a thread of its own.
fn simulate(members: usize) -> Simulator {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let options = Options { members: Members::Toml(folk::directory(members)), ..Options::default() };
            tell.send(wecom_sim::start(options).await.expect("the simulator")).expect("told");
            std::future::pending::<()>().await;
        });
    });
    told.recv().expect("the simulator")
}

/// An address that nobody listens on.
pub fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr()).expect("an address")
}

/// Waits until it listens.
pub fn wait_for(address: SocketAddr, running: &mut Running) {
    for _ in 0..60_000 {
        if TcpStream::connect(address).is_ok() {
            return;
        }
        assert!(!running.has_ended(), "it ended instead of listening on {address}; its log says why");
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("nobody listens on {address}");
}
