//! Edits of an account's workflows, in time that grows with the edits and not with the account.
//!
//! What was edited is compiled into a segment of its own, beside the segments that are there, and the workflows that it
//! replaces are dead in those. The newest segment is kept tiny, so that an edit recompiles next to nothing; when it is full, it
//! is compiled together with the one below, which is several times as large, and so on up to a size that still compiles in a
//! millisecond or two: a log-structured merge-tree (O'Neil et al., 1996), so that each workflow is compiled again
//! a few times and not as often as there are edits. What lies beyond waits for [`Index::merged`], which a caller runs in the
//! background and brings up to date by [`Index::caught_up`].
//!
//! When *not* to use it: to load an account. A fresh [`compile()`](crate::compile()) has one segment, which decides fastest.

use std::collections::HashMap;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::{Source, compile_segment};
use crate::definition::Workflow;
use crate::diagnostic::Diagnostic;
use crate::index::{Index, Level};

/// An edit of an account's workflows.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Writes a workflow. One with the same id is replaced, and keeps its place in the order of creation.
    Put(Arc<Workflow>),
    /// Removes the workflow with this id, if there is one.
    Remove(String),
}

/// How large the segments of an index become. Decisions do not depend on it; the costs of edits and of decisions do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelSizes {
    /// An account of up to so many workflows is compiled whole at each edit.
    pub whole_max: usize,
    /// Workflows of the newest segment, which is compiled at each edit.
    pub newest_max: usize,
    /// Workflows of the one below, which is compiled whenever the newest is full.
    pub middle_max: usize,
    /// Workflows up to which younger segments are compiled together.
    pub delta_max: usize,
    /// Segments of an index: beyond, all but the oldest are compiled together, or all if these are most of it.
    pub levels_max: usize,
}

impl Default for LevelSizes {
    /// A thousand workflows compile in some 1.5 ms, each of a few in 4 µs; each segment costs a decision a look at its texts. With a
    /// newest segment of 8, half of the edits take 0.87 × as long as with one of 16, and all together take as long.
    fn default() -> Self {
        Self { whole_max: 1_000, newest_max: 8, middle_max: 128, delta_max: 1_000, levels_max: 8 }
    }
}

/// What becomes of workflows, by their ids: as they are written, or removed.
type Outcomes<'e> = HashMap<&'e str, Option<Source>>;

impl Index {
    /// The same index with other sizes of levels from now on.
    #[must_use]
    pub fn with_level_sizes(self, sizes: LevelSizes) -> Self {
        Self { sizes, ..self }
    }

    /// The account after some edits, made in the order given.
    ///
    /// # Errors
    /// Everything that does not compile, with paths that begin with `workflows[i]`, where `i` is the place of an edit.
    pub fn with_edits(&self, edits: &[Edit]) -> Result<Self, Vec<Diagnostic>> {
        let mut created_next = self.created_next;
        let mut outcomes = Outcomes::new();
        for (given, edit) in edits.iter().enumerate() {
            match edit {
                Edit::Remove(id) => drop(outcomes.insert(id, None)),
                Edit::Put(workflow) => {
                    let before = match outcomes.get(&*workflow.id) {
                        Some(outcome) => outcome.as_ref().map(|source| source.created),
                        None => self.living(&workflow.id).map(|living| living.created),
                    };
                    let created = before.unwrap_or_else(|| {
                        created_next = created_next.saturating_add(1);
                        created_next - 1
                    });
                    let source = Source { workflow: workflow.clone(), created, given };
                    outcomes.insert(&workflow.id, Some(source));
                }
            }
        }
        self.with_outcomes(outcomes, created_next)
    }

    /// The workflows that an edit of one more compiles again: what it takes grows with these.
    pub fn compiled_with_next(&self) -> impl Iterator<Item = &Workflow> {
        let kept = self.kept(&self.levels, 1, self.workflows_count() + 1);
        let absorbed = self.levels.iter().skip(kept);
        absorbed.flat_map(Level::living).map(|living| &**living.workflow)
    }

    /// The same account in one segment: what a fresh compilation gives, in as much time. It goes on being edited as this one does.
    ///
    /// # Errors
    /// Together, the workflows have more phrases than the index can hold.
    pub fn merged(&self) -> Result<Self, Vec<Diagnostic>> {
        self.with_segments(Vec::new(), self.levels.iter().flat_map(sources).collect(), self.created_next)
    }

    /// How many workflows, of those that it has or had, are not where [`Index::merged`] would have them.
    pub fn unmerged_count(&self) -> usize {
        let dead: u64 =
            self.levels.iter().filter_map(|level| level.dead.as_ref()).map(RoaringBitmap::len).sum();
        let younger = self.levels.iter().skip(1).map(Level::living_count).sum::<usize>();
        younger.saturating_add(usize::try_from(dead).unwrap_or(usize::MAX))
    }

    /// Whether merging it pays: decisions have several segments to ask, and edits cost more and more.
    pub fn wants_merge(&self) -> bool {
        self.unmerged_count() > self.sizes.delta_max
    }

    /// This index, which is `from` merged, after the edits that have led from `from` to `to`; `None` if more than edits have.
    ///
    /// # Errors
    /// Those of [`Index::merged`].
    pub fn caught_up(&self, from: &Self, to: &Self) -> Option<Result<Self, Vec<Diagnostic>>> {
        let base = |index: &Self| index.levels.first().map(|level| Arc::as_ptr(&level.segment));
        if !Arc::ptr_eq(&from.account, &to.account) || base(from) != base(to) {
            return None;
        }
        let mut outcomes = Outcomes::new();
        for id in from.changed_in(to).chain(to.changed_in(from)) {
            match (self.living(id), to.living(id)) {
                (Some(own), Some(wanted)) if own.is(&wanted) => {}
                (_, Some(wanted)) => drop(outcomes.insert(id, Some(wanted.source()))),
                (Some(_), None) => drop(outcomes.insert(id, None)),
                (None, None) => {}
            }
        }
        Some(self.with_outcomes(outcomes, to.created_next))
    }

    /// Ids of the workflows of this index that another one does not have, or has in another segment.
    fn changed_in<'i>(&'i self, other: &'i Self) -> impl Iterator<Item = &'i str> {
        self.levels.iter().flat_map(|level| {
            let segment = &level.segment;
            match other.levels.iter().find(|other| Arc::ptr_eq(&other.segment, segment)) {
                None => level.living().map(|living| &*living.workflow.id).collect(),
                Some(other) => {
                    let died = other.dead.iter().flatten().filter(|place| !level.is_dead(*place));
                    died.filter_map(|place| Some(&*segment.definition_at(place)?.id)).collect::<Vec<_>>()
                }
            }
        })
    }

    fn with_outcomes(&self, outcomes: Outcomes<'_>, created_next: u32) -> Result<Self, Vec<Diagnostic>> {
        let mut levels = self.levels.clone();
        for id in outcomes.keys() {
            if let Some((level, living)) = self.locate(id)
                && let Some(level) = levels.get_mut(level)
            {
                level.dead.get_or_insert_default().insert(living.definition);
            }
        }
        let mut place = 0..;
        // A segment in which nothing is alive costs every decision; the oldest tells what an index descends from.
        levels.retain(|level| place.next() == Some(0) || level.living_count() > 0);
        let mut written: Vec<Source> = outcomes.into_values().flatten().collect();
        let total = levels.iter().map(Level::living_count).sum::<usize>() + written.len();
        if created_next == u32::MAX {
            written.extend(levels.iter().flat_map(sources));
            return self.renumbered(written);
        }
        let kept = self.kept(&levels, written.len(), total);
        let absorbed = levels.split_off(kept.min(levels.len()));
        written.extend(absorbed.iter().flat_map(sources));
        if written.is_empty() && !levels.is_empty() {
            return Ok(Self { levels, created_next, account: self.account.clone(), ..*self });
        }
        self.with_segments(levels, written, created_next)
    }

    /// How many levels, from the oldest on, stay as they are when so many workflows are written.
    fn kept(&self, levels: &[Level], written: usize, total: usize) -> usize {
        let LevelSizes { newest_max, middle_max, delta_max, levels_max, .. } = self.sizes;
        if total <= self.sizes.whole_max {
            return 0;
        }
        if written == 0 {
            return levels.len();
        }
        let sizes: Vec<usize> = levels.iter().map(Level::living_count).collect();
        let mut kept = levels.len();
        let mut sum = written;
        for size in sizes.iter().skip(1).rev() {
            // What has come together so far stands beside a segment that is too large for where it belongs.
            let is_below = |max: usize| sum <= max && *size > max;
            if is_below(newest_max) || is_below(middle_max) || sum + size > delta_max {
                break;
            }
            sum += size;
            kept -= 1;
        }
        if kept < levels_max {
            return kept;
        }
        let younger = total - sizes.first().copied().unwrap_or(0);
        usize::from(younger * 2 < total)
    }

    /// An index with these levels, and with a segment of these workflows beside.
    fn with_segments(
        &self,
        mut levels: Vec<Level>,
        sources: Vec<Source>,
        created_next: u32,
    ) -> Result<Self, Vec<Diagnostic>> {
        let segment = compile_segment(&self.account, sources, self.layout)?;
        levels.push(Level { segment: Arc::new(segment), dead: None });
        Ok(Self { levels, created_next, account: self.account.clone(), ..*self })
    }

    /// The numbers in order of creation are used up: a new index, in which they begin again.
    fn renumbered(&self, mut sources: Vec<Source>) -> Result<Self, Vec<Diagnostic>> {
        sources.sort_unstable_by_key(|source| source.created);
        for (created, source) in (0..).zip(&mut sources) {
            source.created = created;
        }
        let created_next = u32::try_from(sources.len()).unwrap_or(u32::MAX);
        self.with_segments(Vec::new(), sources, created_next)
    }
}

/// The workflows of a level that are alive, to be compiled anew.
fn sources(level: &Level) -> impl Iterator<Item = Source> {
    level.living().map(|living| living.source())
}
