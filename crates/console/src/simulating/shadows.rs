//! What workflows have matched in shadow mode.

use std::collections::HashMap;

use axum::extract::Query;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;

use super::draft::As;
use crate::layout::{self, Section};
use crate::moment;
use crate::refusal::Refusal;
use crate::visit::At;

/// Workflows that are looked through at once.
const PAGE_SIZE: i32 = 1_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    page: String,
}

/// Lists those that are in shadow mode.
pub(super) async fn show(at: At, Query(asked): Query<Asked>) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    let account_id = at.account.account_id.clone();
    let workflows = v1::ListWorkflowsRequest {
        account_id: account_id.clone(),
        page_size: PAGE_SIZE,
        page_token: asked.page,
        ..v1::ListWorkflowsRequest::default()
    };
    let workflows = at.visit.calls.workflows().list_workflows(workflows).await?.into_inner();
    let shadows: Vec<_> = workflows.workflows.iter().filter(|one| As::is(one) == As::Shadow).collect();
    let stats = v1::ListWorkflowStatsRequest {
        account_id,
        page_size: PAGE_SIZE,
        workflow_ids: shadows.iter().map(|one| one.workflow_id.clone()).collect(),
        ..v1::ListWorkflowStatsRequest::default()
    };
    let stats = at.visit.calls.workflows().list_workflow_stats(stats).await?.into_inner();
    let by_id: HashMap<&str, &v1::WorkflowStats> =
        stats.stats.iter().map(|one| (one.workflow_id.as_str(), one)).collect();
    let content = html! {
        main #main {
            div .head { h1 { (l.text("shadows-title")) } a href=(at.path("simulate")) { (l.text("shadows-back")) } }
            p .muted {
                (l.text("shadows-intro"))
                @if let Some(since) = &stats.since { " " (l.text("shadows-since")) " " (moment::time(l, since, &at.zone)) "." }
            }
            @if shadows.is_empty() { p { (l.text("shadows-none")) } }
            @for workflow in shadows { (one(&at, workflow, by_id.get(workflow.workflow_id.as_str()).copied())) }
            @if !workflows.next_page_token.is_empty() {
                form method="get" action=(at.path("simulate/shadow")) {
                    input type="hidden" name="page" value=(workflows.next_page_token);
                    button { (l.text("page-next")) }
                }
            }
        }
    };
    Ok(layout::page(&at, Section::Simulate, &l.text("shadows-title"), &[], &content))
}

fn one(at: &At, workflow: &v1::Workflow, stats: Option<&v1::WorkflowStats>) -> Markup {
    let l = at.visit.language;
    let id = &workflow.workflow_id;
    let [shadow, live] = stats.map_or([0, 0], |stats| [stats.shadow_matched_count, stats.matched_count]);
    html! {
        article .card.row data-workflow=(id) {
            div .grow {
                h2 { a href=(at.path(&format!("workflows/{id}"))) { (workflow.display_name) } }
                p { (l.with("shadows-count", &[("shadow", shadow.into()), ("live", live.into())])) }
            }
            a .button href=(at.path(&format!("simulate?what=workflow:{id}&as=live"))) { (l.text("shadows-simulate")) }
            form method="post" action=(at.path("simulate/save")) {
                input type="hidden" name="draft" value=(serde_json::to_string(workflow).unwrap_or_default());
                button name="as" value=(As::Live.name()) { (l.text("shadows-live")) }
            }
        }
    }
}
