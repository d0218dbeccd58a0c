//! Options of encryption and authentication.

use std::path::PathBuf;

use clap::Args;
use tamis_server::ClientRole;

/// Options of `serve` about encryption and authentication.
#[derive(Debug, Args)]
#[command(next_help_heading = "Encryption and authentication")]
pub(crate) struct SecurityArgs {
    /// File with the service's certificates in PEM, its own first. With it, every TCP address speaks TLS. Read again when it
    /// changes, and on SIGHUP, as are all files named here.
    #[arg(long, value_name = "FILE", env = "TAMIS_TLS_CERT")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// File with the private key of its own in PEM.
    #[arg(long, value_name = "FILE", env = "TAMIS_TLS_KEY")]
    pub(crate) tls_key: Option<PathBuf>,
    /// File with authorities in PEM, one of which must have signed the certificate that each client shows.
    #[arg(long, value_name = "FILE", env = "TAMIS_TLS_CLIENT_CA")]
    pub(crate) tls_client_ca: Option<PathBuf>,
    /// Take calls only of those who present a good credential: a key of the store, or what is named below. Naming any of
    /// that says so too.
    #[arg(long, env = "TAMIS_AUTHENTICATE", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) authenticate: Option<bool>,
    /// File with a key that may do everything, to make the first keys of the store with.
    #[arg(long, value_name = "FILE", env = "TAMIS_ADMIN_KEY_FILE")]
    pub(crate) admin_key_file: Option<PathBuf>,
    /// What the bearers of clients' certificates may do: a name, a role and accounts, such as `CN=backend evaluate shop,other`
    /// or `URI=spiffe://shop.example/panel edit *`. May be repeated; the environment's are parted by semicolons.
    #[arg(long, value_name = "ROLE", env = "TAMIS_CLIENT_ROLE", value_delimiter = ';')]
    pub(crate) client_role: Option<Vec<ClientRole>>,
    /// Issuer whose JSON Web Tokens are taken.
    #[arg(long, value_name = "NAME", env = "TAMIS_JWT_ISSUER")]
    pub(crate) jwt_issuer: Option<String>,
    /// Audience that the tokens must be meant for.
    #[arg(long, value_name = "NAME", env = "TAMIS_JWT_AUDIENCE")]
    pub(crate) jwt_audience: Option<String>,
    /// File with the issuer's public keys, a JWKS.
    #[arg(long, value_name = "FILE", env = "TAMIS_JWT_JWKS")]
    pub(crate) jwt_jwks: Option<PathBuf>,
    /// Claim of the tokens that has the role, or a list of them. [default: tamis_role]
    #[arg(long, value_name = "NAME", env = "TAMIS_JWT_ROLE_CLAIM")]
    pub(crate) jwt_role_claim: Option<String>,
    /// Claim of the tokens that has the ids of the accounts, or `*` for all. [default: tamis_accounts]
    #[arg(long, value_name = "NAME", env = "TAMIS_JWT_ACCOUNTS_CLAIM")]
    pub(crate) jwt_accounts_claim: Option<String>,
    /// Listen on an address that others can reach although calls are not encrypted.
    #[arg(long, env = "TAMIS_INSECURE_PLAINTEXT", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) insecure_plaintext: Option<bool>,
    /// Listen on an address that others can reach although nobody is asked who they are.
    #[arg(long, env = "TAMIS_INSECURE_ANONYMOUS", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) insecure_anonymous: Option<bool>,
}

/// Where the server is, how to know it, and who calls it.
#[derive(Debug, Args)]
pub(crate) struct ServerArgs {
    /// Address of the server, such as `http://127.0.0.1:7171`, `https://tamis.example` or `unix:/run/tamis.sock`.
    #[arg(long, value_name = "ADDR", env = "TAMIS_SERVER", default_value = super::DEFAULT_SERVER)]
    pub(crate) server: String,
    /// Seconds to wait for an answer.
    #[arg(long, value_name = "SECONDS", env = "TAMIS_TIMEOUT", default_value = "30")]
    pub(crate) timeout: std::num::NonZeroU64,
    /// File with the key or token to present; the environment's `TAMIS_KEY` has it itself.
    #[arg(long, value_name = "FILE", env = "TAMIS_KEY_FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// File with the authorities in PEM, one of which must have signed the server's certificate. [default: the system's]
    #[arg(long, value_name = "FILE", env = "TAMIS_CA")]
    pub(crate) ca: Option<PathBuf>,
    /// Name that the server's certificate must have. [default: that of its address]
    #[arg(long, value_name = "NAME", env = "TAMIS_SERVER_NAME")]
    pub(crate) server_name: Option<String>,
    /// File with a certificate in PEM to show the server.
    #[arg(long, value_name = "FILE", env = "TAMIS_CLIENT_CERT", requires = "client_key")]
    pub(crate) client_cert: Option<PathBuf>,
    /// File with the private key of that certificate in PEM.
    #[arg(long, value_name = "FILE", env = "TAMIS_CLIENT_KEY", requires = "client_cert")]
    pub(crate) client_key: Option<PathBuf>,
}

impl ServerArgs {
    /// The flags that name the same server to another command, without those that say what goes without saying.
    pub(crate) fn flags(&self) -> Vec<String> {
        let text = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let server = (self.server != super::DEFAULT_SERVER).then(|| self.server.clone());
        let flags = [
            ("--server", server),
            ("--key-file", text(&self.key_file)),
            ("--ca", text(&self.ca)),
            ("--server-name", self.server_name.clone()),
            ("--client-cert", text(&self.client_cert)),
            ("--client-key", text(&self.client_key)),
        ];
        flags.into_iter().filter_map(|(flag, value)| Some([flag.to_owned(), value?])).flatten().collect()
    }

    /// A server at an address that asks nobody who they are.
    pub(crate) fn open(server: String, timeout: std::num::NonZeroU64) -> Self {
        Self {
            server,
            timeout,
            key_file: None,
            ca: None,
            server_name: None,
            client_cert: None,
            client_key: None,
        }
    }
}
