//! Encryption, for an address that asks for it.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// What encrypts a connection and makes sure of the server, if the address has `sslmode=require`; nothing for any other:
/// servers are often installed with a certificate that nobody can make sure of.
///
/// The certificates that are trusted are the system's, or those of the file that `SSL_CERT_FILE` names.
///
/// # Errors
/// Why there is nothing to make sure of the server by.
pub(super) fn connector(config: &Config) -> Result<Option<MakeRustlsConnect>, String> {
    if config.get_ssl_mode() != SslMode::Require {
        return Ok(None);
    }
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (trusted, _) = roots.add_parsable_certificates(found.certs);
    if trusted == 0 {
        let errors: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        return Err(format!(
            "no certificates are there to make sure of the server by: {}",
            errors.join("; ")
        ));
    }
    // Named, so that it does not depend on what else in the process encrypts, and by what.
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    Ok(Some(MakeRustlsConnect::new(config)))
}
