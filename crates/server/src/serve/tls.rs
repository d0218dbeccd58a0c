//! TLS on the connections of TCP.
//!
//! Certificates are read again while the service runs ([`Tls::source`]): each handshake takes those that were read last, and
//! connections that there are stay as they are.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::identity::certificate::{self, ClientRole};
use crate::identity::gate::Peer;
use crate::identity::reload::Source;

/// What is spoken once keys are agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// HTTP/2 (RFC 9113, 3.1), as gRPC does.
    Http2,
    /// HTTP/1.1, as pages do.
    Http1,
}

impl Protocol {
    /// Its name in a handshake (RFC 7301).
    fn alpn(self) -> &'static [u8] {
        match self {
            Self::Http2 => b"h2",
            Self::Http1 => b"http/1.1",
        }
    }
}

/// The files that TLS takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Files {
    /// The service's certificates, its own first.
    pub(crate) cert: PathBuf,
    /// The key of its own.
    pub(crate) key: PathBuf,
    /// The authorities of the clients' certificates; clients need none if there is no such file.
    pub(crate) client_ca: Option<PathBuf>,
    /// What is spoken by it.
    pub(crate) protocol: Protocol,
}

/// TLS for every connection of TCP.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    files: Files,
    config: Arc<ArcSwap<ServerConfig>>,
    /// What the bearers of certificates may do.
    roles: Arc<[ClientRole]>,
    handshake_timeout: Duration,
}

impl Tls {
    /// TLS with the certificates of these files.
    ///
    /// # Errors
    /// A file cannot be read, or is of no use.
    pub(crate) fn load(
        files: Files,
        roles: &[ClientRole],
        handshake_timeout: Duration,
    ) -> Result<Self, String> {
        let config = Arc::new(ArcSwap::from_pointee(read(&files)?));
        Ok(Self { files, config, roles: roles.into(), handshake_timeout })
    }

    /// What reads the files again.
    pub(crate) fn source(&self) -> impl Source + use<> {
        Certificates { files: self.files.clone(), config: self.config.clone() }
    }

    /// Agrees on keys with a client, and learns who it is.
    ///
    /// # Errors
    /// It does not speak TLS, shows no certificate where one is wanted, or takes too long.
    pub(crate) async fn accept(
        &self,
        stream: TcpStream,
        peer: &mut Peer,
    ) -> io::Result<TlsStream<TcpStream>> {
        let shaking = TlsAcceptor::from(self.config.load_full()).accept(stream);
        let stream = timeout(self.handshake_timeout, shaking)
            .await
            .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "the handshake of TLS took too long"))??;
        let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let identity = shown.and_then(|shown| certificate::identity(shown, &self.roles));
        peer.identity = identity.map(Arc::new);
        Ok(stream)
    }
}

fn read(files: &Files) -> Result<ServerConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let builder = match &files.client_ca {
        None => builder.with_no_client_auth(),
        Some(file) => {
            let mut roots = RootCertStore::empty();
            for authority in certificates(file)? {
                let name = file.display();
                roots.add(authority).map_err(|error| format!("{name} has no authority: {error}"))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider).build();
            builder.with_client_cert_verifier(verifier.map_err(|error| error.to_string())?)
        }
    };
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| format!("{} has no private key in PEM: {error}", files.key.display()))?;
    let config = builder.with_single_cert(certificates(&files.cert)?, key);
    let (cert, key) = (files.cert.display(), files.key.display());
    let mut config =
        config.map_err(|error| format!("{cert} and {key} are no certificate and its key: {error}"))?;
    config.alpn_protocols = vec![files.protocol.alpn().to_vec()];
    Ok(config)
}

fn certificates(file: &PathBuf) -> Result<Vec<CertificateDer<'static>>, String> {
    let name = file.display();
    let wrong = |error| format!("{name} has no certificate in PEM: {error}");
    let found: Vec<_> =
        CertificateDer::pem_file_iter(file).map_err(wrong)?.collect::<Result<_, _>>().map_err(wrong)?;
    if found.is_empty() { Err(format!("{name} has no certificate in PEM")) } else { Ok(found) }
}

/// Reads the certificates again.
struct Certificates {
    files: Files,
    config: Arc<ArcSwap<ServerConfig>>,
}

impl Source for Certificates {
    fn what(&self) -> &'static str {
        "certificates of TLS"
    }

    fn files(&self) -> Vec<PathBuf> {
        let Files { cert, key, client_ca, protocol: _ } = self.files.clone();
        [cert, key].into_iter().chain(client_ca).collect()
    }

    fn reload(&mut self) -> Result<(), String> {
        self.config.store(Arc::new(read(&self.files)?));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey, generate_simple_self_signed};

    use super::*;

    /// Writes a certificate, of which nobody else knows the key, and its key.
    fn certify(files: &Files) {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(&files.cert, cert.pem()).unwrap();
        std::fs::write(&files.key, signing_key.serialize_pem()).unwrap();
    }

    #[test]
    fn what_is_read_again_counts_unless_it_is_of_no_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let files = Files {
            cert: path("cert.pem"),
            key: path("key.pem"),
            client_ca: Some(path("cert.pem")),
            protocol: Protocol::Http2,
        };
        certify(&files);
        let tls = Tls::load(files.clone(), &[], Duration::from_secs(5)).unwrap();
        let mut source = tls.source();
        let first = tls.config.load_full();
        assert_eq!(first.alpn_protocols, [b"h2"]);
        std::fs::write(&files.cert, "no certificate").unwrap();
        assert!(source.reload().unwrap_err().contains("cert.pem"));
        assert!(Arc::ptr_eq(&tls.config.load_full(), &first));
        certify(&files);
        source.reload().unwrap();
        let second = tls.config.load_full();
        assert!(!Arc::ptr_eq(&second, &first));
        let key = std::fs::read(&files.key).unwrap();
        certify(&files);
        std::fs::write(&files.key, key).unwrap();
        let reason = source.reload().unwrap_err();
        assert!(reason.contains("no certificate and its key"), "the key of another certificate: {reason}");
        assert!(Arc::ptr_eq(&tls.config.load_full(), &second));
    }
}
