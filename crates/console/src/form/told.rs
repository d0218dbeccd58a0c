//! Findings beside the fields that they are about.

use std::collections::{BTreeMap, HashSet};

use maud::{Markup, PreEscaped, html};
use tamis_api::v1;

use super::condition::Shape;
use super::draft::{Draft, NEW};
use super::{TEXTS, action};
use crate::diagnostics;
use crate::language::Language;

/// What stands before a field's name where the service names it.
const ROOT: &str = "workflow";

/// Findings, each with the place on the page where it is told: a path that has one, or else the nearest around it that does.
#[derive(Debug, Default)]
pub(super) struct Told {
    findings: Vec<(String, String, v1::Diagnostic)>,
}

impl Told {
    /// These findings, on the page of a draft.
    pub(super) fn new(draft: &Draft, findings: Vec<v1::Diagnostic>) -> Self {
        let places = places(draft);
        let placed = findings.into_iter().map(|finding| {
            let field = finding.field.strip_prefix(ROOT).unwrap_or_default();
            let field = field.strip_prefix('.').unwrap_or(field);
            // What the contract says by the name of the field, the page asks for beside the number.
            let side = [".more_than", ".less_than"].into_iter().find_map(|side| field.strip_suffix(side));
            let field = side.map_or_else(|| field.to_owned(), |bound| format!("{bound}.number"));
            let mut place = field.as_str();
            while !places.contains(place) && !place.is_empty() {
                place = place.rfind(['.', '[']).and_then(|end| place.get(..end)).unwrap_or_default();
            }
            (place.to_owned(), field, finding)
        });
        Self { findings: placed.collect() }
    }

    /// Whether something stops a save.
    pub(super) fn has_errors(&self) -> bool {
        self.findings.iter().any(|(_, _, finding)| diagnostics::is_error(finding))
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The fields that are wrong.
    fn wrong(&self) -> impl Iterator<Item = &str> {
        let errors = self.findings.iter().filter(|(_, _, finding)| diagnostics::is_error(finding));
        errors.map(|(_, field, _)| field.as_str()).filter(|field| !field.is_empty())
    }

    /// Whether what is typed in a field is wrong: it, what it is part of, or what is to become of it.
    pub(super) fn is_wrong(&self, name: &str) -> bool {
        self.wrong().any(|wrong| {
            let list = name.strip_suffix(NEW);
            is_at_or_in(name, wrong) || list.is_some_and(|list| is_at_or_in(wrong, list))
        })
    }

    /// The place for findings about a field, or about what is in it.
    pub(super) fn at(&self, l: Language, place: &str) -> Markup {
        html! {
            div .told id={ "told:" (place) } data-told=(place) { (self.inside(l, place)) }
        }
    }

    fn inside(&self, l: Language, place: &str) -> Markup {
        let mut here = Vec::new();
        for (_, _, finding) in self.findings.iter().filter(|(at, _, _)| at == place) {
            let said = (diagnostics::told(l, finding).into_string(), diagnostics::is_error(finding));
            // What is missing at both ends of a span is said once.
            if !here.contains(&said) {
                here.push(said);
            }
        }
        html! {
            @for (told, is_error) in here {
                p .diagnostic .error[is_error] .warning[!is_error] {
                    span .visually-hidden { (l.text(if is_error { "form-error" } else { "form-warning" })) " " }
                    (PreEscaped(told))
                }
            }
        }
    }

    /// What there is to tell, with links to where it is told.
    pub(super) fn summary(&self, l: Language) -> Markup {
        let errors = self.findings.iter().filter(|(_, _, finding)| diagnostics::is_error(finding)).count();
        let (id, count) =
            if errors > 0 { ("form-errors", errors) } else { ("form-warnings", self.findings.len()) };
        html! {
            @if count > 0 {
                h2 { (l.with(id, &[("count", count.into())])) }
                ul {
                    @for (place, _, finding) in &self.findings {
                        @if errors == 0 || diagnostics::is_error(finding) {
                            @let (message, help) = diagnostics::say(l, finding);
                            li {
                                @if place.is_empty() { (message) @if let Some(help) = help { ". " (help) } }
                                @else { a href={ "#told:" (place) } data-goes=(place) { (message) } }
                            }
                        }
                    }
                }
            }
        }
    }

    /// All of it for a script: what to put into each place, and which fields are wrong.
    pub(super) fn to_json(&self, l: Language) -> String {
        let told: BTreeMap<&str, String> = self
            .findings
            .iter()
            .map(|(place, _, _)| (place.as_str(), self.inside(l, place).into_string()))
            .collect();
        let wrong: Vec<&str> = self.wrong().collect();
        serde_json::json!({
            "told": told,
            "wrong": wrong,
            "errors": self.has_errors(),
            "summary": self.summary(l).into_string(),
        })
        .to_string()
    }
}

/// Whether a path is another one, or leads to something inside it.
pub(super) fn is_at_or_in(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The places on the page of a draft.
fn places(draft: &Draft) -> HashSet<String> {
    let mut places: HashSet<String> =
        ["display_name", "description", "all", "any", "actions", "examples"].map(str::to_owned).into();
    for list in ["all", "any"] {
        for index in draft.indexes(list) {
            let row = format!("{list}[{index}]");
            let kind = draft.get(&format!("{row}.kind"));
            let shape = Shape::of(kind);
            let values = format!("{row}.{kind}");
            if matches!(shape, Shape::Ranges | Shape::Bounds | Shape::Attendances) {
                let list = format!("{values}.{}", shape.list());
                places.extend(draft.indexes(&list).iter().map(|index| format!("{list}[{index}]")));
            }
            places.extend([row, values]);
        }
    }
    for index in draft.indexes("actions") {
        let row = format!("actions[{index}]");
        let kind = draft.get(&format!("{row}.kind"));
        let texts = TEXTS.iter().filter(|(of, ..)| *of == kind).map(|(_, field, ..)| *field);
        let ids = action::id_field(kind).map(|(field, _)| field);
        let language = (kind == "send_translated_message").then_some("target_language");
        let fields = texts.chain(ids).chain(language);
        places.extend(fields.map(|field| format!("{row}.{kind}.{field}")));
        places.insert(row);
    }
    places
}
