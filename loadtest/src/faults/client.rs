//! What is said to a service: writes that leave a mark, and questions that find it.

use std::time::Duration;

use anyhow::{Context as _, bail};
use tamis_api::v1::account_service_client::AccountServiceClient;
use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::workflow_service_client::WorkflowServiceClient;
use tamis_api::v1::{
    Account, Action, AssignTag, Change, Condition, CreateAccountRequest, CreateWorkflowRequest,
    DeleteWorkflowRequest, EvaluateRequest, ExportWorkflowsRequest, ImportMode, ImportWorkflowsRequest,
    MessageAuthor, MessageReceived, PhraseTest, ReorderWorkflowsRequest, Ticket, UpdateAccountRequest,
    UpdateWorkflowRequest, Workflow, action, condition, decided_action,
};
use tamis_api::well_known::FieldMask;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use crate::ledger::{Ledger, Marked, State, WORKFLOWS, Write};

/// How long a call may take. Whatever takes longer hangs.
const CALL_PATIENCE: Duration = Duration::from_secs(60);
/// How long one waits who is turned away because there is more to do than can be done.
const OVERLOAD_PAUSE: Duration = Duration::from_millis(200);
/// What the service says of a write that is certainly not there.
const NOTHING_STORED: &str = "nothing was stored";
/// What it says of a write of which that is not certain.
const IN_DOUBT: &str = "whole or not at all";

/// One who calls a service.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    channel: Channel,
}

/// What became of a write.
#[derive(Debug)]
pub(crate) enum Answer {
    Acknowledged,
    /// The service says that it is not there, and why.
    Refused(Status),
    /// It is there whole or not at all: the service says so, or says nothing any more.
    InDoubt(Status),
}

/// An account as it is shown.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) stored: State,
    pub(crate) decided: State,
}

impl Client {
    pub(crate) async fn connect(address: std::net::SocketAddr) -> anyhow::Result<Self> {
        let endpoint = Endpoint::from_shared(format!("http://{address}"))?;
        let channel = endpoint.connect().await.context("cannot connect to the service")?;
        Ok(Self { channel })
    }

    pub(crate) async fn create_account(&self, account_id: &str) -> anyhow::Result<()> {
        let account = Account {
            account_id: account_id.to_owned(),
            display_name: "A shop".to_owned(),
            time_zone: "Europe/Warsaw".to_owned(),
            locale: "pl-PL".to_owned(),
            ..Account::default()
        };
        let request = timed(CreateAccountRequest { account: Some(account) });
        AccountServiceClient::new(self.channel.clone()).create_account(request).await?;
        Ok(())
    }

    /// Makes the next write of a ledger, and notes what becomes of it.
    pub(crate) async fn write(&self, ledger: &mut Ledger) -> anyhow::Result<Answer> {
        let write = ledger.draw();
        let after = ledger.after(&write);
        match self.send(&ledger.account_id, &write).await {
            Ok(revision) if revision == after.revision => {
                ledger.acknowledge(after);
                Ok(Answer::Acknowledged)
            }
            Ok(revision) => bail!("{write:?} made revision {revision}, and not {}", after.revision),
            Err(status) => {
                let answer = answer(status).with_context(|| format!("{write:?} was refused"))?;
                if matches!(answer, Answer::InDoubt(_)) {
                    ledger.possible.push(after);
                }
                Ok(answer)
            }
        }
    }

    /// Writes an account's name, whatever else the account holds: after that, whatever was under way has been made or never will
    /// be. Returns the revision, or why nobody knows it.
    pub(crate) async fn rename(&self, ledger: &mut Ledger) -> anyhow::Result<Result<u64, Answer>> {
        let account = Account {
            account_id: ledger.account_id.clone(),
            display_name: format!("A shop, {}", ledger.next_mark()),
            ..Account::default()
        };
        let mask = FieldMask { paths: vec!["display_name".to_owned()] };
        let request = timed(UpdateAccountRequest { account: Some(account), update_mask: Some(mask) });
        match AccountServiceClient::new(self.channel.clone()).update_account(request).await {
            Ok(response) => {
                ledger.pass_by(false);
                let account = response.into_inner().account.context("an account is not told")?;
                Ok(Ok(account.revision))
            }
            // Something that was under way came in between.
            Err(status) if reason(&status) == "REVISION_MISMATCH" => Ok(Err(Answer::Refused(status))),
            Err(status) => {
                let answer = answer(status).context("the name of an account was refused")?;
                if matches!(answer, Answer::InDoubt(_)) {
                    ledger.pass_by(true);
                }
                Ok(Err(answer))
            }
        }
    }

    async fn send(&self, account_id: &str, write: &Write) -> Result<u64, Status> {
        let mut workflows = WorkflowServiceClient::new(self.channel.clone());
        let account_id = account_id.to_owned();
        Ok(match write {
            Write::Create(created) => {
                let workflow = Some(workflow(*created));
                let request = timed(CreateWorkflowRequest { account_id, workflow });
                workflows.create_workflow(request).await?.into_inner().revision
            }
            Write::Update(updated) => {
                let mask = FieldMask { paths: vec!["display_name".to_owned(), "actions".to_owned()] };
                let workflow = Some(workflow(*updated));
                let request = timed(UpdateWorkflowRequest { account_id, workflow, update_mask: Some(mask) });
                workflows.update_workflow(request).await?.into_inner().revision
            }
            Write::Delete(number) => {
                let workflow_id = id(*number);
                let request = timed(DeleteWorkflowRequest {
                    account_id,
                    workflow_id,
                    ..DeleteWorkflowRequest::default()
                });
                workflows.delete_workflow(request).await?.into_inner().revision
            }
            Write::Move(number, before) => {
                let request = timed(ReorderWorkflowsRequest {
                    account_id,
                    workflow_ids: vec![id(*number)],
                    before_workflow_id: before.map(id).unwrap_or_default(),
                    ..ReorderWorkflowsRequest::default()
                });
                workflows.reorder_workflows(request).await?.into_inner().revision
            }
            Write::Import(imported) => {
                let message = ImportWorkflowsRequest {
                    account_id,
                    mode: ImportMode::Replace.into(),
                    workflows: imported.iter().copied().map(workflow).collect(),
                    ..ImportWorkflowsRequest::default()
                };
                let request = timed(tokio_stream::once(message));
                workflows.import_workflows(request).await?.into_inner().revision
            }
        })
    }

    /// An account as it decides at a revision or a later one, and as it is stored.
    pub(crate) async fn look(&self, account_id: &str, min_revision: u64) -> anyhow::Result<Seen> {
        let decided = loop {
            match self.decide(account_id, min_revision).await {
                Err(error) if is_overload(&error) => tokio::time::sleep(OVERLOAD_PAUSE).await,
                decided => break decided?,
            }
        };
        let request = timed(ExportWorkflowsRequest { account_id: account_id.to_owned(), revision: 0 });
        let mut workflows = WorkflowServiceClient::new(self.channel.clone());
        let mut messages = workflows.export_workflows(request).await?.into_inner();
        let mut stored = State::default();
        while let Some(message) = messages.message().await? {
            stored.revision = stored.revision.max(message.revision);
            for workflow in &message.workflows {
                stored.workflows.push(mark_of(workflow)?);
            }
        }
        Ok(Seen { stored, decided })
    }

    /// Which workflows decide, all of which match the question.
    pub(crate) async fn decide(&self, account_id: &str, min_revision: u64) -> anyhow::Result<State> {
        let text: Vec<String> = (0..WORKFLOWS).map(id).collect();
        let message = MessageReceived {
            author: MessageAuthor::Customer.into(),
            text: Some(text.join(" ")),
            ..MessageReceived::default()
        };
        let request = timed(EvaluateRequest {
            account_id: account_id.to_owned(),
            ticket: Some(Ticket { id: "T".to_owned(), ..Ticket::default() }),
            change: Some(Change {
                change_id: "C".to_owned(),
                message_received: Some(message),
                ..Change::default()
            }),
            min_revision,
            ..EvaluateRequest::default()
        });
        let mut decisions = DecisionServiceClient::new(self.channel.clone());
        let decision = decisions.evaluate(request).await?.into_inner();
        let mut decided = State { revision: decision.revision, workflows: Vec::new() };
        for found in decision.matches {
            let kind = found.actions.first().and_then(|action| action.kind.as_ref());
            let Some(decided_action::Kind::AssignTag(tag)) = kind else {
                bail!("a decision has no tag: {found:?}");
            };
            decided.workflows.push(parse(&found.workflow_id, &tag.tag_id)?);
        }
        Ok(decided)
    }
}

fn timed<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(CALL_PATIENCE);
    request
}

/// What a status says about a write.
///
/// # Errors
/// It is none of those that a store which fails may lead to.
fn answer(status: Status) -> Result<Answer, Status> {
    let reason = reason(&status);
    let is_of_the_store = status.code() == Code::Unavailable && reason == "STORE_UNAVAILABLE";
    if is_of_the_store && status.message().contains(NOTHING_STORED) {
        return Ok(Answer::Refused(status));
    }
    if reason.is_empty() || is_of_the_store && status.message().contains(IN_DOUBT) {
        return Ok(Answer::InDoubt(status));
    }
    Err(status)
}

/// Whether somebody is turned away because there is more to do than can be done.
pub(crate) fn is_overload(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Status>().is_some_and(|status| reason(status) == "OVERLOADED")
}

/// The reason that the service gives; empty if it is not the service that speaks.
fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

fn id(number: u32) -> String {
    format!("w{number}")
}

fn tag(marked: Marked) -> String {
    format!("{}-{}", id(marked.number), marked.mark)
}

/// A workflow for messages that name it, which assigns its mark as a tag.
fn workflow(marked: Marked) -> Workflow {
    let phrase = PhraseTest { phrases: vec![id(marked.number)], whole_word: true, ..PhraseTest::default() };
    Workflow {
        workflow_id: id(marked.number),
        display_name: tag(marked),
        all: vec![Condition { negated: false, test: Some(condition::Test::Message(phrase)) }],
        actions: vec![Action { kind: Some(action::Kind::AssignTag(AssignTag { tag_id: tag(marked) })) }],
        ..Workflow::default()
    }
}

/// The mark of a stored workflow. A write that is there by halves has two.
fn mark_of(workflow: &Workflow) -> anyhow::Result<Marked> {
    let kind = workflow.actions.first().and_then(|action| action.kind.as_ref());
    match kind {
        Some(action::Kind::AssignTag(tag)) if tag.tag_id == workflow.display_name => {
            parse(&workflow.workflow_id, &tag.tag_id)
        }
        _ => bail!("a workflow is not as it was written: {workflow:?}"),
    }
}

fn parse(workflow_id: &str, tag: &str) -> anyhow::Result<Marked> {
    let marked = tag.strip_prefix(workflow_id).and_then(|rest| rest.strip_prefix('-')?.parse().ok());
    let number = workflow_id.strip_prefix('w').and_then(|number| number.parse().ok());
    match (number, marked) {
        (Some(number), Some(mark)) => Ok(Marked { number, mark }),
        _ => bail!("the workflow {workflow_id} has the mark {tag}"),
    }
}
