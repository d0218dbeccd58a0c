//! Who calls, and what they may do.
//!
//! A call presents a credential: an API key ([`keys`]) or a JSON Web Token ([`jwt`]) in its header `authorization`, or its
//! connection does, by a certificate ([`certificate`]). The [`gate`] makes an [`Identity`] of it, once per thread and
//! credential, and looks up what the rpc needs ([`rpcs`]). What is left to the handlers is the account, which stands in the
//! message: they ask [`Access`].
//!
//! An account that a caller is not bound to is looked up as one that nobody has, by the same code, so that neither an answer
//! nor the time that it takes tells whether it exists.

pub(crate) mod certificate;
pub(crate) mod gate;
pub(crate) mod jwt;
pub(crate) mod keys;
pub(crate) mod refusals;
pub(crate) mod reload;
pub(crate) mod rpcs;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use tamis_api::v1;
use tamis_engine::limits::ID_CHARS_MAX;

use crate::identity::refusals::REFUSALS;
use crate::status::Failure;

/// Bytes of the name of an identity in revisions: fits an e-mail address or a URL.
const NAME_BYTES_MAX: usize = 200;
/// The id that stands for an account that a caller may not see. No account has it, as no id is empty.
const NO_ACCOUNT: &str = "";

/// What a caller may do in its accounts. Each may do what the one before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Calls `DecisionService`.
    Evaluate,
    /// Calls `WorkflowService`, `AuditService` and `ObservationService`, and reads accounts.
    Edit,
    /// Writes accounts, and keeps keys.
    Admin,
}

/// A text that is no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no role; want `evaluate`, `edit` or `admin`")]
pub struct RoleError(String);

impl Role {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Evaluate => "evaluate",
            Self::Edit => "edit",
            Self::Admin => "admin",
        }
    }

    /// As the contract writes it.
    pub fn to_wire(self) -> v1::Role {
        match self {
            Self::Evaluate => v1::Role::Evaluate,
            Self::Edit => v1::Role::Edit,
            Self::Admin => v1::Role::Admin,
        }
    }

    /// What the contract wrote; `None` if that is no role.
    pub(crate) fn from_wire(role: i32) -> Option<Self> {
        match v1::Role::try_from(role).ok()? {
            v1::Role::Unspecified => None,
            v1::Role::Evaluate => Some(Self::Evaluate),
            v1::Role::Edit => Some(Self::Edit),
            v1::Role::Admin => Some(Self::Admin),
        }
    }
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        let all = [Self::Evaluate, Self::Edit, Self::Admin];
        all.into_iter().find(|role| role.name() == text).ok_or_else(|| RoleError(text.to_owned()))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The accounts that a caller is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accounts {
    /// All of them, those included that are made later.
    All,
    /// Those with these ids.
    Named(BTreeSet<String>),
}

impl Accounts {
    /// Whether this account is among them.
    pub(crate) fn has(&self, account_id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(ids) => ids.contains(account_id),
        }
    }

    /// Whether all of the others are among them.
    pub(crate) fn cover(&self, others: &Self) -> bool {
        match (self, others) {
            (Self::All, _) => true,
            (Self::Named(_), Self::All) => false,
            (Self::Named(ids), Self::Named(others)) => others.is_subset(ids),
        }
    }
}

/// A caller whose credential was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// What revisions and the log call it: its kind, a colon, and a name of that kind.
    pub(crate) name: String,
    /// What it may do.
    pub(crate) role: Role,
    /// Where.
    pub(crate) accounts: Accounts,
    /// From when on it may no longer.
    pub(crate) expires: Option<Timestamp>,
}

impl Identity {
    /// An identity of a kind, whose name is cut where it is too long.
    pub(crate) fn new(
        kind: &str,
        name: &str,
        role: Role,
        accounts: Accounts,
        expires: Option<Timestamp>,
    ) -> Self {
        let mut name = format!("{kind}:{}", printable(name));
        name.truncate(name.floor_char_boundary(NAME_BYTES_MAX));
        Self { name, role, accounts, expires }
    }
}

/// A name without characters that could break a line of a log.
fn printable(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// What a call may do. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Access(Kind);

#[derive(Clone, Debug)]
enum Kind {
    /// Nothing, wherever something is asked for that not everybody may.
    Nobody,
    /// Everything, as the service asks nobody who they are.
    Open,
    /// What this identity may.
    Of(Arc<Identity>),
}

impl Access {
    /// That of a call to a service that asks nobody who they are.
    pub(crate) const OPEN: Self = Self(Kind::Open);
    /// That of a call that presents nothing.
    pub(crate) const NOBODY: Self = Self(Kind::Nobody);

    /// That of an identity.
    pub(crate) fn of(identity: Arc<Identity>) -> Self {
        Self(Kind::Of(identity))
    }

    /// That of a request, as the gate left it. One that has not come through the gate may do nothing.
    pub(crate) fn from_request<T>(request: &tonic::Request<T>) -> Self {
        request.extensions().get().cloned().unwrap_or(Self::NOBODY)
    }

    /// Whether it may know of this account.
    pub(crate) fn sees(&self, account_id: &str) -> bool {
        match &self.0 {
            Kind::Nobody => false,
            Kind::Open => true,
            Kind::Of(identity) => identity.accounts.has(account_id),
        }
    }

    /// The account, or the id of one that nobody has if this may not know of it: looking that up takes the steps that looking
    /// up any missing account does.
    pub(crate) fn visible<'a>(&self, account_id: &'a str) -> &'a str {
        if self.sees(account_id) {
            return account_id;
        }
        // Whether there is such an account makes no difference here either.
        self.log_foreign(account_id);
        NO_ACCOUNT
    }

    /// Goes on if this may make an account of this id.
    ///
    /// # Errors
    /// It has not the role, or is not bound to the account, whether there is one or not.
    pub(crate) fn require_creation(&self, account_id: &str) -> Result<(), Failure> {
        self.require(Role::Admin)?;
        if self.sees(account_id) {
            return Ok(());
        }
        self.log_foreign(account_id);
        Err(Failure::not_bound(account_id))
    }

    /// Logs that an account was asked for that this may not know of.
    pub(crate) fn log_foreign(&self, account_id: &str) {
        REFUSALS.log(|left_out| {
            let identity = self.identity().map(|identity| identity.name.as_str()).unwrap_or_default();
            let account_id = account_id.get(..account_id.floor_char_boundary(ID_CHARS_MAX));
            tracing::warn!(
                identity,
                account_id,
                left_out,
                "refused an account that the caller is not bound to"
            );
        });
    }

    /// The accounts that it may know of.
    pub(crate) fn accounts(&self) -> Accounts {
        match &self.0 {
            Kind::Nobody => Accounts::Named(BTreeSet::new()),
            Kind::Open => Accounts::All,
            Kind::Of(identity) => identity.accounts.clone(),
        }
    }

    /// Who this is, if the service asked.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        match &self.0 {
            Kind::Nobody | Kind::Open => None,
            Kind::Of(identity) => Some(identity),
        }
    }

    /// Goes on if its role is this one or a greater one.
    ///
    /// # Errors
    /// It is a lesser one.
    pub(crate) fn require(&self, wanted: Role) -> Result<(), Failure> {
        match &self.0 {
            Kind::Nobody => Err(Failure::unauthenticated()),
            Kind::Open => Ok(()),
            Kind::Of(identity) if identity.role >= wanted => Ok(()),
            Kind::Of(identity) => Err(Failure::permission_denied(identity.role, wanted)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(ids: &[&str]) -> Accounts {
        Accounts::Named(ids.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn accounts_cover_what_is_among_them() {
        for (accounts, others, covered) in [
            (Accounts::All, Accounts::All, true),
            (Accounts::All, named(&["a"]), true),
            (named(&["a"]), Accounts::All, false),
            (named(&["a", "b"]), named(&["a"]), true),
            (named(&["a"]), named(&["a", "b"]), false),
            (named(&[]), named(&["a"]), false),
        ] {
            assert_eq!(accounts.cover(&others), covered, "{accounts:?} {others:?}");
        }
    }

    #[test]
    fn an_access_sees_what_its_identity_is_bound_to() {
        let shop = Identity::new("key", "k", Role::Edit, named(&["shop"]), None);
        let access = Access::of(Arc::new(shop));
        for (access, seen) in [(Access::OPEN, true), (Access::NOBODY, false), (access, false)] {
            assert_eq!(access.sees("other"), seen, "{access:?}");
            assert_eq!(access.visible("other"), if seen { "other" } else { "" });
        }
    }

    #[test]
    fn a_role_may_what_lesser_ones_may() {
        let roles = [Role::Evaluate, Role::Edit, Role::Admin];
        for (nth, role) in roles.into_iter().enumerate() {
            let access = Access::of(Arc::new(Identity::new("key", "k", role, Accounts::All, None)));
            let allowed: Vec<bool> = roles.iter().map(|wanted| access.require(*wanted).is_ok()).collect();
            assert_eq!(allowed, [true, nth >= 1, nth >= 2], "{role}");
            assert_eq!(role.name().parse(), Ok(role));
            assert_eq!(Role::from_wire(role.to_wire().into()), Some(role));
        }
        assert!("owner".parse::<Role>().is_err());
        assert_eq!(Role::from_wire(0), None);
        assert!(Access::NOBODY.require(Role::Evaluate).is_err());
    }

    #[test]
    fn a_name_fits_a_line_of_a_log() {
        let identity =
            Identity::new("jwt", &format!("a\nb{}", "é".repeat(200)), Role::Edit, Accounts::All, None);
        assert!(identity.name.starts_with("jwt:a\u{fffd}b") && identity.name.len() <= NAME_BYTES_MAX);
    }
}
