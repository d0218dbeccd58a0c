//! `Explain`.

use jiff::Timestamp;
use tamis_api::v1;
use tamis_engine::Diagnostic;
use tonic::Status;
use tonic::codegen::BoxFuture;
use tonic::server::UnaryService;

use crate::convert;
use crate::grpc::decision::Decisions;
use crate::grpc::decision::deadline::Patience;
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
        let v1::ExplainRequest { request: asked, workflow_ids, .. } = message;
        let asked = asked.unwrap_or_default();
        let snapshot = self.pin(&access, &asked.account_id, asked.min_revision, || deadline).await?;
        // It judges every condition of every workflow, for which the threads that decide must not wait.
        let explaining = self.background.spawn_blocking(move || {
            let request = convert::request::from_wire(&asked, "request", clock)?;
            let workflow_ids: Vec<&str> = workflow_ids.iter().map(String::as_str).collect();
            let explanation = snapshot.index.explain(&request, &workflow_ids, workflows_max);
            Ok(convert::explanation::to_wire(explanation, snapshot.revision, request.now))
        });
        explaining.await.map_err(Failure::internal)?
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
