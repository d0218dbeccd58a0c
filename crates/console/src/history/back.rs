//! The way back: to a state of the whole account, or to a version of one workflow.

use std::collections::HashSet;

use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use tamis_api::v1;

use crate::diagnostics;
use crate::history::current;
use crate::history::revision::{Numbered, find, state};
use crate::layout::{self, Section};
use crate::refusal::Refusal;
use crate::sent::Sent;
use crate::visit::At;

/// Findings that are shown.
const FINDINGS_MAX: usize = 20;

/// Says what a restoration would do, and asks.
pub(super) async fn ask(at: At, Path((_, number)): Numbered) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    find(&at, number).await?;
    let told = rollback(&at, number, at.account.revision, true).await?;
    let then = state(&at, number, &HashSet::new()).await?;
    let title = l.with("history-restore-title", &[("number", number.to_string().into())]);
    let counts = [
        ("history-restore-created", told.created),
        ("history-restore-updated", told.updated),
        ("history-restore-deleted", told.deleted),
        ("history-restore-unchanged", told.unchanged),
    ];
    let content = html! {
        main #main {
            p { a href=(at.path(&format!("history/{number}"))) { (l.text("history-restore-back")) } }
            h1 { (title) }
            div .card.stack {
                p { (l.text("history-restore-what")) }
                ul { @for (id, count) in counts.into_iter().filter(|(_, count)| *count > 0) { li { (l.with(id, &[("count", count.into())])) } } }
                (crate::directory::compare::account(l, &at.account, &then.account))
                (findings(&at, &told.warnings))
                form .row method="post" {
                    input type="hidden" name="revision" value=(at.account.revision);
                    button .primary { (l.text("history-restore-do")) }
                    a .button.quiet href=(at.path(&format!("history/{number}"))) { (l.text("directory-cancel")) }
                }
            }
        }
    };
    Ok(layout::page(&at, Section::History, &title, &[], &content))
}

/// What is worth knowing about workflows that come back.
fn findings(at: &At, warnings: &[v1::Diagnostic]) -> Markup {
    let l = at.visit.language;
    html! {
        @if !warnings.is_empty() {
            details {
                summary { (l.with("history-findings", &[("count", warnings.len().into())])) }
                ul { @for warning in warnings.iter().take(FINDINGS_MAX) { li { (diagnostics::told_of_field(l, warning)) } } }
                @let more = warnings.len().saturating_sub(FINDINGS_MAX);
                @if more > 0 { p { (l.with("more", &[("count", more.into())])) } }
            }
        }
    }
}

/// Restores the whole account, if it still is as it was when somebody was asked.
pub(super) async fn restore(at: At, Path((_, number)): Numbered, sent: Sent) -> Result<Redirect, Refusal> {
    let expected = sent.one("revision").parse().map_err(|_| Refusal::Unreadable)?;
    rollback(&at, number, expected, false).await?;
    Ok(Redirect::to(&at.path("history?done=history-restored")))
}

async fn rollback(
    at: &At,
    to_revision: u64,
    expected_revision: u64,
    validate_only: bool,
) -> Result<v1::RollbackWorkflowsResponse, Refusal> {
    let request = v1::RollbackWorkflowsRequest {
        account_id: at.account.account_id.clone(),
        to_revision,
        expected_revision,
        validate_only,
    };
    Ok(at.visit.calls.workflows().rollback_workflows(request).await?.into_inner())
}

/// Brings one workflow back as it was before or after a revision, whether it is there now or not.
pub(super) async fn workflow(at: At, Path((_, number)): Numbered, sent: Sent) -> Result<Response, Refusal> {
    let id = sent.one("id");
    let then = if sent.one("which") == "before" { number.checked_sub(1) } else { Some(number) };
    let then = then.ok_or(Refusal::NoSuchPage)?;
    let mut then = state(&at, then, &HashSet::from([id])).await?;
    let workflow = then.workflows.remove(id).ok_or(Refusal::NoSuchPage)?;
    let account_id = at.account.account_id.clone();
    let mut calls = at.visit.calls.workflows();
    let warnings = match current(&at, id).await? {
        None => {
            let request = v1::CreateWorkflowRequest { account_id, workflow: Some(workflow) };
            calls.create_workflow(request).await?.into_inner().warnings
        }
        Some(_) => {
            let workflow = v1::Workflow { etag: sent.one("etag").to_owned(), ..workflow };
            let request =
                v1::UpdateWorkflowRequest { account_id, workflow: Some(workflow), update_mask: None };
            calls.update_workflow(request).await?.into_inner().warnings
        }
    };
    if warnings.is_empty() {
        return Ok(Redirect::to(&at.path("history?done=history-brought-back")).into_response());
    }
    let l = at.visit.language;
    let title = l.text("done-history-brought-back");
    let content = html! {
        main #main {
            h1 { (title) }
            div .notice.stack role="status" { (findings(&at, &warnings)) }
            p { a .button.primary href=(at.path("history")) { (l.text("directory-go-on")) } }
        }
    };
    Ok(layout::page(&at, Section::History, &title, &[], &content).into_response())
}
