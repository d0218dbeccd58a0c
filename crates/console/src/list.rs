//! The list of an account's workflows: found, switched, put into order, and deleted.

mod card;
mod order;

use axum::Router;
use axum::extract::{Form, Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use form_urlencoded::Serializer;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;

use crate::Console;
use crate::layout::{self, Section};
use crate::refusal::Refusal;
use crate::session;
use crate::visit::At;
use crate::words::Names;

/// Workflows on a page: more take longer to look through than to look for.
const PAGE_SIZE: i32 = 50;

/// Pages and forms of the list.
pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/workflows", get(show))
        .route("/workflows/order", post(order::change))
        .route("/workflows/{workflow}/enable", post(enable))
        .route("/workflows/{workflow}/disable", post(disable))
        .route("/workflows/{workflow}/delete", post(delete))
}

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
struct Asked {
    /// Where a further page begins.
    #[serde(default)]
    page: String,
    /// What names or descriptions have in them.
    #[serde(default)]
    text: String,
    /// `active`, `inactive`, or anything else for both.
    #[serde(default)]
    state: String,
    /// What was done before.
    done: Option<String>,
}

impl Asked {
    fn enabled(&self) -> Option<bool> {
        match self.state.as_str() {
            "active" => Some(true),
            "inactive" => Some(false),
            _ => None,
        }
    }

    fn is_filtered(&self) -> bool {
        !self.text.is_empty() || self.enabled().is_some()
    }

    /// The address of a page of the same list.
    fn address(&self, at: &At, page: &str) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in [("text", self.text.as_str()), ("state", &self.state), ("page", page)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        match query.finish() {
            query if query.is_empty() => at.path("workflows"),
            query => format!("{}?{query}", at.path("workflows")),
        }
    }
}

async fn show(at: At, Query(asked): Query<Asked>) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    let request = v1::ListWorkflowsRequest {
        account_id: at.account.account_id.clone(),
        page_size: PAGE_SIZE,
        page_token: asked.page.clone(),
        enabled: asked.enabled(),
        text: asked.text.clone(),
    };
    let mut calls = at.visit.calls.workflows();
    let listed = calls.list_workflows(request).await?.into_inner();
    let stats = v1::ListWorkflowStatsRequest {
        account_id: at.account.account_id.clone(),
        workflow_ids: listed.workflows.iter().map(|workflow| workflow.workflow_id.clone()).collect(),
        ..v1::ListWorkflowStatsRequest::default()
    };
    // Without ids it would tell of all of them.
    let stats = if stats.workflow_ids.is_empty() {
        v1::ListWorkflowStatsResponse::default()
    } else {
        calls.list_workflow_stats(stats).await?.into_inner()
    };
    let content = html! {
        main #main {
            div .head {
                h1 { (l.text("list-title")) }
                div .row {
                    a .button.primary href=(at.path("workflows/new")) { (l.text("list-add")) }
                }
            }
            (layout::done(l, asked.done.as_deref()))
            (filter(&at, &asked))
            div #results .stack {
                (results(&at, &asked, &listed, &stats))
            }
            p #told .visually-hidden role="status" aria-live="assertive" {}
        }
    };
    Ok(layout::page(&at, Section::Workflows, &l.text("list-title"), &["list.js"], &content))
}

fn filter(at: &At, asked: &Asked) -> Markup {
    let l = at.visit.language;
    html! {
        search {
            form #filter .row method="get" action=(at.path("workflows")) {
                label .visually-hidden for="text" { (l.text("list-search")) }
                input #text .grow type="search" name="text" value=(asked.text) placeholder=(l.text("list-search"));
                label .visually-hidden for="state" { (l.text("list-state")) }
                select #state name="state" {
                    @for (value, id) in [("", "list-state-all"), ("active", "list-state-active"), ("inactive", "list-state-inactive")] {
                        option value=(value) selected[asked.state == value] { (l.text(id)) }
                    }
                }
                button { (l.text("list-find")) }
            }
        }
    }
}

fn results(
    at: &At,
    asked: &Asked,
    listed: &v1::ListWorkflowsResponse,
    stats: &v1::ListWorkflowStatsResponse,
) -> Markup {
    let l = at.visit.language;
    let names = Names::of(&at.account);
    let id = if asked.is_filtered() { "list-found" } else { "list-count" };
    let here = asked.address(at, &asked.page);
    html! {
        p #count .muted role="status" { (l.with(id, &[("count", listed.total_size.into())])) }
        @if listed.workflows.is_empty() && !asked.is_filtered() {
            div .card.stack {
                p { (l.text("list-empty")) }
                p { a href=(at.path("templates")) { (l.text("list-empty-templates")) } }
            }
        }
        ol #workflows .plain.stack data-order=(at.path("workflows/order")) data-moved=(l.with("list-moved-to", &[("place", "%place".into()), ("count", "%count".into())])) {
            @for workflow in &listed.workflows {
                @let matched = stats.stats.iter().find(|stats| stats.workflow_id == workflow.workflow_id);
                (card::card(at, &names, workflow, matched, &here))
            }
        }
        @if !asked.page.is_empty() || !listed.next_page_token.is_empty() {
            nav .row aria-label=(l.text("list-pages")) {
                @if !asked.page.is_empty() {
                    a .button href=(asked.address(at, "")) { (l.text("page-first")) }
                }
                @if !listed.next_page_token.is_empty() {
                    a .button rel="next" href=(asked.address(at, &listed.next_page_token)) { (l.text("page-next")) }
                }
            }
        }
    }
}

/// A form about one workflow.
#[derive(Debug, Deserialize)]
struct About {
    /// The workflow as it was when it was shown; empty if that does not matter.
    #[serde(default)]
    etag: String,
    /// The list to come back to.
    #[serde(default)]
    to: String,
}

/// The path of a workflow.
#[derive(Debug, Deserialize)]
struct Named {
    workflow: String,
}

async fn enable(at: At, Path(named): Path<Named>, Form(about): Form<About>) -> Result<Redirect, Refusal> {
    let request = v1::EnableWorkflowRequest {
        account_id: at.account.account_id.clone(),
        workflow_id: named.workflow,
        etag: String::new(),
    };
    at.visit.calls.workflows().enable_workflow(request).await?;
    Ok(back(&about.to, "enabled"))
}

async fn disable(at: At, Path(named): Path<Named>, Form(about): Form<About>) -> Result<Redirect, Refusal> {
    let request = v1::DisableWorkflowRequest {
        account_id: at.account.account_id.clone(),
        workflow_id: named.workflow,
        etag: String::new(),
    };
    at.visit.calls.workflows().disable_workflow(request).await?;
    Ok(back(&about.to, "disabled"))
}

async fn delete(at: At, Path(named): Path<Named>, Form(about): Form<About>) -> Result<Response, Refusal> {
    // Who confirms has seen what is shown, and not what somebody else has made of it since.
    let request = v1::DeleteWorkflowRequest {
        account_id: at.account.account_id.clone(),
        workflow_id: named.workflow,
        etag: about.etag,
    };
    at.visit.calls.workflows().delete_workflow(request).await?;
    Ok(back(&about.to, "deleted").into_response())
}

/// Back to the list, which tells what was done.
fn back(to: &str, done: &str) -> Redirect {
    Redirect::to(&layout::telling(session::local(to), done))
}
