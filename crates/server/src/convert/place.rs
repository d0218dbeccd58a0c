//! Paths of conditions and phrases in the workflow that they belong to.

use tamis_engine::Workflow;
use tamis_engine::decision::Place;

/// The path of a condition, such as `any[0].subject`.
pub(crate) fn condition(workflow: &Workflow, place: Place) -> String {
    let (list, index) = match place {
        Place::All(index) => (&workflow.all, index),
        Place::Any(index) => (&workflow.any, index),
    };
    let condition = usize::try_from(index).ok().and_then(|index| list.get(index));
    condition.map_or_else(|| place.to_string(), |condition| format!("{place}.{}", condition.test.name()))
}

/// The path of a phrase, such as `all[1].message.phrases[0]`.
pub(crate) fn phrase(workflow: &Workflow, place: Place, index: u32) -> String {
    format!("{}.phrases[{index}]", condition(workflow, place))
}
