//! When a workflow will begin to hold as time passes.

use jiff::Timestamp;

use super::Scratch;
use crate::index::Index;
use crate::request::{Change, Request};
use crate::time::{nanos, next_rise, timestamp};

impl Index {
    /// The earliest instant after now at which, if the ticket stays as it is, a workflow begins to hold on a timer.
    ///
    /// A workflow that holds now counts with its next rise, after it has ceased to hold: a caller that sets one timer and
    /// never polls would miss it otherwise. `stop` is no part of holding, and the baseline no part of the future.
    pub(super) fn next_due(&self, request: &Request<'_>, scratch: &mut Scratch) -> Option<Timestamp> {
        let timer = Change { timer: true, ..Change::default() };
        self.gather(&request.ticket, &timer, request.now, false, scratch);
        let instants = self.account.instants(&request.ticket);
        let now = nanos(request.now);
        let rises = self.levels.iter().zip(&scratch.levels).flat_map(|(level, scratch)| {
            let segment = &*level.segment;
            let workflow_of = |number: &u32| segment.clause(*number).map(|clause| clause.workflow);
            let runs = scratch.alive.chunk_by(move |one, other| workflow_of(one) == workflow_of(other));
            runs.filter_map(move |clauses| {
                let workflow = segment.workflow(workflow_of(clauses.first()?)?)?;
                let clauses = || clauses.iter().filter_map(|number| segment.clause(*number));
                let alternatives = || clauses().map(|clause| segment.time_conditions(workflow, clause.any()));
                next_rise(&alternatives, &instants, now)
            })
        });
        rises.min().map(timestamp)
    }
}
