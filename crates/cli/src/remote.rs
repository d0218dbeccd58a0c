//! Calling a server, and telling what it refused.

use std::fmt::Write as _;
use std::future::Future;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tamis_api::v1::account_service_client::AccountServiceClient;
use tamis_api::v1::audit_service_client::AuditServiceClient;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::key_service_client::KeyServiceClient;
use tamis_api::v1::observation_service_client::ObservationServiceClient;
use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tamis_api::v1::{ErrorReason, EvaluateError};
use tamis_engine::{Diagnostic, Severity};
use tonic::metadata::AsciiMetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Request, Status};
use tonic_types::StatusExt as _;

use crate::args::ServerArgs;
use crate::console;
use crate::exit::misuse;

/// The metadata that names who writes, or on whose behalf.
const ACTOR_KEY: &str = "tamis-actor";
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

/// A connection to the server, on which every call presents what there is to present.
pub(crate) type Server = InterceptedService<Channel, Credential>;

/// What calls present.
#[derive(Clone, Debug)]
pub(crate) struct Credential(Option<AsciiMetadataValue>);

impl Interceptor for Credential {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(credential) = &self.0 {
            request.metadata_mut().insert("authorization", credential.clone());
        }
        Ok(request)
    }
}

/// A connection to the server.
///
/// # Errors
/// The address is not one, a file is of no use, or nobody answers there.
pub(crate) async fn connect(args: &ServerArgs) -> anyhow::Result<Server> {
    let address = address(&args.server)?;
    let credential = credential(args)?;
    let mut endpoint = Endpoint::from_shared(address.clone())
        .map_err(|error| misuse(format!("--server: `{}` is not an address: {error}", args.server)))?
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(Duration::from_secs(args.timeout.get()));
    if address.starts_with("https://") {
        endpoint = endpoint.tls_config(tls(args)?).context("TLS cannot be set up")?;
    } else if args.ca.is_some() || args.client_cert.is_some() || args.server_name.is_some() {
        return Err(misuse(
            "--server: certificates are of use with an address that begins with `https://` only",
        ));
    } else if credential.is_some() && !stays_on_this_machine(&address) {
        console::note("warning: the key travels unencrypted; use an address that begins with `https://`");
    }
    let channel = endpoint.connect().await.with_context(|| format!("cannot reach a server at {address}"))?;
    Ok(InterceptedService::new(channel, Credential(credential)))
}

/// How the server is known, and what is shown to it.
fn tls(args: &ServerArgs) -> anyhow::Result<ClientTlsConfig> {
    let read = |file: &Path| console::read(&file.display().to_string());
    let mut config = ClientTlsConfig::new();
    config = match &args.ca {
        Some(file) => config.ca_certificate(Certificate::from_pem(read(file)?)),
        None => config.with_native_roots(),
    };
    if let (Some(cert), Some(key)) = (&args.client_cert, &args.client_key) {
        config = config.identity(Identity::from_pem(read(cert)?, read(key)?));
    }
    if let Some(name) = &args.server_name {
        config = config.domain_name(name);
    }
    Ok(config)
}

/// The key or token of a file or of the environment, as it is presented. It is no flag: every process of a machine can read
/// the command lines of all others.
fn credential(args: &ServerArgs) -> anyhow::Result<Option<AsciiMetadataValue>> {
    let (text, source) = match (&args.key_file, std::env::var("TAMIS_KEY")) {
        (Some(file), _) => {
            let name = file.display().to_string();
            (console::read(&name)?, format!("--key-file: {name}"))
        }
        (None, Ok(key)) if !key.is_empty() => (key, "TAMIS_KEY".to_owned()),
        (None, _) => return Ok(None),
    };
    let value = AsciiMetadataValue::try_from(format!("Bearer {}", text.trim()));
    let mut value = value.map_err(|_| misuse(format!("{source} holds no key")))?;
    value.set_sensitive(true);
    Ok(Some(value))
}

/// Whether what is sent to an address stays on this machine.
fn stays_on_this_machine(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return address.starts_with("unix:") };
    let host = rest.rsplit_once(':').map_or(rest, |(host, _)| host).trim_matches(['[', ']', '/']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The address with its scheme, which may be left out.
fn address(server: &str) -> anyhow::Result<String> {
    if server.starts_with("unix:") {
        return Ok(server.to_owned());
    }
    match server.split_once("://") {
        None => Ok(format!("http://{server}")),
        Some(("http" | "https", _)) => Ok(server.to_owned()),
        Some((scheme, _)) => Err(misuse(format!(
            "--server: `{scheme}` is not a scheme that is spoken here; use `http`, `https` or `unix`"
        ))),
    }
}

/// A request on somebody's behalf.
pub(crate) fn by<T>(actor: &AsciiMetadataValue, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert(ACTOR_KEY, actor.clone());
    request
}

/// A client for decisions.
pub(crate) fn decisions(server: Server) -> DecisionServiceClient<Server> {
    DecisionServiceClient::new(server).max_decoding_message_size(ANSWER_BYTES_MAX)
}

/// A client for workflows.
pub(crate) fn workflows(server: Server) -> WorkflowServiceClient<Server> {
    WorkflowServiceClient::new(server).max_decoding_message_size(ANSWER_BYTES_MAX)
}

/// A client for accounts.
pub(crate) fn accounts(server: Server) -> AccountServiceClient<Server> {
    AccountServiceClient::new(server).max_decoding_message_size(ANSWER_BYTES_MAX)
}

/// A client for keys.
pub(crate) fn keys(server: Server) -> KeyServiceClient<Server> {
    KeyServiceClient::new(server).max_decoding_message_size(ANSWER_BYTES_MAX)
}

/// A client for what was written.
pub(crate) fn audits(server: Server) -> AuditServiceClient<Server> {
    AuditServiceClient::new(server).max_decoding_message_size(ANSWER_BYTES_MAX)
}

/// A client for what is decided, and for how the service is.
pub(crate) fn observations(server: Server) -> ObservationServiceClient<Server> {
    ObservationServiceClient::new(server).max_decoding_message_size(ANSWER_BYTES_MAX)
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
    let left_out = details.error_info().and_then(|info| info.metadata.get("violations_left_out"));
    let message = match left_out {
        Some(left_out) => format!("{}; {left_out} more violations are left out", status.message()),
        None => status.message().to_owned(),
    };
    EvaluateError {
        code: i32::from(status.code()),
        reason: i32::from(reason),
        message,
        violations: tamis_api::violations::of(status),
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
