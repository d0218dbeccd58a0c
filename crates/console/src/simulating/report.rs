//! What a simulation found.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tamis_api::v1;

use super::Found;
use super::draft::As;
use super::plots::{self, Pair};
use crate::diagnostics;
use crate::language::Language;
use crate::moment;
use crate::trying::{Seen, conditions, verdict};
use crate::visit::At;
use crate::words::Names;

/// Other workflows that are told; of more, how many there are.
const OTHERS_MAX: usize = 20;

/// All of it.
pub(super) fn show(at: &At, found: &Found) -> Markup {
    let l = at.visit.language;
    let simulation = found.response.simulation.clone().unwrap_or_default();
    let is_draft = |one: &&v1::SimulatedWorkflow| {
        one.workflow_id == found.draft.workflow_id
            || found.draft.workflow_id.is_empty() && one.edit() == v1::DraftEdit::Added
    };
    let draft = simulation.workflows.iter().find(is_draft);
    let differs =
        |one: &&v1::SimulatedWorkflow| one.gained_count + one.lost_count + one.actions_changed_count > 0;
    let others: Vec<_> = simulation.workflows.iter().filter(|one| !is_draft(one)).filter(differs).collect();
    html! {
        section #found .stack aria-labelledby="found-title" {
            h2 #found-title { (l.with("found-title", &[("name", found.draft.display_name.as_str().into())])) }
            (span(at, &simulation))
            (caveats(l, found, &simulation))
            @if let Some(draft) = draft {
                (tiles(l, draft))
                (plots::columns(l, &l.text("plot-days"), &l.text("plot-day"), &days(&simulation, draft)))
            }
            @let kinds = kinds(l, &simulation);
            @if !kinds.is_empty() { (plots::rows(l, &l.text("plot-actions"), &l.text("plot-action"), &kinds)) }
            @if let Some(draft) = draft { (samples(at, found, draft)) }
            @if !others.is_empty() { (table_of(l, &others)) }
            (refused(l, found, &simulation))
            (buttons(at, found))
        }
    }
}

fn span(at: &At, simulation: &v1::Simulation) -> Markup {
    let l = at.visit.language;
    html! {
        p {
            (l.with("found-changes", &[("count", simulation.changes_count.into())]))
            @if let (Some(first), Some(last)) = (&simulation.first_at, &simulation.last_at) {
                ", " (moment::time(l, first, &at.zone)) " – " (moment::time(l, last, &at.zone))
            }
            ". "
            (l.with("found-differing", &[("count", simulation.differing_count.into())]))
        }
    }
}

/// What is to be kept in mind.
fn caveats(l: Language, found: &Found, simulation: &v1::Simulation) -> Markup {
    let counts = found.recorded.counts();
    let fields: Vec<&str> = counts.masked.iter().map(String::as_str).collect();
    html! {
        @if counts.masked_lines > 0 {
            p .notice { (l.with("found-masked", &[("count", counts.masked_lines.into()), ("fields", fields.join(", ").into())])) }
        }
        @if counts.of_others > 0 { p .notice { (l.with("found-of-others", &[("count", counts.of_others.into())])) } }
        @if simulation.changes_count == 0 { p .notice { (l.text("found-nothing")) } }
        @for warning in &found.response.warnings {
            p .diagnostic.warning { (diagnostics::told(l, warning)) }
        }
    }
}

/// The numbers of the draft.
fn tiles(l: Language, draft: &v1::SimulatedWorkflow) -> Markup {
    let numbers = [
        ("found-live", draft.live_count),
        ("found-draft", draft.draft_count),
        ("found-gained", draft.gained_count),
        ("found-lost", draft.lost_count),
        ("found-acts", draft.actions_changed_count),
    ];
    html! {
        dl .tiles {
            @for (id, number) in numbers { div .card { dt { (l.text(id)) } dd data-number=(id) { (number) } } }
        }
    }
}

/// Matches of the draft by day, days without any included.
fn days(simulation: &v1::Simulation, draft: &v1::SimulatedWorkflow) -> Vec<Pair> {
    let by_date: BTreeMap<&str, &v1::SimulatedWorkflowDay> =
        draft.days.iter().map(|day| (day.date.as_str(), day)).collect();
    let pair = |day: &v1::SimulatedDay| {
        let known = by_date.get(day.date.as_str());
        Pair {
            name: day.date.clone(),
            live: known.map_or(0, |day| day.live_count),
            draft: known.map_or(0, |day| day.draft_count),
        }
    };
    simulation.days.iter().map(pair).collect()
}

/// Ready actions of all days, by their kinds.
fn kinds(l: Language, simulation: &v1::Simulation) -> Vec<Pair> {
    let mut kinds: Vec<(&str, Pair)> = Vec::new();
    for action in simulation.days.iter().flat_map(|day| &day.actions) {
        match kinds.iter_mut().find(|(kind, _)| *kind == action.kind) {
            Some((_, pair)) => {
                pair.live += action.live_count;
                pair.draft += action.draft_count;
            }
            None => {
                let id = format!("action-{}", action.kind);
                let name = if l.has(&id) { l.text(&id).into_owned() } else { action.kind.clone() };
                kinds.push((&action.kind, Pair { name, live: action.live_count, draft: action.draft_count }));
            }
        }
    }
    kinds.into_iter().map(|(_, pair)| pair).collect()
}

fn samples(at: &At, found: &Found, draft: &v1::SimulatedWorkflow) -> Markup {
    let l = at.visit.language;
    html! {
        @for (id, samples) in [
            ("samples-gained", &draft.gained),
            ("samples-lost", &draft.lost),
            ("samples-changed", &draft.actions_changed),
        ] {
            @if !samples.is_empty() {
                h3 { (l.text(id)) }
                div .stack data-samples=(id) { @for one in samples { (sample(at, found, one)) } }
            }
        }
    }
}

/// A change that is decided otherwise, and why.
fn sample(at: &At, found: &Found, sample: &v1::SimulationSample) -> Markup {
    let l = at.visit.language;
    let names = Names::of(&at.account);
    let (line, request) = found.recorded.sent(sample.index).unwrap_or_default();
    let now = sample.now.unwrap_or_default();
    let seen = Seen {
        l,
        names: &names,
        account: &at.account,
        zone: &at.zone,
        request: &request,
        now: moment::instant(&now).unwrap_or_default(),
    };
    html! {
        details .card data-line=(line) {
            summary {
                (l.with("sample-ticket", &[("id", sample.ticket_id.as_str().into()), ("line", line.into())])) ", "
                (moment::time(l, &now, &at.zone))
                @if let Some(live) = &sample.live { " " (l.text("sample-live")) " " (verdict(l, live)) }
                @if let Some(draft) = &sample.draft { " " (l.text("sample-draft")) " " (verdict(l, draft)) }
            }
            @if let Some(draft) = &sample.draft { (conditions(&seen, draft, Some(&found.draft))) }
        }
    }
}

/// What the draft does to other workflows, by what it ends.
fn table_of(l: Language, others: &[&v1::SimulatedWorkflow]) -> Markup {
    html! {
        h3 { (l.text("found-others")) }
        div .scroll tabindex="0" {
            table {
                thead { tr {
                    th scope="col" { (l.text("found-workflow")) }
                    @for id in ["found-live", "found-draft", "found-gained", "found-lost", "found-acts"] { th .number scope="col" { (l.text(id)) } }
                } }
                tbody {
                    @for one in others.iter().take(OTHERS_MAX) {
                        tr {
                            th scope="row" { (one.display_name) }
                            @for number in [one.live_count, one.draft_count, one.gained_count, one.lost_count, one.actions_changed_count] {
                                td .number { (number) }
                            }
                        }
                    }
                }
            }
        }
        @if others.len() > OTHERS_MAX { p .muted { (l.with("found-more", &[("count", (others.len() - OTHERS_MAX).into())])) } }
    }
}

/// Lines that could not be judged.
fn refused(l: Language, found: &Found, simulation: &v1::Simulation) -> Markup {
    let counts = found.recorded.counts();
    let total = counts.unreadable_count + simulation.refused_count;
    let unreadable = counts.unreadable.iter().map(|(line, why)| {
        // What a reader of JSON stumbles over is told in its own words.
        (*line, html! { (l.text("found-unreadable")) " " code lang="en" { (why) } })
    });
    let mut lines: Vec<(usize, Markup)> = unreadable.collect();
    drop(counts);
    for refused in &simulation.refused {
        let line = found.recorded.sent(refused.index).map_or(0, |(line, _)| line);
        let violations = refused.error.clone().unwrap_or_default().violations;
        let told = violations.into_iter().map(diagnostics::of_violation).enumerate().map(|(nth, finding)| {
            html! { @if nth > 0 { "; " } (diagnostics::told_of_field(l, &finding)) }
        });
        lines.push((line, html! { @for told in told { (told) } }));
    }
    lines.sort_by_key(|(line, _)| *line);
    html! {
        @if total > 0 {
            details .card #refused {
                summary { (l.with("found-refused", &[("count", total.into())])) }
                ul { @for (line, why) in &lines { li { (l.with("found-line", &[("line", (*line).into())])) " " (why) } } }
            }
        }
    }
}

/// What can be made of it.
fn buttons(at: &At, found: &Found) -> Markup {
    let l = at.visit.language;
    let draft = serde_json::to_string(&found.draft).unwrap_or_default();
    html! {
        form .row method="post" action=(at.path("simulate/save")) {
            input type="hidden" name="draft" value=(draft);
            @for r#as in As::ALL.into_iter().filter(|r#as| *r#as != As::Off || found.r#as == As::Off) {
                button name="as" value=(r#as.name()) .primary[r#as == found.r#as] { (l.text(&format!("save-{}", r#as.name()))) }
            }
        }
    }
}
