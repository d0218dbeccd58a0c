//! Workflows that were compiled together.
//!
//! Each workflow becomes one *clause* per alternative (all + one of any), numbered in the workflows' order. What a request
//! says about one thing (its source, its tags, the phrases in its subject …) is a *dimension*. Most clauses are filed under a
//! value of one dimension that is seldom said, and come up only when it is ([`super::keys`]); the others stand in *rows*, of which
//! each dimension leaves some alive and rules the others out ([`super::rows`]). What comes up, and what survives, is verified
//! for the rest: phrases, conditions over time, and second conditions on the same dimension.

use std::sync::Arc;

use super::condition::{CompiledCondition, Conditions};
use super::facts::TextField;
use super::keys::Keys;
use super::names::Names;
use super::rows::Rows;
use crate::definition::{Mode, Workflow};
use crate::phrases::PhraseMatcher;
use crate::time::TimeCondition;

/// Some workflows of an account, compiled. Immutable, and shared by all indexes that hold it.
#[derive(Debug)]
pub(crate) struct Segment {
    /// In their order, disabled ones included.
    pub(crate) definitions: Box<[Arc<Workflow>]>,
    /// Per definition, the number of the workflow in order of creation.
    pub(crate) created: Box<[u32]>,
    /// Hashes of the definitions' ids, ascending, with their places; none if the definitions are few.
    pub(crate) ids: Box<[(u32, u32)]>,
    /// Enabled ones, in their order.
    pub(crate) workflows: Box<[CompiledWorkflow]>,
    pub(crate) clauses: Box<[Clause]>,
    pub(crate) conditions: Conditions,
    /// Dimensions that a condition is about: a bit for each.
    pub(crate) asked: u32,
    pub(crate) names: Names,
    pub(crate) rows: Rows,
    pub(crate) keys: Keys,
    /// Per text field, what clauses that are filed under its phrases presuppose of a change: a text is scanned for them only if
    /// one of these has happened. As [`super::facts::happened`] tells it.
    pub(crate) keyed_texts: [Box<[u8]>; 3],
    /// One per text field, in the order of [`TextField::ALL`].
    pub(crate) matchers: [PhraseMatcher; 3],
    /// The minutes at which spans of time of day begin or end, ascending, from 0.
    pub(crate) day_segments: Box<[u16]>,
}

/// A workflow that is judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompiledWorkflow {
    /// Where its definition stands in [`Segment::definitions`].
    pub(crate) definition: u32,
    /// Where its conditions begin in [`Segment::conditions`]: those of `all`, then those of `any`.
    pub(crate) conditions: u32,
    pub(crate) all_count: u8,
    pub(crate) any_count: u8,
    pub(crate) mode: Mode,
    pub(crate) stop: bool,
}

/// One alternative of a workflow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clause {
    /// The conditions that are left to be verified: those of `all` by their indexes, and [`Clause::ANY`] for that of `any`.
    pub(crate) residual: u64,
    /// Where its workflow stands in [`Segment::workflows`].
    pub(crate) workflow: u32,
    /// Index in `any` of its condition; [`Clause::NONE`] if the workflow has no `any`.
    pub(crate) alternative: u8,
    /// The texts that conditions left to be verified look into, as a set of [`TextField::bit`]s.
    pub(crate) residual_texts: u8,
    /// Whether it presupposes an event.
    pub(crate) event_driven: bool,
    /// Whether it has a condition over time.
    pub(crate) timed: bool,
}

/// Where a workflow stands among those of its account: by position, without one last, ties in order of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    without_position: bool,
    position: Option<u32>,
    created: u32,
}

impl Rank {
    pub(crate) fn new(workflow: &Workflow, created: u32) -> Self {
        Self { without_position: workflow.position.is_none(), position: workflow.position, created }
    }
}

impl Clause {
    /// The condition of `any`, in a set of conditions.
    pub(crate) const ANY: u64 = 1 << 63;
    /// In place of an index in `any`: there is none.
    pub(crate) const NONE: u8 = u8::MAX;

    /// Index in `any` of its condition; absent if the workflow has no `any`.
    pub(crate) fn any(&self) -> Option<u32> {
        (self.alternative != Self::NONE).then(|| u32::from(self.alternative))
    }
}

/// Definitions up to which comparing all ids is as fast as looking one up.
const FEW_DEFINITIONS: usize = 64;

/// The hashes of the ids of definitions, ascending, with their places; none if they are few.
pub(crate) fn id_hashes(definitions: &[Arc<Workflow>]) -> Box<[(u32, u32)]> {
    if definitions.len() <= FEW_DEFINITIONS {
        return Box::default();
    }
    let mut ids: Vec<_> =
        (0..).zip(definitions).map(|(place, workflow)| (id_hash(&workflow.id), place)).collect();
    ids.sort_unstable();
    ids.into_boxed_slice()
}

fn id_hash(id: &str) -> u32 {
    // The lower half is as good a hash.
    xxhash_rust::xxh3::xxh3_64(id.as_bytes()) as u32
}

impl CompiledWorkflow {
    /// The number of a condition of `all`.
    fn all(&self, place: u32) -> u32 {
        self.conditions + place
    }

    /// The number of a condition of `any`.
    fn any(&self, place: u32) -> u32 {
        self.conditions + u32::from(self.all_count) + place
    }
}

impl Segment {
    pub(crate) fn clause(&self, number: u32) -> Option<&Clause> {
        self.clauses.get(usize::try_from(number).ok()?)
    }

    pub(crate) fn workflow(&self, number: u32) -> Option<&CompiledWorkflow> {
        self.workflows.get(usize::try_from(number).ok()?)
    }

    /// The definition of a compiled workflow.
    pub(crate) fn definition(&self, workflow: &CompiledWorkflow) -> Option<&Workflow> {
        self.definitions.get(usize::try_from(workflow.definition).ok()?).map(AsRef::as_ref)
    }

    pub(crate) fn definition_at(&self, place: u32) -> Option<&Workflow> {
        self.definitions.get(usize::try_from(place).ok()?).map(AsRef::as_ref)
    }

    /// Where the definitions with this id stand: one at most, unless somebody gave two of them the same.
    pub(crate) fn places_of(&self, id: &str) -> impl Iterator<Item = u32> {
        let hash = id_hash(id);
        let from = self.ids.partition_point(|(other, _)| *other < hash);
        let hashed = self.ids.iter().skip(from).take_while(move |(other, _)| *other == hash);
        let few = if self.ids.is_empty() { self.definitions.len() } else { 0 };
        let few = (0..).take(few);
        let places = hashed.map(|(_, place)| *place).chain(few);
        places.filter(move |place| self.definition_at(*place).is_some_and(|definition| definition.id == id))
    }

    /// Where the workflow with this definition stands among all of the account.
    pub(crate) fn rank(&self, definition: u32) -> Option<Rank> {
        let place = usize::try_from(definition).ok()?;
        Some(Rank::new(self.definitions.get(place)?, *self.created.get(place)?))
    }

    pub(crate) fn matcher(&self, field: TextField) -> &PhraseMatcher {
        let [subject, customer_name, message] = &self.matchers;
        match field {
            TextField::Subject => subject,
            TextField::CustomerName => customer_name,
            TextField::Message => message,
        }
    }

    /// The number of the stretch of the day in which a minute lies.
    pub(crate) fn day_segment(&self, minute: u16) -> Option<u32> {
        let segment = self.day_segments.partition_point(|begin| *begin <= minute).saturating_sub(1);
        u32::try_from(segment).ok()
    }

    /// The conditions of `all` of a workflow.
    pub(crate) fn all<'s>(
        &'s self,
        workflow: &CompiledWorkflow,
    ) -> impl Iterator<Item = CompiledCondition<'s>> + Clone + use<'s> {
        self.numbered(workflow.all(0)..workflow.any(0))
    }

    /// The conditions of `any` of a workflow.
    pub(crate) fn any<'s>(
        &'s self,
        workflow: &CompiledWorkflow,
    ) -> impl Iterator<Item = CompiledCondition<'s>> + Clone + use<'s> {
        self.numbered(workflow.any(0)..workflow.any(u32::from(workflow.any_count)))
    }

    /// The conditions of one alternative.
    pub(crate) fn alternative<'s>(
        &'s self,
        workflow: &CompiledWorkflow,
        any: Option<u32>,
    ) -> impl Iterator<Item = CompiledCondition<'s>> + Clone + use<'s> {
        let any = any.map_or(0..0, |any| workflow.any(any)..workflow.any(any + 1));
        self.all(workflow).chain(self.numbered(any))
    }

    /// The conditions over time of one alternative.
    pub(crate) fn time_conditions<'s>(
        &'s self,
        workflow: &CompiledWorkflow,
        any: Option<u32>,
    ) -> impl Iterator<Item = &'s TimeCondition> + Clone + use<'s> {
        self.alternative(workflow, any).filter_map(CompiledCondition::time)
    }

    /// The conditions of a clause that are left to be verified.
    pub(crate) fn residuals(&self, clause: &Clause) -> impl Iterator<Item = CompiledCondition<'_>> {
        let workflow = self.workflow(clause.workflow);
        let mut residual = if workflow.is_some() { clause.residual } else { 0 };
        let numbers = std::iter::from_fn(move || {
            let place = residual.trailing_zeros();
            (residual != 0).then(|| residual &= residual - 1)?;
            let workflow = workflow?;
            Some(if place < Clause::ANY.trailing_zeros() {
                workflow.all(place)
            } else {
                workflow.any(clause.any()?)
            })
        });
        numbers.filter_map(|number| self.conditions.get(number))
    }

    fn numbered<'s>(
        &'s self,
        numbers: std::ops::Range<u32>,
    ) -> impl Iterator<Item = CompiledCondition<'s>> + Clone + use<'s> {
        numbers.filter_map(|number| self.conditions.get(number))
    }

    /// Bytes on the heap, definitions apart.
    pub(crate) fn memory_usage(&self) -> usize {
        size_of_val::<[CompiledWorkflow]>(&self.workflows)
            + size_of_val::<[Clause]>(&self.clauses)
            + size_of_val::<[Arc<Workflow>]>(&self.definitions)
            + size_of_val::<[u32]>(&self.created)
            + size_of_val::<[(u32, u32)]>(&self.ids)
            + size_of_val::<[u16]>(&self.day_segments)
            + self.conditions.memory_usage()
            + self.names.memory_usage()
            + self.rows.memory_usage()
            + self.keys.memory_usage()
            + self.keyed_texts.iter().map(|needs| needs.len()).sum::<usize>()
            + self.matchers.iter().map(PhraseMatcher::memory_usage).sum::<usize>()
    }
}
