//! Calling a server, and telling what it refused.

use std::fmt::Write as _;
use std::future::Future;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tamis_api::v1::account_service_client::AccountServiceClient;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tamis_api::v1::{ErrorReason, EvaluateError, FieldViolation};
use tamis_engine::{Diagnostic, Severity};
use tonic::Status;
use tonic::transport::{Channel, Endpoint};
use tonic_types::StatusExt as _;

use crate::args::ServerArgs;
use crate::exit::misuse;

/// How long a connection may take; a server that is there answers at once.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of the largest answer that is taken: far above what a server sends at once, and far below what hurts.
const ANSWER_BYTES_MAX: usize = 256 << 20;

/// Runs a command's calls to their end.
///
/// # Errors
/// Those of the calls, or the runtime cannot be started.
pub(crate) fn block_on<T>(calls: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?
        .block_on(calls)
}

/// A connection to the server.
///
/// # Errors
/// The address is not one, or nobody answers there.
pub(crate) async fn connect(args: &ServerArgs) -> anyhow::Result<Channel> {
    let address = address(&args.server)?;
    Endpoint::from_shared(address.clone())
        .map_err(|error| misuse(format!("--server: `{}` is not an address: {error}", args.server)))?
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(Duration::from_secs(args.timeout.get()))
        .connect()
        .await
        .with_context(|| format!("cannot reach a server at {address}"))
}

/// The address with its scheme, which may be left out.
fn address(server: &str) -> anyhow::Result<String> {
    if server.starts_with("unix:") {
        return Ok(server.to_owned());
    }
    match server.split_once("://") {
        None => Ok(format!("http://{server}")),
        Some(("http", _)) => Ok(server.to_owned()),
        Some((scheme, _)) => Err(misuse(format!(
            "--server: `{scheme}` is not a scheme that is spoken here; use `http` or `unix`"
        ))),
    }
}

/// A client for decisions.
pub(crate) fn decisions(channel: Channel) -> DecisionServiceClient<Channel> {
    DecisionServiceClient::new(channel).max_decoding_message_size(ANSWER_BYTES_MAX)
}

/// A client for workflows.
pub(crate) fn workflows(channel: Channel) -> WorkflowServiceClient<Channel> {
    WorkflowServiceClient::new(channel).max_decoding_message_size(ANSWER_BYTES_MAX)
}

/// A client for accounts.
pub(crate) fn accounts(channel: Channel) -> AccountServiceClient<Channel> {
    AccountServiceClient::new(channel).max_decoding_message_size(ANSWER_BYTES_MAX)
}

/// What a server's definition was converted to.
///
/// # Errors
/// It holds something that is not known here.
pub(crate) fn understood<T>((value, found): (T, Vec<Diagnostic>)) -> anyhow::Result<T> {
    let errors: Vec<String> = found
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| format!("\n  {finding}"))
        .collect();
    if errors.is_empty() {
        return Ok(value);
    }
    bail!(
        "the server's answer makes no sense here; the server may be of a later version:{}",
        errors.concat()
    );
}

/// What a failed call says, in the form in which it would be an answer among others.
pub(crate) fn error_of(status: &Status) -> EvaluateError {
    let details = status.get_error_details();
    let reason = details
        .error_info()
        .and_then(|info| ErrorReason::from_str_name(&format!("ERROR_REASON_{}", info.reason)))
        .unwrap_or(ErrorReason::Unspecified);
    let violations = details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default();
    let left_out = details.error_info().and_then(|info| info.metadata.get("violations_left_out"));
    let message = match left_out {
        Some(left_out) => format!("{}; {left_out} more violations are left out", status.message()),
        None => status.message().to_owned(),
    };
    EvaluateError {
        code: i32::from(status.code()),
        reason: i32::from(reason),
        message,
        violations: violations
            .iter()
            .map(|violation| FieldViolation {
                field: violation.field.clone(),
                description: violation.description.clone(),
            })
            .collect(),
    }
}

/// An error with its reason and all of its violations, for people.
pub(crate) fn describe(error: &EvaluateError) -> String {
    let mut out = headline(error);
    for violation in &error.violations {
        // Writing to a string does not fail.
        let written = write!(out, "\n  {}: {}", violation.field, violation.description);
        debug_assert!(written.is_ok());
    }
    out
}

/// An error without its violations, for people.
pub(crate) fn headline(error: &EvaluateError) -> String {
    let code = format!("{:?}", tonic::Code::from_i32(error.code));
    match ErrorReason::try_from(error.reason) {
        Ok(ErrorReason::Unspecified) | Err(_) => format!("{} ({code})", error.message),
        Ok(reason) => {
            let name = reason.as_str_name().trim_start_matches("ERROR_REASON_");
            format!("{} ({code}, {name})", error.message)
        }
    }
}

/// A failed call as an error that ends the command.
pub(crate) fn failure(status: &Status) -> anyhow::Error {
    anyhow::anyhow!(describe(&error_of(status)))
}
