//! `tamis.v1.WorkflowService`: keeps an account's workflows.

mod analyze;
mod import;
mod list;
mod order;
mod render;
mod rollback;
mod simulate;
mod starters;
mod stats;
pub(crate) mod write;

use std::sync::Arc;

use tamis_api::v1;
use tamis_api::v1::workflow_service_server::WorkflowService;
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status, Streaming};

use crate::catalog::Catalog;
use crate::grpc::fields::Caller;
use crate::identity::Access;
use crate::observe::Observer;

/// Answers `tamis.v1.WorkflowService` from the catalog.
#[derive(Clone, Debug)]
pub(crate) struct Workflows {
    catalog: Arc<Catalog>,
    observer: Arc<Observer>,
    /// One permit: the analysis of a large account takes a processor for seconds, and all analyses together take no more than one.
    analyzing: Arc<Semaphore>,
}

impl Workflows {
    /// The service on a catalog.
    pub(crate) fn new(catalog: Arc<Catalog>, observer: Arc<Observer>) -> Self {
        Self { catalog, observer, analyzing: Arc::new(Semaphore::new(1)) }
    }
}

#[tonic::async_trait]
impl WorkflowService for Workflows {
    async fn create_workflow(
        &self,
        request: Request<v1::CreateWorkflowRequest>,
    ) -> Result<Response<v1::CreateWorkflowResponse>, Status> {
        Ok(Response::new(write::create(&self.catalog, request).await?))
    }

    async fn get_workflow(
        &self,
        request: Request<v1::GetWorkflowRequest>,
    ) -> Result<Response<v1::GetWorkflowResponse>, Status> {
        Ok(Response::new(list::get(&self.catalog, &Access::from_request(&request), &request.into_inner())?))
    }

    async fn list_workflows(
        &self,
        request: Request<v1::ListWorkflowsRequest>,
    ) -> Result<Response<v1::ListWorkflowsResponse>, Status> {
        Ok(Response::new(
            list::list(&self.catalog, &Access::from_request(&request), request.into_inner()).await?,
        ))
    }

    async fn list_workflow_stats(
        &self,
        request: Request<v1::ListWorkflowStatsRequest>,
    ) -> Result<Response<v1::ListWorkflowStatsResponse>, Status> {
        let access = Access::from_request(&request);
        let listed = stats::list(&self.catalog, &access, &self.observer, request.into_inner());
        Ok(Response::new(listed.await?))
    }

    async fn update_workflow(
        &self,
        request: Request<v1::UpdateWorkflowRequest>,
    ) -> Result<Response<v1::UpdateWorkflowResponse>, Status> {
        Ok(Response::new(write::update(&self.catalog, request).await?))
    }

    async fn delete_workflow(
        &self,
        request: Request<v1::DeleteWorkflowRequest>,
    ) -> Result<Response<v1::DeleteWorkflowResponse>, Status> {
        Ok(Response::new(write::delete(&self.catalog, request).await?))
    }

    async fn enable_workflow(
        &self,
        request: Request<v1::EnableWorkflowRequest>,
    ) -> Result<Response<v1::EnableWorkflowResponse>, Status> {
        let caller = Caller::of(&request);
        let v1::EnableWorkflowRequest { account_id, workflow_id, etag } = request.into_inner();
        let switch =
            write::Switch { account_id, workflow_id, etag, enabled: true, operation: "EnableWorkflow" };
        let (workflow, revision) = write::switch(&self.catalog, caller, switch).await?;
        Ok(Response::new(v1::EnableWorkflowResponse { workflow, revision }))
    }

    async fn disable_workflow(
        &self,
        request: Request<v1::DisableWorkflowRequest>,
    ) -> Result<Response<v1::DisableWorkflowResponse>, Status> {
        let caller = Caller::of(&request);
        let v1::DisableWorkflowRequest { account_id, workflow_id, etag } = request.into_inner();
        let switch =
            write::Switch { account_id, workflow_id, etag, enabled: false, operation: "DisableWorkflow" };
        let (workflow, revision) = write::switch(&self.catalog, caller, switch).await?;
        Ok(Response::new(v1::DisableWorkflowResponse { workflow, revision }))
    }

    async fn reorder_workflows(
        &self,
        request: Request<v1::ReorderWorkflowsRequest>,
    ) -> Result<Response<v1::ReorderWorkflowsResponse>, Status> {
        Ok(Response::new(order::reorder(&self.catalog, request).await?))
    }

    async fn validate_workflow(
        &self,
        request: Request<v1::ValidateWorkflowRequest>,
    ) -> Result<Response<v1::ValidateWorkflowResponse>, Status> {
        Ok(Response::new(
            write::validate(&self.catalog, &Access::from_request(&request), request.into_inner()).await?,
        ))
    }

    async fn analyze_workflows(
        &self,
        request: Request<v1::AnalyzeWorkflowsRequest>,
    ) -> Result<Response<v1::AnalyzeWorkflowsResponse>, Status> {
        let (access, Self { catalog, observer, analyzing }) = (Access::from_request(&request), self);
        let analyzed = analyze::analyze(catalog, &access, observer, analyzing, request.into_inner());
        Ok(Response::new(analyzed.await?))
    }

    async fn import_workflows(
        &self,
        request: Request<Streaming<v1::ImportWorkflowsRequest>>,
    ) -> Result<Response<v1::ImportWorkflowsResponse>, Status> {
        let caller = Caller::of(&request);
        Ok(Response::new(import::import(&self.catalog, caller, request.into_inner()).await?))
    }

    async fn simulate_workflows(
        &self,
        request: Request<Streaming<v1::SimulateWorkflowsRequest>>,
    ) -> Result<Response<v1::SimulateWorkflowsResponse>, Status> {
        let access = Access::from_request(&request);
        Ok(Response::new(simulate::simulate(&self.catalog, &access, request.into_inner()).await?))
    }

    type ExportWorkflowsStream = list::Export;

    async fn export_workflows(
        &self,
        request: Request<v1::ExportWorkflowsRequest>,
    ) -> Result<Response<Self::ExportWorkflowsStream>, Status> {
        let access = Access::from_request(&request);
        Ok(Response::new(list::export(&self.catalog, &access, &request.into_inner()).await?))
    }

    async fn rollback_workflows(
        &self,
        request: Request<v1::RollbackWorkflowsRequest>,
    ) -> Result<Response<v1::RollbackWorkflowsResponse>, Status> {
        Ok(Response::new(rollback::rollback(&self.catalog, request).await?))
    }

    async fn list_templates(
        &self,
        request: Request<v1::ListTemplatesRequest>,
    ) -> Result<Response<v1::ListTemplatesResponse>, Status> {
        Ok(Response::new(starters::templates(&request.into_inner())?))
    }

    async fn list_variables(
        &self,
        request: Request<v1::ListVariablesRequest>,
    ) -> Result<Response<v1::ListVariablesResponse>, Status> {
        Ok(Response::new(starters::variables(&request.into_inner())?))
    }

    async fn render_template(
        &self,
        request: Request<v1::RenderTemplateRequest>,
    ) -> Result<Response<v1::RenderTemplateResponse>, Status> {
        let access = Access::from_request(&request);
        Ok(Response::new(render::render(&self.catalog, &access, &request.into_inner())?))
    }
}
