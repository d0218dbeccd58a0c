//! Brings a whole account back to what it was.

use std::collections::HashSet;
use std::sync::Arc;

use tamis_api::v1;
use tamis_engine::{Diagnostic, check};
use tonic::Request;

use crate::catalog::Catalog;
use crate::catalog::audit::Past;
use crate::catalog::plan::{self, Candidate, Current, Plan};
use crate::catalog::rollback::Rollback;
use crate::grpc::fields::{Caller, Fields, check_revision};
use crate::grpc::wire;
use crate::grpc::workflow::import::Counts;
use crate::identity::Role;
use crate::status::Failure;

/// Rolls an account back.
pub(super) async fn rollback(
    catalog: &Arc<Catalog>,
    request: Request<v1::RollbackWorkflowsRequest>,
) -> Result<v1::RollbackWorkflowsResponse, Failure> {
    let mut fields = Fields::default();
    let caller = fields.check(Caller::of(&request));
    let request = request.into_inner();
    fields.require("account_id", &request.account_id);
    if request.to_revision == 0 {
        fields.wrong(Diagnostic::error("required", "to_revision", "a revision is required"));
    }
    fields.finish()?;
    let account_id = request.account_id.clone();
    let past = catalog.as_of(&caller.access, &request.account_id, request.to_revision).await?;
    let write = caller.write(&request.account_id, "RollbackWorkflows");
    let plan = move |current: &Current| {
        check_revision(current.revision, request.expected_revision)?;
        let rollback = Rollback { past, dry_run: request.validate_only };
        if rollback.writes_account(current) {
            caller.access.require(Role::Admin)?;
        }
        let counts = checked(&rollback.past, current)?;
        Ok((Plan::Rollback(rollback), counts))
    };
    let written = catalog.write(write, plan).await?;
    let counts = written.note;
    Ok(v1::RollbackWorkflowsResponse {
        revision: written.revision,
        created: counts.created,
        updated: counts.updated,
        unchanged: counts.unchanged,
        deleted: counts.deleted,
        warnings: wire::findings(counts.warnings, &account_id),
    })
}

/// What a rollback does, if what was passes the checks of today.
fn checked(past: &Past, current: &Current) -> Result<Counts, Failure> {
    let definition = &past.account.definition;
    let mut findings = check::account(definition, "account");
    if !plan::has_errors(&findings) {
        let candidates: Vec<Candidate> =
            past.workflows.iter().map(|stored| plan::stored_candidate(stored)).collect();
        findings.extend(plan::findings(definition, &candidates));
    }
    let warnings = plan::warnings(findings)?;
    let before = current.snapshot.as_deref();
    let staying: HashSet<&str> = past.workflows.iter().map(|stored| stored.id()).collect();
    let present = before.into_iter().flat_map(|before| before.in_order());
    let deleted = present.filter(|stored| !staying.contains(stored.id())).count();
    let counts = Counts::of(past.workflows.iter().map(|stored| &*stored.definition), before);
    Ok(Counts { deleted: u32::try_from(deleted).unwrap_or(u32::MAX), warnings, ..counts })
}
