//! What was decided over time.

use jiff::{SignedDuration, Timestamp};
use tamis_api::v1;
use tamis_engine::Diagnostic;

use crate::convert::time::{duration_to_wire, instant_to_wire};
use crate::grpc::fields::{Fields, pinned};
use crate::grpc::observation::{Observations, quantiles};
use crate::grpc::page;
use crate::identity::Access;
use crate::observe::history::{DAY_S, HOUR_S, MINUTE_S, Matched, OverTime, Span};
use crate::status::Failure;

/// Workflows that are told by themselves unless the request says how many.
const WORKFLOWS_DEFAULT: usize = 100;

/// Tells what was decided over time for an account.
pub(super) async fn list(
    observations: &Observations,
    access: &Access,
    request: v1::ListMatchCountsRequest,
) -> Result<v1::ListMatchCountsResponse, Failure> {
    let mut fields = Fields::default();
    fields.require("account_id", &request.account_id);
    fields.check(page::check_named("workflow_ids", &request.workflow_ids));
    let step_s = fields.check(step(request.step.as_ref()));
    let workflows_max = fields.check(workflows_max(request.workflows_max));
    fields.finish()?;
    let since = request.since.map(|since| since.seconds);
    let snapshot = pinned(&observations.catalog, access, &request.account_id)?;
    let observer = observations.observer.clone();
    // An account may have a million workflows, each of which has to be found again among those that matched.
    let telling = tokio::task::spawn_blocking(move || {
        let workflows = snapshot.workflows();
        let ids: Vec<&str> = if request.workflow_ids.is_empty() {
            snapshot.in_order().map(|stored| stored.id()).collect()
        } else {
            let named = request.workflow_ids.iter();
            named.filter_map(|id| workflows.get(id)).map(|stored| stored.id()).collect()
        };
        let span = Span { since, step_s, workflows_max };
        let told = observer.over_time(&request.account_id, ids.iter().copied(), span);
        to_wire(told, step_s, &ids)
    });
    telling.await.map_err(Failure::internal)
}

/// How long a step is, in seconds.
fn step(step: Option<&tamis_api::well_known::Duration>) -> Result<i64, Diagnostic> {
    let Some(step) = step else { return Ok(MINUTE_S) };
    let unit = if step.seconds < HOUR_S { MINUTE_S } else { HOUR_S };
    if step.nanos == 0 && (MINUTE_S..=DAY_S).contains(&step.seconds) && step.seconds % unit == 0 {
        return Ok(step.seconds);
    }
    let message = "a step is of whole minutes below an hour, or of whole hours up to a day";
    Err(Diagnostic::error("step_out_of_bounds", "step", message))
}

fn workflows_max(asked: i32) -> Result<usize, Diagnostic> {
    match usize::try_from(asked) {
        Ok(0) => Ok(WORKFLOWS_DEFAULT),
        Ok(asked) if asked <= page::PAGE_SIZE_MAX => Ok(asked),
        _ => {
            let message = format!(
                "1 to {} workflows are told by themselves, or {WORKFLOWS_DEFAULT} for 0",
                page::PAGE_SIZE_MAX
            );
            Err(Diagnostic::error("out_of_bounds", "workflows_max", message))
        }
    }
}

fn to_wire(told: OverTime, step_s: i64, ids: &[&str]) -> v1::ListMatchCountsResponse {
    let OverTime { since, complete_since, decisions, matched, evaluate, workflows, left_out } = told;
    let instant = |second| Timestamp::from_second(second).ok().map(instant_to_wire);
    let counts = decisions.into_iter().zip(matched.live.into_iter().zip(matched.shadow));
    let buckets = counts.zip(&evaluate).map(|((decisions, (live, shadow)), evaluate)| v1::MatchBucket {
        decisions_count: decisions,
        matched_count: live,
        shadow_matched_count: shadow,
        evaluate_latency: Some(quantiles(evaluate)),
    });
    let workflows = workflows.into_iter().filter_map(|(place, Matched { live, shadow })| {
        let workflow_id = (*ids.get(place)?).to_owned();
        Some(v1::WorkflowMatchCounts { workflow_id, matched_counts: live, shadow_matched_counts: shadow })
    });
    v1::ListMatchCountsResponse {
        since: instant(since),
        step: Some(duration_to_wire(SignedDuration::from_secs(step_s))),
        buckets: buckets.collect(),
        workflows: workflows.collect(),
        workflows_left_out: u32::try_from(left_out).unwrap_or(u32::MAX),
        counted_since: instant(complete_since),
    }
}
