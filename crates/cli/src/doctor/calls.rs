//! What calls of the service tell.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use tamis_api::v1;
use tokio_stream::StreamExt as _;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use crate::args::ServerArgs;
use crate::console;
use crate::doctor::{Check, Verdict};
use crate::exit::Misuse;
use crate::remote::{self, Server};

/// How far clocks may be apart before decisions over time are made at another instant than people think.
const SKEW_WARN: Duration = Duration::from_secs(1);
/// How far they may be apart before that is plainly wrong.
const SKEW_FAIL: Duration = Duration::from_secs(60);

/// Why nothing is asked.
const NO_ACCOUNT: &str = "there is no account to ask about";

/// All checks by calls; only whether the service can be reached, if it cannot.
///
/// # Errors
/// The address is none.
pub(super) async fn checks(server: &ServerArgs) -> anyhow::Result<Vec<Check>> {
    let begun = Instant::now();
    let channel = match remote::connect(server).await {
        Ok(channel) => channel,
        Err(error) if error.chain().any(|cause| cause.is::<Misuse>()) => return Err(error),
        Err(error) => {
            let todo = "start it, or name its address by --server; look at its log if it does not start";
            return Ok(vec![Check::not_ok("reachable", Verdict::Fail, format!("{error:#}"), todo)]);
        }
    };
    let mut checks = vec![
        Check::ok("reachable", format!("{} answers within {:.1?}", server.server, begun.elapsed())),
        encryption(&server.server),
    ];
    checks.extend(health(&channel).await);
    // Some questions are about an account, and any will do.
    let request = v1::ListAccountsRequest { page_size: 1, ..v1::ListAccountsRequest::default() };
    match remote::accounts(channel.clone()).list_accounts(request).await.map(|answer| answer.into_inner()) {
        Ok(v1::ListAccountsResponse { accounts, .. }) => {
            let account_id = accounts.into_iter().next().map(|account| account.account_id);
            checks.push(clock(&channel, account_id.as_deref()).await);
            checks.push(replicas(&channel, account_id.as_deref()).await);
        }
        Err(status) => checks.extend(["clock", "replicas"].map(|name| refused(name, &status))),
    }
    checks.push(reflection(&channel).await);
    Ok(checks)
}

fn encryption(server: &str) -> Check {
    let host = server.trim_start_matches("http://");
    let is_local = ["unix:", "127.", "localhost", "[::1]"].iter().any(|local| host.starts_with(local));
    if server.starts_with("https://") {
        Check::ok("encryption", "calls are encrypted")
    } else if is_local {
        Check::ok("encryption", "calls are not encrypted, and do not leave this machine")
    } else {
        let todo =
            "serve with --tls-cert and --tls-key, or have a proxy on the service's machine encrypt them";
        Check::not_ok("encryption", Verdict::Warn, "calls are not encrypted, and leave this machine", todo)
    }
}

async fn health(channel: &Server) -> Vec<Check> {
    let mut client = HealthClient::new(channel.clone());
    let mut of = async |service: &str| {
        let answer = client.check(HealthCheckRequest { service: service.to_owned() }).await;
        answer.map(|answer| answer.into_inner().status())
    };
    let decides = match of("tamis.v1.DecisionService").await {
        Ok(ServingStatus::Serving) => Check::ok("health", "changes are decided"),
        Ok(_) => {
            let todo = "wait until its accounts are loaded, or look at its log for why they are not";
            Check::not_ok("health", Verdict::Fail, "the service is loading or stopping", todo)
        }
        Err(status) => refused("health", &status),
    };
    let writes = match of("tamis.v1.WorkflowService").await {
        Ok(ServingStatus::Serving) => Check::ok("store_writable", "the store takes writes"),
        Ok(_) => {
            let todo = "look at the service's log, and at the store's disk: is it full, is it there, may it be written?";
            let seen = "the store takes no writes; changes go on being decided once they are loaded";
            Check::not_ok("store_writable", Verdict::Fail, seen, todo)
        }
        Err(status) => refused("store_writable", &status),
    };
    vec![decides, writes]
}

/// The service's clock beside this machine's. An explanation tells the instant that it was made at, and counts as no decision.
async fn clock(channel: &Server, account_id: Option<&str>) -> Check {
    let Some(account_id) = account_id else {
        return Check::not_ok("clock", Verdict::Skip, NO_ACCOUNT, "");
    };
    let change = v1::Change { timer: Some(v1::Timer {}), ..v1::Change::default() };
    let request = v1::EvaluateRequest {
        account_id: account_id.to_owned(),
        ticket: Some(v1::Ticket { id: "tamis-doctor".to_owned(), ..v1::Ticket::default() }),
        change: Some(change),
        ..v1::EvaluateRequest::default()
    };
    let request =
        v1::ExplainRequest { request: Some(request), workflows_max: 1, ..v1::ExplainRequest::default() };
    let (before, begun) = (Timestamp::now(), Instant::now());
    let answer = match remote::decisions(channel.clone()).explain(request).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => return refused("clock", &status),
    };
    let took = begun.elapsed();
    let told = answer.now.and_then(|now| Timestamp::new(now.seconds, now.nanos).ok());
    let Some(told) = told else {
        return Check::not_ok("clock", Verdict::Skip, "the service tells no instant", "");
    };
    // It was told somewhere between the call and its answer, so that only what lies outside of that is known to be wrong.
    let early = before.duration_since(told);
    let late = told.duration_since(before).saturating_sub(took.try_into().unwrap_or_default());
    let skew = early.max(late).unsigned_abs();
    let skew = if early.max(late).is_negative() { Duration::ZERO } else { skew };
    let clocks = "the service's clock and this machine's are";
    let seen = match skew {
        Duration::ZERO => format!("{clocks} at most {took:.1?} apart"),
        skew => format!("{clocks} {skew:.1?} apart"),
    };
    let todo = "let both machines take the time from the same servers, by NTP";
    match skew {
        skew if skew >= SKEW_FAIL => Check::not_ok("clock", Verdict::Fail, seen, todo),
        skew if skew >= SKEW_WARN => Check::not_ok("clock", Verdict::Warn, seen, todo),
        _ => Check::ok("clock", seen),
    }
}

/// Which services there are on the store.
async fn replicas(channel: &Server, account_id: Option<&str>) -> Check {
    let Some(account_id) = account_id else {
        return Check::not_ok("replicas", Verdict::Skip, NO_ACCOUNT, "");
    };
    let request = v1::GetServiceStatusRequest { account_id: account_id.to_owned() };
    let status = match remote::observations(channel.clone()).get_service_status(request).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => return refused("replicas", &status),
    };
    let all = console::count(status.replicas.len(), "service");
    let stale: Vec<&str> =
        status.replicas.iter().filter(|replica| replica.stale).map(|replica| &*replica.name).collect();
    if stale.is_empty() {
        return Check::ok("replicas", format!("{all} on the store"));
    }
    let seen = format!("{all} on the store; nothing has been heard of {}", stale.join(", "));
    let todo =
        "see whether it ended without a word, or does not reach the database; it is forgotten after an hour";
    Check::not_ok("replicas", Verdict::Warn, seen, todo)
}

async fn reflection(channel: &Server) -> Check {
    let todo = "without it, clients such as grpcurl need the files in proto/tamis/v1";
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut client = ServerReflectionClient::new(channel.clone());
    let answer = match client.server_reflection_info(tokio_stream::once(request)).await {
        Ok(answers) => answers.into_inner().next().await,
        Err(status) => Some(Err(status)),
    };
    match answer.and_then(Result::ok).and_then(|answer| answer.message_response) {
        Some(MessageResponse::ListServicesResponse(list)) => {
            let ours = list.service.iter().filter(|service| service.name.starts_with("tamis."));
            Check::ok("reflection", format!("{} services of Tamis are described", ours.count()))
        }
        _ => Check::not_ok("reflection", Verdict::Warn, "the service does not describe itself", todo),
    }
}

/// A call that was refused.
fn refused(name: &'static str, status: &Status) -> Check {
    let todo = match status.code() {
        Code::Unauthenticated | Code::PermissionDenied => {
            "show who you are, by --key-file or TAMIS_KEY: the service answers only those it knows"
        }
        Code::Unimplemented => "is this Tamis, and of this version?",
        _ => "look at the service's log",
    };
    Check::not_ok(name, Verdict::Fail, remote::headline(&remote::error_of(status)), todo)
}
