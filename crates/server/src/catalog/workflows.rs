//! The stored workflows of an account, in maps that a write shares with the ones before it but for what it changes.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::ops::Bound;
use std::sync::Arc;

use imbl::{HashMap, OrdMap};

use crate::catalog::snapshot::StoredWorkflow;

/// A workflow found by its id, without a second copy of the id.
#[derive(Clone)]
struct ById(Arc<StoredWorkflow>);

impl Borrow<str> for ById {
    fn borrow(&self) -> &str {
        self.0.id()
    }
}

impl Hash for ById {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id().hash(state);
    }
}

impl PartialEq for ById {
    fn eq(&self, other: &Self) -> bool {
        self.0.id() == other.0.id()
    }
}

impl Eq for ById {}

/// The stored workflows of an account. A clone costs nothing, and a change what a change of a tree costs.
#[derive(Clone, Default)]
pub(crate) struct Workflows {
    /// Each with its number in order of creation.
    by_id: HashMap<ById, u64>,
    /// In their order: by position, ties in order of creation.
    in_order: OrdMap<(u32, u64), Arc<StoredWorkflow>>,
    created_next: u64,
}

impl Workflows {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// The workflow with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&Arc<StoredWorkflow>> {
        self.by_id.get_key_value(id).map(|(found, _)| &found.0)
    }

    /// The number of a workflow in order of creation.
    pub(crate) fn created(&self, id: &str) -> Option<u64> {
        self.by_id.get(id).copied()
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
        let before = self.take(stored.id());
        let created = before.unwrap_or_else(|| {
            self.created_next += 1;
            self.created_next - 1
        });
        self.in_order.insert((stored.position(), created), stored.clone());
        self.by_id.insert(ById(stored), created);
    }

    /// Takes the workflow with this id out, if there is one, and tells its number in order of creation.
    pub(crate) fn take(&mut self, id: &str) -> Option<u64> {
        let (ById(stored), created) = self.by_id.remove_with_key(id)?;
        self.in_order.remove(&(stored.position(), created));
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
