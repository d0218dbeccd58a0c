//! The services' handlers without a transport: what a write costs can be measured apart from what brings it.

use std::sync::Arc;

use tamis_api::v1;
use tamis_engine::{Account, Workflow, check};
use tonic::{Request, Status};

use crate::catalog::plan::{self, Candidate, Current, Plan, Put};
use crate::catalog::{Catalog, Write};
use crate::grpc::workflow::write;
use crate::identity::Access;

/// Makes an account, or changes its settings, and writes workflows of it, all in one revision, which is returned.
///
/// # Errors
/// The status that the services would answer with: findings, limits, and a store that cannot be written.
pub async fn put(
    catalog: &Arc<Catalog>,
    account: Arc<Account>,
    workflows: Vec<Arc<Workflow>>,
) -> Result<u64, Status> {
    let write = Write {
        account_id: account.id.clone(),
        access: Access::OPEN,
        actor: "direct".to_owned(),
        operation: "ImportWorkflows",
        creates: true,
        one: None,
    };
    let plan = move |_: &Current| {
        let candidate = |(place, workflow): (usize, &Arc<Workflow>)| Candidate {
            workflow: workflow.clone(),
            path: format!("workflows[{place}]"),
            findings: Vec::new(),
        };
        let candidates: Vec<_> = workflows.iter().enumerate().map(candidate).collect();
        let mut findings = check::account(&account, "account");
        findings.extend(plan::findings(&account, &candidates));
        plan::warnings(findings)?;
        Ok((Plan::Put(Put { account: Some(account), workflows, ..Put::default() }), ()))
    };
    Ok(catalog.write(write, plan).await?.revision)
}

/// Answers `tamis.v1.WorkflowService.UpdateWorkflow`.
///
/// # Errors
/// Those of the rpc.
pub async fn update_workflow(
    catalog: &Arc<Catalog>,
    request: v1::UpdateWorkflowRequest,
) -> Result<v1::UpdateWorkflowResponse, Status> {
    let mut request = Request::new(request);
    request.extensions_mut().insert(Access::OPEN);
    Ok(write::update(catalog, request).await?)
}
