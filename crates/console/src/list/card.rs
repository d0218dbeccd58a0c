//! One workflow of the list.

use maud::{Markup, html};
use tamis_api::v1;

use crate::moment;
use crate::visit::At;
use crate::words::{self, Names};

/// A workflow, with what it has matched; `here` is the list's address.
pub(super) fn card(
    at: &At,
    names: &Names<'_>,
    workflow: &v1::Workflow,
    stats: Option<&v1::WorkflowStats>,
    here: &str,
) -> Markup {
    let l = at.visit.language;
    let id = &workflow.workflow_id;
    let name = &workflow.display_name;
    let enabled = workflow.enabled();
    let path = at.path(&format!("workflows/{id}"));
    html! {
        li .card.workflow id={ "workflow-" (id) } data-id=(id) data-name=(name) {
            button .icon.quiet.handle type="button" aria-label=(l.with("list-handle", &[("name", name.as_str().into())]))
                title=(l.text("list-handle-help")) { (HANDLE) }
            div .stack.tight.grow {
                div .row {
                    h2 { a href=(path) { (name) } }
                    form method="post" action={ (path) "/" (if enabled { "disable" } else { "enable" }) } {
                        input type="hidden" name="to" value=(here);
                        button .badge.yes[enabled].no[!enabled] title=(l.text(if enabled { "list-disable" } else { "list-enable" })) {
                            span .visually-hidden { (l.text("list-active")) " " }
                            (l.text(if enabled { "list-yes" } else { "list-no" }))
                        }
                    }
                    @if workflow.mode() == v1::WorkflowMode::Shadow { span .badge.warn title=(l.text("list-shadow-help")) { (l.text("list-shadow")) } }
                    @if workflow.stop { span .badge title=(l.text("list-stop-help")) { (l.text("list-stop")) } }
                }
                @if !workflow.description.is_empty() { p .muted { (workflow.description) } }
                (sentence(at, names, workflow))
                p .small.muted { (matched(at, workflow, stats)) }
            }
            (menu(at, workflow, here, &path))
            (deletion(at, workflow, here, &path))
        }
    }
}

/// Six dots, by which things are taken hold of.
const HANDLE: maud::PreEscaped<&str> = maud::PreEscaped(
    r#"<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" fill="currentColor"><circle cx="5" cy="3" r="1.4"/><circle cx="11" cy="3" r="1.4"/><circle cx="5" cy="8" r="1.4"/><circle cx="11" cy="8" r="1.4"/><circle cx="5" cy="13" r="1.4"/><circle cx="11" cy="13" r="1.4"/></svg>"#,
);

/// What a workflow does, and when: if … and … → … .
pub(crate) fn sentence(at: &At, names: &Names<'_>, workflow: &v1::Workflow) -> Markup {
    let l = at.visit.language;
    html! {
        div .sentence {
            ul .plain {
                @for (place, condition) in workflow.all.iter().enumerate() {
                    li { span .joint { (l.text(if place == 0 { "sentence-if" } else { "sentence-and" })) } " " (words::condition(l, names, condition)) }
                }
                @for (place, condition) in workflow.any.iter().enumerate() {
                    @let joint = match (place, workflow.all.is_empty()) {
                        (0, true) => "sentence-if",
                        (0, false) => "sentence-and-either",
                        _ => "sentence-or",
                    };
                    li { span .joint { (l.text(joint)) } " " (words::condition(l, names, condition)) }
                }
            }
            ul .plain {
                @for action in &workflow.actions {
                    li { span .joint aria-hidden="true" { "→" } " " (words::action(l, names, action)) }
                }
            }
        }
    }
}

fn matched(at: &At, workflow: &v1::Workflow, stats: Option<&v1::WorkflowStats>) -> Markup {
    let l = at.visit.language;
    let is_shadow = workflow.mode() == v1::WorkflowMode::Shadow;
    let count =
        stats.map_or(0, |stats| if is_shadow { stats.shadow_matched_count } else { stats.matched_count });
    let id = if is_shadow { "list-matched-shadow" } else { "list-matched" };
    html! {
        (l.with(id, &[("count", count.into())]))
        @if let Some(last) = stats.and_then(|stats| stats.last_matched_at.as_ref()) {
            " · " (l.text("list-last-match")) " " (moment::time(l, last, &at.zone))
        }
    }
}

fn menu(at: &At, workflow: &v1::Workflow, here: &str, path: &str) -> Markup {
    let l = at.visit.language;
    let id = &workflow.workflow_id;
    let enabled = workflow.enabled();
    html! {
        details .menu {
            summary aria-label=(l.with("list-menu", &[("name", workflow.display_name.as_str().into())])) {
                span aria-hidden="true" { "⋮" }
            }
            div .items {
                a href=(path) { (l.text("list-edit")) }
                a href=(at.path(&format!("workflows/new?copy={id}"))) { (l.text("list-duplicate")) }
                form method="post" action={ (path) "/" (if enabled { "disable" } else { "enable" }) } {
                    input type="hidden" name="to" value=(here);
                    button { (l.text(if enabled { "list-disable" } else { "list-enable" })) }
                }
                @for (direction, text) in [("up", "list-move-up"), ("down", "list-move-down"), ("top", "list-move-top"), ("bottom", "list-move-bottom")] {
                    form method="post" action=(at.path("workflows/order")) {
                        input type="hidden" name="workflow" value=(id);
                        input type="hidden" name="to" value=(here);
                        button name="direction" value=(direction) { (l.text(text)) }
                    }
                }
                a href=(at.path(&format!("history?workflow={id}"))) { (l.text("list-history")) }
                button .danger type="button" data-opens={ "delete-" (id) } { (l.text("list-delete")) }
            }
        }
    }
}

/// The question whether to delete it. It can be brought back from the history, and says so.
fn deletion(at: &At, workflow: &v1::Workflow, here: &str, path: &str) -> Markup {
    let l = at.visit.language;
    let id = &workflow.workflow_id;
    html! {
        dialog id={ "delete-" (id) } aria-labelledby={ "delete-title-" (id) } {
            form method="post" action={ (path) "/delete" } {
                h2 id={ "delete-title-" (id) } { (l.with("list-delete-title", &[("name", workflow.display_name.as_str().into())])) }
                p { (l.text("list-delete-what")) }
                input type="hidden" name="etag" value=(workflow.etag);
                input type="hidden" name="to" value=(here);
                div .row {
                    button .danger { (l.text("list-delete")) }
                    button type="button" data-closes { (l.text("list-delete-not")) }
                }
            }
        }
    }
}
