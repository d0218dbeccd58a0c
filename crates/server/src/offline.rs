//! What a service does with definitions and requests, for a program that has the definitions itself: the same
//! conversions, checks, answers and refusals, without a network, a store or a catalog.
//!
//! When *not* to use it: beside a service. That one knows its accounts' revisions, and nothing here does.

use std::collections::HashMap;

use jiff::Timestamp;
use tamis_api::{v1, well_known};
use tamis_engine::{Account, Diagnostic, Index, Request, Scratch, Workflow};

use crate::catalog::order;
use crate::convert;
use crate::grpc::decision::explain::{check_explain, explained};
use crate::status::Failure;

/// The revision of an account that no service keeps.
const REVISION: u64 = 0;

/// Decides a change as `DecisionService.Evaluate` would if it held this index. `clock` is the instant of the decision for
/// a request that states none.
///
/// # Errors
/// What the service would refuse: a request with wrong fields, about another account, or for a revision that an account
/// outside of a service does not have.
pub fn evaluate(
    index: &Index,
    request: &v1::EvaluateRequest,
    clock: Timestamp,
) -> Result<v1::EvaluateResponse, v1::EvaluateError> {
    evaluate_at(index, REVISION, request, clock)
}

/// The same as a service whose account is at this revision, from which the index was compiled.
///
/// # Errors
/// Those of [`evaluate`].
pub fn evaluate_at(
    index: &Index,
    revision: u64,
    request: &v1::EvaluateRequest,
    clock: Timestamp,
) -> Result<v1::EvaluateResponse, v1::EvaluateError> {
    let read = convert::request::from_wire(request, "", clock)?;
    check_account(index, revision, request)?;
    let decision = index.evaluate(&read, &mut Scratch::default());
    Ok(convert::response::to_wire(&decision, revision, read.now)?)
}

/// Explains a change as `DecisionService.Explain` would if it held this index; otherwise like [`evaluate`].
///
/// # Errors
/// Those of [`evaluate`], and those of a request for explanation itself.
pub fn explain(
    index: &Index,
    request: &v1::ExplainRequest,
    clock: Timestamp,
) -> Result<v1::ExplainResponse, v1::EvaluateError> {
    let workflows_max = check_explain(request, clock)?;
    let asked = request.request.as_ref();
    asked.map_or(Ok(()), |asked| check_account(index, REVISION, asked))?;
    Ok(explained(index, REVISION, request, workflows_max, clock)?)
}

/// Whether the request is about the account of the index, at a revision that it has.
fn check_account(index: &Index, revision: u64, request: &v1::EvaluateRequest) -> Result<(), Failure> {
    if request.account_id != index.account().id {
        return Err(Failure::account_not_found(&request.account_id));
    }
    if request.min_revision > revision {
        return Err(Failure::revision_not_reached(revision, request.min_revision));
    }
    Ok(())
}

/// An account as the contract writes it, but for the fields that a service sets.
pub fn account_to_wire(account: &Account) -> v1::Account {
    convert::account::to_wire(account)
}

/// An account that the contract wrote, with all in it that makes no sense; `path` is what field paths begin with.
pub fn account_from_wire(account: &v1::Account, path: &str) -> (Account, Vec<Diagnostic>) {
    convert::account::from_wire(account, path)
}

/// A workflow as the contract writes it, but for the etag and the times that a service sets.
pub fn workflow_to_wire(workflow: &Workflow) -> v1::Workflow {
    convert::workflow::to_wire(workflow)
}

/// A workflow that the contract wrote, with all in it that makes no sense; `path` is what field paths begin with.
pub fn workflow_from_wire(workflow: &v1::Workflow, path: &str) -> (Workflow, Vec<Diagnostic>) {
    convert::workflow::from_wire(workflow, path)
}

/// An instant as the contract writes it.
pub fn instant_to_wire(instant: Timestamp) -> well_known::Timestamp {
    convert::time::instant_to_wire(instant)
}

/// Gives a position to each workflow of an import that states none, as `WorkflowService.ImportWorkflows` would: after all
/// that have one, in the order given. Where the account's other workflows stay, `staying` has all that it has, and one that
/// is among them keeps its position.
pub fn place(workflows: &mut [Workflow], staying: &[Workflow]) {
    let stored: HashMap<&str, Option<u32>> =
        staying.iter().map(|workflow| (&*workflow.id, workflow.position)).collect();
    let last = staying.iter().filter_map(|workflow| workflow.position).max();
    let mut positions: Vec<(&str, &mut Option<u32>)> =
        workflows.iter_mut().map(|workflow| (&*workflow.id, &mut workflow.position)).collect();
    order::place(&mut positions, |id| stored.get(id).copied().flatten(), last);
}

/// The position that a service gives to a workflow that comes after all others, of which this is the last one's.
pub fn position_after(last: Option<u32>) -> u32 {
    order::after(last)
}

/// A request about an account as the contract writes it.
pub fn request_to_wire(request: &Request<'_>, account_id: &str) -> v1::EvaluateRequest {
    v1::EvaluateRequest { account_id: account_id.to_owned(), ..convert::request::to_wire(request) }
}
