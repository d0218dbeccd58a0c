//! The workflows of an account as regions, made when they are first looked at, and the running of examples.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::example::example;
use super::region::Region;
use crate::compile::{Source, compile_segment};
use crate::decision::Decision;
use crate::definition::{Action, Condition, Mode, Workflow};
use crate::evaluate::Scratch;
use crate::index::{CompiledAccount, Index, Level};
use crate::request::Request;

/// An alternative of a workflow: all of `all`, with one of `any` if there are any.
#[derive(Debug)]
pub(super) struct Alternative<'i> {
    /// Index in `any`; absent if the workflow has none.
    pub(super) any: Option<usize>,
    /// The changes for which its conditions hold.
    pub(super) region: Region<'i>,
    /// Whether a condition presupposes an event, so that a baseline does not matter.
    pub(super) event_driven: bool,
    /// Whether it is judged on a timer though it is not event-driven.
    pub(super) timed: bool,
}

impl Alternative<'_> {
    /// Whether this alternative matches whatever the other one does, with a baseline or without.
    ///
    /// One that is not event-driven matches only if it did not hold before, which is sure only if it holds for just the same
    /// changes as the other.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let same_past = || !other.event_driven && self.region.is_within(&other.region);
        let same_timers = || self.timed || !other.timed;
        other.region.is_within(&self.region) && (self.event_driven || (same_timers() && same_past()))
    }
}

/// The alternatives of a workflow.
pub(super) fn alternatives<'i>(workflow: &'i Workflow, account: &CompiledAccount) -> Vec<Alternative<'i>> {
    let all = Region::of(&workflow.all, account);
    let event_driven = workflow.all.iter().any(Condition::presupposes_event);
    let timed = workflow.all.iter().any(Condition::depends_on_time);
    if workflow.any.is_empty() {
        return vec![Alternative { any: None, region: all, event_driven, timed }];
    }
    let with = |(any, condition): (usize, &'i Condition)| {
        let mut region = all.clone();
        region.add(condition, account);
        Alternative {
            any: Some(any),
            region,
            event_driven: event_driven || condition.presupposes_event(),
            timed: timed || condition.depends_on_time(),
        }
    };
    workflow.any.iter().enumerate().map(with).collect()
}

/// The conditions of an alternative.
pub(super) fn conditions(
    workflow: &Workflow,
    any: Option<usize>,
) -> impl Iterator<Item = &Condition> + Clone {
    workflow.all.iter().chain(any.and_then(|any| workflow.any.get(any)))
}

/// What a workflow matches.
#[derive(Debug)]
pub(super) struct Shape<'i> {
    /// The alternatives for which there may be a change.
    pub(super) living: Vec<Alternative<'i>>,
    /// Those for which there is none.
    pub(super) dead: Vec<Alternative<'i>>,
}

/// An account with its workflows in their order.
pub(super) struct Model<'i> {
    pub(super) index: &'i Index,
    pub(super) workflows: Vec<&'i Arc<Workflow>>,
    shapes: Vec<OnceCell<Shape<'i>>>,
}

impl<'i> Model<'i> {
    /// All workflows of the account, in their order.
    pub(super) fn of_all(index: &'i Index) -> Self {
        Self::of(index, index.workflows().collect())
    }

    /// The workflows with these ids, as if there were no others. This takes no longer in a large account.
    pub(super) fn of_these(index: &'i Index, ids: &[&str]) -> Self {
        let workflows = ids.iter().filter_map(|id| index.living(id));
        Self::of(index, workflows.map(|living| living.workflow).collect())
    }

    fn of(index: &'i Index, workflows: Vec<&'i Arc<Workflow>>) -> Self {
        let shapes = workflows.iter().map(|_| OnceCell::new()).collect();
        Self { index, workflows, shapes }
    }

    pub(super) fn account(&self) -> &'i CompiledAccount {
        &self.index.account
    }

    pub(super) fn workflow(&self, place: usize) -> Option<&'i Workflow> {
        self.workflows.get(place).map(|workflow| &***workflow)
    }

    /// Where some workflows stand.
    pub(super) fn places_of<'w>(&self, ids: impl IntoIterator<Item = &'w str>) -> HashMap<&'i str, usize> {
        let ids: HashSet<&str, RandomState> = ids.into_iter().collect();
        let placed = self.workflows.iter().enumerate().filter(|(_, workflow)| ids.contains(&*workflow.id));
        placed.map(|(place, workflow)| (&*workflow.id, place)).collect()
    }

    /// What a workflow matches.
    pub(super) fn shape(&self, place: usize) -> Option<&Shape<'i>> {
        let (cell, workflow) = (self.shapes.get(place)?, self.workflow(place)?);
        Some(cell.get_or_init(|| {
            let alternatives = alternatives(workflow, self.account());
            let is_living = |alternative: &Alternative<'_>| !alternative.region.is_empty();
            let (living, dead) = alternatives.into_iter().partition(is_living);
            Shape { living, dead }
        }))
    }

    /// The alternatives of a workflow for which there may be a change.
    pub(super) fn alternatives(&self, place: usize) -> &[Alternative<'i>] {
        self.shape(place).map_or(&[], |shape| &shape.living)
    }

    /// A change that an alternative of a workflow holds for.
    pub(super) fn example_of(&self, workflow: &Workflow, by: &Alternative<'_>) -> Option<Request<'static>> {
        example(&by.region, conditions(workflow, by.any), self.account())
    }

    /// Whether a workflow is judged, and its actions are for real.
    pub(super) fn is_live(&self, place: usize) -> bool {
        self.workflow(place).is_some_and(|workflow| workflow.enabled && workflow.mode == Mode::Live)
    }

    /// A change that an alternative of each of two workflows holds for.
    pub(super) fn example_of_both(
        &self,
        (one, one_by): (&Workflow, &Alternative<'_>),
        (other, other_by): (&Workflow, &Alternative<'_>),
    ) -> Option<Request<'static>> {
        let both = conditions(one, one_by.any).chain(conditions(other, other_by.any));
        example(&one_by.region.meet(&other_by.region), both, self.account())
    }
}

/// Runs examples.
pub(super) struct Runner<'i> {
    index: &'i Index,
    pub(super) scratch: Scratch,
}

impl<'i> Runner<'i> {
    pub(super) fn new(index: &'i Index) -> Self {
        Self { index, scratch: Scratch::default() }
    }

    /// What the account decides.
    pub(super) fn decide<'d>(&mut self, request: &'d Request<'_>) -> Decision<'d>
    where
        'i: 'd,
    {
        let index: &'d Index = self.index;
        index.evaluate(request, &mut self.scratch)
    }

    /// The account with nothing but this workflow, live and enabled; absent if that does not compile.
    pub(super) fn alone(&self, workflow: Workflow) -> Option<Index> {
        let workflow = Arc::new(Workflow { enabled: true, mode: Mode::Live, ..workflow });
        let source = Source { workflow, created: 0, given: 0 };
        let Index { account, layout, sizes, .. } = self.index;
        let segment = compile_segment(account, vec![source], *layout).ok()?;
        Some(Index {
            account: account.clone(),
            levels: vec![Level { segment: Arc::new(segment), dead: None }],
            created_next: 1,
            layout: *layout,
            sizes: *sizes,
        })
    }

    /// Whether a workflow, by itself, matches a change.
    pub(super) fn matches_alone(&mut self, workflow: Workflow, request: &Request<'_>) -> bool {
        let index = self.alone(workflow);
        index.is_some_and(|index| !index.evaluate(request, &mut self.scratch).matches.is_empty())
    }

    /// Whether some conditions, all of which must hold, match a change.
    pub(super) fn holds(&mut self, all: Vec<Condition>, request: &Request<'_>) -> bool {
        self.matches_alone(probe(all, Vec::new()), request)
    }
}

/// A workflow with these conditions that does nothing that matters.
pub(super) fn probe(all: Vec<Condition>, any: Vec<Condition>) -> Workflow {
    let actions = vec![Action::AssignTag { tag_id: "probe".to_owned() }];
    Workflow { id: "probe".to_owned(), all, any, actions, ..Workflow::default() }
}
