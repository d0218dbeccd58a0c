//! Rows of conditions and actions, and what their values are edited with.

use maud::{Markup, html};
use tamis_api::v1;

use super::condition::{Shape, UNITS};
use super::draft::{Draft, NEW};
use super::told::Told;
use super::{TEXTS, TONGUES, Text, action};
use crate::language::Language;
use crate::words::{ACTIONS, CONDITIONS, Vocabulary};

/// What a row is made with.
pub(super) struct Rows<'f> {
    pub(super) l: Language,
    pub(super) draft: &'f Draft,
    pub(super) told: &'f Told,
    pub(super) directory: &'f v1::Directory,
}

/// The lists that rows are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// Conditions.
    Conditions,
    /// Actions.
    Actions,
}

impl Rows<'_> {
    /// All rows of a list.
    pub(super) fn list(&self, kinds: List, list: &str) -> Markup {
        html! {
            ol .rows data-rows=(list) {
                @for index in self.draft.indexes(list) { (self.row(kinds, &format!("{list}[{index}]"))) }
            }
        }
    }

    /// A row.
    pub(super) fn row(&self, kinds: List, row: &str) -> Markup {
        let l = self.l;
        let kind_field = format!("{row}.kind");
        let kind = self.draft.get(&kind_field);
        let (label, remove) = match kinds {
            List::Conditions => ("form-condition", "form-remove-condition"),
            List::Actions => ("form-action", "form-remove-action"),
        };
        html! {
            li .row-card data-row=(row) {
                div .row {
                    select name=(kind_field) id=(kind_field) aria-label=(l.text(label)) data-kind
                        aria-describedby={ "told:" (row) } aria-invalid=[self.wrong(&kind_field)] {
                        option value="" selected[kind.is_empty()] { (l.text("form-choose")) }
                        @match kinds {
                            List::Conditions => @for known in CONDITIONS {
                                option value=(known) selected[known == kind] { (l.text(&format!("condition-{known}"))) }
                            },
                            List::Actions => @for known in ACTIONS {
                                option value=(known) selected[known == kind] { (l.text(&format!("action-{known}"))) }
                            },
                        }
                    }
                    @if kinds == List::Conditions { (self.negation(row)) }
                    span .row-tools {
                        @if kinds == List::Actions {
                            button .icon.quiet type="button" data-move="-1" aria-label=(l.text("form-up")) title=(l.text("form-up")) { "↑" }
                            button .icon.quiet type="button" data-move="1" aria-label=(l.text("form-down")) title=(l.text("form-down")) { "↓" }
                        }
                        button .icon.quiet type="button" data-remove-row aria-label=(l.text(remove)) title=(l.text(remove)) { "✕" }
                    }
                }
                (self.told.at(l, row))
                div data-editor {
                    @match kinds {
                        List::Conditions => (self.condition(kind, &format!("{row}.{kind}"))),
                        List::Actions => (self.action(kind, &format!("{row}.{kind}"))),
                    }
                }
            }
        }
    }

    fn negation(&self, row: &str) -> Markup {
        let name = format!("{row}.negated");
        let options = [("false", "form-is"), ("true", "form-is-not")]
            .map(|(value, id)| (value.to_owned(), self.l.text(id).into_owned()));
        self.select(&name, "form-is-or-not", &options, row)
    }

    /// What the values of a condition are edited with.
    pub(super) fn condition(&self, kind: &str, path: &str) -> Markup {
        let l = self.l;
        let shape = Shape::of(kind);
        let list = format!("{path}.{}", shape.list());
        html! {
            @if !kind.is_empty() {
                div .values {
                    @match shape {
                        Shape::Ids(vocabulary) => (self.chips(&list, path, Some(vocabulary), "form-new-value")),
                        Shape::Addresses => (self.chips(&list, path, None, "form-new-address")),
                        Shape::Phrases => { (self.chips(&list, path, None, "form-new-phrase")) (self.phrase_options(path)) }
                        Shape::Choices(_, choices) => {
                            div .row role="group" aria-label=(l.text(&format!("condition-{kind}"))) {
                                @for (number, text) in choices {
                                    @let name = format!("{list}[{}]", number - 1);
                                    (self.check_box(&name, &number.to_string(), text, path))
                                }
                            }
                        }
                        Shape::Ranges | Shape::Bounds | Shape::Attendances => {
                            div .stack data-elements=(list) {
                                @for index in self.draft.indexes(&list) { (self.element(shape, &format!("{list}[{index}]"))) }
                            }
                            div { button .small type="button" data-add-element=(shape.list()) { "+ " (l.text("form-or-another")) } }
                        }
                        Shape::Nothing => {}
                    }
                    (self.told.at(l, path))
                }
            }
        }
    }

    /// A list of values, and a field for one more.
    fn chips(&self, list: &str, path: &str, vocabulary: Option<Vocabulary>, label: &str) -> Markup {
        let l = self.l;
        let terms = vocabulary.map(|vocabulary| vocabulary.terms(self.directory)).unwrap_or_default();
        let new = format!("{list}{NEW}");
        html! {
            div .chips data-chips=(list) {
                @for index in self.draft.indexes(list) {
                    @let name = format!("{list}[{index}]");
                    @let value = self.draft.get(&name);
                    @let known = terms.iter().find(|(id, _)| *id == value);
                    (chip(l, &name, value, known.map_or(value, |(_, name)| name), !terms.is_empty() && known.is_none()))
                }
                input type="text" name=(new) id=(new) value=(self.draft.get(&new)) aria-label=(l.text(label)) placeholder=(l.text(label))
                    list=[(!terms.is_empty()).then_some(vocabulary).flatten().map(list_id)]
                    aria-describedby={ "told:" (path) } aria-invalid=[self.wrong(&new)] autocomplete="off";
            }
        }
    }

    fn phrase_options(&self, path: &str) -> Markup {
        let modes = [
            ("1", "phrase-contains"),
            ("2", "phrase-equals"),
            ("3", "phrase-starts_with"),
            ("4", "phrase-ends_with"),
        ]
        .map(|(value, id)| (value.to_owned(), self.l.text(id).into_owned()));
        html! {
            div .row.small {
                (self.select(&format!("{path}.mode"), "form-phrase-mode", &modes, path))
                (self.check_box(&format!("{path}.whole_word"), "on", "form-whole-word", path))
                (self.check_box(&format!("{path}.case_sensitive"), "on", "form-case-sensitive", path))
                (self.check_box(&format!("{path}.accent_sensitive"), "on", "form-accent-sensitive", path))
            }
        }
    }

    /// One of several spans, bounds or attendances.
    pub(super) fn element(&self, shape: Shape, path: &str) -> Markup {
        let l = self.l;
        html! {
            div data-element=(path) {
                div .row {
                    @match shape {
                        Shape::Ranges => {
                            (self.time(&format!("{path}.from_minute"), "form-from", path))
                            (self.time(&format!("{path}.to_minute"), "form-to", path))
                        }
                        Shape::Bounds => (self.bound(path)),
                        _ => (self.attendance(path)),
                    }
                    button .icon.quiet type="button" data-remove-element aria-label=(l.text("form-remove-value")) title=(l.text("form-remove-value")) { "✕" }
                }
                (self.told.at(l, path))
            }
        }
    }

    fn time(&self, name: &str, label: &str, place: &str) -> Markup {
        html! {
            label .choice { (self.l.text(label)) " "
                input type="time" name=(name) id=(name) value=(self.draft.get(name)) aria-describedby={ "told:" (place) }
                    aria-invalid=[self.wrong(name)];
            }
        }
    }

    fn bound(&self, path: &str) -> Markup {
        let l = self.l;
        let sides = [("more_than", "form-more-than"), ("less_than", "form-less-than")]
            .map(|(value, id)| (value.to_owned(), l.text(id).into_owned()));
        let (number, unit) = (format!("{path}.number"), format!("{path}.unit"));
        let units: Vec<(String, String)> = UNITS
            .iter()
            .rev()
            // What no browser sends is offered only where it is in use already.
            .filter(|(name, _)| *name != "seconds" || self.draft.get(&unit) == "seconds")
            .map(|(name, _)| ((*name).to_owned(), l.text(&format!("form-unit-{name}")).into_owned()))
            .collect();
        html! {
            (self.select(&format!("{path}.side"), "form-side", &sides, path))
            input .short type="text" inputmode="decimal" name=(number) id=(number) value=(self.draft.get(&number))
                aria-label=(l.text("form-number")) aria-describedby={ "told:" (path) } aria-invalid=[self.wrong(&number)];
            (self.select(&unit, "form-unit", &units, path))
        }
    }

    fn attendance(&self, path: &str) -> Markup {
        let l = self.l;
        let presences = [("1", "form-inside"), ("2", "form-outside")]
            .map(|(value, id)| (value.to_owned(), l.text(id).into_owned()));
        html! {
            (self.select(&format!("{path}.presence"), "form-presence", &presences, path))
            (self.id(&format!("{path}.agent_id"), Vocabulary::Agents, "form-agent", "form-assigned-agent", path))
        }
    }

    /// What an action is edited with.
    pub(super) fn action(&self, kind: &str, path: &str) -> Markup {
        let l = self.l;
        let texts: Vec<_> = TEXTS.iter().filter(|(of, ..)| *of == kind).collect();
        html! {
            div .values {
                @if let Some((field, vocabulary)) = action::id_field(kind) {
                    @let name = format!("{path}.{field}");
                    (self.id(&name, vocabulary, &format!("action-{kind}"), "form-choose", &name))
                    (self.told.at(l, &name))
                }
                @for (_, field, form, label) in texts { (self.text(&format!("{path}.{field}"), *form, label)) }
                @if kind == "send_translated_message" { (self.language(&format!("{path}.target_language"))) }
                @if matches!(kind, "send_message" | "send_translated_message" | "send_email") {
                    @let formats = [("plain", "form-plain"), ("html", "form-html")].map(|(value, id)| (value.to_owned(), l.text(id).into_owned()));
                    label .choice.small { (l.text("form-format")) " " (self.select(&format!("{path}.body.format"), "form-format", &formats, &format!("{path}.body.text"))) }
                }
            }
        }
    }

    /// A text with variables.
    fn text(&self, name: &str, form: Text, label: &str) -> Markup {
        let l = self.l;
        let typed = self.draft.get(name);
        html! {
            div .field {
                div .row {
                    label for=(name) { (l.text(label)) }
                    button .info type="button" data-variables=(name) aria-label=(l.with("form-variables-of", &[("field", l.text(label).into())]))
                        title=(l.text("form-variables")) { "i" }
                }
                @if form == Text::Line {
                    input type="text" name=(name) id=(name) value=(typed) data-text="line" aria-describedby={ "told:" (name) } aria-invalid=[self.wrong(name)];
                } @else {
                    // A browser takes the first line break for the source's own.
                    textarea name=(name) id=(name) data-text="body" aria-describedby={ "told:" (name) } aria-invalid=[self.wrong(name)] { "\n" (typed) }
                }
                (self.told.at(l, name))
            }
        }
    }

    fn language(&self, name: &str) -> Markup {
        let l = self.l;
        html! {
            div .field {
                label for=(name) { (l.text("form-language")) }
                input .medium type="text" name=(name) id=(name) value=(self.draft.get(name)) list="list-languages" autocomplete="off" spellcheck="false"
                    aria-describedby={ "told:" (name) } aria-invalid=[self.wrong(name)];
                (self.told.at(l, name))
            }
        }
    }

    /// One id: of those that there are, or any where nobody has said which there are.
    fn id(&self, name: &str, vocabulary: Vocabulary, label: &str, none: &str, place: &str) -> Markup {
        let l = self.l;
        let value = self.draft.get(name);
        let terms = vocabulary.terms(self.directory);
        html! {
            @if terms.is_empty() {
                input .medium type="text" name=(name) id=(name) value=(value) aria-label=(l.text(label)) placeholder=(l.text(none))
                    aria-describedby={ "told:" (place) } aria-invalid=[self.wrong(name)];
            } @else {
                select name=(name) id=(name) aria-label=(l.text(label)) aria-describedby={ "told:" (place) } aria-invalid=[self.wrong(name)] {
                    option value="" selected[value.is_empty()] { (l.text(none)) }
                    @if !value.is_empty() && !terms.iter().any(|(id, _)| *id == value) {
                        option value=(value) selected { (l.with("form-unknown-id", &[("id", value.into())])) }
                    }
                    @for (id, name) in &terms { option value=(id) selected[*id == value] { (name) } }
                }
            }
        }
    }

    fn select(&self, name: &str, label: &str, options: &[(String, String)], place: &str) -> Markup {
        let value = self.draft.get(name);
        html! {
            select name=(name) id=(name) aria-label=(self.l.text(label)) aria-describedby={ "told:" (place) } {
                @for (option, text) in options { option value=(option) selected[option == value] { (text) } }
            }
        }
    }

    fn check_box(&self, name: &str, value: &str, text: &str, place: &str) -> Markup {
        html! {
            label .choice {
                input type="checkbox" name=(name) id=(name) value=(value) checked[self.draft.has(name)] aria-describedby={ "told:" (place) };
                (self.l.text(text))
            }
        }
    }

    /// Whether a field is wrong, as browsers are told.
    fn wrong(&self, name: &str) -> Option<&'static str> {
        self.told.is_wrong(name).then_some("true")
    }
}

/// A value of a list.
pub(super) fn chip(l: Language, name: &str, value: &str, label: &str, is_unknown: bool) -> Markup {
    html! {
        span .chip .unknown[is_unknown] data-chip=(name) {
            input type="hidden" name=(name) value=(value);
            span data-label { (label) }
            span .badge.warn hidden[!is_unknown] { (l.text("form-unknown")) }
            button type="button" data-remove-chip aria-label=(l.with("form-remove-chip", &[("value", label.into())])) { "✕" }
        }
    }
}

/// The id of the list that a picker offers.
pub(super) fn list_id(vocabulary: Vocabulary) -> String {
    format!("list-{vocabulary:?}")
}

/// The languages that are offered, by name.
pub(super) fn languages(l: Language) -> Markup {
    let mut known = TONGUES.map(|tag| (l.text(&format!("tongue-{tag}")), tag));
    known.sort();
    html! {
        datalist #list-languages { @for (name, tag) in known { option value=(tag) { (name) } } }
    }
}
