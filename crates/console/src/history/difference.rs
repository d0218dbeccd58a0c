//! A workflow in plain words, line by line, and what differs between two of them.

use maud::{Markup, html};
use similar::{Algorithm, ChangeTag, capture_diff_slices};
use tamis_api::v1;
use tamis_api::v1::action::Kind;
use tamis_api::v1::condition::Test;

use crate::directory::compare;
use crate::language::Language;
use crate::words::{self, Names};

/// All there is to a workflow, in lines.
pub(super) fn lines(l: Language, names: &Names<'_>, workflow: &v1::Workflow) -> Vec<String> {
    let named = |id, text: &str| compare::named(l, id, text);
    let mut lines = vec![named("history-name", &workflow.display_name)];
    if !workflow.description.is_empty() {
        lines.push(named("history-description", &workflow.description));
    }
    let state = match (workflow.enabled != Some(false), workflow.mode()) {
        (false, _) => "history-off",
        (true, v1::WorkflowMode::Shadow) => "history-shadow",
        (true, _) => "history-on",
    };
    lines.push(l.text(state).into_owned());
    if workflow.stop {
        lines.push(l.text("history-stop").into_owned());
    }
    if let Some(position) = workflow.position {
        lines.push(named("history-position", &position.to_string()));
    }
    for (title, conditions) in [("history-when-all", &workflow.all), ("history-when-any", &workflow.any)] {
        if !conditions.is_empty() {
            lines.push(l.text(title).into_owned());
        }
        for condition in conditions {
            lines.push(format!("• {}", words::condition(l, names, condition)));
            lines.extend(small_print(l, names, condition));
        }
    }
    lines.push(l.text("history-then").into_owned());
    for action in &workflow.actions {
        lines.push(format!("→ {}", words::action(l, names, action)));
        lines.extend(whole_text(action));
    }
    for example in &workflow.examples {
        lines.push(named("history-example", &example.name));
    }
    lines
}

/// What a sentence about a condition leaves out.
fn small_print(l: Language, names: &Names<'_>, condition: &v1::Condition) -> Vec<String> {
    let Some(test) = &condition.test else { return Vec::new() };
    let mut lines = Vec::new();
    if let Test::Subject(test) | Test::CustomerName(test) | Test::Message(test) = test {
        let flags = [
            (test.whole_word, "history-whole-word"),
            (test.case_sensitive, "history-case"),
            (test.accent_sensitive, "history-accents"),
        ];
        lines.extend(flags.into_iter().filter(|(on, _)| *on).map(|(_, id)| format!("   {}", l.text(id))));
    }
    let values = words::values(l, names, test);
    if values.len() > words::VALUES_MAX {
        lines.extend(values.into_iter().map(|value| format!("   {value}")));
    }
    lines
}

/// The whole text of an action, where a sentence shows only its beginning.
fn whole_text(action: &v1::Action) -> Vec<String> {
    let text = match &action.kind {
        Some(Kind::SendMessage(message)) => message.body.as_ref().map(|body| &body.text),
        Some(Kind::SendTranslatedMessage(message)) => message.body.as_ref().map(|body| &body.text),
        Some(Kind::AiMessage(message)) => Some(&message.instructions),
        Some(Kind::SendEmail(email)) => email.body.as_ref().map(|body| &body.text),
        _ => None,
    };
    // Of an e-mail the sentence has the subject alone.
    let is_email = matches!(&action.kind, Some(Kind::SendEmail(_)));
    let text = text.filter(|text| is_email || words::excerpt(text) != **text);
    text.into_iter().flat_map(|text| text.lines()).map(|line| format!("   {line}")).collect()
}

/// Whether two say the same, but for what the service sets.
pub(super) fn is_same(one: &v1::Workflow, other: &v1::Workflow) -> bool {
    let own = |workflow: &v1::Workflow| v1::Workflow {
        version: 0,
        etag: String::new(),
        create_time: None,
        update_time: None,
        ..workflow.clone()
    };
    own(one) == own(other)
}

/// Lines that come and go, among those that stay.
pub(super) fn shown(l: Language, before: &[String], after: &[String]) -> Markup {
    let found = capture_diff_slices(Algorithm::Myers, before, after);
    let changes: Vec<(ChangeTag, String)> = found
        .iter()
        .flat_map(|found| found.iter_changes(before, after))
        .map(|change| (change.tag(), change.value()))
        .collect();
    // What came or went as a whole needs no marks.
    let is_whole = before.is_empty() || after.is_empty();
    let is_same = changes.iter().all(|(tag, _)| *tag == ChangeTag::Equal);
    html! {
        ul .changes {
            @for (tag, text) in &changes {
                @match tag {
                    ChangeTag::Equal => li { (text) },
                    _ if is_whole => li { (text) },
                    ChangeTag::Delete => (compare::line(l, false, text)),
                    ChangeTag::Insert => (compare::line(l, true, text)),
                }
            }
        }
        @if is_same { p .muted { (l.text("history-small-change")) } }
    }
}
