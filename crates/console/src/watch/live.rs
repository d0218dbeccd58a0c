//! What changes all the time: matches over time, and how the service is.

use axum::extract::Query;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use tamis_api::{v1, well_known};

use crate::moment;
use crate::refusal::Refusal;
use crate::visit::At;
use crate::watch::figures::{latency, seconds, whole};
use crate::watch::plot::{Line, Plot, spark};
use crate::watch::{Asked, Named, Span, fact, service};

/// Workflows that are looked at, to find those in shadow mode among them.
const WORKFLOWS_MAX: i32 = 200;
/// Workflows that are shown of each kind.
const SHOWN_MAX: usize = 20;

/// The part by itself, for the script.
pub(super) async fn show(at: At, Query(Asked { span }): Query<Asked>) -> Result<Markup, Refusal> {
    read(&at, span).await
}

/// What the service says now.
pub(super) async fn read(at: &At, span: Span) -> Result<Markup, Refusal> {
    let account_id = at.account.account_id.clone();
    let (length_s, step_s) = span.seconds();
    // The step that is under way is one of them.
    let since = Timestamp::now() - SignedDuration::from_secs(length_s - step_s);
    let request = v1::ListMatchCountsRequest {
        account_id: account_id.clone(),
        since: Some(well_known::Timestamp { seconds: since.as_second(), nanos: 0 }),
        step: Some(well_known::Duration { seconds: step_s, nanos: 0 }),
        workflows_max: WORKFLOWS_MAX,
        ..v1::ListMatchCountsRequest::default()
    };
    let mut observations = at.visit.calls.observations();
    let counts = observations.list_match_counts(request).await?.into_inner();
    let status =
        observations.get_service_status(v1::GetServiceStatusRequest { account_id: account_id.clone() });
    let status = status.await?.into_inner();
    let (live, shadow) = (matching(&counts, live_total), matching(&counts, shadow_total));
    let mut named = Named::default();
    let workflow_ids: Vec<String> = live.iter().chain(&shadow).map(|one| one.workflow_id.clone()).collect();
    named.add(at, &workflow_ids).await?;
    let request =
        v1::ListWorkflowStatsRequest { account_id, workflow_ids, ..v1::ListWorkflowStatsRequest::default() };
    // Naming none would ask for all.
    let stats = if request.workflow_ids.is_empty() {
        Vec::new()
    } else {
        at.visit.calls.workflows().list_workflow_stats(request).await?.into_inner().stats
    };
    let last = |id: &str| stats.iter().find(|one| one.workflow_id == id)?.last_matched_at;
    Ok(html! {
        (over_time(at, &counts))
        (matched(at, &counts, &live, &named, last))
        (in_shadow(at, &shadow, &named))
        (service::state(at, &status))
    })
}

fn live_total(workflow: &v1::WorkflowMatchCounts) -> u64 {
    workflow.matched_counts.iter().sum()
}

fn shadow_total(workflow: &v1::WorkflowMatchCounts) -> u64 {
    workflow.shadow_matched_counts.iter().sum()
}

/// Those of which a total is not zero, the greatest first.
fn matching(
    counts: &v1::ListMatchCountsResponse,
    total: fn(&v1::WorkflowMatchCounts) -> u64,
) -> Vec<&v1::WorkflowMatchCounts> {
    let mut found: Vec<_> = counts.workflows.iter().filter(|workflow| total(workflow) > 0).collect();
    found.sort_by_key(|workflow| std::cmp::Reverse(total(workflow)));
    found.truncate(SHOWN_MAX);
    found
}

/// Decisions and matches of all workflows together, and how long decisions took.
fn over_time(at: &At, counts: &v1::ListMatchCountsResponse) -> Markup {
    let l = at.visit.language;
    let buckets = &counts.buckets;
    let sum = |count: fn(&v1::MatchBucket) -> u64| html! { (whole(l, buckets.iter().map(count).sum())) };
    let times = times(counts);
    #[expect(clippy::cast_precision_loss, reason = "a picture is not that precise")]
    let line = |text_id: &'static str, count: fn(&v1::MatchBucket) -> u64| Line {
        name: l.text(text_id).into_owned(),
        values: buckets.iter().map(|bucket| Some(count(bucket) as f64)).collect(),
    };
    let took = |text_id: &'static str,
                quantile: fn(&v1::LatencyQuantiles) -> Option<&well_known::Duration>| Line {
        name: l.text(text_id).into_owned(),
        values: buckets
            .iter()
            .map(|bucket| bucket.evaluate_latency.as_ref().and_then(quantile).map(seconds))
            .collect(),
    };
    let decisions = Plot {
        id: "decisions",
        title: l.text("watch-decisions-and-matches").into_owned(),
        times: &times,
        lines: vec![
            line("watch-decisions", |bucket| bucket.decisions_count),
            line("watch-matches", |bucket| bucket.matched_count),
            line("watch-shadow-matches", |bucket| bucket.shadow_matched_count),
        ],
        write: |l, value| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are whole")]
            whole(l, value as u64)
        },
    };
    let latencies = Plot {
        id: "latency",
        title: l.text("watch-latency").into_owned(),
        times: &times,
        lines: vec![
            took("watch-latency-half", |quantiles| quantiles.p50.as_ref()),
            took("watch-latency-ninety", |quantiles| quantiles.p90.as_ref()),
            took("watch-latency-most", |quantiles| quantiles.p99.as_ref()),
        ],
        write: latency,
    };
    html! {
        section .stack aria-labelledby="over-time-title" {
            h2 #over-time-title { (l.text("watch-over-time")) }
            dl .facts {
                (fact(l, "watch-decisions", &sum(|bucket| bucket.decisions_count)))
                (fact(l, "watch-matches", &sum(|bucket| bucket.matched_count)))
                (fact(l, "watch-shadow-matches", &sum(|bucket| bucket.shadow_matched_count)))
            }
            @if let Some(since) = &counts.counted_since {
                p .help { (l.text("watch-counted-since")) " " (moment::time(l, since, &at.zone)) }
            }
            div .plots { (decisions.draw(at)) (latencies.draw(at)) }
        }
    }
}

/// When each step begins.
fn times(counts: &v1::ListMatchCountsResponse) -> Vec<Timestamp> {
    let since = counts.since.as_ref().and_then(moment::instant);
    let step = counts.step.as_ref().map(|step| SignedDuration::from_secs(step.seconds));
    let Some((since, step)) = since.zip(step) else { return Vec::new() };
    std::iter::successors(Some(since), |time| time.checked_add(step).ok())
        .take(counts.buckets.len())
        .collect()
}

/// Live workflows, those that matched most often first.
fn matched(
    at: &At,
    counts: &v1::ListMatchCountsResponse,
    live: &[&v1::WorkflowMatchCounts],
    named: &Named,
    last: impl Fn(&str) -> Option<well_known::Timestamp>,
) -> Markup {
    let l = at.visit.language;
    let all = counts.workflows.iter().filter(|workflow| live_total(workflow) > 0).count();
    let more =
        all.saturating_sub(live.len()) + usize::try_from(counts.workflows_left_out).unwrap_or(usize::MAX);
    html! {
        section .stack aria-labelledby="matched-title" {
            h2 #matched-title { (l.text("watch-matched")) }
            @if live.is_empty() {
                p .muted { (l.text("watch-matched-none")) }
            } @else {
                div .scroll .card tabindex="0" role="group" aria-labelledby="matched-title" {
                    table {
                        thead { tr {
                            th scope="col" { (l.text("watch-workflow")) }
                            th scope="col" { (l.text("watch-course")) }
                            th .number scope="col" { (l.text("watch-matches")) }
                            th scope="col" { (l.text("watch-last")) }
                        } }
                        tbody {
                            @for workflow in live {
                                tr {
                                    th scope="row" { (named.link(at, "matched", &workflow.workflow_id)) }
                                    td { (spark(&workflow.matched_counts)) }
                                    td .number { (whole(l, live_total(workflow))) }
                                    td { @if let Some(last) = last(&workflow.workflow_id) { (moment::time(l, &last, &at.zone)) } }
                                }
                            }
                        }
                    }
                }
                @if more > 0 { p .muted { (l.with("watch-more", &[("count", more.into())])) } }
            }
        }
    }
}

/// Workflows that were tried in shadow, beside what they matched live.
fn in_shadow(at: &At, shadow: &[&v1::WorkflowMatchCounts], named: &Named) -> Markup {
    let l = at.visit.language;
    html! {
        section .stack aria-labelledby="shadow-title" {
            h2 #shadow-title { (l.text("watch-shadow")) }
            p .help { (l.text("watch-shadow-help")) }
            @if shadow.is_empty() {
                p .muted { (l.text("watch-shadow-none")) }
            } @else {
                div .scroll .card tabindex="0" role="group" aria-labelledby="shadow-title" {
                    table {
                        thead { tr {
                            th scope="col" { (l.text("watch-workflow")) }
                            th scope="col" { (l.text("watch-course")) }
                            th .number scope="col" { (l.text("watch-shadow-matches")) }
                            th .number scope="col" { (l.text("watch-matches")) }
                            th scope="col" { (l.text("watch-now")) }
                        } }
                        tbody {
                            @for workflow in shadow {
                                @let found = named.get(&workflow.workflow_id);
                                @let is_shadow = found.is_some_and(|found| found.mode() == v1::WorkflowMode::Shadow);
                                tr {
                                    th scope="row" { (named.link(at, "shadow", &workflow.workflow_id)) }
                                    td { (spark(&workflow.shadow_matched_counts)) }
                                    td .number { (whole(l, shadow_total(workflow))) }
                                    td .number { (whole(l, live_total(workflow))) }
                                    td { @if is_shadow { span .badge.warn { (l.text("watch-is-shadow")) } } @else { span .badge.yes { (l.text("watch-is-live")) } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
