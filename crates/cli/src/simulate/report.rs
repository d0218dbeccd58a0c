//! What was found, for people and for programs.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::path::Path;

use jiff::civil::Date;
use tamis_api::v1::{DraftEdit, SimulatedWorkflow, Simulation, SimulationSample, WorkflowExplanation};
use tamis_loadtest::report::document::{Block, Document, Section, Table};
use tamis_loadtest::report::format::{percent, whole};
use tamis_loadtest::report::html;
use tamis_loadtest::report::plot::{Axis, Form, Plot, Scale, Series};

use crate::args::Output;
use crate::console::printable;
use crate::exit::misuse;
use crate::table::instant_of;
use crate::{output, remote};

/// Every change that is decided otherwise, one on a line.
pub(super) const DIFFERENCES: &str = "differences.jsonl";
const HTML: &str = "simulation.html";
const JSON: &str = "simulation.json";

/// Workflows whose samples the page shows.
const SAMPLED_MAX: usize = 50;
/// Workflows that the summary for the terminal names.
const SUMMARIZED_MAX: usize = 20;

/// What has become of the lines that were read, but for those that were refused.
#[derive(Debug, Default)]
pub(super) struct Passed {
    /// Judged.
    pub(super) judged: u64,
    /// Of other accounts.
    pub(super) of_others: u64,
    /// Before or after the times that were asked for.
    pub(super) out_of_time: u64,
    /// Fields whose texts were replaced as they were recorded.
    pub(super) masked: BTreeSet<String>,
}

impl Passed {
    /// Adds what has become of further lines.
    pub(super) fn add(&mut self, other: Self) {
        let Self { judged, of_others, out_of_time, masked } = other;
        self.judged += judged;
        self.of_others += of_others;
        self.out_of_time += out_of_time;
        self.masked.extend(masked);
    }
}

/// Writes the page and the JSON into a folder, beside the differences.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write(folder: &Path, found: &Simulation, passed: &Passed) -> anyhow::Result<()> {
    let json = output::record(Output::Json, found, || Ok(String::new()))?;
    for (name, text) in [(HTML, html::write(&document(found, passed))), (JSON, json)] {
        let file = folder.join(name);
        std::fs::write(&file, text)
            .map_err(|error| misuse(format!("--out: cannot write {}: {error}", file.display())))?;
    }
    Ok(())
}

/// The summary for the terminal.
///
/// # Errors
/// None in practice; writing to a string does not fail.
pub(super) fn summary(found: &Simulation, passed: &Passed, folder: &Path) -> Result<String, fmt::Error> {
    let mut out = String::new();
    let span = match (&found.first_at, &found.last_at) {
        (Some(first), Some(last)) => format!(", {} to {}", instant_of(Some(first)), instant_of(Some(last))),
        _ => String::new(),
    };
    writeln!(
        out,
        "{} changes{span}: {} decided otherwise",
        whole(found.changes_count),
        whole(found.differing_count)
    )?;
    for caveat in caveats(found, passed) {
        writeln!(out, "mind: {}", printable(&caveat))?;
    }
    let differing: Vec<&SimulatedWorkflow> =
        found.workflows.iter().filter(|one| is_worth_telling(one)).collect();
    if !differing.is_empty() {
        writeln!(
            out,
            "\n{:>10} {:>10} {:>8} {:>8} {:>8}  workflow",
            "live", "draft", "gained", "lost", "changed"
        )?;
    }
    for one in differing.iter().take(SUMMARIZED_MAX) {
        let [live, draft] = [one.live_count, one.draft_count].map(whole);
        let [gained, lost, acts] =
            [('+', one.gained_count), ('-', one.lost_count), ('~', one.actions_changed_count)].map(signed);
        writeln!(
            out,
            "{live:>10} {draft:>10} {gained:>8} {lost:>8} {acts:>8}  {} ({}{})",
            printable(&one.display_name),
            printable(&one.workflow_id),
            edit(one)
        )?;
    }
    if differing.len() > SUMMARIZED_MAX {
        writeln!(out, "and {} more", differing.len() - SUMMARIZED_MAX)?;
    }
    for (index, refused) in found.refused.iter().enumerate().take(3) {
        if index == 0 {
            writeln!(out)?;
        }
        writeln!(out, "line {}: {}", refused.index + 1, printable(&why(refused)))?;
    }
    writeln!(out, "\n{}", folder.join(HTML).display())?;
    Ok(out)
}

fn why(refused: &tamis_api::v1::RefusedChange) -> String {
    refused.error.as_ref().map(remote::describe).unwrap_or_default()
}

/// A count with its sign; nothing for none.
fn signed((sign, count): (char, u64)) -> String {
    if count == 0 { String::new() } else { format!("{sign}{}", whole(count)) }
}

/// Whether something about a workflow is other than it is live.
fn is_worth_telling(one: &SimulatedWorkflow) -> bool {
    one.edit() != DraftEdit::Kept || one.gained_count + one.lost_count + one.actions_changed_count > 0
}

/// What the draft makes of a workflow's definition, after its id; nothing if it leaves it as it is.
fn edit(one: &SimulatedWorkflow) -> &'static str {
    match one.edit() {
        DraftEdit::Unspecified | DraftEdit::Kept => "",
        DraftEdit::Changed => ", changed",
        DraftEdit::Added => ", new",
        DraftEdit::Removed => ", removed",
    }
}

/// What keeps the figures from being taken at their word.
fn caveats(found: &Simulation, passed: &Passed) -> Vec<String> {
    let mut caveats = Vec::new();
    if found.refused_count > 0 {
        caveats.push(format!("{} changes could not be judged", whole(found.refused_count)));
    }
    if passed.of_others > 0 {
        caveats
            .push(format!("{} changes are of other accounts, and were passed over", whole(passed.of_others)));
    }
    if passed.out_of_time > 0 {
        caveats.push(format!(
            "{} changes lie outside of the times that were asked for",
            whole(passed.out_of_time)
        ));
    }
    if !passed.masked.is_empty() {
        let fields: Vec<&str> = passed.masked.iter().map(String::as_str).collect();
        caveats.push(format!(
            "these fields were masked as the changes were recorded, and conditions on them judge the mask: {}",
            fields.join(", ")
        ));
    }
    if found.workflows_left_out > 0 {
        caveats.push(format!("{} further workflows are left out", found.workflows_left_out));
    }
    if found.days_left_out > 0 {
        caveats.push(format!("{} earlier days are left out of what is told by day", found.days_left_out));
    }
    caveats
}

/// The page.
fn document(found: &Simulation, passed: &Passed) -> Document {
    let against = match found.live_revision {
        0 => "what is live".to_owned(),
        revision => format!("what is live at revision {revision}"),
    };
    let sections =
        [summary_section(found, passed), workflows(found), days(found), samples(found), refused(found)];
    Document {
        title: "Simulation of a draft".to_owned(),
        subtitle: format!(
            "The draft beside {against}, on changes from {} to {}",
            instant_of(found.first_at.as_ref()),
            instant_of(found.last_at.as_ref())
        ),
        sections: sections.into_iter().filter(|section| !section.blocks.is_empty()).collect(),
    }
}

fn summary_section(found: &Simulation, passed: &Passed) -> Section {
    let mut section = Section::new("summary", "In short");
    #[expect(clippy::cast_precision_loss, reason = "a share is told with three digits")]
    let share = found.differing_count as f64 / found.changes_count.max(1) as f64;
    let sum = |count: fn(&SimulatedWorkflow) -> u64| whole(found.workflows.iter().map(count).sum::<u64>());
    section.blocks.push(Block::Figures(vec![
        (whole(found.changes_count), "changes were judged by both".to_owned()),
        (whole(found.differing_count), format!("are decided otherwise by the draft, {}", percent(share))),
        (sum(|one| one.gained_count), "matches are gained".to_owned()),
        (sum(|one| one.lost_count), "matches are lost".to_owned()),
        (sum(|one| one.actions_changed_count), "matches stay and do something else".to_owned()),
    ]));
    section.caveats(&caveats(found, passed));
    section
        .text(format!("Every change that is decided otherwise stands in {DIFFERENCES}, beside this page."));
    section
}

fn workflows(found: &Simulation) -> Section {
    let mut section = Section::new("workflows", "Workflows");
    let head = ["Workflow", "Draft", "#Live", "#By the draft", "#Gained", "#Lost", "#Other actions"];
    let mut table = Table::new("Changes that each workflow matches.", &head);
    for one in &found.workflows {
        table.row([
            format!("{} ({})", one.display_name, one.workflow_id),
            edit(one).trim_start_matches(", ").to_owned(),
            whole(one.live_count),
            whole(one.draft_count),
            whole(one.gained_count),
            whole(one.lost_count),
            whole(one.actions_changed_count),
        ]);
    }
    section.table(table);
    section
}

/// Plots by day: all actions, each kind of them, and the workflows that differ most.
fn days(found: &Simulation) -> Section {
    let mut section = Section::new("days", "Day by day");
    let told: Vec<f64> = found.days.iter().filter_map(|day| number_of(&day.date)).collect();
    if told.is_empty() {
        return section;
    }
    let mut kinds: Vec<&str> =
        found.days.iter().flat_map(|day| &day.actions).map(|action| action.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let of_day = |day: &tamis_api::v1::SimulatedDay| {
            let action = day.actions.iter().find(|action| action.kind == kind);
            action.map_or((0, 0), |action| (action.live_count, action.draft_count))
        };
        let counts = told.iter().copied().zip(found.days.iter().map(of_day));
        section.plot(plot(format!("Actions a day that are ready: {kind}"), "actions", counts.collect()));
    }
    let differing = found.workflows.iter().filter(|one| is_worth_telling(one) && !one.days.is_empty());
    for one in differing.take(12) {
        let of_day = |date: &str| {
            let day = one.days.iter().find(|day| day.date == date);
            day.map_or((0, 0), |day| (day.live_count, day.draft_count))
        };
        let counts = told.iter().copied().zip(found.days.iter().map(|day| of_day(&day.date)));
        section.plot(plot(
            format!("Matches a day of {} ({})", one.display_name, one.workflow_id),
            "matches",
            counts.collect(),
        ));
    }
    section
}

/// The number of a day since 1970-01-01.
fn number_of(date: &str) -> Option<f64> {
    let date: Date = date.parse().ok()?;
    let since = date.since(Date::constant(1970, 1, 1)).ok()?;
    Some(f64::from(since.get_days()))
}

fn plot(title: String, label: &'static str, counts: Vec<(f64, (u64, u64))>) -> Plot {
    #[expect(clippy::cast_precision_loss, reason = "a plot shows no more digits than a double has")]
    let points = |side: fn(&(u64, u64)) -> u64| -> Vec<(f64, f64)> {
        counts.iter().map(|(day, count)| (*day, side(count) as f64)).collect()
    };
    let series = [("live", points(|count| count.0)), ("by the draft", points(|count| count.1))];
    Plot {
        id: "day",
        title,
        x: Axis { label: "day", scale: Scale::Days },
        y: Axis { label, scale: Scale::Linear },
        series: series
            .into_iter()
            .map(|(name, points)| Series { name: name.to_owned(), form: Form::Joined, points })
            .collect(),
        marks: Vec::new(),
    }
}

/// The first changes that are gained and lost, and why.
fn samples(found: &Simulation) -> Section {
    let mut section = Section::new("samples", "Why");
    for one in found.workflows.iter().take(SAMPLED_MAX) {
        let kinds =
            [("gains", &one.gained), ("loses", &one.lost), ("acts otherwise on", &one.actions_changed)];
        for (kind, samples) in kinds {
            for sample in samples {
                let caption = format!(
                    "{} ({}) {kind} ticket {}, change {}, at {} (line {}).",
                    one.display_name,
                    one.workflow_id,
                    sample.ticket_id,
                    sample.change_id,
                    instant_of(sample.now.as_ref()),
                    sample.index + 1
                );
                section.table(explained(caption, sample));
            }
        }
    }
    section
}

/// Condition by condition, by the draft; by what is live where the draft does not have the workflow.
fn explained(caption: String, sample: &SimulationSample) -> Table {
    let (side, explanation) = match (&sample.draft, &sample.live) {
        (Some(draft), _) => ("By the draft", draft),
        (None, Some(live)) => ("Live", live),
        (None, None) => return Table::new(caption, &[]),
    };
    let mut table = Table::new(caption, &[side, "Held", "Wanted", "Seen"]);
    add_conditions(&mut table, explanation);
    table
}

fn add_conditions(table: &mut Table, explanation: &WorkflowExplanation) {
    for condition in &explanation.conditions {
        table.row([
            condition.field.clone(),
            if condition.held { "yes" } else { "no" }.to_owned(),
            condition.wanted.clone(),
            condition.seen.clone(),
        ]);
    }
}

fn refused(found: &Simulation) -> Section {
    let mut section = Section::new("refused", "Changes that could not be judged");
    let mut table = Table::new("The first of them.", &["#Line", "Why"]);
    for one in &found.refused {
        table.row([whole(one.index + 1), why(one)]);
    }
    section.table(table);
    section
}
