//! Workflows that were compiled together.
//!
//! Each workflow becomes one *clause* per alternative (all + one of any), numbered in the workflows' order. What a request
//! says about one thing (its source, its tags, the phrases in its subject …) is a *dimension*. Most clauses are filed under a
//! value of one dimension that is seldom said, and come up only when it is ([`super::keys`]); the others stand in *rows*, of which
//! each dimension leaves some alive and rules the others out ([`super::rows`]). What comes up, and what survives, is verified
//! for the rest: phrases, conditions over time, and second conditions on the same dimension.

use std::sync::Arc;

use super::clauses::{Clause, Clauses};
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
    /// Per definition, the number of the workflow in order of creation; none if that is its place here, as it is where nobody has
    /// moved or removed one since all were read.
    pub(crate) created: Box<[u32]>,
    /// Places of the definitions, by the hashes of their ids, ascending; none if the definitions are few.
    pub(crate) ids: Box<[u32]>,
    /// One per definition; a disabled one has no conditions and no clauses.
    pub(crate) workflows: Box<[CompiledWorkflow]>,
    pub(crate) clauses: Clauses,
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

/// A workflow as it is judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompiledWorkflow {
    /// Where its conditions begin in [`Segment::conditions`]: those of `all`, then those of `any`.
    pub(crate) conditions: u32,
    pub(crate) all_count: u8,
    pub(crate) any_count: u8,
    pub(crate) mode: Mode,
    pub(crate) stop: bool,
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

/// Definitions up to which comparing all ids is as fast as looking one up.
const FEW_DEFINITIONS: usize = 64;

/// The places of definitions, by the hashes of their ids, ascending; none if they are few.
pub(crate) fn by_id(definitions: &[Arc<Workflow>]) -> Box<[u32]> {
    if definitions.len() <= FEW_DEFINITIONS {
        return Box::default();
    }
    let mut ids: Vec<(u32, u32)> =
        (0..).zip(definitions).map(|(place, workflow)| (id_hash(&workflow.id), place)).collect();
    ids.sort_unstable();
    ids.into_iter().map(|(_, place)| place).collect()
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
    pub(crate) fn clause(&self, number: u32) -> Option<Clause> {
        self.clauses.get(number)
    }

    pub(crate) fn workflow(&self, number: u32) -> Option<&CompiledWorkflow> {
        self.workflows.get(usize::try_from(number).ok()?)
    }

    pub(crate) fn definition_at(&self, place: u32) -> Option<&Workflow> {
        self.definitions.get(usize::try_from(place).ok()?).map(AsRef::as_ref)
    }

    /// Where the definitions with this id stand: one at most, unless somebody gave two of them the same.
    pub(crate) fn places_of(&self, id: &str) -> impl Iterator<Item = u32> {
        let hash = id_hash(id);
        let hashed = self.ids.get(self.first_hashed(hash)..).unwrap_or_default().iter().copied();
        let hashed = hashed.take_while(move |place| self.hash_at(*place) == hash);
        let few = if self.ids.is_empty() { self.definitions.len() } else { 0 };
        let places = hashed.chain((0..).take(few));
        places.filter(move |place| self.definition_at(*place).is_some_and(|definition| definition.id == id))
    }

    /// Where the first of [`Segment::ids`] stands whose hash is not less. Hashes are spread evenly, so that interpolating finds it
    /// in a few steps (Perl, Itai and Avni, 1978); every other step halves what is left, however they are spread. To keep the
    /// hashes would take four bytes for each definition, for what only edits ask.
    fn first_hashed(&self, hash: u32) -> usize {
        let (mut from, mut to) = (0, self.ids.len());
        let (mut low, mut high) = (0, 1 << u32::BITS);
        let mut halves = false;
        while from < to {
            let span = to - from;
            let share = (u64::from(hash) - low).saturating_mul(span as u64) / (high - low).max(1);
            let ahead = if halves { span / 2 } else { (share as usize).min(span - 1) };
            let found = self.ids.get(from + ahead).map_or(0, |place| self.hash_at(*place));
            if found < hash {
                (from, low) = (from + ahead + 1, u64::from(found));
            } else {
                (to, high) = (from + ahead, u64::from(found));
            }
            halves = !halves;
        }
        from
    }

    fn hash_at(&self, place: u32) -> u32 {
        self.definition_at(place).map_or(0, |definition| id_hash(&definition.id))
    }

    /// Where the workflow with this definition stands among all of the account.
    pub(crate) fn rank(&self, definition: u32) -> Option<Rank> {
        Some(Rank::new(self.definition_at(definition)?, self.created(definition)?))
    }

    /// The number in order of creation of the workflow with this definition.
    pub(crate) fn created(&self, definition: u32) -> Option<u32> {
        if self.created.is_empty() {
            return Some(definition);
        }
        self.created.get(usize::try_from(definition).ok()?).copied()
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
    pub(crate) fn residuals(&self, clause: Clause) -> impl Iterator<Item = CompiledCondition<'_>> {
        let workflow = self.workflow(clause.workflow);
        let members = |workflow: &CompiledWorkflow| ((1 << workflow.all_count) - 1) | Clause::ANY;
        let mut residual = clause.residual & workflow.map_or(0, members);
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
            + self.clauses.memory_usage()
            + size_of_val::<[Arc<Workflow>]>(&self.definitions)
            + size_of_val::<[u32]>(&self.created)
            + size_of_val::<[u32]>(&self.ids)
            + size_of_val::<[u16]>(&self.day_segments)
            + self.conditions.memory_usage()
            + self.names.memory_usage()
            + self.rows.memory_usage()
            + self.keys.memory_usage()
            + self.keyed_texts.iter().map(|needs| needs.len()).sum::<usize>()
            + self.matchers.iter().map(PhraseMatcher::memory_usage).sum::<usize>()
    }
}
