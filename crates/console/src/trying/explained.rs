//! Why a workflow matches or not, condition by condition.

use jiff::SignedDuration;
use maud::{Markup, html};
use tamis_api::v1;

use super::seen::{Seen, whole_seconds};
use crate::language::Language;
use crate::moment;
use crate::words;

/// The condition that a path such as `all[1].subject` leads to.
fn condition_at<'w>(workflow: &'w v1::Workflow, path: &str) -> Option<&'w v1::Condition> {
    let (list, rest) = path.split_once('[')?;
    let (index, _) = rest.split_once(']')?;
    let conditions = if list == "all" { &workflow.all } else { &workflow.any };
    conditions.get(index.parse::<usize>().ok()?)
}

/// Every condition, with what was wanted and what was seen. `workflow` is what was judged.
pub(crate) fn conditions(
    seen: &Seen<'_>,
    explained: &v1::WorkflowExplanation,
    workflow: Option<&v1::Workflow>,
) -> Markup {
    let l = seen.l;
    let (all, any): (Vec<_>, Vec<_>) =
        explained.conditions.iter().partition(|condition| condition.field.starts_with("all["));
    html! {
        @if !all.is_empty() { ul .conditions { @for told in all { (condition(seen, told, workflow)) } } }
        @if !any.is_empty() {
            p .small.muted { (l.text("trying-any")) }
            ul .conditions { @for told in any { (condition(seen, told, workflow)) } }
        }
        @for bar in bars(l, explained) { p .diagnostic.warning { (bar) } }
    }
}

fn condition(seen: &Seen<'_>, told: &v1::ConditionExplanation, workflow: Option<&v1::Workflow>) -> Markup {
    let l = seen.l;
    let wanted = workflow.and_then(|workflow| condition_at(workflow, &told.field));
    let (class, sign, text) =
        if told.held { ("held", "✓", "trying-held") } else { ("failed", "✗", "trying-failed") };
    html! {
        li class=(class) data-field=(told.field) {
            span .sign aria-hidden="true" { (sign) }
            div {
                span .visually-hidden { (l.text(text)) " " }
                @match wanted {
                    Some(wanted) => { span .wanted { (words::condition(l, seen.names, wanted)) } }
                    // It was changed between the two calls.
                    None => { span .wanted lang="en" { (told.wanted) } }
                }
                @if let Some(test) = wanted.and_then(|wanted| wanted.test.as_ref()) {
                    p .small.muted { (l.text("trying-seen")) " " (seen.of(test, &told.occurrences)) }
                }
                @if let Some(short_by) = &told.short_by { p .small { (short(seen, told, short_by)) } }
            }
        }
    }
}

/// How much time is missing, and until when.
fn short(
    seen: &Seen<'_>,
    told: &v1::ConditionExplanation,
    short_by: &tamis_api::well_known::Duration,
) -> Markup {
    let l = seen.l;
    let elapsed = [".last_customer_reply", ".ticket_created"].iter().any(|name| told.field.ends_with(name));
    let id = if elapsed { "trying-short" } else { "trying-not-yet" };
    // A bound that is passed a nanosecond after the second is passed in that second, for people.
    let span = words::span(l, &whole_seconds(short_by.seconds));
    let end = seen.now.checked_add(SignedDuration::new(short_by.seconds, 0)).ok();
    html! {
        (l.with(id, &[("span", span.into())]))
        @if let Some(end) = end { " " (l.text("trying-short-until")) " " (moment::time(l, &super::change::to_wire(end), seen.zone)) }
    }
}

/// Why alternatives whose conditions hold do not match all the same.
fn bars(l: Language, explained: &v1::WorkflowExplanation) -> Vec<String> {
    let alternatives =
        explained.alternatives.iter().filter(|_| explained.verdict() == v1::Verdict::NotMatched);
    let mut bars: Vec<String> = alternatives
        .filter_map(|alternative| match alternative.bar() {
            v1::AlternativeBar::Unspecified => None,
            v1::AlternativeBar::TimelessOnTimer => Some("trying-bar-timeless"),
            v1::AlternativeBar::HeldAtBaseline => Some("trying-bar-held-before"),
        })
        .map(|id| l.text(id).into_owned())
        .collect();
    bars.dedup();
    bars
}

/// What became of a workflow, in a word or two.
pub(crate) fn verdict(l: Language, explained: &v1::WorkflowExplanation) -> Markup {
    let failed = explained.failed_conditions;
    match explained.verdict() {
        v1::Verdict::Matched => html! { span .badge.yes { (l.text("trying-matches")) } },
        v1::Verdict::PassedOver => html! { span .badge.warn { (l.text("trying-passed-over")) } },
        v1::Verdict::Disabled => html! { span .badge { (l.text("trying-disabled")) } },
        v1::Verdict::NotMatched | v1::Verdict::Unspecified if failed == 0 => {
            html! { span .badge { (l.text("trying-no-match")) } }
        }
        v1::Verdict::NotMatched | v1::Verdict::Unspecified => {
            let class = if failed == 1 { "badge warn" } else { "badge" };
            html! { span class=(class) { (l.with("trying-failed-count", &[("count", failed.into())])) } }
        }
    }
}
