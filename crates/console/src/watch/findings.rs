//! What an analysis finds of the workflows, taken together.

use axum::extract::Query;
use axum::response::{IntoResponse as _, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::{v1, well_known};
use tonic::Code;

use crate::diagnostics;
use crate::layout::{self, Section};
use crate::moment;
use crate::refusal::Refusal;
use crate::visit::At;
use crate::watch::Named;
use crate::watch::figures::whole;

/// Findings of one kind that are shown.
const SHOWN_MAX: usize = 100;
/// Kinds in the order in which they matter.
const KINDS: [&str; 11] = [
    "writes_conflict",
    "cycle",
    "shadowed_by_stop",
    "never_matches",
    "alternative_never_matches",
    "dead",
    "same_as_another",
    "reply_without_guard",
    "always_matches",
    "condition_always_holds",
    "phrase_redundant",
];

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// A day, as a browser writes it.
    #[serde(default)]
    dead_since: String,
    /// Whether only the part is wanted, for another page.
    fragment: Option<String>,
}

/// The page, or the part that other pages have of it.
pub(super) async fn show(at: At, Query(asked): Query<Asked>) -> Result<Response, Refusal> {
    if asked.fragment.is_some() {
        return Ok(part(&at, &asked).await?.into_response());
    }
    let title = at.visit.language.text("watch-findings");
    let beginning = html! {
        p { a href=(at.path("watch")) { (at.visit.language.text("watch-back")) } }
        h1 { (title) }
    };
    // Many workflows take a while to analyse.
    Ok(layout::later(at, Section::Watch, &title, &beginning, |at| async move { part(&at, &asked).await }))
}

async fn part(at: &At, asked: &Asked) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    let (dead_since, is_wrong) = match asked.dead_since.as_str() {
        "" => (None, false),
        day => match day.parse::<Date>().and_then(|day| day.to_zoned_datetime(at.zone.clone())) {
            Ok(zoned) => {
                (Some(well_known::Timestamp { seconds: zoned.timestamp().as_second(), nanos: 0 }), false)
            }
            Err(_) => (None, true),
        },
    };
    let request = v1::AnalyzeWorkflowsRequest { account_id: at.account.account_id.clone(), dead_since };
    let found = match at.visit.calls.workflows().analyze_workflows(request).await {
        Ok(found) => Some(found.into_inner()),
        // An account may have more workflows than are analysed.
        Err(status) if status.code() == Code::ResourceExhausted => None,
        Err(status) => return Err(status.into()),
    };
    let form = html! {
        form .row method="get" action=(at.path("watch/findings")) {
            div .field {
                label for="dead_since" { (l.text("watch-dead-since")) }
                input #dead_since type="date" name="dead_since" value=(asked.dead_since)
                    aria-describedby="dead_since-help" aria-invalid=[is_wrong.then_some("true")];
                @if is_wrong { p .diagnostic.error role="alert" { (l.text("watch-dead-since-wrong")) } }
                p #dead_since-help .help { (l.text("watch-dead-since-help")) }
            }
            button { (l.text("watch-findings-look")) }
        }
    };
    Ok(html! {
        (form)
        @match &found {
            None => { p .notice { (l.text("watch-findings-too-many")) } }
            Some(found) => { (groups(at, found, dead_since.is_some(), asked.fragment.is_some()).await?) }
        }
    })
}

/// The findings, kind by kind.
async fn groups(
    at: &At,
    found: &v1::AnalyzeWorkflowsResponse,
    wants_dead: bool,
    is_part: bool,
) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    let code = |finding: &v1::WorkflowFinding| {
        finding.diagnostic.as_ref().map_or_else(String::new, |diagnostic| diagnostic.code.clone())
    };
    let mut kinds: Vec<String> = KINDS.map(str::to_owned).to_vec();
    for finding in &found.findings {
        let code = code(finding);
        if !kinds.contains(&code) {
            kinds.push(code);
        }
    }
    let groups = kinds.into_iter().map(|kind| {
        let findings: Vec<_> = found.findings.iter().filter(|finding| code(finding) == kind).collect();
        let untold = found.left_out.iter().find(|left| left.code == kind).map_or(0, |left| left.count);
        (kind, findings, untold)
    });
    let groups: Vec<_> = groups.filter(|(_, findings, _)| !findings.is_empty()).collect();
    let mut named = Named::default();
    let shown = groups.iter().flat_map(|(_, findings, _)| findings.iter().take(SHOWN_MAX));
    let ids =
        shown.flat_map(|finding| std::iter::once(&finding.workflow_id).chain(&finding.other_workflow_ids));
    let ids: Vec<String> = ids.cloned().collect();
    named.add(at, &ids).await?;
    Ok(html! {
        @if wants_dead && !found.dead_told {
            p .notice {
                (l.text("watch-dead-unknown")) " "
                @if let Some(since) = &found.counted_since { (moment::time(l, since, &at.zone)) }
            }
        }
        @if groups.is_empty() { p .done { (l.text("watch-findings-none")) } }
        @for (kind, findings, untold) in &groups {
            (group(at, kind, findings, *untold, &named, is_part))
        }
    })
}

fn group(
    at: &At,
    kind: &str,
    findings: &[&v1::WorkflowFinding],
    untold: u32,
    named: &Named,
    is_part: bool,
) -> Markup {
    let l = at.visit.language;
    let title = format!("watch-kind-{}", kind.replace('_', "-"));
    let title = if l.has(&title) { l.text(&title) } else { l.text("watch-kind-other") };
    let more = findings.len().saturating_sub(SHOWN_MAX) + usize::try_from(untold).unwrap_or(usize::MAX);
    html! {
        details .card .group id=(format!("kind-{kind}")) open[findings.len() <= 10] {
            summary {
                // Within another page it stands below a heading of that.
                @if is_part { h3 { (title) } } @else { h2 { (title) } }
                " " span .badge.warn { (whole(l, u64::try_from(findings.len()).unwrap_or(u64::MAX))) }
            }
            ul .findings {
                @for (place, finding) in findings.iter().take(SHOWN_MAX).enumerate() {
                    @let prefix = format!("{kind}-{place}");
                    li {
                        strong { (named.link(at, &prefix, &finding.workflow_id)) }
                        @if let Some(diagnostic) = &finding.diagnostic {
                            @let (message, help) = diagnostics::say(l, diagnostic);
                            p { (message) }
                            @if let Some(help) = help { p .help { (help) } }
                        }
                        @if !finding.other_workflow_ids.is_empty() {
                            p .small {
                                (l.text("watch-findings-with")) " "
                                @for (nth, other) in finding.other_workflow_ids.iter().enumerate() {
                                    @if nth > 0 { ", " }
                                    (named.link(at, &format!("{prefix}-{nth}"), other))
                                }
                            }
                        }
                    }
                }
            }
            @if more > 0 { p .muted { (l.with("watch-findings-more", &[("count", more.into())])) } }
        }
    }
}
