//! What is wrong with two workflows that are right each by itself.

use std::collections::HashMap;
use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use super::model::{Alternative, Model, Runner};
use super::{Found, of_several};
use crate::check::{quoted, shown};
use crate::decision::NotReady;
use crate::definition::{Action, Workflow};
use crate::diagnostic::Diagnostic;
use crate::limits::ANALYZE_NEIGHBOURS_MAX;
use crate::request::Request;

/// Later writers that are tried on the account for one that undoes what a workflow sets.
const TRIED_MAX: usize = 4;

/// Pairs of alternatives of two workflows that are looked at before it is given up to find a change for both.
const PAIRS_MAX: usize = 64;

/// What only one value of can stay, of all that the workflows set that match one change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Thing {
    Status,
    Agent,
    OrderStatus,
}

/// A workflow that sets a thing: where it stands, by which of its actions, and to what.
#[derive(Clone, Copy, Debug)]
struct Writer<'i> {
    place: usize,
    action: usize,
    value: &'i str,
}

/// Workflows that match the same changes and do the same, each named beside the first one like it.
pub(super) fn duplicates(
    model: &Model<'_>,
    focus: Option<&[usize]>,
    runner: &mut Runner<'_>,
    found: &mut Found,
) {
    let mut alike: HashMap<u64, Vec<usize>, FixedState> = HashMap::default();
    for (place, workflow) in model.workflows.iter().enumerate().filter(|(_, workflow)| workflow.enabled) {
        if focus.is_none_or(|focus| focus.iter().any(|other| does_same(model, *other, workflow))) {
            alike.entry(hash(model, place)).or_default().push(place);
        }
    }
    let mut groups: Vec<Vec<usize>> = alike.into_values().filter(|places| places.len() > 1).collect();
    groups.sort_unstable();
    for group in groups {
        let Some(first) = group.first().copied() else { continue };
        for place in group.iter().skip(1).copied() {
            let is_asked = focus.is_none_or(|focus| focus.contains(&place) || focus.contains(&first));
            if is_asked && is_same(model, first, place) && found.wants("same_as_another") {
                duplicate(model, (first, place), runner, found);
            }
        }
    }
}

fn does_same(model: &Model<'_>, place: usize, workflow: &Workflow) -> bool {
    model.workflow(place).is_some_and(|own| own.mode == workflow.mode && own.actions == workflow.actions)
}

/// The same for workflows that are the same; rarely for others.
fn hash(model: &Model<'_>, place: usize) -> u64 {
    let hasher = FixedState::default();
    let done = model.workflow(place).map(|workflow| (workflow.mode, &workflow.actions));
    // The alternatives may come in whatever order.
    model.alternatives(place).iter().fold(hasher.hash_one(done), |sum, alternative| {
        let Alternative { region, event_driven, timed, .. } = alternative;
        sum.wrapping_add(hasher.hash_one((region, event_driven, timed)))
    })
}

fn is_same(model: &Model<'_>, one: usize, other: usize) -> bool {
    let (ones, others) = (model.alternatives(one), model.alternatives(other));
    let has = |list: &[Alternative<'_>], wanted: &Alternative<'_>| {
        list.iter().any(|own| {
            (own.event_driven, own.timed) == (wanted.event_driven, wanted.timed)
                && own.region == wanted.region
        })
    };
    !ones.is_empty()
        && model.workflow(other).is_some_and(|workflow| does_same(model, one, workflow))
        && ones.iter().all(|own| has(others, own))
        && others.iter().all(|own| has(ones, own))
}

fn duplicate(model: &Model<'_>, (first, place): (usize, usize), runner: &mut Runner<'_>, found: &mut Found) {
    let (Some(one), Some(other)) = (model.workflow(first), model.workflow(place)) else { return };
    let Some(by) = model.alternatives(place).first() else { return };
    let Some(request) = model.example_of(other, by) else { return };
    if runner.matches_alone(one.clone(), &request) && runner.matches_alone(other.clone(), &request) {
        let message = format!("this matches what `{}` matches, and does the same again", one.id);
        let said = Diagnostic::warning("same_as_another", "", message).with_help("remove one of the two");
        let said = with_other(said, other, one);
        found.add(other, &[one], said, request);
    }
}

/// Workflows that never get their turn, because one before them that stops matches whatever they match.
pub(super) fn shadowed(
    model: &Model<'_>,
    focus: Option<&[usize]>,
    runner: &mut Runner<'_>,
    found: &mut Found,
) {
    let mut stops: Vec<usize> = Vec::new();
    let last_asked = focus.and_then(|focus| focus.iter().max().copied());
    for place in 0..model.workflows.len() {
        let Some(workflow) = model.workflow(place).filter(|workflow| workflow.enabled) else { continue };
        let is_asked = |other: &usize| focus.is_none_or(|focus| focus.contains(other));
        let is_near = last_asked.is_none_or(|last| place <= last.saturating_add(ANALYZE_NEIGHBOURS_MAX));
        let own_turn = is_asked(&place);
        let mut covering = stops.iter().copied().filter(|stop| own_turn || (is_near && is_asked(stop)));
        if let Some(stop) = covering.find(|stop| is_covered(model, place, *stop)) {
            shadow(model, (stop, place), runner, found);
        }
        if workflow.stop && model.is_live(place) {
            stops.push(place);
        }
    }
}

/// Whether a workflow matches whatever another one matches.
fn is_covered(model: &Model<'_>, place: usize, by: usize) -> bool {
    let (own, covering) = (model.alternatives(place), model.alternatives(by));
    !own.is_empty() && own.iter().all(|own| covering.iter().any(|alternative| alternative.covers(own)))
}

fn shadow(model: &Model<'_>, (stop, place): (usize, usize), runner: &mut Runner<'_>, found: &mut Found) {
    let (Some(first), Some(other)) = (model.workflow(stop), model.workflow(place)) else { return };
    let Some(by) = model.alternatives(place).first().filter(|_| found.wants("shadowed_by_stop")) else {
        return;
    };
    let Some(request) = model.example_of(other, by) else { return };
    let decision = runner.decide(&request);
    let has = |id: &str| decision.matches.iter().any(|matched| matched.workflow.id == id);
    let shadows = decision.shadow_matches.iter().any(|matched| matched.workflow.id == other.id);
    if has(&first.id) && !has(&other.id) && !shadows && runner.matches_alone(other.clone(), &request) {
        let message = format!(
            "`{}` comes before, stops, and matches whatever this matches: this never has its turn",
            first.id
        );
        let help = "move it before that one, or make that one match less";
        let said = Diagnostic::warning("shadowed_by_stop", "", message).with_help(help);
        let said = with_other(said, other, first);
        found.add(other, &[first], said, request);
    }
}

/// Workflows whose settings another one undoes that matches the same change.
pub(super) fn conflicts(
    model: &Model<'_>,
    focus: Option<&[usize]>,
    runner: &mut Runner<'_>,
    found: &mut Found,
) {
    let mut writers: [(Thing, Vec<Writer<'_>>); 3] =
        [Thing::Status, Thing::Agent, Thing::OrderStatus].map(|thing| (thing, Vec::new()));
    for (place, workflow) in model.workflows.iter().enumerate().filter(|(place, _)| model.is_live(*place)) {
        for (thing, writers) in &mut writers {
            // Of several actions of one workflow, the last one counts.
            let last = workflow.actions.iter().enumerate().rev().find_map(|(action, written)| {
                set_by(written).filter(|(set, _)| set == thing).map(|(_, value)| (action, value))
            });
            writers.extend(last.map(|(action, value)| Writer { place, action, value }));
        }
    }
    for (thing, writers) in &writers {
        for (number, first) in writers.iter().enumerate() {
            let later = writers.iter().skip(number + 1).take(ANALYZE_NEIGHBOURS_MAX);
            let is_asked = |place: usize| focus.is_none_or(|focus| focus.contains(&place));
            let later: Vec<&Writer<'_>> = later
                .filter(|later| {
                    later.value != first.value && (is_asked(first.place) || is_asked(later.place))
                })
                .collect();
            let stops = model.workflow(first.place).is_some_and(|workflow| workflow.stop);
            if !later.is_empty() && !stops {
                conflict(model, *thing, first, &later, runner, found);
            }
        }
    }
}

/// What is said of a workflow, with the other one that it takes.
fn with_other(said: Diagnostic, own: &Workflow, other: &Workflow) -> Diagnostic {
    of_several(own, said).with("other_id", &other.id).with("other_name", &other.display_name)
}

fn set_by(action: &Action) -> Option<(Thing, &str)> {
    match action {
        Action::SetStatus { status_id } => Some((Thing::Status, status_id)),
        Action::AssignAgent { agent_id } => Some((Thing::Agent, agent_id)),
        Action::ChangeOrderStatus { order_status_id } => Some((Thing::OrderStatus, order_status_id)),
        _ => None,
    }
}

/// Tells the nearest of some later writers that undoes what a workflow sets, and how many more may.
fn conflict(
    model: &Model<'_>,
    thing: Thing,
    first: &Writer<'_>,
    later: &[&Writer<'_>],
    runner: &mut Runner<'_>,
    found: &mut Found,
) {
    let Some(own) = model.workflow(first.place) else { return };
    let meeting = |writer: &&&Writer<'_>| meets(model, first.place, writer.place).next().is_some();
    let mut candidates = later.iter().filter(meeting);
    for _ in 0..TRIED_MAX {
        let Some(writer) = candidates.next().filter(|_| found.wants("writes_conflict")) else { return };
        let Some(other) = model.workflow(writer.place) else { continue };
        let Some(request) = undone(model, thing, first, writer, runner) else { continue };
        let (name, value) = (own.actions.get(first.action).map_or("", Action::name), quoted(writer.value));
        let more = candidates.count();
        let and_more = if more == 0 { String::new() } else { format!("; so may {more} more") };
        let message = format!(
            "`{}` sets it to {value} after this, and both can match one change: that one wins{and_more}",
            other.id
        );
        let path = format!("actions[{}].{name}", first.action);
        let help = "let the two exclude each other, or let the first one `stop`";
        let said = Diagnostic::warning("writes_conflict", path, message).with_help(help);
        let said = with_other(said, own, other).with("value", shown(writer.value)).with("more", more);
        found.add(own, &[other], said, request);
        return;
    }
}

/// The pairs of alternatives of two workflows for which there may be one change.
fn meets<'m, 'i>(
    model: &'m Model<'i>,
    one: usize,
    other: usize,
) -> impl Iterator<Item = (&'m Alternative<'i>, &'m Alternative<'i>)> {
    let ones = model.alternatives(one).iter();
    let pairs = ones.flat_map(move |own| model.alternatives(other).iter().map(move |other| (own, other)));
    pairs.take(PAIRS_MAX).filter(|(own, other)| own.region.may_meet(&other.region))
}

/// A change that both writers match, and of which the account says that the later one supersedes the earlier.
fn undone(
    model: &Model<'_>,
    thing: Thing,
    first: &Writer<'_>,
    later: &Writer<'_>,
    runner: &mut Runner<'_>,
) -> Option<Request<'static>> {
    let (own, other) = model.workflow(first.place).zip(model.workflow(later.place))?;
    meets(model, first.place, later.place).take(2).find_map(|(own_by, other_by)| {
        let mut request = model.example_of_both((own, own_by), (other, other_by))?;
        if thing == Thing::OrderStatus {
            request.ticket.linked_order_ids = vec!["1".into()];
        }
        let decision = runner.decide(&request);
        let of = |id: &str| decision.matches.iter().find(|matched| matched.workflow.id == id);
        let state = of(&own.id)?.actions.get(first.action)?.not_ready;
        let is_undone = state == Some(NotReady::Superseded) && of(&other.id).is_some();
        drop(decision);
        is_undone.then_some(request)
    })
}
