//! The settings of encryption and authentication.

use tamis_server::Security;

use crate::args::SecurityArgs;
use crate::config::File;
use crate::exit::misuse;

/// Settles on them.
///
/// # Errors
/// [`crate::exit::Misuse`] if it is said that nobody is to be asked who they are, and by what they are to be known.
pub(super) fn settle(file: &mut File, args: SecurityArgs) -> anyhow::Result<Security> {
    let authenticate = file.or(args.authenticate, "authenticate");
    let mut security = Security {
        tls_cert: file.or(args.tls_cert, "tls_cert"),
        tls_key: file.or(args.tls_key, "tls_key"),
        tls_client_ca: file.or(args.tls_client_ca, "tls_client_ca"),
        authenticate: authenticate.unwrap_or_default(),
        admin_key_file: file.or(args.admin_key_file, "admin_key_file"),
        jwt_issuer: file.or(args.jwt_issuer, "jwt_issuer"),
        jwt_audience: file.or(args.jwt_audience, "jwt_audience"),
        jwt_jwks: file.or(args.jwt_jwks, "jwt_jwks"),
        jwt_role_claim: file.or(args.jwt_role_claim, "jwt_role_claim"),
        jwt_accounts_claim: file.or(args.jwt_accounts_claim, "jwt_accounts_claim"),
        client_roles: file.or(args.client_role, "client_role").unwrap_or_default(),
        ..Security::default()
    };
    file.set(&mut security.insecure_plaintext, args.insecure_plaintext, "insecure_plaintext");
    file.set(&mut security.insecure_anonymous, args.insecure_anonymous, "insecure_anonymous");
    if authenticate == Some(false) && security.authenticates() {
        return Err(misuse(
            "authenticate: it is `false`, and other settings say by what callers are known; leave out one or the other",
        ));
    }
    Ok(security)
}
