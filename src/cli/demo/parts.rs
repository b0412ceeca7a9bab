//! What the demo consists of, started in order and stopped in reverse.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, middleware, web};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use wecom_sim::Simulator;

use super::phone::{Origins, Phone};
use super::relying_party::{Discovered, RelyingParties};
use super::sample::{self, Sample};
use super::settings::Settings;
use crate::cli::output;
use crate::config::{self, SystemEnvironment};
use crate::outbound;
use crate::serve::Bridge;
use crate::serve::clock::SystemClock;
use crate::serve::entropy::SystemEntropy;

/// A demo that cannot start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// An address that cannot be listened on, or a folder that cannot be made.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The simulator's own sample lacks what the demo builds on.
    #[error("the simulator's sample has no app to sign in with")]
    Sample,
    /// The demo's configuration does not pass the checks.
    #[error("its own configuration is refused:\n{0}")]
    Configuration(String),
    /// The bridge does not start.
    #[error(transparent)]
    Bridge(#[from] crate::serve::StartError),
    /// No HTTP client can be made.
    #[error(transparent)]
    Outbound(#[from] outbound::OutboundError),
    /// The sample application cannot read the bridge's metadata.
    #[error("the sample application cannot use the bridge: {0}")]
    Discovery(String),
}

/// Everything that runs.
pub struct Parts {
    /// Where the sample application is, without a slash at its end.
    pub origin: String,
    server: (ServerHandle, JoinHandle<io::Result<()>>),
    bridge: Bridge,
    simulator: Simulator,
    folder: TempDir,
}

impl Parts {
    /// Starts the simulator, the bridge and the sample application.
    pub async fn start(listen: SocketAddr) -> Result<Self, DemoError> {
        let listener = own_or_free(listen)?;
        let origin = format!("http://{}", listener.local_addr()?);
        let folder = tempfile::Builder::new()
            .prefix("wecom-oidc-demo-")
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir()?;
        let any = SocketAddr::new(listen.ip(), 0);
        let options = wecom_sim::Options { listen: any, control: any, ..wecom_sim::Options::default() };
        let simulator = wecom_sim::start(options).await?;
        let settings = Settings::new(&simulator, &origin, free(listen.ip())?, any).ok_or(DemoError::Sample)?;
        output::complain("正在生成密钥并启动，请稍候…… making keys and starting …");
        let bridge = bridge(&settings, &folder).await?;
        let http = outbound::client(&outbound::Options {
            connect: Duration::from_secs(2),
            whole: Duration::from_secs(10),
            extra_roots_pem: None,
        })?;
        let discovered = Discovered::fetch(&settings.issuer, &http).await.map_err(DemoError::Discovery)?;
        let origins = Origins::new(&settings.issuer, &simulator.api_url(), &origin).ok_or(DemoError::Sample)?;
        let sample = Sample::new(RelyingParties::new(&discovered, http.clone(), &settings, &origin));
        let phone = Phone::new(http, origins);
        let server = serve(listener, sample, phone)?;
        Ok(Self { origin, server, bridge, simulator, folder })
    }

    /// Ends everything and deletes the folder.
    pub async fn stop(self) {
        let (handle, task) = self.server;
        handle.stop(false).await;
        // A listener that failed has nothing left to stop.
        let _ = task.await;
        self.bridge.stop().await;
        self.simulator.stop().await;
        if let Err(error) = self.folder.close() {
            output::complain(&format!("wecom-oidc: the temporary folder stays behind: {error}"));
        }
    }
}

async fn bridge(settings: &Settings, folder: &TempDir) -> Result<Bridge, DemoError> {
    let loaded = config::load_text(&settings.toml(), folder.path(), &SystemEnvironment)
        .map_err(|report| DemoError::Configuration(report.render(false, &folder.path().join("config.toml"))))?;
    Ok(Bridge::start(loaded.config, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?)
}

/// Listens where it is asked to, or, when that port is taken, anywhere, and says so.
fn own_or_free(listen: SocketAddr) -> io::Result<TcpListener> {
    let listener = match TcpListener::bind(listen) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let other = TcpListener::bind(SocketAddr::new(listen.ip(), 0))?;
            output::complain(&format!(
                "{listen} 已被占用，改用 {address}。 {listen} is taken; using {address} instead.",
                address = other.local_addr()?
            ));
            other
        }
        bound => bound?,
    };
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// A port that is free now: the bridge has to know its issuer before it listens.
fn free(ip: IpAddr) -> io::Result<SocketAddr> {
    TcpListener::bind(SocketAddr::new(ip, 0))?.local_addr()
}

fn serve(
    listener: TcpListener,
    sample: Sample,
    phone: Phone,
) -> io::Result<(ServerHandle, JoinHandle<io::Result<()>>)> {
    let (sample, phone) = (web::Data::new(sample), web::Data::new(phone));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(sample.clone())
            .app_data(phone.clone())
            .app_data(web::PayloadConfig::new(32 * 1_024))
            .wrap(middleware::from_fn(sample::own_host_only))
            .configure(sample::routes)
            .configure(super::phone::routes)
            .default_service(web::to(sample::not_found))
    })
    .workers(1)
    .shutdown_timeout(2)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    Ok((handle, tokio::spawn(server)))
}
