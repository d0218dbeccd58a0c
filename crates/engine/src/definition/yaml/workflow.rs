//! Reads a workflow with its examples.

use jiff::Timestamp;

use super::actions::action;
use super::conditions::condition;
use super::reader::{Fields, Reader, Spot};
use super::request::{baseline, change, ticket};
use super::words::{EXPECTATIONS, MODES};
use crate::check::Path;
use crate::definition::{Example, Workflow};
use crate::request::{Change, Ticket};

const FIELDS: [&str; 11] = [
    "id",
    "display_name",
    "description",
    "enabled",
    "mode",
    "position",
    "stop",
    "all",
    "any",
    "actions",
    "examples",
];

/// Reads a workflow; a field that cannot be read has its default.
pub(super) fn workflow(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Workflow {
    let mut workflow = Workflow::default();
    let Some(fields) = reader.fields(path, spot, &FIELDS) else { return workflow };
    let mut text = |name: &'static str, field: &'static str| {
        fields.get(name).and_then(|spot| reader.text(&path.field(field), spot)).unwrap_or_default()
    };
    workflow.id = text("id", "workflow_id");
    workflow.display_name = text("display_name", "display_name");
    workflow.description = text("description", "description");
    if let Some(enabled) = fields.get("enabled").and_then(|spot| reader.flag(&path.field("enabled"), spot)) {
        workflow.enabled = enabled;
    }
    if let Some(mode) = fields.get("mode").and_then(|spot| reader.word(&path.field("mode"), spot, MODES)) {
        workflow.mode = mode;
    }
    workflow.position = fields.get("position").and_then(|spot| reader.number(&path.field("position"), spot));
    if let Some(stop) = fields.get("stop").and_then(|spot| reader.flag(&path.field("stop"), spot)) {
        workflow.stop = stop;
    }
    workflow.all = list(reader, path, &fields, "all", condition);
    workflow.any = list(reader, path, &fields, "any", condition);
    workflow.actions = list(reader, path, &fields, "actions", action);
    workflow.examples = list(reader, path, &fields, "examples", example);
    workflow
}

fn list<'n, 't, T>(
    reader: &mut Reader,
    path: &Path<'_>,
    fields: &Fields<'n, 't>,
    name: &'static str,
    read: impl Fn(&mut Reader, &Path<'_>, Spot<'n, 't>) -> T,
) -> Vec<T> {
    let path = path.field(name);
    let Some(spots) = fields.get(name).and_then(|spot| reader.list(&path, spot)) else { return Vec::new() };
    spots.into_iter().enumerate().map(|(index, spot)| read(reader, &path.index(index), spot)).collect()
}

/// Reads an example. What it lacks has been reported and stands empty, so that the next one keeps its index.
fn example(reader: &mut Reader, path: &Path<'_>, spot: Spot<'_, '_>) -> Example {
    let mut example = Example {
        name: String::new(),
        matches: true,
        ticket: Ticket::default(),
        change: Change::default(),
        now: Timestamp::UNIX_EPOCH,
        baseline: None,
    };
    let known = ["name", "must", "now", "ticket", "change", "baseline"];
    let Some(fields) = reader.fields(path, spot, &known) else { return example };
    if let Some(name) = fields.get("name").and_then(|spot| reader.text(&path.field("name"), spot)) {
        example.name = name;
    }
    let field = path.field("expectation");
    match fields.get("must") {
        Some(spot) => example.matches = reader.word(&field, spot, EXPECTATIONS).unwrap_or(true),
        None => reader.missing(&field, "write `must: match` or `must: not_match`"),
    }
    let field = path.field("ticket");
    match fields.get("ticket") {
        Some(spot) => example.ticket = ticket(reader, &field, spot).unwrap_or_default(),
        None => reader.missing(&field, "write the `ticket` as it is after the change"),
    }
    let field = path.field("change");
    match fields.get("change") {
        Some(spot) => example.change = change(reader, &field, spot).unwrap_or_default(),
        None => reader.missing(&field, "write the `change`: what happened"),
    }
    let field = path.field("now");
    match fields.get("now") {
        Some(spot) => example.now = reader.instant(&field, spot).unwrap_or(example.now),
        None => reader.missing(&field, "write `now`: the instant of the decision"),
    }
    example.baseline =
        fields.get("baseline").and_then(|spot| baseline(reader, &path.field("baseline"), spot));
    example
}
