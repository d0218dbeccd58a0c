//! `tamis explain`: why a change matches workflows or not, condition by condition.

mod marked;

use std::fmt::{self, Write};

use jiff::{SignedDuration, SpanRound, Timestamp, Unit};
use tamis_api::v1::{
    AlternativeBar, AlternativeExplanation, ConditionExplanation, EvaluateRequest, ExplainResponse, Verdict,
    WorkflowExplanation,
};
use tamis_api::well_known;

use crate::args::ExplainArgs;
use crate::console::{count, printable};
use crate::evaluate::{self, Asked};
use crate::exit::Outcome;
use crate::table::{instant, instant_of};
pub(crate) use marked::Marker;

/// Runs the command.
///
/// # Errors
/// Those of `evaluate`.
pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let (workflow_ids, workflows_max) = (args.workflow_ids.clone(), args.limit);
    evaluate::answer(&args.question, &Asked::Explanation { workflow_ids, workflows_max })
}

/// The explanation of a request as text, in colour if `fancy`.
///
/// # Errors
/// None in practice; writing to a string does not fail.
pub(crate) fn render(
    response: &ExplainResponse,
    request: &EvaluateRequest,
    fancy: bool,
) -> Result<String, fmt::Error> {
    let mut out = String::new();
    let judged = count(usize::try_from(response.workflows_total).unwrap_or(usize::MAX), "workflow");
    writeln!(out, "revision {} at {}: {judged}", response.revision, instant_of(response.now.as_ref()))?;
    for workflow in render_each(response, request, fancy) {
        write!(out, "\n{}", workflow?)?;
    }
    let shown = u32::try_from(response.workflows.len()).unwrap_or(u32::MAX);
    let left_out = response.workflows_total.saturating_sub(shown);
    if left_out > 0 {
        writeln!(out, "\n{left_out} more, further from matching, left out")?;
    }
    Ok(out)
}

/// The workflows of an explanation alone, likewise.
///
/// # Errors
/// Those of [`render`].
pub(crate) fn render_workflows(
    response: &ExplainResponse,
    request: &EvaluateRequest,
    fancy: bool,
) -> Result<String, fmt::Error> {
    render_each(response, request, fancy).collect()
}

fn render_each(
    response: &ExplainResponse,
    request: &EvaluateRequest,
    fancy: bool,
) -> impl Iterator<Item = Result<String, fmt::Error>> {
    let shown = Shown { request, now: response.now, marker: Marker { fancy } };
    response.workflows.iter().map(move |workflow| {
        let mut out = String::new();
        shown.workflow(&mut out, workflow)?;
        Ok(out)
    })
}

/// What explanations are told with.
struct Shown<'r> {
    request: &'r EvaluateRequest,
    now: Option<well_known::Timestamp>,
    marker: Marker,
}

impl Shown<'_> {
    fn workflow(&self, out: &mut String, workflow: &WorkflowExplanation) -> fmt::Result {
        let verdict = match workflow.verdict() {
            Verdict::Matched => "matches".to_owned(),
            Verdict::PassedOver => format!("passed over: {} stops", printable(&workflow.stopped_by)),
            Verdict::NotMatched if workflow.failed_conditions > 0 => {
                let failed = usize::try_from(workflow.failed_conditions).unwrap_or(usize::MAX);
                format!("does not match, {} short", count(failed, "condition"))
            }
            Verdict::NotMatched => "does not match".to_owned(),
            Verdict::Disabled => "disabled".to_owned(),
            Verdict::Unspecified => "?".to_owned(),
        };
        let (name, id) = (printable(&workflow.display_name), printable(&workflow.workflow_id));
        writeln!(out, "{name} ({id}): {verdict}")?;
        for condition in &workflow.conditions {
            self.condition(out, condition)?;
        }
        for alternative in &workflow.alternatives {
            render_bar(out, alternative)?;
        }
        Ok(())
    }

    fn condition(&self, out: &mut String, condition: &ConditionExplanation) -> fmt::Result {
        writeln!(out, "  {} {}", self.marker.held(condition.held), printable(&condition.field))?;
        writeln!(out, "         wanted {}", printable(&condition.wanted))?;
        write!(out, "         saw    {}", printable(&condition.seen))?;
        // Where nothing was found, people want to see what was compared.
        let folded = condition.seen_folded.as_ref().filter(|_| condition.occurrences.is_empty());
        if let Some(folded) = folded.filter(|folded| !condition.seen.contains(folded.as_str())) {
            write!(out, ", compared as {}", printable(folded))?;
        }
        out.push('\n');
        for found in &condition.occurrences {
            let text = marked::text_of(self.request, &condition.field);
            writeln!(out, "         found  {}", self.marker.occurrence(text, found))?;
        }
        if let Some(short_by) = &condition.short_by {
            writeln!(out, "         {}", self.short_by(condition, short_by))?;
        }
        Ok(())
    }

    /// How much time is missing, and until when. Seconds are told, and no less: that *more than a day* begins a nanosecond
    /// after a day helps nobody to wait for it.
    fn short_by(&self, condition: &ConditionExplanation, short_by: &well_known::Duration) -> String {
        let elapsed = [".last_customer_reply", ".ticket_created"];
        let told = if elapsed.iter().any(|name| condition.field.ends_with(name)) {
            format!("{} short", duration(short_by))
        } else {
            format!("not for {} more", duration(short_by))
        };
        match self.now.as_ref().and_then(|now| end(now, short_by)) {
            Some(end) => format!("{told}: fails until {}, if nothing else changes", instant(&end)),
            None => told,
        }
    }
}

/// The second in which a wait ends.
fn end(now: &well_known::Timestamp, wait: &well_known::Duration) -> Option<well_known::Timestamp> {
    let now = Timestamp::new(now.seconds, now.nanos).ok()?;
    let end = now.checked_add(SignedDuration::new(wait.seconds, wait.nanos)).ok()?;
    Some(well_known::Timestamp { seconds: end.as_second(), nanos: 0 })
}

/// Why an alternative whose conditions hold does not match.
fn render_bar(out: &mut String, alternative: &AlternativeExplanation) -> fmt::Result {
    let why = match alternative.bar() {
        AlternativeBar::Unspecified => return Ok(()),
        AlternativeBar::TimelessOnTimer => "nothing of it depends on time, and only time has passed",
        AlternativeBar::HeldAtBaseline => "it held at the baseline already",
    };
    match alternative.alternative {
        Some(index) => writeln!(out, "  but with any[{index}]: {why}"),
        None => writeln!(out, "  but {why}"),
    }
}

/// A duration such as `1d 2h 30m`, in whole seconds unless it is shorter than one; its seconds if it is beyond any calendar.
fn duration(duration: &well_known::Duration) -> String {
    let nanos = if duration.seconds == 0 { duration.nanos } else { 0 };
    let told = SignedDuration::new(duration.seconds, nanos);
    // A day is 24 hours here: what is missing is elapsed time, not calendar days.
    let round = SpanRound::new().largest(Unit::Day).days_are_24_hours();
    match jiff::Span::try_from(told).and_then(|span| span.round(round)) {
        Ok(span) => format!("{span:#}"),
        Err(_) => format!("{} s", duration.seconds),
    }
}
