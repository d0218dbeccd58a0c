//! What is wrong with all of an account's workflows.

use std::sync::Arc;

use jiff::Timestamp;
use prost::Message as _;
use tamis_api::v1;
use tamis_engine::analyze::{self, Analysis, Finding, Scope};
use tamis_engine::check::Path;
use tamis_engine::{Diagnostic, limits};
use tokio::sync::Semaphore;

use crate::catalog::plan::stored_path;
use crate::catalog::{Catalog, Snapshot};
use crate::convert;
use crate::convert::time::{instant_to_wire, optional_instant};
use crate::grpc::fields::{Fields, pinned};
use crate::identity::Access;
use crate::limits::{ANALYSIS_BYTES_MAX, ANALYZED_MAX};
use crate::observe::Observer;
use crate::status::Failure;

/// The kind of finding that counts tell.
const DEAD: &str = "dead";

/// Analyses an account as it is stored.
pub(super) async fn analyze(
    catalog: &Catalog,
    access: &Access,
    observer: &Arc<Observer>,
    analyzing: &Semaphore,
    request: v1::AnalyzeWorkflowsRequest,
) -> Result<v1::AnalyzeWorkflowsResponse, Failure> {
    let mut fields = Fields::default();
    fields.require("account_id", &request.account_id);
    let mut found = convert::Findings::default();
    let dead_since = optional_instant(&mut found, &Path::Root("dead_since"), request.dead_since.as_ref());
    found.into_vec().into_iter().for_each(|finding| fields.wrong(finding));
    fields.finish()?;
    let snapshot = pinned(catalog, access, &request.account_id)?;
    if snapshot.workflows().len() > ANALYZED_MAX {
        let limit = u64::try_from(ANALYZED_MAX).unwrap_or(u64::MAX);
        return Err(Failure::call_too_large("analyzed_workflows", limit));
    }
    let observer = observer.clone();
    let one_at_a_time = analyzing.acquire().await.map_err(Failure::internal)?;
    let analysing = tokio::task::spawn_blocking(move || answer(&snapshot, &observer, dead_since));
    let answer = analysing.await.map_err(Failure::internal);
    drop(one_at_a_time);
    answer
}

fn answer(
    snapshot: &Snapshot,
    observer: &Observer,
    dead_since: Option<Timestamp>,
) -> v1::AnalyzeWorkflowsResponse {
    let account_id = &snapshot.account().definition.id;
    let Analysis { findings, left_out } = analyze::analyze(&snapshot.index, Scope::All);
    let mut answer = Answer::default();
    for finding in &findings {
        answer.add(to_wire(finding, account_id));
    }
    for (code, count) in left_out {
        answer.leave_out(code, count);
    }
    // Of what was before it began to count, the service knows nothing.
    let told_since = dead_since.filter(|since| observer.since() <= *since);
    if let Some(since) = told_since {
        dead(snapshot, observer, since, &mut answer);
    }
    v1::AnalyzeWorkflowsResponse {
        findings: answer.findings,
        left_out: answer.left_out,
        revision: snapshot.revision,
        counted_since: Some(instant_to_wire(observer.since())),
        dead_told: told_since.is_some(),
    }
}

/// Findings, as many as fit.
#[derive(Default)]
struct Answer {
    findings: Vec<v1::WorkflowFinding>,
    left_out: Vec<v1::FindingsLeftOut>,
    bytes: usize,
}

impl Answer {
    fn add(&mut self, finding: v1::WorkflowFinding) {
        self.bytes += finding.encoded_len();
        if self.bytes <= ANALYSIS_BYTES_MAX {
            self.findings.push(finding);
        } else {
            let code = finding.diagnostic.map(|diagnostic| diagnostic.code).unwrap_or_default();
            self.leave_out(&code, 1);
        }
    }

    fn leave_out(&mut self, code: &str, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        match self.left_out.iter_mut().find(|left_out| left_out.code == code) {
            Some(left_out) => left_out.count = left_out.count.saturating_add(count),
            None => self.left_out.push(v1::FindingsLeftOut { code: code.to_owned(), count }),
        }
    }
}

fn to_wire(finding: &Finding, account_id: &str) -> v1::WorkflowFinding {
    let diagnostic = finding.at(&stored_path(&finding.workflow_id));
    v1::WorkflowFinding {
        diagnostic: Some(convert::diagnostic::to_wire(diagnostic, account_id)),
        workflow_id: finding.workflow_id.clone(),
        other_workflow_ids: finding.other_ids.clone(),
    }
}

/// Workflows that have been as they are since before an instant, and that no change has matched from it on.
fn dead(snapshot: &Snapshot, observer: &Observer, since: Timestamp, answer: &mut Answer) {
    let account_id = &snapshot.account().definition.id;
    let judged: Vec<_> = snapshot
        .in_order()
        .filter(|stored| stored.definition.enabled && stored.update_time <= since)
        .collect();
    let tallies = observer.tallies(account_id, judged.iter().map(|stored| stored.id()));
    // Matches are counted to the second: one in the same second may have been after the instant.
    let is_dead = |last: Option<i64>| last.is_none_or(|last| last < since.as_second());
    let dead: Vec<_> = judged
        .into_iter()
        .zip(tallies)
        .filter(|(_, tally)| is_dead(tally.map(|tally| tally.last_second)))
        .map(|(stored, _)| stored)
        .collect();
    for stored in dead.iter().take(limits::FINDINGS_OF_A_KIND_MAX) {
        let message = format!("no change has matched it since {since}");
        let diagnostic = Diagnostic {
            example: analyze::example_of(&snapshot.index, stored.id()).map(Box::new),
            ..Diagnostic::warning(DEAD, stored_path(stored.id()), message)
        };
        let help = "remove it if nobody misses it, or look at what it waits for";
        let diagnostic = diagnostic.with_help(help).with("since", since);
        answer.add(v1::WorkflowFinding {
            diagnostic: Some(convert::diagnostic::to_wire(diagnostic, account_id)),
            workflow_id: stored.id().to_owned(),
            other_workflow_ids: Vec::new(),
        });
    }
    let more = dead.len().saturating_sub(limits::FINDINGS_OF_A_KIND_MAX);
    if more > 0 {
        answer.leave_out(DEAD, more);
    }
}
