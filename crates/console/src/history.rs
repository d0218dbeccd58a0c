//! The history: who wrote what and when, what that changed, and the way back.

mod back;
mod difference;
mod revision;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use axum::Router;
use axum::extract::Query;
use axum::routing::{get, post};
use form_urlencoded::byte_serialize;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1::ErrorReason;
use tamis_api::{ACTOR_UNKNOWN, v1};

use crate::Console;
use crate::language::Language;
use crate::layout::{self, Section};
use crate::moment;
use crate::refusal::Refusal;
use crate::visit::At;

/// Revisions of a page.
const PAGE_SIZE: usize = 50;
/// Revisions that are read at once to find those of a workflow, and how often that is done for one page.
const SCAN_SIZE: i32 = 500;
const SCANS_MAX: usize = 10;
/// Workflows of a revision that the list names.
const NAMED_MAX: usize = 3;

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/history", get(show))
        .route("/history/{revision}", get(revision::show))
        .route("/history/{revision}/restore", get(back::ask).post(back::restore))
        .route("/history/{revision}/workflow", post(back::workflow))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    /// Only revisions that wrote this workflow.
    #[serde(default)]
    workflow: String,
    /// Only revisions before this one.
    #[serde(default)]
    before: u64,
    done: Option<String>,
}

/// Revisions of a page, and from where on the next page goes.
struct Page {
    revisions: Vec<v1::Revision>,
    next: Option<u64>,
}

async fn show(at: At, Query(asked): Query<Asked>) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    let page = if asked.workflow.is_empty() {
        read(&at, asked.before).await?
    } else {
        read_of(&at, &asked.workflow, asked.before).await?
    };
    let named: HashSet<&str> = page
        .revisions
        .iter()
        .flat_map(|revision| revision.put_ids.iter().chain(&revision.deleted_ids).take(NAMED_MAX))
        .map(String::as_str)
        .chain([asked.workflow.as_str()].into_iter().filter(|id| !id.is_empty()))
        .collect();
    let names = names(&at, named).await?;
    let title = l.text("history-title");
    let query: String = byte_serialize(asked.workflow.as_bytes()).collect();
    let content = html! {
        main #main {
            h1 { (title) }
            (layout::done(l, asked.done.as_deref()))
            @if !asked.workflow.is_empty() {
                p .row {
                    (l.with("history-of", &[("name", name(&names, &asked.workflow).into())]))
                    a href=(at.path("history")) { (l.text("history-all")) }
                }
            }
            @if page.revisions.is_empty() { p { (l.text("history-none")) } }
            ol .links.entries {
                @for revision in &page.revisions { li { (row(&at, revision, &names)) } }
            }
            nav .row aria-label=(l.text("directory-pages")) {
                @if asked.before != 0 { a .button href={ (at.path("history")) "?workflow=" (query) } { (l.text("page-first")) } }
                @if let Some(next) = page.next {
                    a .button href={ (at.path("history")) "?workflow=" (query) "&before=" (next) } { (l.text("history-older")) }
                }
            }
        }
    };
    Ok(layout::page(&at, Section::History, &title, &[], &content))
}

/// One revision of the list.
fn row(at: &At, revision: &v1::Revision, names: &BTreeMap<String, String>) -> Markup {
    let l = at.visit.language;
    let written = revision.put_ids.iter().chain(&revision.deleted_ids);
    let told: Vec<&str> = written.take(NAMED_MAX).map(|id| name(names, id)).collect();
    html! {
        a .card href=(at.path(&format!("history/{}", revision.revision))) {
            span { strong { (operation(l, &revision.operation)) } }
            span {
                (told.join(", "))
                @let more = ids(revision).saturating_sub(told.len());
                @if more > 0 { " " (l.with("more", &[("count", more.into())])) }
            }
            span .small { (who(at, revision)) }
        }
    }
}

/// How many workflows a revision wrote.
fn ids(revision: &v1::Revision) -> usize {
    let left_out = usize::try_from(revision.ids_left_out).unwrap_or_default();
    revision.put_ids.len() + revision.deleted_ids.len() + left_out
}

/// Who wrote, and when.
fn who(at: &At, revision: &v1::Revision) -> Markup {
    let time = revision.time.unwrap_or_default();
    let l = at.visit.language;
    let actor = if revision.actor == ACTOR_UNKNOWN {
        l.text("history-by-unknown")
    } else {
        Cow::from(&revision.actor)
    };
    html! { (moment::time(l, &time, &at.zone)) " · " (actor) }
}

/// What people call what an rpc does.
fn operation(l: Language, operation: &str) -> String {
    let id = format!("operation-{operation}");
    if l.has(&id) { l.text(&id).into_owned() } else { operation.to_owned() }
}

fn name<'n>(names: &'n BTreeMap<String, String>, id: &'n str) -> &'n str {
    names.get(id).map_or(id, String::as_str)
}

/// What workflows are called now; those that are gone have no name any more.
async fn names(at: &At, ids: HashSet<&str>) -> Result<BTreeMap<String, String>, Refusal> {
    let mut names = BTreeMap::new();
    for id in ids {
        if let Some(workflow) = current(at, id).await? {
            names.insert(id.to_owned(), workflow.display_name);
        }
    }
    Ok(names)
}

/// A workflow as it is now, if there is one.
async fn current(at: &At, id: &str) -> Result<Option<v1::Workflow>, Refusal> {
    let request =
        v1::GetWorkflowRequest { account_id: at.account.account_id.clone(), workflow_id: id.to_owned() };
    match at.visit.calls.workflows().get_workflow(request).await.map_err(Refusal::from) {
        Ok(answer) => Ok(answer.into_inner().workflow),
        Err(Refusal::Call(refused)) if refused.reason == ErrorReason::WorkflowNotFound => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// A page of all revisions.
async fn read(at: &At, before_revision: u64) -> Result<Page, Refusal> {
    let page_size = i32::try_from(PAGE_SIZE).unwrap_or(i32::MAX);
    let answer = list(at, before_revision, page_size).await?;
    let next = answer.revisions.last().map(|last| last.revision);
    let next = next.filter(|_| !answer.next_page_token.is_empty());
    Ok(Page { revisions: answer.revisions, next })
}

/// A page of the revisions that wrote a workflow.
async fn read_of(at: &At, workflow_id: &str, before_revision: u64) -> Result<Page, Refusal> {
    let mut revisions = Vec::new();
    let mut before = before_revision;
    for _ in 0..SCANS_MAX {
        let answer = list(at, before, SCAN_SIZE).await?;
        let is_last = answer.next_page_token.is_empty();
        for revision in answer.revisions {
            before = revision.revision;
            let mut ids = revision.put_ids.iter().chain(&revision.deleted_ids);
            if revision.account_deleted || ids.any(|id| id == workflow_id) {
                revisions.push(revision);
            }
            if revisions.len() == PAGE_SIZE {
                return Ok(Page { revisions, next: Some(before) });
            }
        }
        if is_last {
            return Ok(Page { revisions, next: None });
        }
    }
    Ok(Page { revisions, next: Some(before) })
}

async fn list(at: &At, before_revision: u64, page_size: i32) -> Result<v1::ListRevisionsResponse, Refusal> {
    let request = v1::ListRevisionsRequest {
        account_id: at.account.account_id.clone(),
        page_size,
        before_revision,
        ..v1::ListRevisionsRequest::default()
    };
    Ok(at.visit.calls.audits().list_revisions(request).await?.into_inner())
}
