//! Our own TLS: the certificate that new connections are shown, which a reload reads anew.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::StartError;
use crate::config::TlsFiles;

/// The certificate of this moment.
pub struct Certificate(ArcSwap<CertifiedKey>);

impl Certificate {
    /// The one in these files.
    pub fn open(files: &TlsFiles) -> Result<Self, StartError> {
        read(files).map(|key| Self(ArcSwap::new(key)))
    }

    /// Shows another one to whoever connects from now on.
    pub fn put(&self, key: Arc<CertifiedKey>) {
        self.0.store(key);
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificate")
    }
}

/// Reads chain and key, and sees that they belong together.
pub fn read(files: &TlsFiles) -> Result<Arc<CertifiedKey>, StartError> {
    let wrong = |what: String| StartError::Tls(what);
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(format!("server.tls_cert {}: {error}", files.certificate.display())))?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| wrong(format!("server.tls_key {}: {error}", files.key.display())))?;
    CertifiedKey::from_der(chain, key, &rustls::crypto::aws_lc_rs::default_provider())
        .map(Arc::new)
        .map_err(|error| wrong(format!("server.tls_cert and server.tls_key do not fit together: {error}")))
}

/// What the listener speaks.
pub fn config(certificate: Arc<Certificate>) -> Result<ServerConfig, StartError> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let builder = ServerConfig::builder_with_provider(provider.into()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| StartError::Tls(error.to_string()))?;
    Ok(builder.with_no_client_auth().with_cert_resolver(certificate))
}
