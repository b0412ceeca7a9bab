//! The two listeners: the public one, over TLS when files are given, and the administration's.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App as ActixApp, HttpServer};
use tokio::task::JoinHandle;

use super::tls::Certificate;
use super::{StartError, connections, tls};
use crate::config::Config;
use crate::web::current::Current;
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
    /// What the public one shows of itself, where it speaks TLS.
    pub certificate: Option<Arc<Certificate>>,
    /// The servers' handles and tasks.
    pub servers: Vec<(ServerHandle, JoinHandle<io::Result<()>>)>,
}

/// Opens both.
pub fn listen(config: &Config, current: Data<Current>) -> Result<Listeners, StartError> {
    let certificate = config.server.tls.as_ref().map(Certificate::open).transpose()?.map(Arc::new);
    let (public_address, public_server) = open_public(config, certificate.clone(), current.clone())?;
    let (administration_address, administration_server) = open_administration(config, current)?;
    let run = |server: Server| (server.handle(), tokio::spawn(server));
    Ok(Listeners {
        public: public_address,
        administration: administration_address,
        certificate,
        servers: vec![run(public_server), run(administration_server)],
    })
}

fn open_public(
    config: &Config,
    certificate: Option<Arc<Certificate>>,
    current: Data<Current>,
) -> Result<(SocketAddr, Server), StartError> {
    let base = config.issuer.path().to_owned();
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(current.clone())
            .app_data(PayloadConfig::new(LARGEST_BODY))
            .wrap(from_fn(connections::note))
            .configure(|routes| public(routes, &base))
    })
    .on_connect(connections::watch)
    .max_connections(connections::most_per_worker())
    .client_request_timeout(HEAD_WITHIN)
    .shutdown_timeout(DRAIN)
    .disable_signals();
    let address = config.server.listen;
    let bound = match certificate {
        None => server.bind(address),
        Some(certificate) => server.bind_rustls_0_23(address, tls::config(certificate)?),
    };
    let server = bound.map_err(|source| StartError::Listen { address, source })?;
    let bound = server.addrs().first().copied().unwrap_or(address);
    Ok((bound, server.run()))
}

fn open_administration(config: &Config, current: Data<Current>) -> Result<(SocketAddr, Server), StartError> {
    let address = config.server.admin_listen;
    let server = HttpServer::new(move || ActixApp::new().app_data(current.clone()).configure(administration))
        .workers(1)
        .client_request_timeout(HEAD_WITHIN)
        .shutdown_timeout(DRAIN)
        .disable_signals()
        .bind(address)
        .map_err(|source| StartError::Listen { address, source })?;
    let bound = server.addrs().first().copied().unwrap_or(address);
    Ok((bound, server.run()))
}
