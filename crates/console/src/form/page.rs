//! The page with the form.

use maud::{Markup, html};
use tamis_api::v1;

use super::condition::Shape;
use super::draft::Draft;
use super::rows::{self, List, Rows, list_id};
use super::told::Told;
use super::{Page, labels};
use crate::language::Language;
use crate::layout::{self, Section};
use crate::moment;
use crate::words::{ACTIONS, CONDITIONS, Vocabulary};

/// What stands in the place of a row's name in what rows are made from.
const ROW: &str = "{row}";

impl Page<'_> {
    /// The page.
    pub(super) fn render(&self) -> Markup {
        let Self { at, .. } = self;
        let l = at.visit.language;
        let title = l.text(if self.id.is_some() { "form-title-edit" } else { "form-title-new" });
        let directory = at.account.directory.clone().unwrap_or_default();
        let rows = Rows { l, draft: &self.draft, told: &self.told, directory: &directory };
        let content = html! {
            main #main {
                div .head {
                    h1 { (title) }
                    div .row {
                        @if self.id.is_none() { a .button href=(at.path("templates")) { (l.text("templates-title")) } }
                        a .button href=(at.path("workflows")) { (l.text("form-to-list")) }
                    }
                }
                (layout::done(l, self.done.as_deref()))
                (banners(l))
                (self.summary())
                form #workflow .stack method="post" action=(self.action()) autocomplete="off" novalidate
                    data-preview=(at.path("text-preview")) data-told-all[self.tells_all] {
                    (self.hidden())
                    (self.general(&rows))
                    (conditions(&rows))
                    (actions(&rows))
                    div .save-bar {
                        button .primary { (l.text(if self.id.is_some() { "form-update" } else { "form-add" })) }
                        button name="do" value="try" { (l.text("form-try")) }
                        button name="do" value="simulate" { (l.text("form-simulate")) }
                        a .button.quiet href=(at.path("workflows")) { (l.text("form-cancel")) }
                        @let count = self.examples_count;
                        @if count > 0 { span .muted.small { (l.with("form-examples", &[("count", count.into())])) } }
                    }
                }
                (lists(l, &directory))
                (templates(l, &directory))
                (self.variables())
            }
        };
        layout::page(at, Section::Workflows, &title, &["form.js"], &content)
    }

    /// Where the form is sent.
    fn action(&self) -> String {
        self.at.path(&format!("workflows/{}", self.id.as_deref().unwrap_or("new")))
    }

    /// What has to be put right, or that somebody else was here.
    fn summary(&self) -> Markup {
        let l = self.at.visit.language;
        let is_problem = self.told.has_errors() || self.theirs.is_some();
        html! {
            div #summary .problem[is_problem] .notice[!is_problem] tabindex="-1" role="group" aria-label=(l.text("form-summary"))
                autofocus[is_problem] hidden[!is_problem && self.told.is_empty()] {
                @if let Some(theirs) = &self.theirs {
                    h2 { (l.text("form-conflict")) }
                    p {
                        (l.text("form-conflict-what")) " "
                        @if let Some(time) = &theirs.update_time { (moment::time(l, time, &self.at.zone)) }
                    }
                    div .row {
                        a .button href=(self.action()) target="_blank" { (l.text("form-see-theirs")) }
                        button form="workflow" name="over" value=(theirs.etag) { (l.text("form-save-over")) }
                    }
                }
                (self.told.summary(l))
            }
        }
    }

    fn hidden(&self) -> Markup {
        html! {
            @for name in ["etag", "examples"] {
                @if self.draft.has(name) { input type="hidden" name=(name) value=(self.draft.get(name)); }
            }
        }
    }

    fn general(&self, rows: &Rows<'_>) -> Markup {
        let (l, draft) = (rows.l, rows.draft);
        let wrong = |name| self.told.is_wrong(name).then_some("true");
        html! {
            section .card.stack aria-label=(l.text("form-general")) {
                div .field {
                    label for="display_name" { (l.text("form-name")) }
                    input type="text" #display_name name="display_name" value=(draft.get("display_name")) aria-describedby="told:display_name"
                        aria-invalid=[wrong("display_name")] autofocus[!self.told.has_errors() && self.theirs.is_none() && self.id.is_none()];
                    (self.told.at(l, "display_name"))
                }
                div .field {
                    label for="description" { (l.text("form-description")) }
                    textarea .low #description name="description" aria-describedby="told:description" aria-invalid=[wrong("description")] { "\n" (draft.get("description")) }
                    (self.told.at(l, "description"))
                }
                div .row {
                    label .switch { input type="checkbox" role="switch" name="enabled" checked[draft.has("enabled")]; (l.text("form-enabled")) }
                    label .choice { (l.text("form-mode")) " "
                        select name="mode" id="mode" aria-describedby="mode-help" {
                            @for (mode, text) in [("live", "form-live"), ("shadow", "form-shadow")] {
                                option value=(mode) selected[draft.get("mode") == mode] { (l.text(text)) }
                            }
                        }
                    }
                    label .choice { input type="checkbox" name="stop" checked[draft.has("stop")]; (l.text("form-stop")) }
                }
                p #mode-help .help { (l.text("form-mode-help")) }
                (self.told.at(l, "examples"))
            }
        }
    }

    /// The variables that a text may have, and what a text says.
    fn variables(&self) -> Markup {
        let l = self.at.visit.language;
        html! {
            dialog #variables aria-labelledby="variables-title" {
                div .stack {
                    div .head {
                        h2 #variables-title { (l.text("form-variables")) }
                        button .icon.quiet type="button" data-closes aria-label=(l.text("form-close")) { "✕" }
                    }
                    h3 { (l.text("form-preview")) }
                    div #preview .preview aria-live="polite" {}
                    p .help { (l.text("form-variables-what")) }
                    div .field {
                        label for="fallback" { (l.text("form-fallback")) }
                        input type="text" #fallback placeholder=(l.text("form-fallback-example")) aria-describedby="fallback-help";
                        p #fallback-help .help { (l.text("form-fallback-help")) }
                    }
                    ul .variables {
                        @for variable in &self.variables {
                            li {
                                button type="button" data-insert=(variable.name) {
                                    strong { (variable.description) }
                                    code { (variable.placeholder) }
                                    span .muted.small { (l.with("form-example", &[("value", variable.example.as_str().into())])) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What a script has to say: what was typed the last time, and what came of it that the form could not be sent.
fn banners(l: Language) -> Markup {
    html! {
        div #restore .notice hidden role="status" {
            p { (l.text("form-restore-what")) " " span data-at {} }
            div .row {
                button type="button" data-restore { (l.text("form-restore")) }
                button .quiet type="button" data-discard { (l.text("form-discard")) }
            }
        }
        div #unsaved .problem hidden role="alert" tabindex="-1" {
            p { (l.text("form-unsaved")) " " span data-why {} }
        }
    }
}

fn conditions(rows: &Rows<'_>) -> Markup {
    let l = rows.l;
    html! {
        section .card.stack aria-labelledby="when" {
            h2 #when { (l.text("form-when")) }
            @for (list, title, help) in [("all", "form-all", "form-all-help"), ("any", "form-any", "form-any-help")] {
                div .stack.group {
                    div { h3 { (l.text(title)) } p .help { (l.text(help)) } }
                    (rows.list(List::Conditions, list))
                    (rows.told.at(l, list))
                    div { button type="button" id={ "add:" (list) } data-add-row=(list) { "+ " (l.text("form-add-condition")) } }
                }
            }
        }
    }
}

fn actions(rows: &Rows<'_>) -> Markup {
    let l = rows.l;
    html! {
        section .card.stack aria-labelledby="then" {
            div { h2 #then { (l.text("form-then")) } p .help { (l.text("form-then-help")) } }
            (rows.list(List::Actions, "actions"))
            (rows.told.at(l, "actions"))
            div { button type="button" id="add:actions" data-add-row="actions" { "+ " (l.text("form-add-action")) } }
        }
    }
}

/// What pickers offer.
fn lists(l: Language, directory: &v1::Directory) -> Markup {
    let of_conditions = CONDITIONS.into_iter().filter_map(Vocabulary::of_condition);
    let mut seen = Vec::new();
    let all = of_conditions.filter(|vocabulary| {
        let is_new = !seen.contains(vocabulary);
        seen.push(*vocabulary);
        is_new
    });
    let all: Vec<Vocabulary> = all.collect();
    html! {
        @for vocabulary in all {
            datalist id=(list_id(vocabulary)) {
                @for (label, id) in labels(vocabulary, directory) { option value=(label) data-id=(id) {} }
            }
        }
        (rows::languages(l))
    }
}

/// What a script makes rows and values from.
fn templates(l: Language, directory: &v1::Directory) -> Markup {
    let (draft, told) = (starting(), Told::default());
    let rows = Rows { l, draft: &draft, told: &told, directory };
    html! {
        template data-row-of="conditions" { (rows.row(List::Conditions, ROW)) }
        template data-row-of="actions" { (rows.row(List::Actions, ROW)) }
        @for kind in CONDITIONS { template data-editor-of={ "conditions." (kind) } { (rows.condition(kind, &format!("{ROW}.{kind}"))) } }
        @for kind in ACTIONS { template data-editor-of={ "actions." (kind) } { (rows.action(kind, &format!("{ROW}.{kind}"))) } }
        @for shape in [Shape::Ranges, Shape::Bounds, Shape::Attendances] {
            template data-element-of=(shape.list()) { (rows.element(shape, ROW)) }
        }
        template #chip { (rows::chip(l, ROW, "", "{label}", false)) }
    }
}

/// What a row has to begin with: one span, bound or attendance where there must be one.
fn starting() -> Draft {
    let mut draft = Draft::default();
    for kind in CONDITIONS {
        let shape = Shape::of(kind);
        if matches!(shape, Shape::Ranges | Shape::Bounds | Shape::Attendances) {
            let path = format!("{ROW}.{kind}.{}[0]", shape.list());
            draft.set(format!("{path}.unit"), "hours");
        }
    }
    draft.set(format!("{ROW}.unit"), "hours");
    draft
}
