//! `Explain`.

use std::borrow::Cow;

use jiff::Timestamp;
use tamis_api::v1;
use tamis_engine::compile::Edit;
use tamis_engine::{Diagnostic, Index, Scratch};
use tonic::Status;
use tonic::codegen::BoxFuture;
use tonic::server::UnaryService;

use crate::catalog::{order, plan};
use crate::convert;
use crate::grpc::decision::Decisions;
use crate::grpc::decision::deadline::Patience;
use crate::grpc::workflow::write::{candidate, new_id};
use crate::identity::Access;
use crate::limits;
use crate::status::Failure;

/// `Explain`, as `tonic` calls it.
pub(super) struct Explanations(pub(super) Decisions);

impl UnaryService<v1::ExplainRequest> for Explanations {
    type Response = v1::ExplainResponse;
    type Future = BoxFuture<tonic::Response<v1::ExplainResponse>, Status>;

    fn call(&mut self, request: tonic::Request<v1::ExplainRequest>) -> Self::Future {
        let decisions = self.0.clone();
        Box::pin(async move { Ok(tonic::Response::new(decisions.explain(request).await?)) })
    }
}

impl Decisions {
    /// Explains a change.
    ///
    /// # Errors
    /// The request is not valid, or its account is not there.
    pub(super) async fn explain(
        &self,
        request: tonic::Request<v1::ExplainRequest>,
    ) -> Result<v1::ExplainResponse, Failure> {
        let deadline = Patience::of(request.metadata().as_ref()).for_call();
        let clock = self.clock.now();
        let access = Access::from_request(&request);
        let message = request.into_inner();
        let workflows_max = check_explain(&message, clock)?;
        let asked = message.request.as_ref();
        let (account_id, min_revision) =
            asked.map_or(("", 0), |asked| (asked.account_id.as_str(), asked.min_revision));
        let snapshot = self.pin(&access, account_id, min_revision, || deadline).await?;
        // It judges every condition of every workflow, for which the threads that decide must not wait.
        let explaining = self.background.spawn_blocking(move || {
            explained(&snapshot.index, snapshot.revision, &message, workflows_max, clock)
        });
        explaining.await.map_err(Failure::internal)?
    }
}

/// Answers a request that was checked, by an index at a revision.
///
/// # Errors
/// A draft that no save would take.
pub(crate) fn explained(
    index: &Index,
    revision: u64,
    message: &v1::ExplainRequest,
    workflows_max: usize,
    clock: Timestamp,
) -> Result<v1::ExplainResponse, Failure> {
    let index = match &message.draft {
        None => Cow::Borrowed(index),
        Some(draft) => Cow::Owned(with_draft(index, draft.clone())?),
    };
    let asked = message.request.as_ref().ok_or_else(Failure::unreadable)?;
    let request = convert::request::from_wire(asked, "request", clock)?;
    let workflow_ids: Vec<&str> = message.workflow_ids.iter().map(String::as_str).collect();
    let explanation = index.explain(&request, &workflow_ids, workflows_max);
    let told = convert::explanation::to_wire(explanation, revision, request.now);
    let decision = message.with_decision.then(|| {
        let decision = index.evaluate(&request, &mut Scratch::default());
        convert::response::to_wire(&decision, revision, request.now)
    });
    Ok(v1::ExplainResponse { decision: decision.transpose()?, ..told })
}

/// The index as it would be if a workflow were saved.
fn with_draft(index: &Index, mut draft: v1::Workflow) -> Result<Index, Failure> {
    if draft.workflow_id.is_empty() {
        draft.workflow_id = new_id();
    }
    if draft.position.is_none() {
        let stored = index.workflows().find(|stored| stored.id == draft.workflow_id);
        let last = || order::after(index.workflows().filter_map(|stored| stored.position).max());
        draft.position = Some(stored.and_then(|stored| stored.position).unwrap_or_else(last));
    }
    let candidate = candidate(&draft, "draft".to_owned());
    plan::warnings(plan::findings(index.account(), std::slice::from_ref(&candidate)))?;
    index.with_edits(&[Edit::Put(candidate.workflow)]).map_err(Failure::invalid_definition)
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
        let finding = Diagnostic::error("too_many", "workflow_ids", text);
        found.push(finding.with("count", message.workflow_ids.len()).with("max", most));
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
