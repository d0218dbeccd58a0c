//! How often workflows have matched.

use std::sync::Arc;

use jiff::Timestamp;
use tamis_api::v1;

use crate::catalog::Catalog;
use crate::convert::time::instant_to_wire;
use crate::grpc::fields::{Fields, pinned};
use crate::grpc::page;
use crate::grpc::workflow::list::{place, resumed};
use crate::identity::Access;
use crate::observe::{Observer, Tally};
use crate::status::Failure;

/// Reads a page of what workflows have matched.
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
    fields.finish()?;
    let snapshot = pinned(catalog, access, &request.account_id)?;
    let observer = observer.clone();
    // The threads that decide may each have counted much that is to be put together first.
    let paging = tokio::task::spawn_blocking(move || {
        let workflows = snapshot.workflows();
        let from = after.as_ref().map_or(0, |after| after.position);
        let rest = resumed(workflows.from(from), after.as_ref(), size + 1);
        let ids = || rest.iter().take(size).map(|stored| stored.id());
        let tallies = observer.tallies(&request.account_id, ids());
        let last = size.checked_sub(1).and_then(|last| rest.get(last)).filter(|_| rest.len() > size);
        v1::ListWorkflowStatsResponse {
            stats: ids().zip(tallies).map(|(id, tally)| to_wire(id, tally)).collect(),
            next_page_token: last.map(|stored| page::token(filter, &place(stored))).unwrap_or_default(),
            total_size: u32::try_from(workflows.len()).unwrap_or(u32::MAX),
            since: Some(instant_to_wire(observer.since())),
        }
    });
    paging.await.map_err(Failure::internal)
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
