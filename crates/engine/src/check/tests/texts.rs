//! Phrases and templates, which are folded and parsed elsewhere.

use super::{account, outline, with_action, with_test};
use crate::check;
use crate::definition::yaml::read;
use crate::definition::{Action, Body, Phrases, Test, TextFormat, Workflow};
use crate::limits;

fn phrases(phrases: &[&str]) -> Phrases {
    Phrases { phrases: phrases.iter().map(|&phrase| phrase.to_owned()).collect(), ..Phrases::default() }
}

fn body(text: &str) -> Body {
    Body { text: text.to_owned(), format: TextFormat::Plain }
}

fn email(to: &str, subject: &str, text: &str) -> Workflow {
    with_action(Action::SendEmail { to: to.to_owned(), subject: subject.to_owned(), body: body(text) })
}

fn codes_of(workflow: &Workflow) -> Vec<(&'static str, String)> {
    let found = check::workflow(&account(), workflow, "workflow");
    found.into_iter().map(|finding| (finding.code, finding.path)).collect()
}

#[test]
fn phrases_are_checked_as_they_are_folded() {
    let sensitive = |texts| Phrases { case_sensitive: true, accent_sensitive: true, ..phrases(texts) };
    let accent = |texts| Phrases { accent_sensitive: true, ..phrases(texts) };
    let nothing = Some("phrase_folds_to_nothing");
    let cases = [
        (phrases(&["rembourse", "zwrot"]), None),
        (phrases(&[""]), nothing),
        (phrases(&[" \u{a0}\t"]), nothing),
        (phrases(&["\u{ad}\u{200b}"]), nothing),
        (phrases(&["\u{301}"]), nothing),
        (accent(&["\u{301}"]), None),
        (phrases(&["é", "E"]), Some("phrase_duplicate")),
        (sensitive(&["é", "E"]), None),
        (sensitive(&["é", "e\u{301}"]), Some("phrase_duplicate")),
        (phrases(&[&"x".repeat(limits::PHRASE_BYTES_MAX)]), None),
        (phrases(&[&"x".repeat(limits::PHRASE_BYTES_MAX + 1)]), Some("too_long")),
    ];
    for (phrases, code) in cases {
        for (name, test) in [
            ("subject", Test::Subject(phrases.clone())),
            ("customer_name", Test::CustomerName(phrases.clone())),
            ("message", Test::Message(phrases.clone())),
        ] {
            let index = phrases.phrases.len() - 1;
            let path = format!("workflow.all[0].{name}.phrases[{index}]");
            let expected: Vec<_> = code.iter().map(|code| (*code, path.clone())).collect();
            assert_eq!(codes_of(&with_test(test)), expected, "{phrases:?}");
        }
    }
    let many =
        |count: usize| Phrases { phrases: (0..count).map(|n| n.to_string()).collect(), ..Phrases::default() };
    assert_eq!(codes_of(&with_test(Test::Message(many(limits::VALUES_MAX)))), []);
    let expected = [("too_many", "workflow.all[0].message.phrases".to_owned())];
    assert_eq!(codes_of(&with_test(Test::Message(many(limits::VALUES_MAX + 1)))), expected);
}

#[test]
fn templates_are_checked_where_they_stand() {
    let message = |text: &str| with_action(Action::SendMessage { body: body(text) });
    let translated = |text: &str, language: &str| {
        let target_language = language.to_owned();
        with_action(Action::SendTranslatedMessage { body: body(text), target_language })
    };
    let ai = |text: &str| with_action(Action::AiMessage { instructions: text.to_owned() });
    let long = |bytes: usize| "x".repeat(bytes);
    let cases = [
        (message("Hello {{ customer_name }},\n\nyours"), None),
        (message(" \n"), Some(("text_required", "send_message.body.text"))),
        (message("{{ customer }}"), Some(("template_variable_unknown", "send_message.body.text"))),
        (message("Hello {{ customer_name"), Some(("template_variable_unclosed", "send_message.body.text"))),
        (message(&long(limits::TEMPLATE_BYTES_MAX)), None),
        (message(&long(limits::TEMPLATE_BYTES_MAX + 1)), Some(("too_long", "send_message.body.text"))),
        (translated("Hello", "pl"), None),
        (translated("Hello", "zh-Hant"), None),
        (
            translated("{{ x }}", "pl"),
            Some(("template_variable_unknown", "send_translated_message.body.text")),
        ),
        (translated("Hello", ""), Some(("language_required", "send_translated_message.target_language"))),
        (translated("Hello", "Polish language"), {
            Some(("language_malformed", "send_translated_message.target_language"))
        }),
        (ai("Answer {{ customer_name }}"), None),
        (ai(""), Some(("text_required", "ai_message.instructions"))),
        (ai("{{ x }}"), Some(("template_variable_unknown", "ai_message.instructions"))),
        (ai(&long(limits::TEMPLATE_BYTES_MAX)), None),
        (ai(&long(limits::TEMPLATE_BYTES_MAX + 1)), Some(("too_long", "ai_message.instructions"))),
        (email("{{ customer_email }}", "Hi", "Hello"), None),
        (email("boss@acme.example", "Hi {{ customer_name }}", "Hello"), None),
        (email("", "Hi", "Hello"), Some(("recipient_required", "send_email.to"))),
        (email("boss", "Hi", "Hello"), Some(("recipient_implausible", "send_email.to"))),
        (email("a@b.example\n", "Hi", "Hello"), Some(("line_break", "send_email.to"))),
        (email("{{ x }}", "Hi", "Hello"), Some(("template_variable_unknown", "send_email.to"))),
        (email("a@b.example", "", "Hello"), Some(("text_required", "send_email.subject"))),
        (email("a@b.example", "Hi\r\nthere", "Hello"), Some(("line_break", "send_email.subject"))),
        (email("a@b.example", "{{ x }}", "Hello"), Some(("template_variable_unknown", "send_email.subject"))),
        (email("a@b.example", &long(limits::LINE_TEMPLATE_BYTES_MAX), "Hello"), None),
        (email("a@b.example", &long(limits::LINE_TEMPLATE_BYTES_MAX + 1), "Hello"), {
            Some(("too_long", "send_email.subject"))
        }),
        (email("a@b.example", "Hi", ""), Some(("text_required", "send_email.body.text"))),
    ];
    for (workflow, finding) in cases {
        let expected: Vec<_> =
            finding.iter().map(|(code, field)| (*code, format!("workflow.actions[0].{field}"))).collect();
        assert_eq!(codes_of(&workflow), expected, "{:?}", workflow.actions);
    }
}

#[test]
fn every_fault_of_a_template_is_told_with_its_place() {
    let workflow = email("{{ one }}", "{{ two }} {{ three }}", "Hello\n  {{ four }}");
    let found = check::workflow(&account(), &workflow, "workflow");
    let expected = [
        ("template_variable_unknown", "workflow.actions[0].send_email.to"),
        ("template_variable_unknown", "workflow.actions[0].send_email.subject"),
        ("template_variable_unknown", "workflow.actions[0].send_email.subject"),
        ("template_variable_unknown", "workflow.actions[0].send_email.body.text"),
    ];
    assert_eq!(outline(&found), expected);
    assert!(found[3].message.starts_with("line 2, column "), "{}", found[3].message);
}

#[test]
fn the_example_of_the_format_has_no_findings() {
    let document = read(include_str!("../../definition/yaml/example.yaml")).value;
    let account = document.account.unwrap();
    assert_eq!(check::account(&account, "account"), []);
    for workflow in &document.workflows {
        assert_eq!(check::workflow(&account, workflow, "workflow"), []);
    }
}
