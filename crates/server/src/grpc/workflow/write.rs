//! Writes of one workflow, and the check that stores nothing.

use std::collections::HashSet;
use std::sync::Arc;

use prost::Message as _;
use tamis_api::v1;
use tamis_engine::compile::Edit;
use tamis_engine::{Diagnostic, Workflow};
use tonic::Request;
use uuid::Uuid;

use crate::catalog::plan::{Candidate, Current, Plan, Put, findings, has_errors, warnings};
use crate::catalog::snapshot::StoredWorkflow;
use crate::catalog::{Catalog, Snapshot, analysis, order};
use crate::convert;
use crate::grpc::fields::{Caller, Fields, check_etag, pinned};
use crate::grpc::{mask, wire};
use crate::identity::Access;
use crate::status::Failure;

/// An id for a workflow that comes without one: it is random, and those made later sort later.
pub(crate) fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// Adds a workflow.
pub(super) async fn create(
    catalog: &Arc<Catalog>,
    request: Request<v1::CreateWorkflowRequest>,
) -> Result<v1::CreateWorkflowResponse, Failure> {
    let mut fields = Fields::default();
    let caller = fields.check(Caller::of(&request));
    let request = request.into_inner();
    fields.require("account_id", &request.account_id);
    let mut message = fields.require_message("workflow", request.workflow);
    fields.finish()?;
    if message.workflow_id.is_empty() {
        message.workflow_id = new_id();
    }
    let (account_id, id) = (request.account_id, message.workflow_id.clone());
    let write = caller.write_one(&account_id, "CreateWorkflow", &id, message.encoded_len());
    let plan = move |current: &Current| {
        let snapshot = current.account(&account_id)?;
        if snapshot.workflow(&message.workflow_id).is_some() {
            return Err(Failure::workflow_already_exists(account_id, message.workflow_id));
        }
        message.position.get_or_insert_with(|| order::after(snapshot.last_position()));
        put_one(snapshot, &message)
    };
    let written = catalog.write(write, plan).await?;
    Ok(v1::CreateWorkflowResponse {
        workflow: wire::written_workflow(&written, &id),
        revision: written.revision,
        warnings: wire::warnings(written),
    })
}

/// Changes fields of a workflow.
pub(crate) async fn update(
    catalog: &Arc<Catalog>,
    request: Request<v1::UpdateWorkflowRequest>,
) -> Result<v1::UpdateWorkflowResponse, Failure> {
    let mut fields = Fields::default();
    let caller = fields.check(Caller::of(&request));
    let request = request.into_inner();
    fields.require("account_id", &request.account_id);
    if let Some(workflow) = &request.workflow {
        fields.require("workflow.workflow_id", &workflow.workflow_id);
    }
    let sent = fields.require_message("workflow", request.workflow);
    let update_mask = request.update_mask;
    fields.check_all(mask::check::<v1::Workflow>(update_mask.as_ref()));
    fields.finish()?;
    let (account_id, id) = (request.account_id, sent.workflow_id.clone());
    let write = caller.write_one(&account_id, "UpdateWorkflow", &id, sent.encoded_len());
    let plan = move |current: &Current| {
        let snapshot = current.account(&account_id)?;
        let stored = stored(snapshot, &account_id, &sent.workflow_id)?;
        check_etag(stored.etag(), &sent.etag)?;
        let mut message = convert::workflow::to_wire(&stored.definition);
        mask::apply(update_mask.as_ref(), &mut message, &sent);
        let others = || snapshot.workflows().last_position_without(stored.id());
        message.position.get_or_insert_with(|| order::after(others()));
        put_one(snapshot, &message)
    };
    let written = catalog.write(write, plan).await?;
    Ok(v1::UpdateWorkflowResponse {
        workflow: wire::written_workflow(&written, &id),
        revision: written.revision,
        warnings: wire::warnings(written),
    })
}

/// Removes a workflow.
pub(super) async fn delete(
    catalog: &Arc<Catalog>,
    request: Request<v1::DeleteWorkflowRequest>,
) -> Result<v1::DeleteWorkflowResponse, Failure> {
    let mut fields = Fields::default();
    let caller = fields.check(Caller::of(&request));
    let request = request.into_inner();
    fields.require("account_id", &request.account_id);
    fields.require("workflow_id", &request.workflow_id);
    fields.finish()?;
    let write = caller.write_one(&request.account_id, "DeleteWorkflow", &request.workflow_id, 0);
    let plan = move |current: &Current| {
        let snapshot = current.account(&request.account_id)?;
        let stored = stored(snapshot, &request.account_id, &request.workflow_id)?;
        check_etag(stored.etag(), &request.etag)?;
        Ok((Plan::Put(Put { removed: HashSet::from([request.workflow_id]), ..Put::default() }), ()))
    };
    Ok(v1::DeleteWorkflowResponse { revision: catalog.write(write, plan).await?.revision })
}

/// Switches a workflow on or off.
pub(super) struct Switch {
    /// The account.
    pub(super) account_id: String,
    /// The workflow.
    pub(super) workflow_id: String,
    /// The etag that it must have, unless empty.
    pub(super) etag: String,
    /// On or off.
    pub(super) enabled: bool,
    /// The rpc.
    pub(super) operation: &'static str,
}

/// Switches a workflow on or off, and answers with it and with the account's revision.
pub(super) async fn switch(
    catalog: &Arc<Catalog>,
    caller: Result<Caller, Diagnostic>,
    switch: Switch,
) -> Result<(Option<v1::Workflow>, u64), Failure> {
    let mut fields = Fields::default();
    let caller = fields.check(caller);
    fields.require("account_id", &switch.account_id);
    fields.require("workflow_id", &switch.workflow_id);
    fields.finish()?;
    let id = switch.workflow_id.clone();
    let write = caller.write_one(&switch.account_id, switch.operation, &id, 0);
    let plan = move |current: &Current| {
        let snapshot = current.account(&switch.account_id)?;
        let stored = stored(snapshot, &switch.account_id, &switch.workflow_id)?;
        check_etag(stored.etag(), &switch.etag)?;
        let workflow = Workflow { enabled: switch.enabled, ..Workflow::clone(&stored.definition) };
        Ok((Plan::Put(Put { workflows: vec![Arc::new(workflow)], ..Put::default() }), ()))
    };
    let written = catalog.write(write, plan).await?;
    Ok((wire::written_workflow(&written, &id), written.revision))
}

/// Tells all about a workflow, and stores nothing.
pub(super) async fn validate(
    catalog: &Arc<Catalog>,
    access: &Access,
    request: v1::ValidateWorkflowRequest,
) -> Result<v1::ValidateWorkflowResponse, Failure> {
    let mut fields = Fields::default();
    fields.require("account_id", &request.account_id);
    let mut message = fields.require_message("workflow", request.workflow);
    fields.finish()?;
    let snapshot = pinned(catalog, access, &request.account_id)?;
    if message.workflow_id.is_empty() {
        message.workflow_id = new_id();
    }
    let full = snapshot.workflow(&message.workflow_id).is_none()
        && snapshot.workflows().len() >= catalog.workflows_max();
    let workflows_max = catalog.workflows_max();
    let checking = tokio::task::spawn_blocking(move || {
        let candidate = candidate(&message, "workflow".to_owned());
        let mut findings = findings(&snapshot.account().definition, std::slice::from_ref(&candidate));
        let edit = Edit::Put(candidate.workflow.clone());
        // One that does not compile has its findings already.
        if !has_errors(&findings)
            && let Ok(index) = snapshot.index.with_edits(&[edit])
        {
            findings.extend(analysis::warnings(&index, &[candidate.told()]));
        }
        if full {
            let message = format!("the account has {workflows_max} workflows, and may have no more");
            let finding = Diagnostic::error("workflows_per_account", "workflow", message);
            findings.push(finding.with("max", workflows_max));
        }
        findings.sort_by_key(|finding| finding.severity);
        findings
    });
    let findings = checking.await.map_err(Failure::internal)?;
    Ok(v1::ValidateWorkflowResponse { diagnostics: wire::findings(findings, &request.account_id) })
}

/// A workflow of a request, to be checked.
pub(crate) fn candidate(message: &v1::Workflow, path: String) -> Candidate {
    let (workflow, findings) = convert::workflow::from_wire(message, &path);
    Candidate { workflow: Arc::new(workflow), path, findings }
}

/// The plan that puts one workflow, and its warnings.
fn put_one(snapshot: &Snapshot, message: &v1::Workflow) -> Result<(Plan, Vec<Diagnostic>), Failure> {
    let candidate = candidate(message, "workflow".to_owned());
    let warnings = warnings(findings(&snapshot.account().definition, std::slice::from_ref(&candidate)))?;
    let told = vec![candidate.told()];
    Ok((Plan::Put(Put { workflows: vec![candidate.workflow], told, ..Put::default() }), warnings))
}

fn stored<'a>(
    snapshot: &'a Snapshot,
    account_id: &str,
    workflow_id: &str,
) -> Result<&'a Arc<StoredWorkflow>, Failure> {
    snapshot.workflow(workflow_id).ok_or_else(|| Failure::workflow_not_found(account_id, workflow_id))
}
