//! How the workflows do: what matched over time, how the service is, and what an analysis finds.
//!
//! What changes all the time is a part of the page with an address of its own, which the script asks for again and again.

mod figures;
mod findings;
mod live;
mod plot;
mod service;

use std::collections::HashMap;

use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use tamis_api::v1;
use tonic::Code;

use crate::Console;
use crate::language::Language;
use crate::layout::{self, Section};
use crate::refusal::Refusal;
use crate::visit::At;

pub(crate) fn routes() -> Router<Console> {
    Router::new()
        .route("/watch", get(show))
        .route("/watch/live", get(live::show))
        .route("/watch/findings", get(findings::show))
}

/// How far back the page looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Span {
    /// By minutes, as far as they are known.
    #[default]
    Hours,
    /// By hours.
    Day,
    /// The same.
    Week,
}

impl Span {
    const ALL: [Self; 3] = [Self::Hours, Self::Day, Self::Week];

    fn name(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    fn text_id(self) -> &'static str {
        match self {
            Self::Hours => "watch-span-hours",
            Self::Day => "watch-span-day",
            Self::Week => "watch-span-week",
        }
    }

    /// How long it is, and how long each of its steps.
    fn seconds(self) -> (i64, i64) {
        match self {
            Self::Hours => (7_200, 60),
            Self::Day => (86_400, 3_600),
            Self::Week => (604_800, 3_600),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    span: Span,
}

async fn show(at: At, Query(Asked { span }): Query<Asked>) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    let live = live::read(&at, span).await?;
    let title = l.text("watch-title");
    let content = html! {
        main #main {
            div .head {
                h1 { (title) }
                // Only the script can ask again, and only it shows this.
                div .row #watching hidden data-from=(format!("{}?span={}", at.path("watch/live"), span.name()))
                    data-running=(l.text("watch-running")) data-paused=(l.text("watch-paused")) data-lost=(l.text("watch-lost")) {
                    span .muted .small role="status" { (l.text("watch-running")) }
                    button type="button" aria-pressed="false" { (l.text("watch-pause")) }
                }
            }
            nav aria-label=(l.text("watch-span")) {
                ul .tabs {
                    @for known in Span::ALL {
                        li { a href=(format!("?span={}", known.name())) aria-current=[(known == span).then_some("page")] { (l.text(known.text_id())) } }
                    }
                }
            }
            div #live .parts { (live) }
            section .stack aria-labelledby="findings-title" {
                h2 #findings-title { (l.text("watch-findings")) }
                div #findings .stack data-from=(format!("{}?fragment=1", at.path("watch/findings"))) {
                    p { a .button href=(at.path("watch/findings")) { (l.text("watch-findings-look")) } }
                }
            }
        }
    };
    Ok(layout::page(&at, Section::Watch, &title, &["watch.js"], &content))
}

/// Workflows that are named on a page, by their ids.
#[derive(Debug, Default)]
struct Named(HashMap<String, v1::Workflow>);

impl Named {
    /// Asks for those that are not known yet; one that is gone stays unknown.
    async fn add(&mut self, at: &At, ids: &[String]) -> Result<(), Refusal> {
        for id in ids {
            if self.0.contains_key(id.as_str()) {
                continue;
            }
            let account_id = at.account.account_id.clone();
            let request = v1::GetWorkflowRequest { account_id, workflow_id: id.clone() };
            match at.visit.calls.workflows().get_workflow(request).await {
                Ok(answer) => {
                    let workflow = answer.into_inner().workflow.unwrap_or_default();
                    self.0.insert(id.clone(), workflow);
                }
                Err(status) if status.code() == Code::NotFound => {}
                Err(status) => return Err(status.into()),
            }
        }
        Ok(())
    }

    fn get(&self, id: &str) -> Option<&v1::Workflow> {
        self.0.get(id)
    }

    /// A link to a workflow. `prefix` makes its id one of its own, so that it can keep the focus.
    fn link(&self, at: &At, prefix: &str, id: &str) -> Markup {
        let name =
            self.get(id).map(|workflow| workflow.display_name.as_str()).filter(|name| !name.is_empty());
        let path = at.path(&format!("workflows/{}", segment(id)));
        html! { a id=(format!("{prefix}-{id}")) href=(path) { (name.unwrap_or(id)) } }
    }
}

/// A part of a path.
fn segment(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A name with a value.
fn fact(l: Language, text_id: &'static str, value: &Markup) -> Markup {
    html! { div { dt { (l.text(text_id)) } dd { (value) } } }
}
