use std::collections::BTreeSet;

use super::*;
use crate::fold::Folding;
use crate::template::Template;

const LANGUAGES: [Language; 3] = [Language::English, Language::French, Language::Polish];

fn phrases_of(condition: &mut Condition) -> Option<&mut Phrases> {
    match &mut condition.test {
        Test::Subject(phrases) | Test::CustomerName(phrases) | Test::Message(phrases) => Some(phrases),
        _ => None,
    }
}

/// Every text with variables of an action; the e-mail's recipient apart.
fn texts_of(action: &mut Action) -> Vec<&mut String> {
    match action {
        Action::SendMessage { body } | Action::SendTranslatedMessage { body, .. } => vec![&mut body.text],
        Action::AiMessage { instructions } => vec![instructions],
        Action::SendEmail { subject, body, .. } => vec![subject, &mut body.text],
        _ => Vec::new(),
    }
}

/// A workflow without its texts.
fn structure(mut workflow: Workflow) -> Workflow {
    workflow.display_name.clear();
    workflow.description.clear();
    for condition in workflow.all.iter_mut().chain(&mut workflow.any) {
        if let Some(phrases) = phrases_of(condition) {
            phrases.phrases.iter_mut().for_each(String::clear);
        }
    }
    workflow.actions.iter_mut().flat_map(texts_of).for_each(String::clear);
    workflow
}

#[test]
fn languages_differ_in_texts_alone() {
    let all = LANGUAGES.map(starters);
    let [english, others @ ..] = &all;
    assert!((12..=16).contains(&english.len()));
    for other in others {
        assert!(english.iter().map(|starter| starter.id).eq(other.iter().map(|starter| starter.id)));
        for (a, b) in english.iter().zip(other) {
            assert_ne!(a.workflow.display_name, b.workflow.display_name, "{}", a.id);
            assert_ne!(a.workflow.description, b.workflow.description, "{}", a.id);
            assert_eq!(structure(a.workflow.clone()), structure(b.workflow.clone()), "{}", a.id);
            let (mut a, mut b) = (a.clone(), b.clone());
            let texts = a.workflow.actions.iter_mut().flat_map(texts_of);
            for (a, b) in texts.zip(b.workflow.actions.iter_mut().flat_map(texts_of)) {
                assert_ne!(a, b, "a text was left untranslated");
            }
        }
    }
}

#[test]
fn every_starter_is_whole() {
    for language in LANGUAGES {
        let starters = starters(language);
        let ids: BTreeSet<_> = starters.iter().map(|starter| starter.id).collect();
        assert_eq!(ids.len(), starters.len(), "ids are unique");
        for Starter { id, mut workflow } in starters {
            assert_eq!(workflow.id, id);
            assert!(!workflow.display_name.is_empty() && !workflow.description.is_empty(), "{id}");
            assert!(!workflow.all.is_empty() && !workflow.actions.is_empty(), "{id}");
            for phrases in workflow.all.iter_mut().chain(&mut workflow.any).filter_map(phrases_of) {
                assert!(!phrases.phrases.is_empty(), "{id}");
                for phrase in &phrases.phrases {
                    assert!(!Folding::default().fold(phrase).trim().is_empty(), "{id}: {phrase}");
                }
            }
            for action in &mut workflow.actions {
                if let Action::SendEmail { to, subject, .. } = action {
                    assert!(Template::parse(to).is_ok() && to.contains('@'), "{id}: {to}");
                    assert!(!subject.contains('\n'), "{id}: {subject}");
                }
                for text in texts_of(action) {
                    assert!(!text.trim().is_empty(), "{id}");
                    assert_eq!(Template::parse(text).err(), None, "{id}: {text}");
                }
            }
        }
    }
}

/// Without an event a state-driven workflow would answer again on every change.
#[test]
fn whatever_answers_a_customer_waits_for_the_customer() {
    for Starter { id, workflow } in starters(Language::English) {
        let answers = workflow.actions.iter().any(|action| {
            matches!(
                action,
                Action::SendMessage { .. } | Action::SendTranslatedMessage { .. } | Action::AiMessage { .. }
            )
        });
        let waits = workflow.all.iter().any(|condition| matches!(condition.test, Test::Action(_)));
        assert!(!answers || waits, "{id}");
    }
}

#[test]
fn together_they_use_every_action() {
    let used: BTreeSet<_> = starters(Language::French)
        .iter()
        .flat_map(|starter| starter.workflow.actions.iter().map(Action::name).collect::<Vec<_>>())
        .collect();
    let all = [
        "ai_message",
        "assign_agent",
        "assign_tag",
        "change_order_status",
        "send_email",
        "send_message",
        "send_translated_message",
        "set_status",
    ];
    assert_eq!(used, BTreeSet::from(all));
}

#[test]
fn every_id_is_in_the_documented_directory() {
    let documented = |list: &str| -> BTreeSet<String> {
        let source = include_str!("../starters.rs");
        let row = source.lines().find(|line| line.starts_with(&format!("//! | {list}"))).expect(list);
        row.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    for Starter { id, workflow } in starters(Language::Polish) {
        let conditions =
            workflow.all.iter().chain(&workflow.any).filter_map(|condition| match &condition.test {
                Test::Source(ids) => Some(("sources", ids.clone())),
                Test::CurrentStatus(ids) => Some(("statuses", ids.clone())),
                Test::Context(ids) => Some(("contexts", ids.clone())),
                Test::Inbox(ids) => Some(("inboxes", ids.clone())),
                Test::WorkingHours(list) => Some((
                    "agents",
                    list.iter().filter_map(|attendance| attendance.agent_id.clone()).collect(),
                )),
                _ => None,
            });
        let actions = workflow.actions.iter().filter_map(|action| match action {
            Action::AssignAgent { agent_id } => Some(("agents", vec![agent_id.clone()])),
            Action::AssignTag { tag_id } => Some(("tags", vec![tag_id.clone()])),
            Action::SetStatus { status_id } => Some(("statuses", vec![status_id.clone()])),
            Action::ChangeOrderStatus { order_status_id } => {
                Some(("order statuses", vec![order_status_id.clone()]))
            }
            _ => None,
        });
        for (list, used) in conditions.chain(actions) {
            let known = documented(list);
            assert!(used.iter().all(|used| known.contains(used)), "{id}: {used:?} not in {list}");
        }
    }
}

#[test]
fn tags_name_languages() {
    let cases = [
        ("", Some(Language::English)),
        ("en", Some(Language::English)),
        ("en-GB", Some(Language::English)),
        ("fr", Some(Language::French)),
        ("FR-ca", Some(Language::French)),
        ("fr-FR-u-ca-gregory", Some(Language::French)),
        ("pl-PL", Some(Language::Polish)),
        ("de", None),
        ("und", None),
        ("french", None),
        ("fr_FR", None),
        ("-", None),
    ];
    for (tag, expected) in cases {
        assert_eq!(Language::from_tag(tag), expected, "{tag}");
    }
}

#[test]
fn every_variable_is_described_in_every_language() {
    for variable in Variable::ALL {
        let descriptions: BTreeSet<_> = LANGUAGES.map(|language| describe(variable, language).0).into();
        assert_eq!(descriptions.len(), LANGUAGES.len(), "{variable:?}");
        for language in LANGUAGES {
            let (description, example) = describe(variable, language);
            assert!(!description.is_empty() && !example.is_empty(), "{variable:?}");
        }
    }
}

#[test]
fn the_described_date_is_written_as_the_locale_does() {
    let instant = "2026-03-09T15:05:00+01:00[Europe/Paris]".parse().unwrap();
    for (language, locale) in LANGUAGES.into_iter().zip(["en-US", "fr-FR", "pl-PL"]) {
        let format = crate::date_time::DateTimeFormat::new(locale).unwrap();
        assert_eq!(describe(Variable::CurrentDateTime, language).1, format.format(&instant));
    }
}
