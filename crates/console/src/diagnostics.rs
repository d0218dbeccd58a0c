//! What the service finds wrong with a definition, in the reader's language.

use fluent_bundle::FluentValue;
use maud::{Markup, Render, html};
use tamis_api::v1;
use tamis_engine::diagnostic::NUMBERS;

use crate::language::Language;

/// A sentence about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// The sentence.
    pub(crate) text: String,
    /// Whether it is the service's own, in English, as the catalogue has none for this kind of finding.
    pub(crate) is_english: bool,
}

impl Render for Said {
    fn render(&self) -> Markup {
        html! { span lang=[self.is_english.then_some("en")] { (self.text) } }
    }
}

/// What is wrong, and what to do about it, if there is something to be said of that.
pub(crate) fn say(l: Language, finding: &v1::Diagnostic) -> (Said, Option<Said>) {
    let id = format!("diagnostic-{}", finding.code.replace('_', "-"));
    let values: Vec<(&str, FluentValue<'_>)> = finding
        .parameters
        .iter()
        .map(|(name, value)| {
            let number = NUMBERS.contains(&name.as_str()).then(|| value.parse::<i64>().ok()).flatten();
            (name.as_str(), number.map_or_else(|| value.as_str().into(), FluentValue::from))
        })
        .collect();
    let own = |text: &str| Said { text: text.to_owned(), is_english: true };
    let told = |text| Said { text, is_english: false };
    if !l.has(&id) {
        return (own(&finding.message), Some(own(&finding.help)).filter(|help| !help.text.is_empty()));
    }
    (told(l.with(&id, &values)), l.attribute(&id, "help", &values).map(told))
}

/// What is wrong and what to do about it, one after the other.
pub(crate) fn told(l: Language, finding: &v1::Diagnostic) -> Markup {
    let (message, help) = say(l, finding);
    html! { (message) @if let Some(help) = help { ". " span .help { (help) } } }
}

/// The same with the path of the field before it, where nothing else on the page says which it is.
pub(crate) fn told_of_field(l: Language, finding: &v1::Diagnostic) -> Markup {
    html! { code { (finding.field) } " – " (told(l, finding)) }
}

/// A field that is wrong in a refused call, as a finding: the two are told alike.
pub(crate) fn of_violation(violation: v1::FieldViolation) -> v1::Diagnostic {
    let v1::FieldViolation { field, description, code, parameters } = violation;
    v1::Diagnostic {
        severity: v1::Severity::Error.into(),
        code,
        field,
        message: description,
        parameters,
        ..v1::Diagnostic::default()
    }
}

/// Whether it stops a save.
pub(crate) fn is_error(finding: &v1::Diagnostic) -> bool {
    finding.severity() != v1::Severity::Warning
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_catalogue_knows_is_said_as_it_came() {
        let finding = v1::Diagnostic {
            code: "of_a_newer_service".to_owned(),
            message: "the text is too long".to_owned(),
            ..v1::Diagnostic::default()
        };
        let (message, help) = say(Language::French, &finding);
        assert!(message.is_english && help.is_none());
        assert_eq!(message.render().into_string(), r#"<span lang="en">the text is too long</span>"#);
        let (_, help) = say(Language::Polish, &v1::Diagnostic { help: "shorten it".to_owned(), ..finding });
        assert_eq!(help.unwrap().text, "shorten it");
    }
}
