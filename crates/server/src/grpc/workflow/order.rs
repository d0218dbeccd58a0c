//! Moves workflows to another place in the order.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tamis_api::v1;
use tamis_engine::{Diagnostic, Workflow};
use tonic::Request;

use crate::catalog::order::{Place, positions_for};
use crate::catalog::plan::{Current, Plan, Put};
use crate::catalog::snapshot::StoredWorkflow;
use crate::catalog::{Catalog, Snapshot};
use crate::grpc::fields::{Caller, Fields, check_revision};
use crate::status::Failure;

/// Moves workflows.
pub(super) async fn reorder(
    catalog: &Arc<Catalog>,
    request: Request<v1::ReorderWorkflowsRequest>,
) -> Result<v1::ReorderWorkflowsResponse, Failure> {
    let mut fields = Fields::default();
    let caller = fields.check(Caller::of(&request));
    let request = request.into_inner();
    fields.require("account_id", &request.account_id);
    check_ids(&mut fields, &request);
    fields.finish()?;
    let write = caller.write(&request.account_id, "ReorderWorkflows");
    let plan = move |current: &Current| {
        let snapshot = current.account(&request.account_id)?;
        check_revision(current.revision, request.expected_revision)?;
        let workflows = moved(snapshot, &request)?;
        Ok((Plan::Put(Put { workflows, ..Put::default() }), ()))
    };
    let written = catalog.write(write, plan).await?;
    Ok(v1::ReorderWorkflowsResponse { revision: written.revision })
}

fn check_ids(fields: &mut Fields, request: &v1::ReorderWorkflowsRequest) {
    if request.workflow_ids.is_empty() {
        fields.wrong(Diagnostic::error("required", "workflow_ids", "at least one workflow is required"));
    }
    let mut seen = HashSet::new();
    for (index, id) in request.workflow_ids.iter().enumerate() {
        let field = format!("workflow_ids[{index}]");
        if id.is_empty() {
            fields.require(&field, id);
        } else if !seen.insert(id) {
            fields.wrong(Diagnostic::error("duplicate", field, format!("`{id}` is named twice")));
        } else if *id == request.before_workflow_id {
            let message = format!("`{id}` cannot come before itself");
            fields.wrong(Diagnostic::error("moved_before_itself", "before_workflow_id", message));
        }
    }
}

/// The workflows whose positions change.
fn moved(snapshot: &Snapshot, request: &v1::ReorderWorkflowsRequest) -> Result<Vec<Arc<Workflow>>, Failure> {
    let missing = |id: &str| Failure::workflow_not_found(&*request.account_id, id);
    if let Some(id) = request.workflow_ids.iter().find(|id| snapshot.workflow(id).is_none()) {
        return Err(missing(id));
    }
    let before = &*request.before_workflow_id;
    if !before.is_empty() && snapshot.workflow(before).is_none() {
        return Err(missing(before));
    }
    let asked: HashMap<&str, usize> =
        request.workflow_ids.iter().enumerate().map(|(nth, id)| (id.as_str(), nth)).collect();
    let present = snapshot.in_order().enumerate().filter_map(|(rank, stored)| {
        let created = usize::try_from(snapshot.workflows().created(stored.id())?).ok()?;
        Some((Place { rank, created, position: stored.position() }, stored))
    });
    let (mut block, mut wanted): (Vec<(Place, &Arc<StoredWorkflow>)>, Vec<_>) =
        present.partition(|(_, stored)| asked.contains_key(stored.id()));
    block.sort_by_key(|(_, stored)| asked.get(stored.id()).copied());
    let at = wanted.iter().position(|(_, stored)| stored.id() == before).unwrap_or(wanted.len());
    wanted.splice(at..at, block);
    let new = positions_for(&wanted.iter().map(|(place, _)| *place).collect::<Vec<_>>());
    let changed = wanted.iter().zip(new).filter(|((place, _), position)| place.position != *position);
    Ok(changed
        .map(|((_, stored), position)| {
            let mut workflow = Workflow::clone(&stored.definition);
            workflow.position = Some(position);
            Arc::new(workflow)
        })
        .collect())
}
