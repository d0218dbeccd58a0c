//! Workflows whose actions set one another off, round and round.
//!
//! What an action sets off is found by way of the statuses and the tags that conditions name; whether a ticket really goes round
//! is then seen by asking for the chain.

use std::collections::{HashMap, HashSet, VecDeque};

use foldhash::fast::RandomState;

use super::example::example;
use super::model::{Alternative, Model, Runner, conditions};
use super::region::{Facts, Field, ListField, Region};
use super::{Found, of_several};
use crate::decision::ChainEnd;
use crate::definition::{Action, Condition, Test, Workflow};
use crate::diagnostic::Diagnostic;
use crate::request::Request;

/// Workflows that are gone through for one that may set itself off, and those that one signal may set off. What waits for any status
/// but one is set off by nearly everything: of 10,000 workflows, four times as many took most of the time of their analysis.
const VISITED_MAX: usize = 32;
/// Ways round that are run for one workflow before it is given up.
const TRIED_MAX: usize = 4;

/// What an action may set off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Signal<'i> {
    Status(&'i str),
    Tag(&'i str),
}

/// The workflows that may be set off, by what they wait for.
#[derive(Default)]
struct Waiting<'i> {
    /// By a status or a tag that they name.
    named: HashMap<Signal<'i>, Vec<usize>, RandomState>,
    /// By any but those that they name: of a status, and of a tag.
    other: [Vec<usize>; 2],
}

impl<'i> Waiting<'i> {
    fn of(model: &Model<'i>) -> Self {
        let mut waiting = Self::default();
        for place in (0..model.workflows.len()).filter(|place| model.is_live(*place)) {
            let Some(workflow) = model.workflow(place) else { continue };
            for condition in workflow.all.iter().chain(&workflow.any) {
                waiting.add(place, condition);
            }
        }
        waiting
    }

    fn add(&mut self, place: usize, condition: &'i Condition) {
        let (ids, signal, kind): (_, fn(&'i str) -> Signal<'i>, _) = match &condition.test {
            Test::StatusSet(ids) | Test::CurrentStatus(ids) => (ids, Signal::Status, 0),
            Test::TagAssigned(ids) => (ids, Signal::Tag, 1),
            _ => return,
        };
        if condition.negated {
            self.other.get_mut(kind).into_iter().for_each(|other| other.push(place));
        } else {
            ids.iter().for_each(|id| self.named.entry(signal(id)).or_default().push(place));
        }
    }

    /// Those that a signal may set off; whether it does, their conditions tell.
    fn on(&self, signal: Signal<'i>) -> impl Iterator<Item = usize> {
        let kind = usize::from(matches!(signal, Signal::Tag(_)));
        let named = self.named.get(&signal).into_iter().flatten();
        named.chain(self.other.get(kind).into_iter().flatten()).copied()
    }
}

/// A workflow on the way round, set off by a signal of the one before.
#[derive(Clone, Copy, Debug)]
struct Step<'i> {
    place: usize,
    signal: Signal<'i>,
    /// The index of the action of the one before.
    action: usize,
    /// The index in the list of steps of the one before; absent if that is where the way begins.
    before: Option<usize>,
}

/// Ways round that are seen to be cut when the chain is asked for.
pub(super) fn cycles(model: &Model<'_>, focus: Option<&[usize]>, runner: &mut Runner<'_>, found: &mut Found) {
    let starts = |place: &usize| {
        model.is_live(*place)
            && model.workflow(*place).is_some_and(|own| signals(own).next().is_some() && waits(own))
    };
    let starts: Vec<usize> = match focus {
        Some(focus) => focus.iter().copied().filter(starts).collect(),
        None => (0..model.workflows.len()).filter(starts).collect(),
    };
    if starts.is_empty() {
        return;
    }
    let waiting = Waiting::of(model);
    let mut told: HashSet<Vec<usize>, RandomState> = HashSet::default();
    for start in starts {
        for way in ways_round(model, &waiting, start) {
            let mut members: Vec<usize> = way.iter().map(|step| step.place).collect();
            members.sort_unstable();
            if told.contains(&members) || !found.wants("cycle") {
                continue;
            }
            if let Some(request) = run(model, start, &way, runner) {
                tell(model, start, &way, request, found);
                told.insert(members);
                break;
            }
        }
    }
}

fn signals(workflow: &Workflow) -> impl Iterator<Item = (usize, Signal<'_>)> {
    workflow.actions.iter().enumerate().filter_map(|(action, kind)| match kind {
        Action::SetStatus { status_id } => Some((action, Signal::Status(status_id))),
        Action::AssignTag { tag_id } => Some((action, Signal::Tag(tag_id))),
        _ => None,
    })
}

fn waits(workflow: &Workflow) -> bool {
    let mut conditions = workflow.all.iter().chain(&workflow.any);
    conditions.any(|condition| {
        matches!(condition.test, Test::StatusSet(_) | Test::CurrentStatus(_) | Test::TagAssigned(_))
    })
}

/// Ways from a workflow back to itself, the shortest first.
fn ways_round<'i>(model: &Model<'i>, waiting: &Waiting<'i>, start: usize) -> Vec<Vec<Step<'i>>> {
    let mut steps: Vec<Step<'i>> = Vec::new();
    let mut queue: VecDeque<(usize, Option<usize>)> = VecDeque::from([(start, None)]);
    let mut seen: HashSet<usize, RandomState> = HashSet::default();
    let mut ways = Vec::new();
    while let Some((place, before)) = queue.pop_front() {
        let Some(workflow) = model.workflow(place) else { continue };
        for (action, signal) in signals(workflow) {
            for next in waiting.on(signal).take(VISITED_MAX) {
                if (next != start && seen.contains(&next)) || sets_off(model, next, signal).next().is_none() {
                    continue;
                }
                steps.push(Step { place: next, signal, action, before });
                let step = steps.len() - 1;
                if next == start {
                    ways.push(way(&steps, step));
                    if ways.len() == TRIED_MAX {
                        return ways;
                    }
                } else if seen.len() < VISITED_MAX {
                    seen.insert(next);
                    queue.push_back((next, Some(step)));
                }
            }
        }
    }
    ways
}

fn way<'i>(steps: &[Step<'i>], last: usize) -> Vec<Step<'i>> {
    let mut way = Vec::new();
    let mut next = Some(last);
    while let Some(step) = next.and_then(|place| steps.get(place)) {
        way.push(*step);
        next = step.before;
    }
    way.reverse();
    way
}

/// The alternatives of a workflow that a signal may set off: nothing else need happen, and it is a signal that they wait for.
fn sets_off<'m, 'i>(
    model: &'m Model<'i>,
    place: usize,
    signal: Signal<'i>,
) -> impl Iterator<Item = &'m Alternative<'i>> {
    model.alternatives(place).iter().filter(move |alternative| {
        let region = &alternative.region;
        let (status_set, tags) = (region.field(Field::StatusSet), region.list_of(ListField::TagsAssigned));
        let waits_for = match signal {
            Signal::Status(status) if alternative.event_driven => {
                !status_set.may_be_absent()
                    && status_set.has(status)
                    && region.field(Field::CurrentStatus).has(status)
            }
            Signal::Status(status) => {
                let current = region.field(Field::CurrentStatus);
                !current.is_free() && current.has(status)
            }
            Signal::Tag(tag) => {
                let wanted = tags.wanted();
                !tags.may_be_absent() && tags.may_have(tag) && wanted.iter().all(|ids| ids.contains(&tag))
            }
        };
        waits_for && region.facts().any(|facts| facts == Facts::NONE)
    })
}

/// A change that goes round: the workflow where it begins would match again.
fn run<'i>(
    model: &Model<'i>,
    start: usize,
    way: &[Step<'i>],
    runner: &mut Runner<'_>,
) -> Option<Request<'static>> {
    let own = model.workflow(start)?;
    let mut ticket = Region::all();
    let mut on_the_way: Vec<&Condition> = Vec::new();
    for step in way {
        let alternative = sets_off(model, step.place, step.signal).next()?;
        ticket = ticket.meet(&alternative.region.clone().without_changes());
        on_the_way.extend(conditions(model.workflow(step.place)?, alternative.any));
    }
    // The one that closes the way may begin it too; or another alternative of its workflow does.
    model.alternatives(start).iter().take(2 * TRIED_MAX).find_map(|first| {
        let region = first.region.meet(&ticket);
        let all = conditions(own, first.any).chain(on_the_way.iter().copied());
        let mut request = example(&region, all, model.account())?;
        request.with_chaining = true;
        let decision = runner.decide(&request);
        let chain = decision.chain.as_ref()?;
        let comes_back =
            chain.rounds.iter().any(|round| round.repeated.iter().any(|again| again.id == own.id));
        let goes_round = chain.end == ChainEnd::Loop && comes_back;
        drop(decision);
        goes_round.then_some(request)
    })
}

fn tell(model: &Model<'_>, start: usize, way: &[Step<'_>], request: Request<'static>, found: &mut Found) {
    let Some(own) = model.workflow(start) else { return };
    let between: Vec<&Workflow> =
        way.iter().filter(|step| step.place != start).filter_map(|step| model.workflow(step.place)).collect();
    let names: Vec<String> = between.iter().map(|workflow| format!("`{}`", workflow.id)).collect();
    let message = match names.is_empty() {
        true => "what this does sets it off again".to_owned(),
        false => {
            format!("what this does sets off {}, which sets this off again", names.join(", which sets off "))
        }
    };
    let action = way.first().map_or(0, |step| step.action);
    let path = format!("actions[{action}].{}", own.actions.get(action).map_or("", Action::name));
    let help = "let one of them want something that is no longer so the second time";
    let listed = |of: fn(&Workflow) -> &str| between.iter().map(|one| of(one)).collect::<Vec<_>>().join(", ");
    let said = of_several(own, Diagnostic::warning("cycle", path, message).with_help(help))
        .with("count", between.len())
        .with("other_ids", listed(|other| &other.id))
        .with("other_names", listed(|other| &other.display_name));
    found.add(own, &between, said, request);
}
