//! What happens to an account: workflows come, change and go, and merges begin and end meanwhile.

use proptest::prelude::*;
use proptest::sample::Index as Choice;
use tamis_engine::compile::LevelSizes;
use tamis_engine::definition::Workflow;

use super::workflow;

/// What happens to an account.
#[derive(Clone, Debug)]
pub enum Step {
    /// Edits in one go.
    Edits(Vec<Edit>),
    /// A merge begins.
    Merge,
    /// The merge that began ends, and takes effect.
    Merged,
}

/// What happens to a workflow, chosen among the ids that there may be.
#[derive(Clone, Debug)]
pub enum Edit {
    /// It is written.
    Put(Choice, Workflow),
    /// It moves; nothing happens to one that is not there.
    Move(Choice, Option<u32>),
    /// It is switched on or off; nothing happens to one that is not there.
    Switch(Choice),
    /// It goes.
    Remove(Choice),
}

fn edit() -> BoxedStrategy<Edit> {
    let id = || any::<Choice>();
    prop_oneof![
        4 => (id(), workflow()).prop_map(|(id, workflow)| Edit::Put(id, workflow)),
        1 => (id(), prop::option::of(0..3_u32)).prop_map(|(id, position)| Edit::Move(id, position)),
        1 => id().prop_map(Edit::Switch),
        2 => id().prop_map(Edit::Remove),
    ]
    .boxed()
}

/// One step.
pub fn step() -> BoxedStrategy<Step> {
    prop_oneof![
        6 => edit().prop_map(|edit| Step::Edits(vec![edit])),
        2 => prop::collection::vec(edit(), 2..6).prop_map(Step::Edits),
        1 => Just(Step::Merge),
        2 => Just(Step::Merged),
    ]
    .boxed()
}

/// Levels so small that a few edits go through all of them: into the newest segment, into a new one, into one that takes in
/// others, and through merges that edits overtake.
pub fn level_sizes() -> BoxedStrategy<LevelSizes> {
    (0..4_usize, 0..3_usize, 1..4_usize, 2..6_usize, 2..5_usize)
        .prop_map(|(whole_max, newest_max, middle_max, delta_max, levels_max)| LevelSizes {
            whole_max,
            newest_max,
            middle_max,
            delta_max,
            levels_max,
        })
        .boxed()
}
