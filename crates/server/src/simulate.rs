//! Tries a draft on recorded changes: what `WorkflowService.SimulateWorkflows` does with those that a caller sends, for a
//! program that has the changes itself, and as many threads as it likes.
//!
//! Each thread judges with a [`Worker`] of its own; what single changes are told for is kept in one set of [`Samples`], to
//! which they are added in their order. Neither grows with the number of changes.

use std::collections::HashMap;

use jiff::Timestamp;
use tamis_api::v1;
use tamis_api::v1::view;
use tamis_engine::simulate::{Difference, Pair, Simulation, SimulationScratch, Tally};
use tamis_engine::{Diagnostic, Index, Request};

use crate::convert;
use crate::limits;
use crate::status::Failure;

/// A draft beside what is live.
#[derive(Debug)]
pub struct Simulator {
    simulation: Simulation,
    account_id: String,
    live_revision: u64,
    samples_max: usize,
}

/// What one thread judges with, and what has come of it.
#[derive(Debug, Default)]
pub struct Worker {
    scratch: SimulationScratch,
    tally: Tally,
}

/// What is told of single changes.
#[derive(Debug, Default)]
pub struct Samples {
    /// By the place of the workflow, in the order of [`Difference`]'s kinds.
    by_workflow: HashMap<usize, [Vec<v1::SimulationSample>; 3]>,
    total: usize,
    refused: Vec<v1::RefusedChange>,
    refused_count: u64,
}

impl Simulator {
    /// A draft beside what is live, at a revision of the draft's account; 0 if that is no service's. Of each workflow and kind
    /// of difference, so many samples are told.
    pub fn new(live: Index, draft: Index, live_revision: u64, samples_max: usize) -> Self {
        let account_id = draft.account().id.clone();
        Self { simulation: Simulation::new(live, draft), account_id, live_revision, samples_max }
    }

    /// Every workflow of either, in the order of the places of a [`Difference`].
    pub fn pairs(&self) -> &[Pair] {
        self.simulation.pairs()
    }

    /// Judges a change by both.
    ///
    /// # Errors
    /// The change has wrong fields, is about another account, or does not state when it was.
    pub fn judge(
        &self,
        change: &v1::EvaluateRequest,
        worker: &mut Worker,
    ) -> Result<Difference, v1::EvaluateError> {
        let request = self.read(change)?;
        Ok(self.simulation.judge(&request, &mut worker.scratch, &mut worker.tally))
    }

    /// Keeps a change as a sample of what it is judged otherwise for, as long as more are wanted. `index` is its place among
    /// all changes.
    pub fn sample(
        &self,
        index: u64,
        change: &v1::EvaluateRequest,
        difference: &Difference,
        samples: &mut Samples,
    ) {
        let Difference { gained, lost, actions_changed } = difference;
        for (kind, places) in [gained, lost, actions_changed].into_iter().enumerate() {
            for place in places {
                if samples.total >= limits::SIMULATION_SAMPLES_TOTAL_MAX {
                    return;
                }
                let of_workflow = samples.by_workflow.entry(*place).or_default();
                let Some(of_kind) = of_workflow.get_mut(kind).filter(|kept| kept.len() < self.samples_max)
                else {
                    continue;
                };
                // It has been read before, or nothing would be known of it.
                let Ok(request) = self.read(change) else { return };
                let (live, draft) = self.simulation.explain(*place, &request);
                of_kind.push(convert::simulation::sample_to_wire(index, &request, live, draft));
                samples.total += 1;
            }
        }
    }

    /// What was found.
    pub fn report(&self, workers: impl IntoIterator<Item = Worker>, samples: Samples) -> v1::Simulation {
        let mut tally = Tally::default();
        workers.into_iter().for_each(|worker| tally.merge(worker.tally));
        let Samples { mut by_workflow, refused, refused_count, .. } = samples;
        let found = convert::simulation::to_wire(&self.simulation, &tally, |place| {
            by_workflow.remove(&place).unwrap_or_default()
        });
        v1::Simulation { live_revision: self.live_revision, refused_count, refused, ..found }
    }

    fn read<'c>(&'c self, change: &'c v1::EvaluateRequest) -> Result<Request<'c>, Failure> {
        let mut wire = view::EvaluateRequest::from(change);
        // What is counted nowhere is not worked out.
        (wire.with_next_due, wire.with_chaining) = (false, false);
        let (named, is_dated) = (wire.account_id, wire.now.is_some());
        wire.account_id = &self.account_id;
        let (request, mut found) = convert::request::read(wire, "", Timestamp::UNIX_EPOCH);
        if !named.is_empty() && named != self.account_id {
            let message =
                format!("the draft is of the account `{}`, and the change of `{named}`", self.account_id);
            let finding = Diagnostic::error("account_id_differs", "account_id", message);
            found.insert(0, finding.with("account", &self.account_id));
        }
        if !is_dated {
            let message =
                "a recorded change is judged at the instant at which it was, which is required here";
            found.push(Diagnostic::error("required", "now", message));
        }
        if found.is_empty() { Ok(request) } else { Err(Failure::invalid_request(found)) }
    }
}

impl Samples {
    /// Keeps a change that could not be judged, as long as more are wanted. `index` is its place among all changes.
    pub fn refuse(&mut self, index: u64, error: v1::EvaluateError) {
        self.refused_count += 1;
        if self.refused.len() < limits::SIMULATION_REFUSED_MAX {
            self.refused.push(v1::RefusedChange { index, error: Some(error) });
        }
    }
}
