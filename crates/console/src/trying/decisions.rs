//! The last decisions of the service's log, each to be tried again.

use axum::extract::Query;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;
use tamis_api::v1::ErrorReason;

use super::change::{FACTS, fill};
use crate::layout::{self, Section};
use crate::moment;
use crate::refusal::Refusal;
use crate::visit::At;

/// Decisions on a page.
const PAGE_SIZE: i32 = 20;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    page: String,
}

/// Lists them, newest first.
pub(super) async fn show(at: At, Query(asked): Query<Asked>) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    let request = v1::ListDecisionsRequest {
        account_id: at.account.account_id.clone(),
        page_size: PAGE_SIZE,
        page_token: asked.page,
        ..v1::ListDecisionsRequest::default()
    };
    let answer = match at.visit.calls.observations().list_decisions(request).await.map_err(Refusal::from) {
        Ok(answer) => Some(answer.into_inner()),
        Err(Refusal::Call(refused)) if refused.reason == ErrorReason::DecisionLogMissing => None,
        Err(refusal) => return Err(refusal),
    };
    let content = html! {
        main #main {
            div .head { h1 { (l.text("decisions-title")) } a href=(at.path("try")) { (l.text("decisions-back")) } }
            @match &answer {
                None => {
                    p { (l.text("decisions-no-log")) }
                    pre .card { "tamis serve --decision-log decisions.jsonl" }
                }
                Some(answer) => {
                    @if answer.decisions.is_empty() { p { (l.text("decisions-none")) } }
                    ol .answers { @for decision in &answer.decisions { (one(&at, decision)) } }
                    @if !answer.next_page_token.is_empty() {
                        div .row { a .button href={ (at.path("try/decisions")) "?page=" (encoded(&answer.next_page_token)) } { (l.text("page-next")) } }
                    }
                }
            }
        }
    };
    Ok(layout::page(&at, Section::Try, &l.text("decisions-title"), &[], &content))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn one(at: &At, decision: &v1::RecordedDecision) -> Markup {
    let l = at.visit.language;
    let mut request = decision.request.clone().unwrap_or_default();
    let response = decision.response.clone().unwrap_or_default();
    request.now = response.now.or(request.now);
    let filled = fill(&request, &at.zone);
    let facts: Vec<_> = FACTS
        .iter()
        .filter(|fact| filled.ticked("fact", fact))
        .map(|fact| l.text(&format!("fact-{fact}")))
        .collect();
    let ticket = request.ticket.clone().unwrap_or_default();
    html! {
        li .card.row {
            div .grow {
                strong { @if let Some(now) = &request.now { (moment::time(l, now, &at.zone)) } }
                p { (l.with("decisions-ticket", &[("id", ticket.id.into())])) " · " (facts.join(", ")) }
                @if let Some(subject) = &ticket.subject { p .muted.small { (crate::words::excerpt(subject)) } }
                p .small { (l.with("decisions-matches", &[("count", response.matches.len().into())])) }
            }
            form method="post" action=(at.path("try")) {
                @for field in &decision.masked { input type="hidden" name="masked" value=(field); }
                @for (name, value) in filled.fields() { input type="hidden" name=(name) value=(value); }
                button { (l.text("decisions-try")) }
            }
        }
    }
}
