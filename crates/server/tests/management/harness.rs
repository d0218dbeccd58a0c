//! Starts services, and makes what they are asked.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use tamis_api::v1::account_service_client::AccountServiceClient;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tamis_api::well_known::Timestamp;
use tamis_api::{v1, violations};
use tamis_engine::diagnostic;
use tamis_server::{Config, Listen, Location, ServeError, Transport, serve};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// A service in this process, with clients of it.
pub(crate) struct Service {
    pub(crate) addresses: Vec<Listen>,
    pub(crate) channel: Channel,
    pub(crate) accounts: AccountServiceClient<Channel>,
    pub(crate) workflows: WorkflowServiceClient<Channel>,
    pub(crate) decisions: DecisionServiceClient<Channel>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), ServeError>>,
}

/// A configuration for a free port. Calls wait for as long as it takes: a machine that is busy with something else turns
/// none of them away.
pub(crate) fn config(store: Location) -> Config {
    Config {
        listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()],
        transport: Transport { queue_wait_max: Duration::from_secs(60), ..Transport::default() },
        ..Config::new(store)
    }
}

impl Service {
    /// One with a store in memory.
    pub(crate) async fn start() -> Self {
        Self::start_with(config(Location::Memory)).await
    }

    /// One with a store in a file.
    pub(crate) async fn start_at(path: &Path) -> Self {
        Self::start_with(config(Location::File(path.to_owned()))).await
    }

    pub(crate) async fn start_with(config: Config) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (ready, addresses) = oneshot::channel();
        let task = tokio::spawn(serve(config, async { drop(stopped.await) }, |addresses| {
            ready.send(addresses.grpc.clone()).unwrap()
        }));
        let Ok(addresses) = addresses.await else { panic!("{}", task.await.unwrap().unwrap_err()) };
        let channel = connect(&addresses[0]).await;
        Self {
            addresses,
            accounts: AccountServiceClient::new(channel.clone()),
            workflows: WorkflowServiceClient::new(channel.clone()),
            decisions: DecisionServiceClient::new(channel.clone()),
            channel,
            stop,
            task,
        }
    }

    /// Stops it, and waits until it has stopped.
    pub(crate) async fn stop(self) {
        let Self { stop, task, .. } = self;
        stop.send(()).unwrap();
        task.await.unwrap().unwrap();
    }

    /// Makes an account.
    pub(crate) async fn account(&mut self, account_id: &str) -> v1::Account {
        let request = v1::CreateAccountRequest { account: Some(account(account_id)) };
        self.accounts.create_account(request).await.unwrap().into_inner().account.unwrap()
    }

    /// Makes an account with workflows of these ids, each for tickets from the source of the same name.
    pub(crate) async fn account_with(&mut self, account_id: &str, workflow_ids: &[&str]) {
        self.account(account_id).await;
        for id in workflow_ids {
            self.create(account_id, workflow(id, id)).await.unwrap();
        }
    }

    pub(crate) async fn create(
        &mut self,
        account_id: &str,
        workflow: v1::Workflow,
    ) -> Result<v1::CreateWorkflowResponse, Status> {
        let request =
            v1::CreateWorkflowRequest { account_id: account_id.to_owned(), workflow: Some(workflow) };
        self.workflows.create_workflow(request).await.map(tonic::Response::into_inner)
    }

    pub(crate) async fn get(&mut self, account_id: &str, workflow_id: &str) -> Result<v1::Workflow, Status> {
        let request =
            v1::GetWorkflowRequest { account_id: account_id.to_owned(), workflow_id: workflow_id.to_owned() };
        Ok(self.workflows.get_workflow(request).await?.into_inner().workflow.unwrap())
    }

    /// Ids of an account's workflows in their order, and its revision.
    pub(crate) async fn order(&mut self, account_id: &str) -> (Vec<String>, u64) {
        let request = v1::ListWorkflowsRequest {
            account_id: account_id.to_owned(),
            page_size: 1_000,
            ..v1::ListWorkflowsRequest::default()
        };
        let page = self.workflows.list_workflows(request).await.unwrap().into_inner();
        (page.workflows.into_iter().map(|workflow| workflow.workflow_id).collect(), page.revision)
    }

    pub(crate) async fn revision(&mut self, account_id: &str) -> u64 {
        self.order(account_id).await.1
    }

    /// Ids of the workflows that match an updated ticket from a source.
    pub(crate) async fn matches(&mut self, account_id: &str, source: &str) -> Vec<String> {
        let decision = self.decisions.evaluate(evaluate(account_id, source, 0)).await.unwrap().into_inner();
        decision.matches.into_iter().map(|found| found.workflow_id).collect()
    }
}

/// Exports an account as it was at a revision, or as it is for 0, with the revision that every message told.
pub(crate) async fn export_at(
    service: &mut Service,
    account_id: &str,
    revision: u64,
) -> Result<(u64, v1::Account, Vec<v1::Workflow>), Status> {
    let request = v1::ExportWorkflowsRequest { account_id: account_id.to_owned(), revision };
    let mut messages = service.workflows.export_workflows(request).await?.into_inner();
    let first = messages.message().await?.unwrap();
    let (revision, account, mut workflows) = (first.revision, first.account.unwrap(), first.workflows);
    while let Some(message) = messages.message().await? {
        assert_eq!((message.revision, message.account), (revision, None));
        workflows.extend(message.workflows);
    }
    Ok((revision, account, workflows))
}

pub(crate) async fn connect(address: &Listen) -> Channel {
    let uri = match address {
        Listen::Tcp(address) => format!("http://{address}"),
        Listen::Unix(_) => address.to_string(),
    };
    Endpoint::from_shared(uri).unwrap().connect().await.unwrap()
}

/// An account with everything that is required.
pub(crate) fn account(account_id: &str) -> v1::Account {
    v1::Account {
        account_id: account_id.to_owned(),
        display_name: "A shop".to_owned(),
        time_zone: "Europe/Warsaw".to_owned(),
        locale: "fr-FR".to_owned(),
        ..v1::Account::default()
    }
}

/// A workflow that tags tickets from a source.
pub(crate) fn workflow(workflow_id: &str, source: &str) -> v1::Workflow {
    v1::Workflow {
        workflow_id: workflow_id.to_owned(),
        display_name: format!("Tickets from {source}"),
        all: vec![v1::Condition {
            negated: false,
            test: Some(v1::condition::Test::Source(v1::IdSet { ids: vec![source.to_owned()] })),
        }],
        actions: vec![v1::Action {
            kind: Some(v1::action::Kind::AssignTag(v1::AssignTag { tag_id: "seen".to_owned() })),
        }],
        ..v1::Workflow::default()
    }
}

/// Asks about an updated ticket from a source.
pub(crate) fn evaluate(account_id: &str, source: &str, min_revision: u64) -> v1::EvaluateRequest {
    v1::EvaluateRequest {
        account_id: account_id.to_owned(),
        ticket: Some(v1::Ticket {
            id: "T".to_owned(),
            source: Some(source.to_owned()),
            ..v1::Ticket::default()
        }),
        change: Some(v1::Change {
            change_id: "C".to_owned(),
            updated: Some(v1::Updated {}),
            ..v1::Change::default()
        }),
        min_revision,
        ..v1::EvaluateRequest::default()
    }
}

/// A condition on phrases of the subject.
pub(crate) fn subject(phrases: &[&str]) -> v1::Condition {
    let phrases = phrases.iter().map(ToString::to_string).collect();
    v1::Condition {
        negated: false,
        test: Some(v1::condition::Test::Subject(v1::PhraseTest { phrases, ..v1::PhraseTest::default() })),
    }
}

/// What a refusal says: its code, its reason, and the fields that are wrong.
pub(crate) fn refusal(status: &Status) -> (Code, String, Vec<String>) {
    let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
    let told = told_codes(status);
    (status.code(), reason, told.into_iter().map(|(field, _)| field).collect())
}

/// The fields that a refusal says are wrong, each with the code of what is; it has the parameters that its code says.
pub(crate) fn told_codes(status: &Status) -> Vec<(String, String)> {
    let violations = violations::of(status);
    for violation in &violations {
        assert!(!violation.code.is_empty() && !violation.description.is_empty(), "{violation:?}");
        if let Some(code) = diagnostic::code(&violation.code) {
            let names: BTreeSet<&str> = violation.parameters.keys().map(String::as_str).collect();
            assert_eq!(names, code.parameters.iter().copied().collect(), "{violation:?}");
        }
    }
    violations.into_iter().map(|violation| (violation.field, violation.code)).collect()
}

/// Asserts that a call was refused in this way.
#[track_caller]
pub(crate) fn assert_refused<T: std::fmt::Debug>(
    answer: Result<T, Status>,
    code: Code,
    reason: &str,
    fields: &[&str],
) {
    let (found_code, found_reason, found_fields) = refusal(&answer.unwrap_err());
    assert_eq!((found_code, found_reason.as_str()), (code, reason));
    assert_eq!(found_fields, fields);
}

/// An instant of RFC 3339, as the contract writes it.
pub(crate) fn instant(text: &str) -> Timestamp {
    let instant: jiff::Timestamp = text.parse().unwrap();
    Timestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() }
}
