//! Who may reach the service, and how it knows them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tamis_engine::Diagnostic;

use crate::config::Listen;
use crate::identity::certificate::ClientRole;
use crate::identity::gate::AdminKey;
use crate::identity::jwt::{self, Verifier};
use crate::serve::tls::{Files, Protocol, Tls};

/// The claim that has the role unless said otherwise.
const ROLE_CLAIM: &str = "tamis_role";
/// The claim that has the accounts unless said otherwise.
const ACCOUNTS_CLAIM: &str = "tamis_accounts";

/// Encryption and authentication. Without any of it, the service encrypts nothing and asks nobody who they are, and serves
/// this machine alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// File with the service's certificates in PEM, its own first. With it, every TCP address speaks TLS.
    pub tls_cert: Option<PathBuf>,
    /// File with the private key of its own in PEM.
    pub tls_key: Option<PathBuf>,
    /// File with authorities in PEM, one of which must have signed the certificate that each client shows.
    pub tls_client_ca: Option<PathBuf>,
    /// Take calls only of those who present a good credential: a key of the store, or what is named below. Naming any of that
    /// says so too.
    pub authenticate: bool,
    /// File with a key that may do everything, to make the first keys of the store with.
    pub admin_key_file: Option<PathBuf>,
    /// The issuer whose tokens are taken.
    pub jwt_issuer: Option<String>,
    /// The audience that the tokens must be meant for.
    pub jwt_audience: Option<String>,
    /// File with the issuer's public keys (a JWKS).
    pub jwt_jwks: Option<PathBuf>,
    /// The claim of the tokens that has the role; `tamis_role` unless said.
    pub jwt_role_claim: Option<String>,
    /// The claim of the tokens that has the accounts; `tamis_accounts` unless said.
    pub jwt_accounts_claim: Option<String>,
    /// What the bearers of clients' certificates may do.
    pub client_roles: Vec<ClientRole>,
    /// Serve other machines without TLS: something else encrypts, or nothing needs to be kept from anybody.
    pub insecure_plaintext: bool,
    /// Serve other machines without asking who calls: something else keeps strangers out.
    pub insecure_anonymous: bool,
}

/// What the settings come to, with all of their files read.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    /// TLS, if it is wanted.
    pub(crate) tls: Option<Tls>,
    /// TLS for the console, by the same certificate. Browsers need none of their own: whoever looks at a page signs in.
    pub(crate) console_tls: Option<Tls>,
    /// Verifies tokens, if they are taken.
    pub(crate) tokens: Option<Verifier>,
    /// The administrator's key, if there is one.
    pub(crate) admin_key: Option<AdminKey>,
}

impl Security {
    /// Whether calls have to present a credential.
    pub fn authenticates(&self) -> bool {
        self.authenticate
            || self.admin_key_file.is_some()
            || !self.client_roles.is_empty()
            || self.jwt_issuer.is_some()
            || self.jwt_audience.is_some()
            || self.jwt_jwks.is_some()
    }

    /// Whether the keys of the store are all that callers are known by.
    pub(crate) fn takes_keys_alone(&self) -> bool {
        let Self { authenticate, admin_key_file, client_roles, jwt_jwks, .. } = self;
        *authenticate && admin_key_file.is_none() && client_roles.is_empty() && jwt_jwks.is_none()
    }

    /// Reads all of the files.
    ///
    /// # Errors
    /// All that is wrong with them, and with what names them.
    pub(crate) fn load(&self, handshake_timeout: Duration) -> Result<Credentials, Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let (tls, console_tls) = self.tls(handshake_timeout, &mut findings).unzip();
        let credentials = Credentials {
            tls,
            console_tls,
            tokens: self.tokens(&mut findings),
            admin_key: self
                .admin_key_file
                .as_ref()
                .and_then(|file| noted(AdminKey::load(file), "admin_key_file", &mut findings)),
        };
        if findings.is_empty() { Ok(credentials) } else { Err(findings) }
    }

    /// TLS for gRPC and for the console.
    fn tls(&self, handshake_timeout: Duration, findings: &mut Vec<Diagnostic>) -> Option<(Tls, Tls)> {
        let (cert, key) = (self.tls_cert.clone(), self.tls_key.clone());
        let client_ca = self.tls_client_ca.clone();
        if !self.client_roles.is_empty() && client_ca.is_none() {
            let message = "roles are given to certificates, and no authority of certificates is named";
            findings.push(Diagnostic::error("required", "tls_client_ca", message));
        }
        if cert.is_none() && key.is_none() && client_ca.is_none() {
            return None;
        }
        let cert = required(cert, "tls_cert", "TLS needs a certificate", findings);
        let key = required(key, "tls_key", "TLS needs the private key of its certificate", findings);
        let files = Files { cert: cert?, key: key?, client_ca, protocol: Protocol::Http2 };
        let pages = Files { client_ca: None, protocol: Protocol::Http1, ..files.clone() };
        let loaded = Tls::load(files, &self.client_roles, handshake_timeout)
            .and_then(|tls| Ok((tls, Tls::load(pages, &[], handshake_timeout)?)));
        noted(loaded, "tls_cert", findings)
    }

    fn tokens(&self, findings: &mut Vec<Diagnostic>) -> Option<Verifier> {
        let (issuer, audience) = (self.jwt_issuer.clone(), self.jwt_audience.clone());
        let jwks = self.jwt_jwks.clone();
        let is_named = issuer.is_some()
            || audience.is_some()
            || jwks.is_some()
            || self.jwt_role_claim.is_some()
            || self.jwt_accounts_claim.is_some();
        if !is_named {
            return None;
        }
        let issuer = required(issuer, "jwt_issuer", "tokens need an issuer who is trusted", findings);
        let audience = required(
            audience,
            "jwt_audience",
            "tokens need an audience, or those for others are good",
            findings,
        );
        let jwks = required(jwks, "jwt_jwks", "tokens need the public keys of their issuer", findings);
        let claim =
            |named: &Option<String>, default: &str| named.clone().unwrap_or_else(|| default.to_owned());
        let settings = jwt::Settings {
            issuer: issuer?,
            audience: audience?,
            jwks: jwks?,
            role_claim: claim(&self.jwt_role_claim, ROLE_CLAIM),
            accounts_claim: claim(&self.jwt_accounts_claim, ACCOUNTS_CLAIM),
        };
        noted(Verifier::load(settings), "jwt_jwks", findings)
    }

    /// What is wrong with all of this, for a service on these addresses, and a console on that one.
    pub(super) fn findings(&self, listens: &[Listen], console: Option<&Listen>) -> Vec<Diagnostic> {
        let grpc = listens.iter().map(|listen| ("listen", listen));
        let mut findings: Vec<Diagnostic> = grpc
            .chain(console.map(|listen| ("console", listen)))
            .filter_map(|(field, listen)| match listen {
                Listen::Tcp(address) if !address.ip().is_loopback() => Some((field, *address)),
                Listen::Tcp(_) | Listen::Unix(_) => None,
            })
            .flat_map(|(field, address)| self.reachable(field, address))
            .collect();
        findings.extend(self.load(Duration::ZERO).err().into_iter().flatten());
        findings
    }

    /// What is wrong with being reached by other machines.
    fn reachable(&self, field: &'static str, address: SocketAddr) -> Vec<Diagnostic> {
        let encrypts = self.tls_cert.is_some() || self.insecure_plaintext;
        let authenticates = self.authenticates() || self.insecure_anonymous;
        let checks = [
            (
                encrypts,
                "listen_plaintext",
                "and what is said would not be encrypted",
                "name `tls_cert` and `tls_key`, or say `insecure_plaintext` if something else encrypts",
            ),
            (
                authenticates,
                "listen_anonymous",
                "and the service would ask nobody who they are",
                "say `authenticate`, or `insecure_anonymous` if something else keeps strangers out",
            ),
        ];
        let wrong = checks.into_iter().filter(|(holds, ..)| !holds);
        wrong
            .map(|(_, code, why, help)| {
                let message = format!("{address} may be reached by other machines, {why}");
                Diagnostic::error(code, field, message).with_help(help)
            })
            .collect()
    }
}

fn required<T>(
    value: Option<T>,
    field: &'static str,
    message: &str,
    findings: &mut Vec<Diagnostic>,
) -> Option<T> {
    if value.is_none() {
        findings.push(Diagnostic::error("required", field, message));
    }
    value
}

fn noted<T>(loaded: Result<T, String>, field: &'static str, findings: &mut Vec<Diagnostic>) -> Option<T> {
    loaded.map_err(|reason| findings.push(Diagnostic::error("file_unusable", field, reason))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(security: &Security, listen: &str) -> Vec<(String, &'static str)> {
        let findings = security.findings(&[listen.parse().unwrap()], None);
        findings.into_iter().map(|finding| (finding.path, finding.code)).collect()
    }

    #[test]
    fn other_machines_need_encryption_and_authentication_or_be_said_not_to() {
        for (listen, plaintext, anonymous, authenticate, found) in [
            ("127.0.0.1:0", false, false, false, &[][..]),
            ("[::1]:7171", false, false, false, &[]),
            ("unix:/tmp/tamis.sock", false, false, false, &[]),
            ("0.0.0.0:7171", false, false, false, &["listen_plaintext", "listen_anonymous"]),
            ("[::]:7171", false, false, false, &["listen_plaintext", "listen_anonymous"]),
            ("192.168.1.2:7171", true, false, false, &["listen_anonymous"]),
            ("192.168.1.2:7171", false, true, false, &["listen_plaintext"]),
            ("192.168.1.2:7171", false, false, true, &["listen_plaintext"]),
            ("192.168.1.2:7171", true, false, true, &[]),
            ("192.168.1.2:7171", true, true, false, &[]),
        ] {
            let security = Security {
                insecure_plaintext: plaintext,
                insecure_anonymous: anonymous,
                authenticate,
                ..Security::default()
            };
            let codes: Vec<&str> = codes(&security, listen).into_iter().map(|(_, code)| code).collect();
            assert_eq!(codes, found, "{listen} {security:?}");
        }
    }

    #[test]
    fn what_is_missing_or_of_no_use_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            Some(path)
        };
        let security = Security {
            tls_cert: file("cert.pem", "no certificate"),
            tls_client_ca: file("ca.pem", ""),
            admin_key_file: file("admin.key", "short"),
            jwt_issuer: Some("https://issuer.example".to_owned()),
            jwt_jwks: file("jwks.json", "{}"),
            ..Security::default()
        };
        let found = codes(&security, "127.0.0.1:0");
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["tls_key", "jwt_audience", "admin_key_file"]);
        let security = Security {
            tls_key: file("key.pem", "no key"),
            jwt_audience: Some("tamis".to_owned()),
            ..security
        };
        let found = codes(&security, "127.0.0.1:0");
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["tls_cert", "jwt_jwks", "admin_key_file"]);
        let roles =
            Security { client_roles: vec!["CN=a evaluate b".parse().unwrap()], ..Security::default() };
        assert_eq!(codes(&roles, "127.0.0.1:0"), [("tls_client_ca".to_owned(), "required")]);
        assert!(roles.authenticates());
    }
}
