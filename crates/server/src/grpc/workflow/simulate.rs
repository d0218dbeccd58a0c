//! Tries a draft of an account on recorded changes.

use std::sync::Arc;

use tamis_api::v1;
use tamis_api::v1::simulate_workflows_request::Part;
use tamis_engine::Diagnostic;
use tonic::Streaming;

use crate::catalog::Catalog;
use crate::grpc::fields::{Fields, pinned};
use crate::grpc::wire;
use crate::grpc::workflow::import::{self, Collected, StreamError};
use crate::identity::Access;
use crate::limits;
use crate::simulate::{Samples, Simulator, Worker};
use crate::status::Failure;

/// Tries a draft on changes.
pub(super) async fn simulate(
    catalog: &Arc<Catalog>,
    access: &Access,
    mut messages: Streaming<v1::SimulateWorkflowsRequest>,
) -> Result<v1::SimulateWorkflowsResponse, StreamError> {
    let draft = draft(catalog, &mut messages).await?;
    let account_id = draft.import.account_id.clone();
    let snapshot = pinned(catalog, access, &account_id)?;
    let compiling = {
        let (catalog, account_id) = (catalog.clone(), account_id.clone());
        let Draft { import, samples_max, .. } = draft;
        tokio::task::spawn_blocking(move || -> Result<_, Failure> {
            let tried =
                catalog.try_out(&account_id, snapshot.clone(), |current| import::plan(import, current));
            let (tried, counts, found) = tried?;
            let (live, draft) = (snapshot.index.clone(), tried.index.clone());
            let warnings = [counts.warnings, found].concat();
            Ok((Simulator::new(live, draft, snapshot.revision, samples_max), warnings))
        })
    };
    let (simulator, warnings) = compiling.await.map_err(Failure::internal)??;
    let simulator = Arc::new(simulator);
    let mut state = State::default();
    let mut changes = draft.changes;
    while let Some(requests) = changes {
        let permit = catalog.simulations.acquire().await.map_err(Failure::internal)?;
        let simulator = simulator.clone();
        // The threads that decide must not wait for it.
        let judging = tokio::task::spawn_blocking(move || {
            state.judge(&simulator, &requests);
            state
        });
        state = judging.await.map_err(Failure::internal)?;
        drop(permit);
        changes = match messages.message().await? {
            Some(message) => Some(changes_of(message)?),
            None => None,
        };
    }
    let reporting = tokio::task::spawn_blocking(move || simulator.report([state.worker], state.samples));
    let simulation = Some(reporting.await.map_err(Failure::internal)?);
    Ok(v1::SimulateWorkflowsResponse { simulation, warnings: wire::findings(warnings, &account_id) })
}

/// What is to be tried, and on what.
struct Draft {
    import: v1::ImportWorkflowsRequest,
    samples_max: usize,
    /// The first changes; absent if there are none.
    changes: Option<Vec<v1::EvaluateRequest>>,
}

/// Reads messages until the draft is there.
async fn draft(
    catalog: &Catalog,
    messages: &mut Streaming<v1::SimulateWorkflowsRequest>,
) -> Result<Draft, StreamError> {
    let mut fields = Fields::default();
    let mut collected = Collected::default();
    let mut samples_max = None;
    let mut changes = None;
    let mut is_first = true;
    while changes.is_none()
        && let Some(message) = messages.message().await?
    {
        if let Some(wanted) = message.samples_max {
            samples_max = fields.check(samples(wanted, is_first));
        }
        match message.part {
            Some(Part::Draft(draft)) => collected.add(draft, &mut fields, catalog.workflows_max())?,
            Some(Part::Changes(_)) if is_first => {
                let text = "the first message holds a draft";
                fields.wrong(Diagnostic::error("required", "draft", text));
                break;
            }
            _ => changes = Some(changes_of(message)?),
        }
        is_first = false;
    }
    let mut import = collected.import;
    fields.require("draft.account_id", &import.account_id);
    fields.finish()?;
    // Nothing is stored either way.
    import.validate_only = false;
    Ok(Draft { import, samples_max: samples_max.unwrap_or(limits::SIMULATION_SAMPLES_DEFAULT), changes })
}

/// How many samples are wanted.
fn samples(wanted: u32, is_first: bool) -> Result<Option<usize>, Diagnostic> {
    let wrong = |code, text: String| Err(Diagnostic::error(code, "samples_max", text));
    let most = limits::SIMULATION_SAMPLES_MAX;
    match usize::try_from(wanted) {
        _ if !is_first => wrong("not_in_first_message", "only the first message may hold this".to_owned()),
        Ok(wanted) if wanted <= most => Ok(Some(wanted)),
        _ => wrong("out_of_bounds", format!("at most {most} samples are told, not {wanted}")),
    }
}

/// The changes of a message.
fn changes_of(message: v1::SimulateWorkflowsRequest) -> Result<Vec<v1::EvaluateRequest>, Failure> {
    let most = limits::SIMULATION_REQUESTS_MAX;
    match message.part {
        Some(Part::Changes(v1::RecordedChanges { requests })) if requests.len() <= most => Ok(requests),
        Some(Part::Changes(v1::RecordedChanges { requests })) => {
            let text = format!("a message holds at most {most} changes, not {}", requests.len());
            let finding = Diagnostic::error("too_many", "changes.requests", text);
            Err(Failure::invalid_request(vec![finding.with("count", requests.len()).with("max", most)]))
        }
        Some(Part::Draft(_)) => {
            let text = "the draft ends where the changes begin";
            Err(Failure::invalid_field("draft_after_changes", "draft", text))
        }
        None => Err(Failure::invalid_field("required", "part", "a draft or changes are required")),
    }
}

/// What has come of the changes so far.
#[derive(Default)]
struct State {
    worker: Worker,
    samples: Samples,
    /// How many have come.
    index: u64,
}

impl State {
    fn judge(&mut self, simulator: &Simulator, requests: &[v1::EvaluateRequest]) {
        for request in requests {
            match simulator.judge(request, &mut self.worker) {
                Ok(difference) => simulator.sample(self.index, request, &difference, &mut self.samples),
                Err(error) => self.samples.refuse(self.index, error),
            }
            self.index += 1;
        }
    }
}
