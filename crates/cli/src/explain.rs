//! An explanation for people.

use std::fmt::{self, Write};

use jiff::{SignedDuration, SpanRound, Unit};
use tamis_api::v1::{
    AlternativeBar, AlternativeExplanation, ConditionExplanation, ExplainResponse, Verdict,
    WorkflowExplanation,
};
use tamis_api::well_known;

use crate::console::{count, printable};
use crate::table::instant_of;

/// The explanation as text.
///
/// # Errors
/// None in practice; writing to a string does not fail.
pub(crate) fn render(response: &ExplainResponse) -> Result<String, fmt::Error> {
    let mut out = String::new();
    let judged = count(usize::try_from(response.workflows_total).unwrap_or(usize::MAX), "workflow");
    writeln!(out, "revision {} at {}: {judged}", response.revision, instant_of(response.now.as_ref()))?;
    for workflow in &response.workflows {
        render_workflow(&mut out, workflow)?;
    }
    let shown = u32::try_from(response.workflows.len()).unwrap_or(u32::MAX);
    let left_out = response.workflows_total.saturating_sub(shown);
    if left_out > 0 {
        writeln!(out, "\n{left_out} more, further from matching, left out")?;
    }
    Ok(out)
}

fn render_workflow(out: &mut String, workflow: &WorkflowExplanation) -> fmt::Result {
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
    writeln!(out, "\n{name} ({id}): {verdict}")?;
    for condition in &workflow.conditions {
        render_condition(out, condition)?;
    }
    for alternative in &workflow.alternatives {
        render_bar(out, alternative)?;
    }
    Ok(())
}

fn render_condition(out: &mut String, condition: &ConditionExplanation) -> fmt::Result {
    let held = if condition.held { "held  " } else { "failed" };
    writeln!(out, "  {held} {}", printable(&condition.field))?;
    writeln!(out, "         wanted {}", printable(&condition.wanted))?;
    write!(out, "         saw    {}", printable(&condition.seen))?;
    if let Some(folded) = condition.seen_folded.as_ref().filter(|folded| **folded != condition.seen) {
        write!(out, ", compared as {}", printable(folded))?;
    }
    out.push('\n');
    if let Some(short_by) = &condition.short_by {
        writeln!(out, "         holds in {}", duration(short_by))?;
    }
    Ok(())
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

/// A duration such as `1d 2h 30m`; its seconds if it is beyond any calendar.
fn duration(duration: &well_known::Duration) -> String {
    let exact = SignedDuration::new(duration.seconds, duration.nanos);
    // A day is 24 hours here: what is missing is elapsed time, not calendar days.
    let round = SpanRound::new().largest(Unit::Day).days_are_24_hours();
    match jiff::Span::try_from(exact).and_then(|span| span.round(round)) {
        Ok(span) => format!("{span:#}"),
        Err(_) => format!("{} s", duration.seconds),
    }
}
