//! One revision: what it changed.

use std::collections::{BTreeMap, HashSet};

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;
use tamis_api::v1::ErrorReason;

use crate::directory::compare;
use crate::history::{current, difference, ids, list, operation, who};
use crate::layout::{self, Section};
use crate::refusal::Refusal;
use crate::visit::At;
use crate::words::Names;

/// Workflows that are shown; of more than that, how many there are.
const SHOWN_MAX: usize = 50;

/// The account and some of its workflows, as they were at a revision.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The account; empty if there was none.
    pub(super) account: v1::Account,
    /// The workflows that were asked for, by their ids.
    pub(super) workflows: BTreeMap<String, v1::Workflow>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

/// The account and the revision, as they stand in the path.
pub(super) type Numbered = Path<(String, u64)>;

pub(super) async fn show(
    at: At,
    Path((_, number)): Numbered,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let l = at.visit.language;
    let revision = find(&at, number).await?;
    let title = l.with("history-revision", &[("number", number.to_string().into())]);
    let is_newest = number == at.account.revision;
    let beginning = html! {
        p { a href=(at.path("history")) { (l.text("history-back")) } }
        div .head {
            h1 { (operation(l, &revision.operation)) }
            @if is_newest { span .badge { (l.text("history-newest")) } }
            @else { a .button href=(at.path(&format!("history/{number}/restore"))) { (l.text("history-restore")) } }
        }
        p .muted { (title) " · " (who(&at, &revision)) }
        (layout::done(l, asked.done.as_deref()))
    };
    // A large account takes a while to read as it was.
    let changed = |at| async move { changed(&at, &revision).await };
    Ok(layout::later(at, Section::History, &title, &beginning, changed))
}

/// What a revision changed.
async fn changed(at: &At, revision: &v1::Revision) -> Result<Markup, Refusal> {
    let (l, number) = (at.visit.language, revision.revision);
    let wanted: Vec<&str> =
        revision.put_ids.iter().chain(&revision.deleted_ids).take(SHOWN_MAX).map(String::as_str).collect();
    let ids_wanted: HashSet<&str> = wanted.iter().copied().collect();
    let before = state(at, number.saturating_sub(1), &ids_wanted).await?;
    let after = state(at, number, &ids_wanted).await?;
    let mut shown = Vec::new();
    for id in &wanted {
        let (old, new) = (before.workflows.get(*id), after.workflows.get(*id));
        shown.push((*id, old, new, current(at, id).await?));
    }
    let more = ids(revision).saturating_sub(shown.len());
    Ok(html! {
        @if revision.account_put || revision.account_deleted {
            div .card.stack {
                @if revision.account_deleted { p { (l.text("history-account-deleted")) } }
                (compare::account(l, &before.account, &after.account))
            }
        }
        @for (id, old, new, now) in &shown { (workflow(at, number, id, (&before, *old), (&after, *new), now.as_ref())) }
        @if more > 0 { p .muted { (l.with("more", &[("count", more.into())])) } }
    })
}

/// What became of one workflow, and how it is brought back.
fn workflow(
    at: &At,
    number: u64,
    id: &str,
    (before, old): (&State, Option<&v1::Workflow>),
    (after, new): (&State, Option<&v1::Workflow>),
    now: Option<&v1::Workflow>,
) -> Markup {
    let l = at.visit.language;
    let badge = match (old, new) {
        (None, _) => ("badge yes", "history-added"),
        (_, None) => ("badge no", "history-removed"),
        _ => ("badge", "history-changed"),
    };
    let name = new.or(old).map_or(id, |workflow| &workflow.display_name);
    let lines = |state: &State, workflow: Option<&v1::Workflow>| {
        workflow.map_or_else(Vec::new, |workflow| difference::lines(l, &Names::of(&state.account), workflow))
    };
    let action = at.path(&format!("history/{number}/workflow"));
    // Which of the two is worth bringing back: what is there now is not.
    let differs = |then: &v1::Workflow| now.is_none_or(|now| !difference::is_same(then, now));
    html! {
        article .card.stack {
            div .head {
                h2 { (name) " " span class=(badge.0) { (l.text(badge.1)) } }
                form .row method="post" action=(action) {
                    input type="hidden" name="id" value=(id);
                    input type="hidden" name="etag" value=(now.map_or("", |now| &now.etag));
                    @if old.is_some_and(differs) {
                        button name="which" value="before" { (l.text(if now.is_none() { "history-bring-back-deleted" } else { "history-bring-back-before" })) }
                    }
                    @if new.is_some_and(differs) {
                        button name="which" value="after" { (l.text(if now.is_none() { "history-bring-back-deleted" } else { "history-bring-back" })) }
                    }
                }
            }
            (difference::shown(l, &lines(before, old), &lines(after, new)))
        }
    }
}

/// A revision by its number.
pub(super) async fn find(at: &At, number: u64) -> Result<v1::Revision, Refusal> {
    let before = number.checked_add(1).ok_or(Refusal::NoSuchPage)?;
    let found = list(at, before, 1).await?.revisions.into_iter().next();
    found.filter(|found| found.revision == number && number > 0).ok_or(Refusal::NoSuchPage)
}

/// The account at a revision, with the workflows that are wanted; empty if it was not there.
pub(super) async fn state(at: &At, revision: u64, wanted: &HashSet<&str>) -> Result<State, Refusal> {
    let mut state = State::default();
    // Before the first one there was nothing; 0 would ask for what is there now.
    if revision == 0 {
        return Ok(state);
    }
    let request = v1::ExportWorkflowsRequest { account_id: at.account.account_id.clone(), revision };
    let mut parts = match at.visit.calls.workflows().export_workflows(request).await.map_err(Refusal::from) {
        Ok(parts) => parts.into_inner(),
        Err(Refusal::Call(refused))
            if matches!(refused.reason, ErrorReason::RevisionNotFound | ErrorReason::AccountNotFound) =>
        {
            return Ok(state);
        }
        Err(refusal) => return Err(refusal),
    };
    while let Some(part) = parts.message().await? {
        if let Some(account) = part.account {
            state.account = account;
        }
        let kept = part.workflows.into_iter().filter(|workflow| wanted.contains(&*workflow.workflow_id));
        state.workflows.extend(kept.map(|workflow| (workflow.workflow_id.clone(), workflow)));
    }
    Ok(state)
}
