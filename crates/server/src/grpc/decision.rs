//! `tamis.v1.DecisionService`: decides changes.

mod batch;
mod deadline;

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;
use tamis_api::v1;
use tamis_api::v1::decision_service_server::DecisionService;
use tamis_api::v1::evaluate_result::Result as Outcome;
use tamis_engine::{Diagnostic, Scratch};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Request, Response, Status, Streaming};

use crate::catalog::{Catalog, Snapshot};
use crate::clock::Clock;
use crate::convert;
use crate::limits;
use crate::status::Failure;
use deadline::Patience;

thread_local! {
    /// Memory that the decisions of one thread reuse. A decision does not wait, so that no other comes in between.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Answers `tamis.v1.DecisionService` from the catalog.
#[derive(Clone, Debug)]
pub(crate) struct Decisions {
    catalog: Arc<Catalog>,
    clock: Clock,
    /// Where that is done which takes longer than a decision.
    background: Handle,
    /// Runtimes that help with large batches, each with a thread of its own to do so.
    helpers: Arc<[Handle]>,
}

impl Decisions {
    /// The service on a catalog, with the machine's clock. What takes long is done by the runtime that this is called in.
    pub(crate) fn new(catalog: Arc<Catalog>, helpers: Vec<Handle>) -> Self {
        Self::with_clock(catalog, helpers, Clock::System)
    }

    /// The same with another clock.
    pub(crate) fn with_clock(catalog: Arc<Catalog>, helpers: Vec<Handle>, clock: Clock) -> Self {
        Self { catalog, clock, background: Handle::current(), helpers: helpers.into() }
    }

    /// One decision: read the request, pin the account, decide, write the answer.
    async fn decide(
        &self,
        message: &v1::EvaluateRequest,
        deadline: impl FnOnce() -> Instant,
    ) -> Result<v1::EvaluateResponse, Failure> {
        let request = convert::request::from_wire(message, "", self.clock.now())?;
        let snapshot = self.pin(&message.account_id, message.min_revision, deadline).await?;
        Ok(SCRATCH.with_borrow_mut(|scratch| {
            let decision = snapshot.index.evaluate(&request, scratch);
            convert::response::to_wire(decision, snapshot.revision, request.now)
        }))
    }

    /// The account at a revision or a later one, waiting for it until the deadline, which is asked for only then.
    async fn pin(
        &self,
        account_id: &str,
        min_revision: u64,
        deadline: impl FnOnce() -> Instant,
    ) -> Result<Arc<Snapshot>, Failure> {
        let pinned = self.catalog.pin(account_id);
        if let Some(snapshot) = pinned.filter(|snapshot| snapshot.revision >= min_revision) {
            return Ok(snapshot);
        }
        if min_revision > 0
            && let Some(snapshot) = self.catalog.wait_for(account_id, min_revision, deadline()).await
        {
            return Ok(snapshot);
        }
        match self.catalog.pin(account_id) {
            Some(snapshot) if snapshot.revision >= min_revision => Ok(snapshot),
            Some(snapshot) => Err(Failure::revision_not_reached(snapshot.revision, min_revision)),
            None if self.catalog.is_loaded() => Err(Failure::account_not_found(account_id)),
            None => Err(Failure::loading()),
        }
    }

    /// One change of a stream.
    async fn decide_next(
        &self,
        message: v1::EvaluateStreamRequest,
        patience: Patience,
    ) -> v1::EvaluateStreamResponse {
        let answer = match &message.request {
            Some(request) => self.decide(request, || patience.for_change(Instant::now())).await,
            None => Err(Failure::invalid_field("required", "request", "a change is required")),
        };
        tokio::task::consume_budget().await;
        v1::EvaluateStreamResponse { result: Some(result(answer)) }
    }
}

/// A decision or a failure, as batches and streams tell it.
fn result(answer: Result<v1::EvaluateResponse, Failure>) -> v1::EvaluateResult {
    let outcome = match answer {
        Ok(response) => Outcome::Response(response),
        Err(failure) => Outcome::Error(failure.into()),
    };
    v1::EvaluateResult { result: Some(outcome) }
}

#[tonic::async_trait]
impl DecisionService for Decisions {
    async fn evaluate(
        &self,
        request: Request<v1::EvaluateRequest>,
    ) -> Result<Response<v1::EvaluateResponse>, Status> {
        let deadline = || Patience::of(request.metadata()).for_call();
        let answer = self.decide(request.get_ref(), deadline).await?;
        Ok(Response::new(answer))
    }

    async fn evaluate_batch(
        &self,
        request: Request<v1::EvaluateBatchRequest>,
    ) -> Result<Response<v1::EvaluateBatchResponse>, Status> {
        let deadline = Patience::of(request.metadata()).for_call();
        let messages = request.into_inner().requests;
        if !(1..=limits::BATCH_REQUESTS_MAX).contains(&messages.len()) {
            let message =
                format!("a batch has 1 to {} changes, not {}", limits::BATCH_REQUESTS_MAX, messages.len());
            return Err(Failure::invalid_field("batch_size", "requests", message).into());
        }
        let results = self.decide_all(messages, deadline).await;
        Ok(Response::new(v1::EvaluateBatchResponse { results }))
    }

    type EvaluateStreamStream =
        Pin<Box<dyn Stream<Item = Result<v1::EvaluateStreamResponse, Status>> + Send>>;

    /// A change is read from the stream only once the answer before it has been taken, so that nothing is held for a
    /// client that does not read.
    async fn evaluate_stream(
        &self,
        request: Request<Streaming<v1::EvaluateStreamRequest>>,
    ) -> Result<Response<Self::EvaluateStreamStream>, Status> {
        let patience = Patience::of(request.metadata());
        let decisions = self.clone();
        let answers = request.into_inner().then(move |message| {
            let decisions = decisions.clone();
            async move { Ok(decisions.decide_next(message?, patience).await) }
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn explain(
        &self,
        request: Request<v1::ExplainRequest>,
    ) -> Result<Response<v1::ExplainResponse>, Status> {
        let deadline = Patience::of(request.metadata()).for_call();
        let clock = self.clock.now();
        let message = request.into_inner();
        let workflows_max = check_explain(&message, clock)?;
        let v1::ExplainRequest { request: asked, workflow_ids, .. } = message;
        let asked = asked.unwrap_or_default();
        let snapshot = self.pin(&asked.account_id, asked.min_revision, || deadline).await?;
        // It judges every condition of every workflow, for which the threads that decide must not wait.
        let explaining = self.background.spawn_blocking(move || {
            let request = convert::request::from_wire(&asked, "request", clock)?;
            let workflow_ids: Vec<&str> = workflow_ids.iter().map(String::as_str).collect();
            let explanation = snapshot.index.explain(&request, &workflow_ids, workflows_max);
            Ok::<_, Failure>(convert::explanation::to_wire(explanation, snapshot.revision, request.now))
        });
        let answer = explaining.await.map_err(Failure::internal)??;
        Ok(Response::new(answer))
    }
}

/// Checks what is to be explained, and tells how many workflows to answer with.
pub(crate) fn check_explain(message: &v1::ExplainRequest, clock: Timestamp) -> Result<usize, Failure> {
    let most = limits::EXPLAIN_WORKFLOWS_MAX;
    let mut found = match &message.request {
        Some(asked) => convert::request::read(asked, "request", clock).1,
        None => vec![Diagnostic::error("required", "request", "a change is required")],
    };
    if message.workflow_ids.len() > most {
        let text = format!("at most {most} workflows can be named, not {}", message.workflow_ids.len());
        found.push(Diagnostic::error("too_many", "workflow_ids", text));
    }
    let workflows_max = match usize::try_from(message.workflows_max) {
        Ok(0) => limits::EXPLAIN_WORKFLOWS_DEFAULT,
        Ok(wanted) if wanted <= most => wanted,
        _ => {
            let text = format!("at most {most} workflows are answered with, not {}", message.workflows_max);
            found.push(Diagnostic::error("out_of_bounds", "workflows_max", text));
            0
        }
    };
    if found.is_empty() { Ok(workflows_max) } else { Err(Failure::invalid_request(found)) }
}

#[cfg(test)]
mod tests;
