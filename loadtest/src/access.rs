//! What calls present, and how the server is known.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::HeaderValue;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tonic::transport::{Certificate, ClientTlsConfig, Identity};

use crate::LoadError;
use crate::plan::refused;

/// The one protocol that is spoken.
const ALPN: &[u8] = b"h2";

/// What calls present, and how the server is known. Nothing, and not at all, unless said.
#[derive(Clone, Default)]
pub struct Access {
    authorization: Option<HeaderValue>,
    tls: Option<Tls>,
}

/// TLS of a server.
#[derive(Clone)]
struct Tls {
    config: Arc<ClientConfig>,
    /// The name that the server's certificate must have.
    server_name: ServerName<'static>,
    /// The same for tonic.
    tonic: ClientTlsConfig,
}

/// The files of an [`Access`].
#[derive(Clone, Debug, Default)]
pub struct AccessFiles {
    /// The key or token that calls present.
    pub key: Option<PathBuf>,
    /// Authorities in PEM, one of which signed the server's certificate. With them, TLS is spoken.
    pub ca: Option<PathBuf>,
    /// The name that the server's certificate must have.
    pub server_name: String,
    /// A certificate in PEM to show the server, and its private key.
    pub client: Option<(PathBuf, PathBuf)>,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("tls", &self.tls.is_some()).finish_non_exhaustive()
    }
}

impl Access {
    /// Reads the files.
    ///
    /// # Errors
    /// [`LoadError::Plan`] with the file that is of no use.
    pub fn read(files: &AccessFiles) -> Result<Self, LoadError> {
        let authorization = files.key.as_deref().map(authorization).transpose()?;
        let tls = files.ca.as_deref().map(|ca| Tls::read(ca, files)).transpose()?;
        if tls.is_none() && files.client.is_some() {
            return Err(refused("access.client", "is of use with `ca` only".to_owned()));
        }
        Ok(Self { authorization, tls })
    }

    /// The header that calls present.
    pub(crate) fn authorization(&self) -> Option<&HeaderValue> {
        self.authorization.as_ref()
    }

    /// The scheme of addresses.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// What speaks TLS, and the name that the server must have.
    pub(crate) fn connector(&self) -> Option<(TlsConnector, ServerName<'static>)> {
        self.tls.as_ref().map(|tls| (tls.config.clone().into(), tls.server_name.clone()))
    }

    /// The same for tonic.
    pub(crate) fn tonic(&self) -> Option<ClientTlsConfig> {
        self.tls.as_ref().map(|tls| tls.tonic.clone())
    }
}

fn authorization(file: &Path) -> Result<HeaderValue, LoadError> {
    let text = read("access.key", file)?;
    let text = String::from_utf8_lossy(&text);
    let value = HeaderValue::try_from(format!("Bearer {}", text.trim()));
    let mut value = value.map_err(|_| refused("access.key", format!("{} holds no key", file.display())))?;
    value.set_sensitive(true);
    Ok(value)
}

fn read(field: &'static str, file: &Path) -> Result<Vec<u8>, LoadError> {
    std::fs::read(file).map_err(|error| refused(field, format!("{} cannot be read: {error}", file.display())))
}

impl Tls {
    fn read(ca: &Path, files: &AccessFiles) -> Result<Self, LoadError> {
        let wrong = |error: &dyn fmt::Display| refused("access", format!("TLS cannot be set up: {error}"));
        let name = files.server_name.clone();
        let server_name = ServerName::try_from(name.clone()).map_err(|error| wrong(&error))?;
        let ca = read("access.ca", ca)?;
        let mut roots = RootCertStore::empty();
        for authority in CertificateDer::pem_slice_iter(&ca) {
            roots.add(authority.map_err(|error| wrong(&error))?).map_err(|error| wrong(&error))?;
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(&error))?
            .with_root_certificates(roots);
        let mut tonic = ClientTlsConfig::new().domain_name(name).ca_certificate(Certificate::from_pem(&ca));
        let mut config = match &files.client {
            None => builder.with_no_client_auth(),
            Some((cert, key)) => {
                let (cert, key) = (read("access.client", cert)?, read("access.client", key)?);
                tonic = tonic.identity(Identity::from_pem(&cert, &key));
                let certs: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&cert).collect();
                let key = PrivateKeyDer::from_pem_slice(&key).map_err(|error| wrong(&error))?;
                let config = builder.with_client_auth_cert(certs.map_err(|error| wrong(&error))?, key);
                config.map_err(|error| wrong(&error))?
            }
        };
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Self { config: config.into(), server_name, tonic })
    }
}
