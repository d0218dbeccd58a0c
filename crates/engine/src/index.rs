//! The compiled form of an account.
//!
//! Workflows that were compiled together are a *segment* ([`segment`]), which never changes. An index holds a short list of
//! them, oldest first. A workflow that was written or removed since is *dead* in the segment where it stood; each workflow is
//! alive in one segment at most. A decision asks every segment, leaves out what is dead, and takes what matches in the order of
//! all workflows together.

pub(crate) mod account;
pub(crate) mod clauses;
pub(crate) mod condition;
pub(crate) mod facts;
pub(crate) mod keys;
pub(crate) mod names;
pub(crate) mod rows;
pub(crate) mod segment;

use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::compile::{Layout, LevelSizes, Source};
use crate::definition::{Account, Workflow};
use crate::phrases::PhraseMatcher;
pub(crate) use account::CompiledAccount;
pub(crate) use clauses::Clause;
pub(crate) use segment::{CompiledWorkflow, Rank, Segment};

/// An account with its workflows, compiled. Immutable: a write makes a new one. A clone shares what is large.
#[derive(Clone, Debug)]
pub struct Index {
    pub(crate) account: Arc<CompiledAccount>,
    /// Oldest first; at least one.
    pub(crate) levels: Vec<Level>,
    /// The number in order of creation of the next workflow that is created.
    pub(crate) created_next: u32,
    pub(crate) layout: Layout,
    pub(crate) sizes: LevelSizes,
}

/// A segment as one index sees it.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub(crate) segment: Arc<Segment>,
    /// Definitions of the segment that are no longer the account's; absent if there are none.
    pub(crate) dead: Option<RoaringBitmap>,
}

impl Index {
    /// The account that it was compiled from.
    pub fn account(&self) -> &Arc<Account> {
        &self.account.definition
    }

    /// The workflows that it was compiled from, in their order, disabled ones included.
    pub fn workflows(&self) -> impl Iterator<Item = &Arc<Workflow>> {
        let mut heads: Vec<_> = self.levels.iter().map(|level| level.living().peekable()).collect();
        std::iter::from_fn(move || {
            let ranked = heads.iter_mut().filter_map(|head| Some((head.peek()?.rank(), head)));
            let (_, first) = ranked.min_by_key(|(rank, _)| *rank)?;
            first.next().map(|living| living.workflow)
        })
    }

    /// How many workflows it was compiled from, disabled ones included.
    pub fn workflows_count(&self) -> usize {
        self.levels.iter().map(Level::living_count).sum()
    }

    /// How many distinct phrases it looks for. What several segments look for counts in each of them.
    pub fn phrases_count(&self) -> usize {
        let matchers = self.levels.iter().flat_map(|level| &level.segment.matchers);
        matchers.map(PhraseMatcher::phrases_count).sum()
    }

    /// A workflow that is alive.
    pub(crate) fn living(&self, id: &str) -> Option<Living<'_>> {
        self.locate(id).map(|(_, living)| living)
    }

    /// A workflow that is alive, with the place of its level.
    pub(crate) fn locate(&self, id: &str) -> Option<(usize, Living<'_>)> {
        let mut levels = self.levels.iter().enumerate().rev();
        levels.find_map(|(place, level)| Some((place, level.find(id)?)))
    }

    /// Bytes on the heap, definitions apart. What several indexes share counts in each of them.
    pub fn memory_usage(&self) -> usize {
        self.account.memory_usage()
            + self.levels.capacity() * size_of::<Level>()
            + self.levels.iter().map(Level::memory_usage).sum::<usize>()
    }
}

/// A definition of a segment that is still the account's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Living<'i> {
    /// Where it stands in [`Segment::definitions`].
    pub(crate) definition: u32,
    /// Its number in order of creation.
    pub(crate) created: u32,
    pub(crate) workflow: &'i Arc<Workflow>,
}

impl Living<'_> {
    /// Where it stands among all workflows of the account.
    pub(crate) fn rank(&self) -> Rank {
        Rank::new(self.workflow, self.created)
    }

    /// Whether it is the same as one of another index.
    pub(crate) fn is(&self, other: &Living<'_>) -> bool {
        Arc::ptr_eq(self.workflow, other.workflow) && self.created == other.created
    }

    /// The same workflow, to be compiled anew; nothing about it is wrong that a caller could put right.
    pub(crate) fn source(&self) -> Source {
        Source { workflow: self.workflow.clone(), created: self.created, given: usize::MAX }
    }
}

impl Level {
    /// Whether a definition of the segment is no longer the account's.
    pub(crate) fn is_dead(&self, definition: u32) -> bool {
        self.dead.as_ref().is_some_and(|dead| dead.contains(definition))
    }

    /// The definitions that are still the account's, in their order.
    pub(crate) fn living(&self) -> impl Iterator<Item = Living<'_>> {
        let all = (0..).zip(&self.segment.definitions).filter(|(definition, _)| !self.is_dead(*definition));
        all.filter_map(|(definition, workflow)| {
            Some(Living { definition, created: self.segment.created(definition)?, workflow })
        })
    }

    fn find(&self, id: &str) -> Option<Living<'_>> {
        let mut places = self.segment.places_of(id).filter(|place| !self.is_dead(*place));
        let definition = places.next()?;
        let workflow = self.segment.definitions.get(usize::try_from(definition).ok()?)?;
        Some(Living { definition, created: self.segment.created(definition)?, workflow })
    }

    pub(crate) fn living_count(&self) -> usize {
        let dead = self.dead.as_ref().map_or(0, RoaringBitmap::len);
        self.segment.definitions.len().saturating_sub(usize::try_from(dead).unwrap_or(usize::MAX))
    }

    fn memory_usage(&self) -> usize {
        size_of::<Segment>()
            + self.segment.memory_usage()
            + self.dead.as_ref().map_or(0, RoaringBitmap::serialized_size)
    }
}
