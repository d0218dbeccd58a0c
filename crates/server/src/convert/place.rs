//! Paths of conditions and phrases in the workflow that they belong to.

use tamis_engine::Workflow;
use tamis_engine::decision::Place;

/// The path of a condition, such as `any[0].subject`.
pub(crate) fn condition(workflow: &Workflow, place: Place) -> String {
    let (list, index, test) = parts(workflow, place);
    match test {
        Some(test) => format!("{list}[{index}].{test}"),
        None => format!("{list}[{index}]"),
    }
}

/// The path of a phrase, such as `all[1].message.phrases[0]`.
pub(crate) fn phrase(workflow: &Workflow, place: Place, phrase_index: u32) -> String {
    format!("{}.phrases[{phrase_index}]", condition(workflow, place))
}

/// Appends the path of a phrase, such as `all[1].message.phrases[0]`.
pub(crate) fn append_phrase(workflow: &Workflow, place: Place, phrase_index: u32, out: &mut Vec<u8>) {
    let (list, index, test) = parts(workflow, place);
    out.extend_from_slice(list.as_bytes());
    append_index(index, out);
    if let Some(test) = test {
        out.push(b'.');
        out.extend_from_slice(test.as_bytes());
    }
    out.extend_from_slice(b".phrases");
    append_index(phrase_index, out);
}

/// The list that a condition stands in, its index there, and what it tests.
fn parts(workflow: &Workflow, place: Place) -> (&'static str, u32, Option<&'static str>) {
    let (name, list, index) = match place {
        Place::All(index) => ("all", &workflow.all, index),
        Place::Any(index) => ("any", &workflow.any, index),
    };
    let condition = usize::try_from(index).ok().and_then(|index| list.get(index));
    (name, index, condition.map(|condition| condition.test.name()))
}

/// Appends `[12]`: nearly always it is one digit, which needs no formatting.
fn append_index(index: u32, out: &mut Vec<u8>) {
    out.push(b'[');
    match u8::try_from(index) {
        Ok(digit @ 0..=9) => out.push(b'0' + digit),
        _ => out.extend_from_slice(index.to_string().as_bytes()),
    }
    out.push(b']');
}
