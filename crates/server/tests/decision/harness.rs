//! A service in this process with an account of a shop, and what is asked of it.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tamis_api::v1::account_service_client::AccountServiceClient;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tamis_api::v1::{self, action::Kind, condition::Test};
use tamis_api::well_known::Timestamp;
use tamis_server::{Config, Listen, Location, ServeError, Transport, serve};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// 2026-09-21T14:13:20Z, a Monday.
pub(crate) const NOW: i64 = 1_790_000_000;

pub(crate) struct Service {
    pub(crate) decisions: DecisionServiceClient<Channel>,
    pub(crate) workflows: WorkflowServiceClient<Channel>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), ServeError>>,
}

impl Service {
    /// One with the account `shop` and these workflows; its revision is one more than their number.
    pub(crate) async fn with(workflows: impl IntoIterator<Item = v1::Workflow>) -> Self {
        // A machine that is busy with something else turns no call away.
        let transport = Transport { queue_wait_max: Duration::from_secs(60), ..Transport::default() };
        let config = Config {
            listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()],
            transport,
            ..Config::new(Location::Memory)
        };
        let (stop, stopped) = oneshot::channel();
        let (ready, addresses) = oneshot::channel();
        let task = tokio::spawn(serve(config, async { drop(stopped.await) }, |addresses| {
            ready.send(addresses.grpc.clone()).unwrap()
        }));
        let Ok(addresses) = addresses.await else { panic!("{}", task.await.unwrap().unwrap_err()) };
        let [Listen::Tcp(address)] = addresses.as_slice() else { panic!("{addresses:?}") };
        let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        let account = v1::Account {
            account_id: "shop".to_owned(),
            display_name: "Shop".to_owned(),
            time_zone: "Europe/Paris".to_owned(),
            locale: "fr-FR".to_owned(),
            ..v1::Account::default()
        };
        let mut accounts = AccountServiceClient::new(channel.clone());
        accounts.create_account(v1::CreateAccountRequest { account: Some(account) }).await.unwrap();
        let mut service = Self {
            decisions: DecisionServiceClient::new(channel.clone()),
            workflows: WorkflowServiceClient::new(channel),
            stop,
            task,
        };
        for workflow in workflows {
            service.save(workflow).await;
        }
        service
    }

    /// Saves one more workflow, and tells the revision.
    pub(crate) async fn save(&mut self, workflow: v1::Workflow) -> u64 {
        let request = v1::CreateWorkflowRequest { account_id: "shop".to_owned(), workflow: Some(workflow) };
        self.workflows.create_workflow(request).await.unwrap().into_inner().revision
    }

    /// Stops it, and waits until it has stopped.
    pub(crate) async fn stop(self) {
        let Self { decisions, workflows, stop, task } = self;
        drop((decisions, workflows));
        stop.send(()).unwrap();
        task.await.unwrap().unwrap();
    }
}

/// A workflow for tickets with a subject that contains a phrase, which puts a tag on them.
pub(crate) fn workflow(id: &str, phrase: &str) -> v1::Workflow {
    v1::Workflow {
        workflow_id: id.to_owned(),
        display_name: id.to_uppercase(),
        all: vec![condition(Test::Subject(phrases(&[phrase])))],
        actions: vec![action(Kind::AssignTag(v1::AssignTag { tag_id: id.to_owned() }))],
        ..v1::Workflow::default()
    }
}

pub(crate) fn condition(test: Test) -> v1::Condition {
    v1::Condition { negated: false, test: Some(test) }
}

pub(crate) fn action(kind: Kind) -> v1::Action {
    v1::Action { kind: Some(kind) }
}

pub(crate) fn phrases(phrases: &[&str]) -> v1::PhraseTest {
    v1::PhraseTest { phrases: phrases.iter().map(ToString::to_string).collect(), ..v1::PhraseTest::default() }
}

pub(crate) fn message(text: &str) -> v1::Action {
    let body = v1::Body { text: text.to_owned(), format: v1::TextFormat::Plain.into() };
    action(Kind::SendMessage(v1::SendMessage { body: Some(body) }))
}

pub(crate) fn at(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp { seconds, nanos: 0 })
}

/// The ticket `t1` with a subject was updated.
pub(crate) fn updated(subject: &str) -> v1::EvaluateRequest {
    v1::EvaluateRequest {
        account_id: "shop".to_owned(),
        ticket: Some(v1::Ticket {
            id: "t1".to_owned(),
            subject: Some(subject.to_owned()),
            ..v1::Ticket::default()
        }),
        change: Some(v1::Change {
            change_id: "c1".to_owned(),
            updated: Some(v1::Updated {}),
            ..v1::Change::default()
        }),
        now: at(NOW),
        ..v1::EvaluateRequest::default()
    }
}

/// The same with three faults.
pub(crate) fn faulty() -> v1::EvaluateRequest {
    let mut request = updated("x");
    let ticket = request.ticket.as_mut().unwrap();
    ticket.id.clear();
    ticket.sentiment = 99;
    request.change = Some(v1::Change { change_id: "c1".to_owned(), ..v1::Change::default() });
    request
}

/// The fields of [`faulty`] that are wrong.
pub(crate) const FAULTS: [&str; 3] = ["ticket.sentiment", "ticket.id", "change"];

/// Ids of the workflows that match.
pub(crate) fn ids(matches: &[v1::Match]) -> Vec<&str> {
    matches.iter().map(|matched| matched.workflow_id.as_str()).collect()
}

/// What a result of a batch or of a stream says.
pub(crate) enum Said {
    /// Ids of the workflows that match.
    Matches(Vec<String>),
    /// Why nothing was decided, and the fields that are wrong.
    Error(Code, v1::ErrorReason, Vec<String>),
}

pub(crate) fn said(result: v1::EvaluateResult) -> Said {
    match result.result.unwrap() {
        v1::evaluate_result::Result::Response(response) => {
            Said::Matches(ids(&response.matches).into_iter().map(str::to_owned).collect())
        }
        v1::evaluate_result::Result::Error(error) => {
            let fields = error.violations.iter().map(|violation| violation.field.clone()).collect();
            assert!(!error.message.is_empty());
            Said::Error(Code::from(error.code), error.reason(), fields)
        }
    }
}

/// What a refusal says: its code, reason and the fields that are wrong.
pub(crate) fn refusal(status: &Status) -> (Code, String, Vec<String>) {
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.domain, "tamis");
    let violations = tamis_api::violations::of(status);
    assert!(violations.iter().all(|told| !told.description.is_empty() && !told.code.is_empty()));
    (status.code(), info.reason, violations.into_iter().map(|violation| violation.field).collect())
}
