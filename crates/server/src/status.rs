//! The only place that says to a client that a call failed.
//!
//! Every failure has a reason of `error_reason.proto`. A unary call carries it in its gRPC status, with an `ErrorInfo`, with
//! a `BadRequest` that names the fields that are wrong (and what is needed to say so in another language: [`tamis_api::violations`]), and with a
//! `RetryInfo` where asking again may help. A batch and a
//! stream carry it as an [`EvaluateError`] beside the answers.
//!
//! A status travels in HTTP/2 trailers, which most clients accept up to 8 KiB and drop the connection or the details
//! beyond. What is said is therefore bounded here, whatever a request held: [`VIOLATIONS_BYTES_MAX`], [`MESSAGE_BYTES_MAX`].

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use tamis_api::v1::{ErrorReason, EvaluateError, FieldViolation};
use tamis_engine::diagnostic::is_as_listed;
use tamis_engine::{Diagnostic, Severity};
use tonic::metadata::AsciiMetadataValue;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::identity::Role;

/// The domain of every `ErrorInfo`.
const DOMAIN: &str = "tamis";

/// Bytes of the violations of one failure. In base64, beside the message and the metadata, they stay within the 8 KiB of
/// trailers that grpc-core, grpc-java and their kin accept. Those that do not fit are counted in the metadata
/// `violations_left_out`; `ValidateWorkflow` answers with all findings in its body.
const VIOLATIONS_BYTES_MAX: usize = 4_096;
/// Bytes that the encoding of a violation takes beside its texts, in the standard's message and in the contract's, at most.
const FRAME_BYTES: usize = 16;
/// Bytes that the encoding of a parameter takes beside its texts, as long as these have at most 127 bytes each.
const PARAMETER_FRAME_BYTES: usize = 6;
/// Bytes of one violation's field, longer than any path of the contract without a caller's own id in it.
const FIELD_BYTES_MAX: usize = 256;
/// Bytes of one violation's description, which may quote what was given.
const DESCRIPTION_BYTES_MAX: usize = 512;
/// Bytes of a failure's message; percent-encoding may triple it.
const MESSAGE_BYTES_MAX: usize = 256;
/// Bytes of one value of the metadata, which may quote what was given.
const METADATA_BYTES_MAX: usize = 256;

/// When a client may ask again after the store or the service was not available.
const RETRY_UNAVAILABLE: Duration = Duration::from_secs(1);
/// When a client may ask again for a revision that was not reached, having waited already.
const RETRY_REVISION: Duration = Duration::from_millis(200);

/// Why a call failed: one variant per reason.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// Fields of the request are wrong, or the message is none.
    InvalidRequest(Vec<Diagnostic>),
    /// The message is compressed.
    Compressed,
    /// There is no such rpc.
    UnknownRpc,
    /// No credential is presented, or none that is good.
    Unauthenticated,
    /// The role of whoever calls does not allow this.
    PermissionDenied { role: Role, role_wanted: Role },
    /// The caller is not bound to an account that the call would make, or give others access to.
    NotBound { account_id: String },
    /// There is no such key.
    KeyNotFound { key_id: String },
    /// The account was never at a revision, or was deleted then.
    RevisionNotFound { account_id: String, revision: u64 },
    /// The definition of a workflow or of an account does not compile.
    InvalidDefinition(Vec<Diagnostic>),
    /// There is no such account.
    AccountNotFound { account_id: String },
    /// The account has no such workflow.
    WorkflowNotFound { account_id: String, workflow_id: String },
    /// There is an account with this id.
    AccountAlreadyExists { account_id: String },
    /// The account has a workflow with this id.
    WorkflowAlreadyExists { account_id: String, workflow_id: String },
    /// The etag is no longer the record's.
    EtagMismatch { etag: String, etag_wanted: String },
    /// The account is no longer at the expected revision.
    RevisionMismatch { revision: u64, expected_revision: u64 },
    /// `min_revision` was not reached before the deadline.
    RevisionNotReached { revision: u64, min_revision: u64 },
    /// A bound of the service would be exceeded.
    LimitExceeded { bound: Bound, limit: &'static str, limit_value: u64 },
    /// The account is asked more often than it may be.
    TooOften { limit: &'static str, limit_value: u64, retry_after: Duration },
    /// There is more to do than can be done.
    Overloaded { wait: Duration },
    /// The caller's deadline has passed.
    DeadlineExceeded,
    /// The service writes no log of decisions that it could read back.
    DecisionLogMissing,
    /// The store cannot be read or written now, or has not been read yet.
    StoreUnavailable { message: String },
    /// A fault of the service. What it was is in the log, and not for the client.
    Internal,
}

/// What a bound is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// On what the account holds: removing something makes room.
    Stored,
    /// On what one call may take: asking for less helps.
    Call,
}

impl Failure {
    /// Fields of the request are wrong: these findings tell which, each with its path.
    pub(crate) fn invalid_request(findings: Vec<Diagnostic>) -> Self {
        Self::InvalidRequest(findings)
    }

    /// One field of the request is wrong.
    pub(crate) fn invalid_field(
        code: &'static str,
        field: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::InvalidRequest(vec![Diagnostic::error(code, field, message)])
    }

    /// What was sent is no message of the kind that is wanted.
    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::invalid_field("malformed", "", message)
    }

    /// The message is not what the rpc takes, or no message at all.
    pub(crate) fn unreadable() -> Self {
        Self::malformed("the message cannot be read: it is none of those that this rpc takes")
    }

    /// The definition of a workflow or of an account does not compile: these findings tell why, each with its path.
    pub(crate) fn invalid_definition(findings: Vec<Diagnostic>) -> Self {
        Self::InvalidDefinition(findings)
    }

    /// There is no such account.
    pub(crate) fn account_not_found(account_id: impl Into<String>) -> Self {
        Self::AccountNotFound { account_id: account_id.into() }
    }

    /// The account has no such workflow.
    pub(crate) fn workflow_not_found(account_id: impl Into<String>, workflow_id: impl Into<String>) -> Self {
        Self::WorkflowNotFound { account_id: account_id.into(), workflow_id: workflow_id.into() }
    }

    /// There is an account with this id.
    pub(crate) fn account_already_exists(account_id: impl Into<String>) -> Self {
        Self::AccountAlreadyExists { account_id: account_id.into() }
    }

    /// The account has a workflow with this id.
    pub(crate) fn workflow_already_exists(
        account_id: impl Into<String>,
        workflow_id: impl Into<String>,
    ) -> Self {
        Self::WorkflowAlreadyExists { account_id: account_id.into(), workflow_id: workflow_id.into() }
    }

    /// The etag that was sent is no longer the record's.
    pub(crate) fn etag_mismatch(etag: impl Into<String>, etag_wanted: impl Into<String>) -> Self {
        Self::EtagMismatch { etag: etag.into(), etag_wanted: etag_wanted.into() }
    }

    /// The account is no longer at the expected revision.
    pub(crate) fn revision_mismatch(revision: u64, expected_revision: u64) -> Self {
        Self::RevisionMismatch { revision, expected_revision }
    }

    /// The account did not reach a revision before the deadline.
    pub(crate) fn revision_not_reached(revision: u64, min_revision: u64) -> Self {
        Self::RevisionNotReached { revision, min_revision }
    }

    /// What the account holds would exceed a bound.
    pub(crate) fn limit_exceeded(limit: &'static str, limit_value: u64) -> Self {
        Self::LimitExceeded { bound: Bound::Stored, limit, limit_value }
    }

    /// The call takes more than one may.
    pub(crate) fn call_too_large(limit: &'static str, limit_value: u64) -> Self {
        Self::LimitExceeded { bound: Bound::Call, limit, limit_value }
    }

    /// The account is asked more often than it may be, until then.
    pub(crate) fn too_often(limit: &'static str, limit_value: u64, retry_after: Duration) -> Self {
        Self::TooOften { limit, limit_value, retry_after }
    }

    /// There is more to do than can be done: calls wait for so long.
    pub(crate) fn overloaded(wait: Duration) -> Self {
        Self::Overloaded { wait }
    }

    /// The caller's deadline has passed, so that nothing was done.
    pub(crate) fn deadline_exceeded() -> Self {
        Self::DeadlineExceeded
    }

    /// The store cannot be read or written now; nothing was stored.
    pub(crate) fn store_unavailable(message: impl Into<String>) -> Self {
        Self::StoreUnavailable { message: message.into() }
    }

    /// The service is still reading its accounts.
    pub(crate) fn loading() -> Self {
        Self::store_unavailable("the service is still loading its accounts")
    }

    /// A fault of the service: logged here, and kept from the client.
    pub(crate) fn internal(fault: impl fmt::Display) -> Self {
        tracing::error!(%fault, "a call failed by a fault of the service");
        Self::Internal
    }

    /// No credential is presented, or none that is good. Which of the two, and why, is for the log alone.
    pub(crate) fn unauthenticated() -> Self {
        Self::Unauthenticated
    }

    /// A greater role is needed.
    pub(crate) fn permission_denied(role: Role, role_wanted: Role) -> Self {
        Self::PermissionDenied { role, role_wanted }
    }

    /// The caller is not bound to this account, whether there is one or not.
    pub(crate) fn not_bound(account_id: impl Into<String>) -> Self {
        Self::NotBound { account_id: account_id.into() }
    }

    /// There is no such key.
    pub(crate) fn key_not_found(key_id: impl Into<String>) -> Self {
        Self::KeyNotFound { key_id: key_id.into() }
    }

    /// The account was never at this revision, or was deleted then.
    pub(crate) fn revision_not_found(account_id: impl Into<String>, revision: u64) -> Self {
        Self::RevisionNotFound { account_id: account_id.into(), revision }
    }

    /// The gRPC code.
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::InvalidRequest(_) | Self::InvalidDefinition(_) => Code::InvalidArgument,
            Self::Compressed | Self::UnknownRpc => Code::Unimplemented,
            Self::Unauthenticated => Code::Unauthenticated,
            Self::PermissionDenied { .. } | Self::NotBound { .. } => Code::PermissionDenied,
            Self::AccountNotFound { .. }
            | Self::WorkflowNotFound { .. }
            | Self::KeyNotFound { .. }
            | Self::RevisionNotFound { .. } => Code::NotFound,
            Self::AccountAlreadyExists { .. } | Self::WorkflowAlreadyExists { .. } => Code::AlreadyExists,
            Self::EtagMismatch { .. } | Self::RevisionMismatch { .. } => Code::Aborted,
            Self::RevisionNotReached { .. }
            | Self::LimitExceeded { bound: Bound::Stored, .. }
            | Self::DecisionLogMissing => Code::FailedPrecondition,
            Self::LimitExceeded { bound: Bound::Call, .. }
            | Self::TooOften { .. }
            | Self::Overloaded { .. } => Code::ResourceExhausted,
            Self::DeadlineExceeded => Code::DeadlineExceeded,
            Self::StoreUnavailable { .. } => Code::Unavailable,
            Self::Internal => Code::Internal,
        }
    }

    /// The reason.
    pub(crate) fn reason(&self) -> ErrorReason {
        match self {
            Self::InvalidRequest(_) | Self::Compressed | Self::UnknownRpc => ErrorReason::InvalidRequest,
            Self::Unauthenticated => ErrorReason::Unauthenticated,
            Self::PermissionDenied { .. } | Self::NotBound { .. } => ErrorReason::PermissionDenied,
            Self::KeyNotFound { .. } => ErrorReason::KeyNotFound,
            Self::RevisionNotFound { .. } => ErrorReason::RevisionNotFound,
            Self::DecisionLogMissing => ErrorReason::DecisionLogMissing,
            Self::InvalidDefinition(_) => ErrorReason::InvalidDefinition,
            Self::AccountNotFound { .. } => ErrorReason::AccountNotFound,
            Self::WorkflowNotFound { .. } => ErrorReason::WorkflowNotFound,
            Self::AccountAlreadyExists { .. } => ErrorReason::AccountAlreadyExists,
            Self::WorkflowAlreadyExists { .. } => ErrorReason::WorkflowAlreadyExists,
            Self::EtagMismatch { .. } => ErrorReason::EtagMismatch,
            Self::RevisionMismatch { .. } => ErrorReason::RevisionMismatch,
            Self::RevisionNotReached { .. } => ErrorReason::RevisionNotReached,
            Self::LimitExceeded { .. } | Self::TooOften { .. } => ErrorReason::LimitExceeded,
            Self::Overloaded { .. } => ErrorReason::Overloaded,
            Self::DeadlineExceeded => ErrorReason::DeadlineExceeded,
            Self::StoreUnavailable { .. } => ErrorReason::StoreUnavailable,
            Self::Internal => ErrorReason::Internal,
        }
    }

    /// What the failure is about, for programs; `left_out` is how many violations are not told.
    fn metadata(&self, left_out: usize) -> HashMap<String, String> {
        let pairs = match self {
            Self::InvalidRequest(_) | Self::InvalidDefinition(_) if left_out > 0 => {
                vec![("violations_left_out", left_out.to_string())]
            }
            Self::AccountNotFound { account_id }
            | Self::AccountAlreadyExists { account_id }
            | Self::NotBound { account_id } => {
                vec![("account_id", account_id.clone())]
            }
            Self::WorkflowNotFound { account_id, workflow_id }
            | Self::WorkflowAlreadyExists { account_id, workflow_id } => {
                vec![("account_id", account_id.clone()), ("workflow_id", workflow_id.clone())]
            }
            Self::EtagMismatch { etag, etag_wanted } => {
                vec![("etag", etag.clone()), ("etag_wanted", etag_wanted.clone())]
            }
            Self::RevisionMismatch { revision, expected_revision } => {
                vec![("revision", revision.to_string()), ("expected_revision", expected_revision.to_string())]
            }
            Self::RevisionNotReached { revision, min_revision } => {
                vec![("revision", revision.to_string()), ("min_revision", min_revision.to_string())]
            }
            Self::LimitExceeded { limit, limit_value, .. } | Self::TooOften { limit, limit_value, .. } => {
                vec![("limit", (*limit).to_owned()), ("limit_value", limit_value.to_string())]
            }
            Self::PermissionDenied { role, role_wanted } => {
                vec![("role", role.to_string()), ("role_wanted", role_wanted.to_string())]
            }
            Self::KeyNotFound { key_id } => vec![("key_id", key_id.clone())],
            Self::RevisionNotFound { account_id, revision } => {
                vec![("account_id", account_id.clone()), ("revision", revision.to_string())]
            }
            Self::InvalidRequest(_)
            | Self::InvalidDefinition(_)
            | Self::Compressed
            | Self::UnknownRpc
            | Self::Unauthenticated
            | Self::Overloaded { .. }
            | Self::DeadlineExceeded
            | Self::DecisionLogMissing
            | Self::StoreUnavailable { .. }
            | Self::Internal => vec![],
        };
        pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), shortened(&value, METADATA_BYTES_MAX)))
            .collect()
    }

    /// When asking again, unchanged, may help.
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RevisionNotReached { .. } => Some(RETRY_REVISION),
            Self::StoreUnavailable { .. } => Some(RETRY_UNAVAILABLE),
            Self::TooOften { retry_after, .. } => Some(*retry_after),
            // Those that wait are to be through by then.
            Self::Overloaded { wait } => Some(*wait * 2),
            _ => None,
        }
    }

    /// The fields that are wrong, as many as fit.
    fn violations(&self) -> Violations {
        let (Self::InvalidRequest(findings) | Self::InvalidDefinition(findings)) = self else {
            return Violations::default();
        };
        let mut violations = Violations::default();
        let mut bytes = 0;
        let of_fields =
            |finding: &&Diagnostic| finding.severity == Severity::Error && !finding.path.is_empty();
        debug_assert!(findings.iter().all(is_as_listed), "{findings:?}");
        for finding in findings.iter().filter(of_fields) {
            let field = shortened(&finding.path, FIELD_BYTES_MAX);
            let description = if finding.help.is_empty() {
                shortened(&finding.message, DESCRIPTION_BYTES_MAX)
            } else {
                shortened(&format!("{} ({})", finding.message, finding.help), DESCRIPTION_BYTES_MAX)
            };
            let parameters: HashMap<String, String> =
                finding.parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            // The code stands in the status twice, as the `reason` of the standard's violation too.
            bytes += FRAME_BYTES + field.len() + description.len() + 2 * finding.code.len();
            let framed = |(name, value): (&String, &String)| PARAMETER_FRAME_BYTES + name.len() + value.len();
            bytes += parameters.iter().map(framed).sum::<usize>();
            if bytes > VIOLATIONS_BYTES_MAX {
                violations.left_out += 1;
            } else {
                let code = finding.code.to_owned();
                violations.fields.push(FieldViolation { field, description, code, parameters });
            }
        }
        violations
    }

    /// What is wrong, for people.
    fn message(&self) -> String {
        shortened(&self.to_string(), MESSAGE_BYTES_MAX)
    }
}

/// The fields that are wrong.
#[derive(Debug, Default)]
struct Violations {
    /// Those that fit into [`VIOLATIONS_BYTES_MAX`], in order.
    fields: Vec<FieldViolation>,
    /// How many more there are.
    left_out: usize,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(findings) => write_findings(f, "the request is not valid", findings),
            Self::InvalidDefinition(findings) => {
                write_findings(f, "the definition does not compile", findings)
            }
            Self::Compressed => {
                f.write_str("the message is compressed, which is not supported; send it as it is")
            }
            Self::UnknownRpc => f.write_str("there is no such rpc"),
            Self::Unauthenticated => f.write_str(
                "a good credential is wanted, as `authorization: Bearer …`; there is none, or it is unknown, expired or revoked",
            ),
            Self::PermissionDenied { role, role_wanted } => {
                write!(f, "the role `{role_wanted}` is wanted for this, and the caller has `{role}`")
            }
            Self::NotBound { account_id } => {
                write!(f, "the caller is not bound to the account `{account_id}`")
            }
            Self::KeyNotFound { key_id } => write!(f, "there is no key `{key_id}`"),
            Self::RevisionNotFound { account_id, revision } => write!(
                f,
                "the account `{account_id}` was never at revision {revision}, or was deleted then; its history tells which \
                 revisions it has"
            ),
            Self::DecisionLogMissing => f.write_str(
                "this service writes no log of decisions to a file; start it with `--decision-log` and the name of one",
            ),
            Self::AccountNotFound { account_id } => write!(f, "there is no account `{account_id}`"),
            Self::WorkflowNotFound { account_id, workflow_id } => {
                write!(f, "the account `{account_id}` has no workflow `{workflow_id}`")
            }
            Self::AccountAlreadyExists { account_id } => {
                write!(f, "there is an account `{account_id}` already")
            }
            Self::WorkflowAlreadyExists { account_id, workflow_id } => {
                write!(f, "the account `{account_id}` has a workflow `{workflow_id}` already")
            }
            Self::EtagMismatch { etag, etag_wanted } => write!(
                f,
                "somebody else wrote in between: the record's etag is `{etag}`, not `{etag_wanted}`; read it again and repeat"
            ),
            Self::RevisionMismatch { revision, expected_revision } => write!(
                f,
                "somebody else wrote in between: the account is at revision {revision}, not {expected_revision}; \
                 read it again and repeat"
            ),
            Self::RevisionNotReached { revision, min_revision } => {
                write!(
                    f,
                    "the account is at revision {revision}, and did not reach {min_revision} before the deadline"
                )
            }
            Self::LimitExceeded { limit, limit_value, .. } => {
                write!(f, "a bound would be exceeded: `{limit}` is {limit_value} at most")
            }
            Self::TooOften { limit, limit_value, .. } => {
                write!(f, "the account is asked too often: `{limit}` is {limit_value} at most")
            }
            Self::Overloaded { wait } => write!(
                f,
                "there is more to do than can be done, and calls wait for {} ms; ask again later, or another replica",
                wait.as_millis()
            ),
            Self::DeadlineExceeded => f.write_str("the deadline passed while the call waited; nothing was done"),
            Self::StoreUnavailable { message } => f.write_str(message),
            Self::Internal => f.write_str("a fault of the service; its log has the details"),
        }
    }
}

impl std::error::Error for Failure {}

/// The first finding that is an error, and how many more there are.
fn write_findings(f: &mut fmt::Formatter<'_>, what: &str, findings: &[Diagnostic]) -> fmt::Result {
    f.write_str(what)?;
    let mut errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    if let Some(first) = errors.next() {
        let first = match &*first.path {
            "" => first.message.clone(),
            path => format!("{path}: {}", first.message),
        };
        write!(f, ": {}", shortened(&first, MESSAGE_BYTES_MAX / 2))?;
        let more = errors.count();
        if more > 0 {
            write!(f, " (and {more} more)")?;
        }
    }
    Ok(())
}

/// The text, cut at the end of a character, with a mark, if it is longer than so many bytes.
fn shortened(text: &str, bytes_max: usize) -> String {
    const MARK: &str = "…";
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(bytes_max.saturating_sub(MARK.len()));
    let (kept, _) = text.split_at(end);
    format!("{kept}{MARK}")
}

impl From<Failure> for Status {
    fn from(failure: Failure) -> Self {
        let reason = failure.reason().as_str_name();
        let reason = reason.strip_prefix("ERROR_REASON_").unwrap_or(reason);
        let Violations { fields: violations, left_out } = failure.violations();
        let mut details = ErrorDetails::with_error_info(reason, DOMAIN, failure.metadata(left_out));
        let standard = violations.iter().map(|violation| tonic_types::FieldViolation {
            reason: violation.code.to_ascii_uppercase(),
            ..tonic_types::FieldViolation::new(&violation.field, &violation.description)
        });
        let standard: Vec<_> = standard.collect();
        if !standard.is_empty() {
            details.set_bad_request(standard);
        }
        if let Some(delay) = failure.retry_after() {
            details.set_retry_info(Some(delay));
        }
        let mut status = Self::with_error_details(failure.code(), failure.message(), details);
        if !violations.is_empty() {
            status = tamis_api::violations::add(&status, violations);
        }
        if failure == Failure::Compressed {
            status.metadata_mut().insert("grpc-accept-encoding", AsciiMetadataValue::from_static("identity"));
        }
        status
    }
}

impl From<Failure> for EvaluateError {
    fn from(failure: Failure) -> Self {
        Self {
            code: i32::from(failure.code()),
            reason: i32::from(failure.reason()),
            message: failure.message(),
            violations: failure.violations().fields,
        }
    }
}

#[cfg(test)]
mod tests;
