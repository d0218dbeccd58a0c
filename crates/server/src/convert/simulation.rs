//! Simulations, as answers tell them.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::civil::Date;
use tamis_api::v1;
use tamis_engine::simulate::{DayTally, Edit, Pair, Simulation, Tally, Versus, WorkflowTally};
use tamis_engine::{Explanation, Request};

use crate::convert::{explanation, time};
use crate::limits;

/// Writes what was found, but for what is not in the tally. `samples` tells the samples of a workflow, by its place, in the
/// order of gained, lost, and actions changed.
pub(crate) fn to_wire(
    simulation: &Simulation,
    tally: &Tally,
    mut samples: impl FnMut(usize) -> [Vec<v1::SimulationSample>; 3],
) -> v1::Simulation {
    let none = WorkflowTally::default();
    let mut told: Vec<(usize, &Pair, &WorkflowTally)> = simulation
        .pairs()
        .iter()
        .enumerate()
        .map(|(place, pair)| (place, pair, tally.workflows.get(place).unwrap_or(&none)))
        .filter(|(_, pair, counted)| counted.matched != Versus::default() || pair.edit() != Edit::Kept)
        .collect();
    let differing = |counted: &WorkflowTally| counted.gained + counted.lost + counted.actions_changed;
    told.sort_by_key(|(_, _, counted)| Reverse(differing(counted)));
    let workflows_left_out = told.len().saturating_sub(limits::SIMULATION_WORKFLOWS_MAX);
    told.truncate(limits::SIMULATION_WORKFLOWS_MAX);
    let days_left_out = tally.days.len().saturating_sub(limits::SIMULATION_DAYS_MAX);
    let days: BTreeSet<Date> = tally.days.keys().skip(days_left_out).copied().collect();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    v1::Simulation {
        changes_count: tally.changes,
        differing_count: tally.differing,
        first_at: tally.first.map(time::instant_to_wire),
        last_at: tally.last.map(time::instant_to_wire),
        workflows: told
            .into_iter()
            .enumerate()
            .map(|(rank, (place, pair, counted))| {
                let has_days = rank < limits::SIMULATION_WORKFLOWS_BY_DAY_MAX;
                let days = if has_days { Some(&days) } else { None };
                workflow_to_wire(pair, counted, days, samples(place))
            })
            .collect(),
        workflows_left_out: count(workflows_left_out),
        days: tally.days.iter().skip(days_left_out).map(|(date, day)| day_to_wire(*date, day)).collect(),
        days_left_out: count(days_left_out),
        ..v1::Simulation::default()
    }
}

fn workflow_to_wire(
    pair: &Pair,
    counted: &WorkflowTally,
    days: Option<&BTreeSet<Date>>,
    [gained, lost, actions_changed]: [Vec<v1::SimulationSample>; 3],
) -> v1::SimulatedWorkflow {
    let edit = match pair.edit() {
        Edit::Kept => v1::DraftEdit::Kept,
        Edit::Changed => v1::DraftEdit::Changed,
        Edit::Added => v1::DraftEdit::Added,
        Edit::Removed => v1::DraftEdit::Removed,
    };
    let told = counted.days.iter().filter(|(date, _)| days.is_some_and(|days| days.contains(date)));
    v1::SimulatedWorkflow {
        workflow_id: pair.id().to_owned(),
        display_name: pair.display_name().to_owned(),
        edit: edit.into(),
        live_count: counted.matched.live,
        draft_count: counted.matched.draft,
        gained_count: counted.gained,
        lost_count: counted.lost,
        actions_changed_count: counted.actions_changed,
        gained,
        lost,
        actions_changed,
        days: told
            .map(|(date, count)| v1::SimulatedWorkflowDay {
                date: date.to_string(),
                live_count: count.live,
                draft_count: count.draft,
            })
            .collect(),
    }
}

fn day_to_wire(date: Date, day: &DayTally) -> v1::SimulatedDay {
    let action = |(kind, count): (&&str, &Versus)| v1::SimulatedAction {
        kind: (*kind).to_owned(),
        live_count: count.live,
        draft_count: count.draft,
    };
    v1::SimulatedDay {
        date: date.to_string(),
        changes_count: day.changes,
        actions: day.actions.iter().map(action).collect(),
    }
}

/// Writes why a change is decided otherwise by a draft, about the one workflow that both explanations are of. `index` is its
/// place among all changes.
pub(crate) fn sample_to_wire(
    index: u64,
    request: &Request<'_>,
    live: Option<Explanation<'_>>,
    draft: Option<Explanation<'_>>,
) -> v1::SimulationSample {
    let only = |explained: Explanation<'_>| explanation::workflows_to_wire(explained).next();
    v1::SimulationSample {
        index,
        ticket_id: request.ticket.id.clone().into_owned(),
        change_id: request.change.change_id.clone().into_owned(),
        now: Some(time::instant_to_wire(request.now)),
        live: live.and_then(only),
        draft: draft.and_then(only),
    }
}
