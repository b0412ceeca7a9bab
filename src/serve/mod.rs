//! Layer 4, the start: parts are put together, listeners opened, background work begun, and all of it ended again.

pub mod assemble;
pub mod background;
pub mod clock;
pub mod connections;
pub mod deliveries;
pub mod entropy;
pub mod fingerprints;
pub mod lasting;
pub mod listen;
pub mod reading;
pub mod reload;
pub mod tls;
pub mod token_cache;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::domain::random::Entropy;
use crate::domain::time::Clock;
use crate::web::current::Current;
use lasting::Lasting;
pub use reload::ReloadError;
use tls::Certificate;

/// A bridge that cannot start; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The keys folder.
    #[error(transparent)]
    Keys(#[from] crate::keys::KeyError),
    /// The store's folder.
    #[error("{0}")]
    Store(String),
    /// The store, once open.
    #[error(transparent)]
    Records(#[from] crate::store::StoreError),
    /// The keys are not those that the store was begun with (law 6).
    #[error("{0}")]
    OtherKeys(String),
    /// TLS files, or the HTTP client's roots.
    #[error("{0}")]
    Tls(String),
    /// An address that cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another address in [server] or stop what holds it")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// An issuer of which no addresses can be made.
    #[error("issuer: {0}")]
    Issuer(#[from] url::ParseError),
}

/// A running bridge. It stops when [`Bridge::stop`] is called.
pub struct Bridge {
    /// Where browsers and relying parties are answered.
    pub public: SocketAddr,
    /// Where operators are answered.
    pub administration: SocketAddr,
    lasting: Lasting,
    current: Arc<Current>,
    certificate: Option<Arc<Certificate>>,
    /// Held by the reload that is under way.
    reloading: Mutex<()>,
    /// Tells the background work that there is another configuration.
    reloaded: watch::Sender<()>,
    servers: Vec<(ServerHandle, JoinHandle<io::Result<()>>)>,
    background: Vec<JoinHandle<()>>,
}

impl Bridge {
    /// Starts everything that the configuration describes.
    pub async fn start(config: Config, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, StartError> {
        let lasting = Lasting::open(&config, clock, entropy).await?;
        let current = Arc::new(Current::new(assemble::app(config, &lasting, None)?));
        let listeners = listen::listen(current.load().config(), current.clone().into())?;
        let (reloaded, _) = watch::channel(());
        let background = background::begin(&current, &reloaded);
        Ok(Self {
            public: listeners.public,
            administration: listeners.administration,
            lasting,
            current,
            certificate: listeners.certificate,
            reloading: Mutex::default(),
            reloaded,
            servers: listeners.servers,
            background,
        })
    }

    /// Lets requests under way end, writes what is left, and stops.
    pub async fn stop(self) {
        // Computers that wait would be waited for.
        self.lasting.waiting.close();
        for (handle, task) in self.servers {
            handle.stop(true).await;
            // A listener that failed has nothing left to stop.
            let _ = task.await;
        }
        for task in self.background {
            task.abort();
            // What it held of the store is let go when it has ended, and not before.
            let _ = task.await;
        }
        if let Err(error) = self.lasting.store.flush().await {
            tracing::error!(event = "store.failed", error = %error, "the last writes may be lost");
        }
    }
}
