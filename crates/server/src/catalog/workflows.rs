//! The stored workflows of an account, in maps that a write shares with the ones before it but for what it changes.

use std::hash::BuildHasher as _;
use std::ops::Bound;
use std::sync::Arc;

use foldhash::fast::RandomState;
use imbl::OrdMap;

use crate::catalog::snapshot::StoredWorkflow;

/// The stored workflows of an account. A clone costs nothing, and a change what a change of a tree costs.
#[derive(Clone, Default)]
pub(crate) struct Workflows {
    /// The position of each, by the hash of its id and its number in order of creation: numbers alone, so that a write that copies
    /// some of them has no count of owners to look for, and one that leaves a position as it is leaves this as it is.
    by_id: OrdMap<(u64, u64), u32>,
    hashing: RandomState,
    /// In their order: by position, ties in order of creation.
    in_order: OrdMap<(u32, u64), Arc<StoredWorkflow>>,
    created_next: u64,
}

impl Workflows {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.in_order.len()
    }

    /// The workflow with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Arc<StoredWorkflow>> {
        self.find(self.hashing.hash_one(id), id).map(|(_, stored)| stored)
    }

    /// The number of a workflow in order of creation.
    pub(crate) fn created(&self, id: &str) -> Option<u64> {
        self.find(self.hashing.hash_one(id), id).map(|((_, created), _)| created)
    }

    /// The workflow with this id, which has this hash, and where it stands in its order.
    fn find(&self, hash: u64, id: &str) -> Option<((u32, u64), &Arc<StoredWorkflow>)> {
        self.by_id.range((hash, 0)..=(hash, u64::MAX)).find_map(|((_, created), position)| {
            let place = (*position, *created);
            let stored = self.in_order.get(&place)?;
            (stored.id() == id).then_some((place, stored))
        })
    }

    /// Those at a position and after, in their order.
    pub(crate) fn from(&self, position: u32) -> impl Iterator<Item = &Arc<StoredWorkflow>> + Clone {
        self.in_order.range((Bound::Included((position, 0)), Bound::Unbounded)).map(|(_, stored)| stored)
    }

    /// All in order of creation; this takes time to sort them.
    pub(crate) fn in_order_of_creation(&self) -> Vec<&Arc<StoredWorkflow>> {
        let mut all: Vec<_> = self.in_order.iter().collect();
        all.sort_unstable_by_key(|((_, created), _)| *created);
        all.into_iter().map(|(_, stored)| stored).collect()
    }

    /// The highest position of any workflow.
    pub(crate) fn last_position(&self) -> Option<u32> {
        self.in_order.get_max().map(|((position, _), _)| *position)
    }

    /// The highest position of any workflow but the one with this id.
    pub(crate) fn last_position_without(&self, id: &str) -> Option<u32> {
        let mut last = self.in_order.iter().rev().filter(|(_, stored)| stored.id() != id);
        last.next().map(|((position, _), _)| *position)
    }

    /// Puts a workflow in. One with the same id is replaced, and keeps its place in the order of creation.
    pub(crate) fn put(&mut self, stored: Arc<StoredWorkflow>) {
        let position = stored.position();
        let hash = self.hashing.hash_one(stored.id());
        let before = self.find(hash, stored.id()).map(|(place, _)| place);
        let created = before.map_or(self.created_next, |(_, created)| created);
        match before {
            Some(place) if place.0 == position => {}
            Some(place) => drop(self.in_order.remove(&place)),
            None => self.created_next += 1,
        }
        if before != Some((position, created)) {
            self.by_id.insert((hash, created), position);
        }
        self.in_order.insert((position, created), stored);
    }

    /// Takes the workflow with this id out, if there is one, and tells its number in order of creation.
    pub(crate) fn take(&mut self, id: &str) -> Option<u64> {
        let hash = self.hashing.hash_one(id);
        let (place, _) = self.find(hash, id)?;
        let (_, created) = place;
        self.by_id.remove(&(hash, created));
        self.in_order.remove(&place);
        Some(created)
    }
}

impl FromIterator<Arc<StoredWorkflow>> for Workflows {
    /// From workflows in order of creation.
    fn from_iter<I: IntoIterator<Item = Arc<StoredWorkflow>>>(stored: I) -> Self {
        let mut workflows = Self::default();
        stored.into_iter().for_each(|stored| workflows.put(stored));
        workflows
    }
}
