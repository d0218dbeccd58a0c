//! Compares what two sets of workflows decide about the same changes: those of an account that are live, and a draft of
//! what is to take their place.
//!
//! A change is decided by both ([`Simulation::judge`]), with what [`Index::evaluate`] answers; what came of it is added to a
//! [`Tally`], whose size depends on the workflows and on the days that the changes span, not on how many changes there are.
//! Tallies of several threads are merged.
//!
//! When *not* to use it: to find out why one change is decided as it is. [`Index::explain`] tells that.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::FixedState;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::decision::{DecidedAction, Decision, Match};
use crate::definition::{Mode, Workflow};
use crate::evaluate::Scratch;
use crate::explanation::Explanation;
use crate::index::Index;
use crate::request::Request;

/// What is live, and the draft.
#[derive(Debug)]
pub struct Simulation {
    live: Index,
    draft: Index,
    /// Every workflow of either, those that are live first.
    pairs: Vec<Pair>,
    /// The place of each in `pairs`, by its id.
    places: HashMap<Box<str>, usize, FixedState>,
}

/// One workflow as it is live, and as the draft has it: at least one of the two.
#[derive(Clone, Debug)]
pub struct Pair {
    /// As it is live.
    pub live: Option<Arc<Workflow>>,
    /// As the draft has it.
    pub draft: Option<Arc<Workflow>>,
}

/// What a draft makes of a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    /// It leaves it as it is.
    Kept,
    /// It changes its definition.
    Changed,
    /// It adds it.
    Added,
    /// It removes it.
    Removed,
}

/// Memory that simulations reuse. One per thread.
#[derive(Debug, Default)]
pub struct SimulationScratch {
    live: Scratch,
    draft: Scratch,
}

/// How a change is decided otherwise by the draft: places of workflows in [`Simulation::pairs`], in their order of matching.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Those that match by the draft only.
    pub gained: Vec<usize>,
    /// Those that match by what is live only.
    pub lost: Vec<usize>,
    /// Those that match by both, live both times, and have other actions ready, or others rendered.
    pub actions_changed: Vec<usize>,
}

/// What has come of the changes so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many were judged.
    pub changes: u64,
    /// How many of them the draft decides otherwise.
    pub differing: u64,
    /// The earliest instant of one; absent if there was none.
    pub first: Option<Timestamp>,
    /// The latest.
    pub last: Option<Timestamp>,
    /// By workflow, in the order of [`Simulation::pairs`].
    pub workflows: Vec<WorkflowTally>,
    /// By the day on which the changes were, in the time zone of the draft's account.
    pub days: BTreeMap<Date, DayTally>,
}

/// How often a workflow matched, live or in shadow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkflowTally {
    /// By what is live and by the draft.
    pub matched: Versus,
    /// By the draft only.
    pub gained: u64,
    /// By what is live only.
    pub lost: u64,
    /// By both, with other actions ready, or others rendered.
    pub actions_changed: u64,
    /// By day; days without a match are left out.
    pub days: BTreeMap<Date, Versus>,
}

/// What there was on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayTally {
    /// Changes that were judged.
    pub changes: u64,
    /// Actions that were ready, by name.
    pub actions: BTreeMap<&'static str, Versus>,
}

/// A count by what is live beside one by the draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versus {
    /// By what is live.
    pub live: u64,
    /// By the draft.
    pub draft: u64,
}

impl Simulation {
    /// A draft beside what is live.
    pub fn new(live: Index, draft: Index) -> Self {
        let mut pairs: Vec<Pair> =
            live.workflows().map(|workflow| Pair { live: Some(workflow.clone()), draft: None }).collect();
        let mut places: HashMap<Box<str>, usize, FixedState> =
            pairs.iter().enumerate().map(|(place, pair)| (Box::from(pair.id()), place)).collect();
        for workflow in draft.workflows() {
            match places.get(&*workflow.id).and_then(|place| pairs.get_mut(*place)) {
                Some(pair) => pair.draft = Some(workflow.clone()),
                None => {
                    places.insert(Box::from(&*workflow.id), pairs.len());
                    pairs.push(Pair { live: None, draft: Some(workflow.clone()) });
                }
            }
        }
        Self { live, draft, pairs, places }
    }

    /// Every workflow of either: those that are live in their order, then those that the draft adds, in theirs.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Decides a change by both, and adds what comes of it to a tally. What is due next, and what follows from the actions,
    /// is counted nowhere: a request that asks for it only takes longer.
    pub fn judge(
        &self,
        request: &Request<'_>,
        scratch: &mut SimulationScratch,
        tally: &mut Tally,
    ) -> Difference {
        let live = self.live.evaluate(request, &mut scratch.live);
        let draft = self.draft.evaluate(request, &mut scratch.draft);
        let day = self.draft.account.zone.to_datetime(request.now).date();
        let difference = self.difference(&live, &draft);
        tally.add(request.now, day, self.pairs.len());
        tally.differing += u64::from(!difference.is_none());
        for (decision, is_draft) in [(&live, false), (&draft, true)] {
            for matched in all(decision) {
                let place = self.place(matched);
                let Some(counted) = place.and_then(|place| tally.workflows.get_mut(place)) else { continue };
                counted.matched.count(is_draft);
                counted.days.entry(day).or_default().count(is_draft);
            }
            let of_day = tally.days.entry(day).or_default();
            for matched in &decision.matches {
                let actions = matched.workflow.actions.iter().zip(&matched.actions);
                for (action, _) in actions.filter(|(_, decided)| decided.not_ready.is_none()) {
                    of_day.actions.entry(action.name()).or_default().count(is_draft);
                }
            }
        }
        tally.count(&difference.gained, |counted| counted.gained += 1);
        tally.count(&difference.lost, |counted| counted.lost += 1);
        tally.count(&difference.actions_changed, |counted| counted.actions_changed += 1);
        difference
    }

    /// Why a workflow matches a change or not, by what is live and by the draft; absent by the one that does not have it, or
    /// if there is no such place.
    pub fn explain<'s>(
        &'s self,
        place: usize,
        request: &Request<'_>,
    ) -> (Option<Explanation<'s>>, Option<Explanation<'s>>) {
        let Some(pair) = self.pairs.get(place) else { return (None, None) };
        let explain = |index: &'s Index, has: bool| has.then(|| index.explain(request, &[pair.id()], 1));
        (explain(&self.live, pair.live.is_some()), explain(&self.draft, pair.draft.is_some()))
    }

    fn difference(&self, live: &Decision<'_>, draft: &Decision<'_>) -> Difference {
        let mut difference = Difference::default();
        for matched in all(draft) {
            let Some(place) = self.place(matched) else { continue };
            match all(live).find(|other| other.workflow.id == matched.workflow.id) {
                None => difference.gained.push(place),
                Some(other) if acts_otherwise(other, matched) => difference.actions_changed.push(place),
                Some(_) => {}
            }
        }
        let is_lost = |matched: &&Match<'_>| all(draft).all(|other| other.workflow.id != matched.workflow.id);
        difference.lost = all(live).filter(is_lost).filter_map(|matched| self.place(matched)).collect();
        difference
    }

    fn place(&self, matched: &Match<'_>) -> Option<usize> {
        self.places.get(&*matched.workflow.id).copied()
    }
}

impl Pair {
    /// The workflow's id.
    pub fn id(&self) -> &str {
        self.either().map_or("", |workflow| &workflow.id)
    }

    /// Its name, as the draft has it if it does.
    pub fn display_name(&self) -> &str {
        self.either().map_or("", |workflow| &workflow.display_name)
    }

    /// What the draft makes of it. Its version and its position count for nothing: they say where it stands among others.
    pub fn edit(&self) -> Edit {
        match (&self.live, &self.draft) {
            (Some(live), Some(draft)) if Arc::ptr_eq(live, draft) => Edit::Kept,
            (Some(live), Some(draft)) => {
                let (version, position) = (draft.version, draft.position);
                let is_same = Workflow { version, position, ..Workflow::clone(live) } == **draft;
                if is_same { Edit::Kept } else { Edit::Changed }
            }
            (None, _) => Edit::Added,
            (Some(_), None) => Edit::Removed,
        }
    }

    fn either(&self) -> Option<&Arc<Workflow>> {
        self.draft.as_ref().or(self.live.as_ref())
    }
}

impl Difference {
    /// Whether the draft decides as what is live does.
    pub fn is_none(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty() && self.actions_changed.is_empty()
    }
}

impl Tally {
    fn add(&mut self, now: Timestamp, day: Date, workflows: usize) {
        self.changes += 1;
        self.first = Some(self.first.map_or(now, |first| first.min(now)));
        self.last = Some(self.last.map_or(now, |last| last.max(now)));
        self.days.entry(day).or_default().changes += 1;
        if self.workflows.len() < workflows {
            self.workflows.resize_with(workflows, WorkflowTally::default);
        }
    }

    /// Counts something of the workflows at these places.
    fn count(&mut self, places: &[usize], count: impl Fn(&mut WorkflowTally)) {
        for place in places {
            if let Some(counted) = self.workflows.get_mut(*place) {
                count(counted);
            }
        }
    }

    /// Adds what has come of other changes, by the same simulation.
    pub fn merge(&mut self, other: Self) {
        let Self { changes, differing, first, last, workflows, days } = other;
        self.changes += changes;
        self.differing += differing;
        self.first = [self.first, first].into_iter().flatten().min();
        self.last = self.last.max(last);
        if self.workflows.len() < workflows.len() {
            self.workflows.resize_with(workflows.len(), WorkflowTally::default);
        }
        for (own, other) in self.workflows.iter_mut().zip(workflows) {
            own.merge(other);
        }
        for (day, other) in days {
            let own = self.days.entry(day).or_default();
            own.changes += other.changes;
            for (action, count) in other.actions {
                own.actions.entry(action).or_default().merge(count);
            }
        }
    }
}

impl WorkflowTally {
    fn merge(&mut self, other: Self) {
        let Self { matched, gained, lost, actions_changed, days } = other;
        self.matched.merge(matched);
        self.gained += gained;
        self.lost += lost;
        self.actions_changed += actions_changed;
        for (day, count) in days {
            self.days.entry(day).or_default().merge(count);
        }
    }
}

impl Versus {
    fn count(&mut self, is_draft: bool) {
        if is_draft {
            self.draft += 1;
        } else {
            self.live += 1;
        }
    }

    fn merge(&mut self, other: Self) {
        self.live += other.live;
        self.draft += other.draft;
    }
}

/// Everything that matches, live or in shadow: a draft is often tried in shadow first.
fn all<'d, 'i>(decision: &'d Decision<'i>) -> impl Iterator<Item = &'d Match<'i>> {
    decision.matches.iter().chain(&decision.shadow_matches)
}

/// The actions that are to be carried out.
fn ready<'d, 'i>(matched: &'d Match<'i>) -> impl Iterator<Item = &'d DecidedAction<'i>> {
    matched.actions.iter().filter(|action| action.not_ready.is_none())
}

/// Whether other actions are to be carried out, or they say something else. Of one that is in shadow nothing is ever
/// carried out, which its mode tells already.
fn acts_otherwise(live: &Match<'_>, draft: &Match<'_>) -> bool {
    let are_live = [live, draft].iter().all(|matched| matched.workflow.mode == Mode::Live);
    are_live && !ready(live).map(|action| &action.kind).eq(ready(draft).map(|action| &action.kind))
}
