//! Callers whose connection shows a certificate that the service's own authority signed (mTLS).

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Deserialize;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer as _;

use crate::identity::{Accounts, Identity, Role};

/// What stands for all accounts.
const ALL_ACCOUNTS: &str = "*";

/// What the bearers of certificates with a name may do. As text: the name, the role, and the accounts parted by commas or `*`
/// for all of them, with a space between each, such as `CN=backend evaluate shop,other` or
/// `URI=spiffe://shop.example/backend edit *`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ClientRole {
    name: Name,
    role: Role,
    accounts: Accounts,
}

/// A name that a certificate has.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    /// The common name of its subject.
    Common(String),
    /// An alternative name that is one of DNS.
    Dns(String),
    /// An alternative name that is a URI.
    Uri(String),
}

/// A text that does not say what the bearers of a certificate may do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` gives no role to a certificate; want its name, a role and accounts, such as `CN=backend evaluate shop,other` or \
     `URI=spiffe://shop.example/panel edit *`, with `CN=`, `DNS=` or `URI=` before the name"
)]
pub struct ClientRoleError(String);

impl FromStr for ClientRole {
    type Err = ClientRoleError;

    fn from_str(text: &str) -> Result<Self, ClientRoleError> {
        // From the right: a common name may have spaces in it, and nothing else can.
        let read = || {
            let (rest, accounts) = text.rsplit_once(' ')?;
            let (name, role) = rest.rsplit_once(' ')?;
            let (kind, name) = name.split_once('=').filter(|(_, name)| !name.is_empty())?;
            let name = match kind {
                "CN" => Name::Common(name.to_owned()),
                "DNS" => Name::Dns(name.to_ascii_lowercase()),
                "URI" => Name::Uri(name.to_owned()),
                _ => return None,
            };
            let accounts = match accounts {
                ALL_ACCOUNTS => Accounts::All,
                ids if ids.split(',').all(|id| !id.is_empty() && id != ALL_ACCOUNTS) => {
                    Accounts::Named(ids.split(',').map(str::to_owned).collect())
                }
                _ => return None,
            };
            Some(Self { name, role: role.parse().ok()?, accounts })
        };
        read().ok_or_else(|| ClientRoleError(text.to_owned()))
    }
}

impl TryFrom<String> for ClientRole {
    type Error = ClientRoleError;

    fn try_from(text: String) -> Result<Self, ClientRoleError> {
        text.parse()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Common(name) => write!(f, "CN={name}"),
            Self::Dns(name) => write!(f, "DNS={name}"),
            Self::Uri(name) => write!(f, "URI={name}"),
        }
    }
}

/// Who bears a certificate that TLS has verified: the first role that is given to one of its names counts. `None` if none is.
pub(crate) fn identity(certificate: &[u8], roles: &[ClientRole]) -> Option<Identity> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let names = names(&certificate);
    let ClientRole { name, role, accounts } = roles.iter().find(|role| names.contains(&role.name))?;
    let expires = Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?;
    Some(Identity::new("cert", &name.to_string(), *role, accounts.clone(), Some(expires)))
}

fn names(certificate: &X509Certificate<'_>) -> Vec<Name> {
    let common = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok());
    let mut names: Vec<Name> = common.map(|name| Name::Common(name.to_owned())).collect();
    if let Ok(Some(alternative)) = certificate.subject_alternative_name() {
        names.extend(alternative.value.general_names.iter().filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(Name::Dns(name.to_ascii_lowercase())),
            GeneralName::URI(name) => Some(Name::Uri((*name).to_owned())),
            _ => None,
        }));
    }
    names
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    use super::*;

    #[test]
    fn a_role_is_a_name_a_role_and_accounts() {
        for (text, valid) in [
            ("CN=backend evaluate shop", true),
            ("CN=our backend evaluate shop,other", true),
            ("DNS=panel.example edit *", true),
            ("URI=spiffe://shop.example/a:b admin a:b", true),
            ("CN=backend evaluate", false),
            ("CN= evaluate shop", false),
            ("backend evaluate shop", false),
            ("OU=backend evaluate shop", false),
            ("CN=backend owner shop", false),
            ("CN=backend evaluate shop,,other", false),
            ("CN=backend evaluate shop,*", false),
            ("CN=backend evaluate ", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<ClientRole>().is_ok(), valid, "{text}");
        }
    }

    #[test]
    fn a_certificate_has_the_first_role_that_one_of_its_names_is_given() {
        let mut parameters = CertificateParams::new(vec!["Panel.example".to_owned()]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, "our panel");
        parameters.subject_alt_names.push(SanType::URI("spiffe://shop.example/panel".try_into().unwrap()));
        parameters.not_after = rcgen::date_time_ymd(2100, 1, 1);
        let made = parameters.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let known = |roles: &[&str]| {
            let roles: Vec<ClientRole> = roles.iter().map(|role| role.parse().unwrap()).collect();
            identity(made.der(), &roles).map(|identity| (identity.name, identity.role))
        };
        for (roles, expected) in [
            (&["CN=our panel edit *"][..], Some(("cert:CN=our panel", Role::Edit))),
            (&["DNS=panel.EXAMPLE admin *"], Some(("cert:DNS=panel.example", Role::Admin))),
            (
                &["CN=panel edit *", "URI=spiffe://shop.example/panel evaluate a", "CN=our panel edit *"],
                Some(("cert:URI=spiffe://shop.example/panel", Role::Evaluate)),
            ),
            (&["CN=panel.example edit *", "DNS=our panel edit *", "URI=panel edit *"], None),
            (&[], None),
        ] {
            let expected = expected.map(|(name, role)| (name.to_owned(), role));
            assert_eq!(known(roles), expected, "{roles:?}");
        }
        let role = "CN=our panel edit *".parse().unwrap();
        let expires = identity(made.der(), &[role]).unwrap().expires;
        assert_eq!(expires, Some("2100-01-01T00:00:00Z".parse().unwrap()));
        assert_eq!(identity(b"no certificate", &[]), None);
    }
}
