//! Ready-made workflows.

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};
use tamis_api::v1;

use crate::Console;
use crate::form;
use crate::layout::{self, Section};
use crate::refusal::Refusal;
use crate::visit::At;
use crate::words::{self, Names};

pub(crate) fn routes() -> Router<Console> {
    Router::new().route("/templates", get(show)).route("/templates/{id}", post(adopt))
}

async fn show(at: At) -> Result<Markup, Refusal> {
    let l = at.visit.language;
    let request = v1::ListTemplatesRequest { language: l.tag().to_owned() };
    let templates = at.visit.calls.workflows().list_templates(request).await?.into_inner().templates;
    let names = Names::of(&at.account);
    let content = html! {
        main #main {
            div .head {
                h1 { (l.text("templates-title")) }
                div .row {
                    a .button href=(at.path("workflows/new")) { (l.text("form-title-new")) }
                    a .button href=(at.path("workflows")) { (l.text("form-to-list")) }
                }
            }
            p .muted { (l.text("templates-what")) }
            div .grid {
                @for template in &templates { (card(&at, &names, template)) }
            }
        }
    };
    Ok(layout::page(&at, Section::Templates, &l.text("templates-title"), &[], &content))
}

fn card(at: &At, names: &Names<'_>, template: &v1::Template) -> Markup {
    let l = at.visit.language;
    let workflow = template.workflow.clone().unwrap_or_default();
    let title = format!("template-{}", template.template_id);
    let form = at.path(&format!("workflows/new?template={}", template.template_id));
    html! {
        article .card.template aria-labelledby=(title) {
            h2 id=(title) { (template.display_name) }
            p .muted { (template.description) }
            div .small {
                @if !workflow.all.is_empty() {
                    h3 { (l.text("form-when")) }
                    ul { @for condition in &workflow.all { li { (words::condition(l, names, condition)) } } }
                }
                @if !workflow.any.is_empty() {
                    h3 { (l.text("form-any")) }
                    ul { @for condition in &workflow.any { li { (words::condition(l, names, condition)) } } }
                }
                h3 { (l.text("form-then")) }
                ol { @for action in &workflow.actions { li { (words::action(l, names, action)) } } }
            }
            form .row method="post" action=(at.path(&format!("templates/{}", template.template_id))) {
                button .primary aria-describedby=(title) { (l.text("templates-use")) }
                a .button href=(form) aria-describedby=(title) { (l.text("templates-change")) }
            }
        }
    }
}

/// Makes a workflow of one as it is.
async fn adopt(at: At, Path((_, id)): Path<(String, String)>) -> Result<Response, Refusal> {
    let workflow = form::template(&at, &id).await?;
    form::create(&at, workflow).await
}
