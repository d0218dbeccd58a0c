//! Workflows. Their conditions, actions and examples have modules of their own.

use tamis_api::v1;
use tamis_engine::check::Path;
use tamis_engine::{Diagnostic, Workflow};

use crate::convert::vocabulary::{self, WireEnum as _};
use crate::convert::{Findings, action, condition, example};

/// Reads a workflow; `path` is what field paths begin with, such as `workflow`. Of the fields that the service sets only
/// the version is taken.
///
/// A condition or an action that makes no sense becomes one that is unreadable, so that the rest can still be checked.
pub(crate) fn from_wire(wire: &v1::Workflow, path: &str) -> (Workflow, Vec<Diagnostic>) {
    let mut found = Findings::default();
    let path = Path::Root(path);
    let mode = vocabulary::optional(&mut found, &path.field("mode"), wire.mode).unwrap_or_default();
    let all = listed(&mut found, &path.field("all"), &wire.all, condition::from_wire);
    let any = listed(&mut found, &path.field("any"), &wire.any, condition::from_wire);
    let actions = listed(&mut found, &path.field("actions"), &wire.actions, action::from_wire);
    let examples = listed(&mut found, &path.field("examples"), &wire.examples, example::from_wire);
    let workflow = Workflow {
        id: wire.workflow_id.clone(),
        display_name: wire.display_name.clone(),
        description: wire.description.clone(),
        enabled: wire.enabled.unwrap_or(true),
        mode,
        position: wire.position,
        stop: wire.stop,
        all,
        any,
        actions,
        examples,
        version: wire.version,
    };
    (workflow, found.into_vec())
}

/// Writes a workflow, but for the etag and the times that the service sets.
pub(crate) fn to_wire(workflow: &Workflow) -> v1::Workflow {
    v1::Workflow {
        workflow_id: workflow.id.clone(),
        display_name: workflow.display_name.clone(),
        description: workflow.description.clone(),
        enabled: Some(workflow.enabled),
        mode: workflow.mode.to_wire(),
        position: workflow.position,
        stop: workflow.stop,
        all: workflow.all.iter().map(condition::to_wire).collect(),
        any: workflow.any.iter().map(condition::to_wire).collect(),
        actions: workflow.actions.iter().map(action::to_wire).collect(),
        examples: workflow.examples.iter().map(example::to_wire).collect(),
        version: workflow.version,
        ..v1::Workflow::default()
    }
}

/// Reads each element of a list.
fn listed<W, T>(
    found: &mut Findings,
    path: &Path<'_>,
    wire: &[W],
    read: impl Fn(&mut Findings, &Path<'_>, &W) -> T,
) -> Vec<T> {
    wire.iter().enumerate().map(|(index, wire)| read(found, &path.index(index), wire)).collect()
}
