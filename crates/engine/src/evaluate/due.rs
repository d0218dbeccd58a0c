//! When a workflow will begin to hold as time passes.

use jiff::Timestamp;

use super::Scratch;
use crate::index::{Clause, Index};
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
        let instants = self.instants(&request.ticket);
        let now = nanos(request.now);
        let waiting: Vec<&Clause> = scratch.alive.iter().filter_map(|clause| self.clause(*clause)).collect();
        waiting
            .chunk_by(|one, other| one.workflow == other.workflow)
            .filter_map(|clauses| {
                let workflow = self.workflow(clauses.first()?.workflow)?;
                let alternatives = || clauses.iter().map(|clause| workflow.time_conditions(clause.any));
                next_rise(&alternatives, &instants, now)
            })
            .min()
            .map(timestamp)
    }
}
