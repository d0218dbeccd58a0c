//! How often workflows have matched.

use std::sync::Arc;

use jiff::Timestamp;
use tamis_api::v1;
use tamis_engine::Diagnostic;

use crate::catalog::Catalog;
use crate::convert::time::instant_to_wire;
use crate::grpc::fields::{Fields, pinned};
use crate::grpc::page;
use crate::grpc::workflow::list::{place, resumed};
use crate::identity::Access;
use crate::observe::{Observer, Tally};
use crate::status::Failure;

/// Reads a page of what workflows have matched, or what those that are named have.
pub(super) async fn list(
    catalog: &Catalog,
    access: &Access,
    observer: &Arc<Observer>,
    request: v1::ListWorkflowStatsRequest,
) -> Result<v1::ListWorkflowStatsResponse, Failure> {
    let filter = page::filter(&[b"workflow_stats", request.account_id.as_bytes()]);
    let mut fields = Fields::default();
    fields.require("account_id", &request.account_id);
    let size = fields.check(page::size(request.page_size));
    let after = fields.check(page::read(&request.page_token, filter));
    fields.check(named(&request));
    fields.finish()?;
    let snapshot = pinned(catalog, access, &request.account_id)?;
    let observer = observer.clone();
    // The threads that decide may each have counted much that is to be put together first.
    let paging = tokio::task::spawn_blocking(move || {
        let workflows = snapshot.workflows();
        let (shown, last) = if request.workflow_ids.is_empty() {
            let from = after.as_ref().map_or(0, |after| after.position);
            let mut rest = resumed(workflows.from(from), after.as_ref(), size + 1);
            let more = rest.len() > size;
            rest.truncate(size);
            let last = rest.last().filter(|_| more).copied();
            (rest, last)
        } else {
            (request.workflow_ids.iter().filter_map(|id| workflows.get(id)).collect(), None)
        };
        let ids = || shown.iter().map(|stored| stored.id());
        let tallies = observer.tallies(&request.account_id, ids());
        v1::ListWorkflowStatsResponse {
            stats: ids().zip(tallies).map(|(id, tally)| to_wire(id, tally)).collect(),
            next_page_token: last.map(|stored| page::token(filter, &place(stored))).unwrap_or_default(),
            total_size: u32::try_from(workflows.len()).unwrap_or(u32::MAX),
            since: Some(instant_to_wire(observer.since())),
        }
    });
    paging.await.map_err(Failure::internal)
}

/// Goes on if no workflows are named, or if they are, if they are one page.
fn named(request: &v1::ListWorkflowStatsRequest) -> Result<(), Diagnostic> {
    if request.workflow_ids.is_empty() {
        return Ok(());
    }
    page::check_named("workflow_ids", &request.workflow_ids)?;
    if request.page_token.is_empty() {
        return Ok(());
    }
    let message = "workflows that are named are all on one page";
    Err(Diagnostic::error("page_token_invalid", "page_token", message))
}

fn to_wire(workflow_id: &str, tally: Option<Tally>) -> v1::WorkflowStats {
    let last = tally.and_then(|tally| Timestamp::from_second(tally.last_second).ok());
    v1::WorkflowStats {
        workflow_id: workflow_id.to_owned(),
        matched_count: tally.map_or(0, |tally| tally.live),
        shadow_matched_count: tally.map_or(0, |tally| tally.shadow),
        last_matched_at: last.map(instant_to_wire),
    }
}
