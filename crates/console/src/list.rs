//! The list of an account's workflows.

use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;

use crate::Console;
use crate::layout::{self, Section};
use crate::refusal::Refusal;
use crate::visit::At;
use crate::words::{self, Names};

pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/workflows", get(show))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    page: String,
    done: Option<String>,
}

async fn show(at: At, Query(asked): Query<Asked>) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    let request = v1::ListWorkflowsRequest {
        account_id: at.account.account_id.clone(),
        page_token: asked.page,
        ..v1::ListWorkflowsRequest::default()
    };
    let answer = at.visit.calls.workflows().list_workflows(request).await?.into_inner();
    let names = Names::of(&at.account);
    let content = html! {
        main #main {
            h1 { (l.text("list-title")) }
            (layout::done(l, asked.done.as_deref()))
            @for workflow in &answer.workflows {
                article .card {
                    h2 { (workflow.display_name) }
                    @for condition in &workflow.all { p { (words::condition(l, &names, condition)) } }
                    @for action in &workflow.actions { p { "→ " (words::action(l, &names, action)) } }
                }
            }
        }
    };
    Ok(layout::page(&at, Section::Workflows, &l.text("list-title"), &["list.js"], &content))
}
