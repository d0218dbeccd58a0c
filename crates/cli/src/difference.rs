//! What is different between an account and what it becomes, as a reviewer reads it.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use serde::Serialize;
use similar::TextDiff;
use tamis_engine::ascent;
use tamis_engine::definition::Workflow;
use tamis_engine::definition::yaml::{self, Document};

use crate::console::printable;
use crate::exit::Outcome;

/// Lines around a change that are shown with it.
const CONTEXT_LINES: usize = 3;

/// What is different.
#[derive(Debug, Serialize)]
pub(crate) struct Difference {
    /// The account's own settings and directory, as a unified diff of their YAML; absent if they stay.
    account_diff: Option<String>,
    /// Workflows that are different: those that are there afterwards in their order, then those that go.
    workflows: Vec<Changed>,
    counts: Counts,
}

/// A workflow that is different.
#[derive(Debug, Serialize)]
struct Changed {
    workflow_id: String,
    display_name: String,
    change: Kind,
    /// Its place among all workflows before, from 1.
    place_before: Option<usize>,
    /// Its place afterwards.
    place_after: Option<usize>,
    /// Whether it has another place among those that are there before and afterwards.
    moved: bool,
    /// A unified diff of its YAML, its position aside; empty if it only moves.
    diff: String,
}

/// What becomes of a workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Created,
    Changed,
    Moved,
    Removed,
}

/// How many workflows become what. Each is counted once.
#[derive(Debug, Default, Serialize)]
struct Counts {
    created: usize,
    changed: usize,
    moved: usize,
    removed: usize,
    /// They are the same and keep their place, but the number of their position is another one.
    renumbered: usize,
    unchanged: usize,
}

impl Difference {
    /// What is different after from before, where there may be no account. The workflows of both are in their order, and each
    /// has a position.
    pub(crate) fn between(before: Option<&Document>, after: &Document) -> Self {
        let account =
            |document: &Document| document.account.as_ref().map(yaml::write_account).unwrap_or_default();
        let account_diff = unified(&before.map(account).unwrap_or_default(), &account(after));
        let before = before.map(|document| document.workflows.as_slice()).unwrap_or_default();
        let moved = moved(before, &after.workflows);
        let known: HashMap<&str, (usize, &Workflow)> = placed(before).collect();
        let mut counts = Counts::default();
        let mut workflows = Vec::new();
        for (id, (place, workflow)) in placed(&after.workflows) {
            let (kind, old) = match known.get(id) {
                None => (Kind::Created, None),
                Some((_, old)) if !is_same(old, workflow) => (Kind::Changed, Some(*old)),
                Some((_, old)) if moved.contains(id) => (Kind::Moved, Some(*old)),
                Some((_, old)) if old.position != workflow.position => {
                    counts.renumbered += 1;
                    continue;
                }
                Some(_) => {
                    counts.unchanged += 1;
                    continue;
                }
            };
            workflows.push(Changed {
                workflow_id: id.to_owned(),
                display_name: workflow.display_name.clone(),
                change: kind,
                place_before: known.get(id).map(|(place, _)| *place),
                place_after: Some(place),
                moved: moved.contains(id),
                diff: unified(&old.map(text).unwrap_or_default(), &text(workflow)).unwrap_or_default(),
            });
        }
        let staying: HashSet<&str> = after.workflows.iter().map(|workflow| &*workflow.id).collect();
        workflows.extend(placed(before).filter(|(id, _)| !staying.contains(id)).map(|(id, (place, old))| {
            Changed {
                workflow_id: id.to_owned(),
                display_name: old.display_name.clone(),
                change: Kind::Removed,
                place_before: Some(place),
                place_after: None,
                moved: false,
                diff: unified(&text(old), "").unwrap_or_default(),
            }
        }));
        let count = |kind| workflows.iter().filter(|changed| changed.change == kind).count();
        counts.created = count(Kind::Created);
        counts.changed = count(Kind::Changed);
        counts.moved = count(Kind::Moved);
        counts.removed = count(Kind::Removed);
        Self { account_diff, workflows, counts }
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.account_diff.is_none() && self.workflows.is_empty() && self.counts.renumbered == 0
    }

    /// How a command ends that has told it; `told_by_code` if whoever calls asks for that.
    pub(crate) fn outcome(&self, told_by_code: bool) -> Outcome {
        if told_by_code && !self.is_empty() { Outcome::Differences } else { Outcome::Clean }
    }

    /// How many workflows become what, on one line.
    pub(crate) fn summary(&self) -> String {
        if self.is_empty() {
            return "no changes".to_owned();
        }
        let Counts { created, changed, moved, removed, renumbered, unchanged } = self.counts;
        let told = [
            (created, "created"),
            (changed, "changed"),
            (moved, "moved"),
            (removed, "removed"),
            (renumbered, "in place with another number as position"),
            (unchanged, "unchanged"),
        ];
        let told = told.into_iter().filter(|(count, _)| *count > 0);
        let account = self.account_diff.iter().map(|_| "account changed".to_owned());
        let parts: Vec<String> = account.chain(told.map(|(count, what)| format!("{count} {what}"))).collect();
        parts.join(", ")
    }

    /// Everything in detail, in colours if `fancy`.
    pub(crate) fn render(&self, fancy: bool) -> String {
        let mut out = String::new();
        if let Some(diff) = &self.account_diff {
            render_part(&mut out, "account", diff, fancy);
        }
        for changed in &self.workflows {
            render_part(&mut out, &changed.headline(), &changed.diff, fancy);
        }
        out
    }
}

impl Changed {
    fn headline(&self) -> String {
        let place = match (self.place_before, self.place_after) {
            (Some(before), Some(after)) if self.moved => format!(", moved from place {before} to {after}"),
            (None, Some(after)) => format!(", at place {after}"),
            _ => String::new(),
        };
        let what = match self.change {
            Kind::Created => "created",
            Kind::Changed => "changed",
            Kind::Moved => "same",
            Kind::Removed => "removed",
        };
        let line = format!("{} ({}): {what}{place}", self.workflow_id, self.display_name);
        printable(&line).replace('\n', " ")
    }
}

/// The workflows by id, each with its place, from 1.
fn placed(workflows: &[Workflow]) -> impl Iterator<Item = (&str, (usize, &Workflow))> {
    workflows.iter().zip(1..).map(|(workflow, place)| (&*workflow.id, (place, workflow)))
}

/// Whether two workflows are the same, their positions aside.
fn is_same(a: &Workflow, b: &Workflow) -> bool {
    a == b || bare(a) == bare(b)
}

fn bare(workflow: &Workflow) -> Workflow {
    Workflow { position: None, ..workflow.clone() }
}

fn text(workflow: &Workflow) -> String {
    yaml::write_workflow(&bare(workflow))
}

/// A unified diff; `None` if both are the same.
fn unified(before: &str, after: &str) -> Option<String> {
    (before != after)
        .then(|| TextDiff::from_lines(before, after).unified_diff().context_radius(CONTEXT_LINES).to_string())
}

/// Ids of the workflows that have another place among those that are in both: as few as explain the new order, and none
/// whose position has the same number as before.
fn moved<'a>(before: &[Workflow], after: &'a [Workflow]) -> HashSet<&'a str> {
    let known: HashMap<&str, (usize, Option<u32>)> =
        placed(before).map(|(id, (place, workflow))| (id, (place, workflow.position))).collect();
    let common: Vec<(&'a str, usize, bool)> = after
        .iter()
        .filter_map(|workflow| {
            let (place, position) = *known.get(&*workflow.id)?;
            Some((&*workflow.id, place, position == workflow.position))
        })
        .collect();
    // Those that keep their number stand in the same order before and afterwards, and part the others into groups. What
    // changes its group has moved; within a group, whatever is not in order has.
    let mut fixed: Vec<usize> =
        common.iter().filter(|(_, _, is_fixed)| *is_fixed).map(|(_, place, _)| *place).collect();
    fixed.sort_unstable();
    let mut passed = 0;
    let mut candidates = Vec::with_capacity(common.len());
    for (id, place, is_fixed) in &common {
        if *is_fixed || fixed.partition_point(|fixed| fixed < place) == passed {
            candidates.push((*id, *place));
        }
        passed += usize::from(*is_fixed);
    }
    let places: Vec<usize> = candidates.iter().map(|(_, place)| *place).collect();
    let stays = ascent::longest(&places);
    let staying: HashSet<&str> =
        candidates.iter().zip(stays).filter(|(_, stays)| *stays).map(|((id, _), _)| *id).collect();
    common.iter().map(|(id, ..)| *id).filter(|id| !staying.contains(id)).collect()
}

fn render_part(out: &mut String, headline: &str, diff: &str, fancy: bool) {
    let paint = |code: &str, text: &str| {
        if fancy { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    };
    let mut line = |text: String| {
        // Writing to a string does not fail.
        let written = writeln!(out, "{text}");
        debug_assert!(written.is_ok());
    };
    line(paint("1", headline));
    for text in diff.lines() {
        let shown = match text.as_bytes().first() {
            Some(b'+') => paint("32", text),
            Some(b'-') => paint("31", text),
            Some(b'@') => paint("36", text),
            _ => text.to_owned(),
        };
        line(format!("  {shown}"));
    }
    line(String::new());
}
