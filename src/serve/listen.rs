//! The two listeners: the public one, over TLS when files are given, and the administration's.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App as ActixApp, HttpServer};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::task::JoinHandle;

use super::StartError;
use crate::config::{Config, TlsFiles};
use crate::web::app::App;
use crate::web::endpoints::LARGEST_BODY;
use crate::web::{administration, public};

/// A sender that needs longer for its head of a request is given up (threat 36).
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// How long requests under way may take to end when the server stops, in seconds.
const DRAIN: u64 = 6;

/// What listens.
pub struct Listeners {
    /// The public address.
    pub public: SocketAddr,
    /// The administration's.
    pub administration: SocketAddr,
    /// The servers' handles and tasks.
    pub servers: Vec<(ServerHandle, JoinHandle<io::Result<()>>)>,
}

/// Opens both.
pub fn listen(config: &Config, app: Data<App>) -> Result<Listeners, StartError> {
    let (public_address, public_server) = open_public(config, app.clone())?;
    let (administration_address, administration_server) = open_administration(config, app)?;
    let run = |server: Server| (server.handle(), tokio::spawn(server));
    Ok(Listeners {
        public: public_address,
        administration: administration_address,
        servers: vec![run(public_server), run(administration_server)],
    })
}

fn open_public(config: &Config, app: Data<App>) -> Result<(SocketAddr, Server), StartError> {
    let base = config.issuer.path().to_owned();
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(app.clone())
            .app_data(PayloadConfig::new(LARGEST_BODY))
            .configure(|routes| public(routes, &base))
    })
    .client_request_timeout(HEAD_WITHIN)
    .shutdown_timeout(DRAIN)
    .disable_signals();
    let address = config.server.listen;
    let bound = match &config.server.tls {
        None => server.bind(address),
        Some(files) => server.bind_rustls_0_23(address, tls(files)?),
    };
    let server = bound.map_err(|source| StartError::Listen { address, source })?;
    let bound = server.addrs().first().copied().unwrap_or(address);
    Ok((bound, server.run()))
}

fn open_administration(config: &Config, app: Data<App>) -> Result<(SocketAddr, Server), StartError> {
    let address = config.server.admin_listen;
    let server = HttpServer::new(move || ActixApp::new().app_data(app.clone()).configure(administration))
        .workers(1)
        .client_request_timeout(HEAD_WITHIN)
        .shutdown_timeout(DRAIN)
        .disable_signals()
        .bind(address)
        .map_err(|source| StartError::Listen { address, source })?;
    let bound = server.addrs().first().copied().unwrap_or(address);
    Ok((bound, server.run()))
}

fn tls(files: &TlsFiles) -> Result<ServerConfig, StartError> {
    let wrong = |what: String| StartError::Tls(what);
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(format!("server.tls_cert {}: {error}", files.certificate.display())))?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| wrong(format!("server.tls_key {}: {error}", files.key.display())))?;
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    ServerConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .map(rustls::ConfigBuilder::<ServerConfig, _>::with_no_client_auth)
        .and_then(|builder| builder.with_single_cert(chain, key))
        .map_err(|error| wrong(format!("server.tls_cert and server.tls_key do not fit together: {error}")))
}
