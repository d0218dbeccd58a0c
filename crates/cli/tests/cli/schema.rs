//! `tamis schema`: it lets pass what the reader reads, and refuses what the reader refuses.

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::Value;
use tamis_engine::definition::yaml::{self, Document};
use tamis_testkit::generate;
use tempfile::tempdir;

use crate::server::Server;
use crate::support;

fn validator() -> Validator {
    let schema = serde_json::from_str(yaml::SCHEMA).expect("the schema is JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("it is a schema of 2020-12");
    jsonschema::validator_for(&schema).expect("it compiles")
}

/// What the schema finds wrong with a file.
fn faults(validator: &Validator, yaml: &str) -> Vec<String> {
    let value: Value = serde_saphyr::from_str(yaml).expect("the file is YAML");
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn it_is_printed_as_it_is() {
    let run = support::run(&["schema"], "").expect_code(0);
    assert_eq!(run.stdout, yaml::SCHEMA);
}

#[test]
fn files_that_are_written_by_hand_or_by_commands_pass() {
    let validator = validator();
    let folder = tempdir().expect("a folder");
    let server = Server::start(&folder.path().join("tamis.db"), &["--demo"]);
    let demo = support::run(&["export", "--account", "demo", "--server", &server.address], "").expect_code(0);
    for (name, yaml) in [
        ("the example", include_str!("../../../engine/src/definition/yaml/example.yaml")),
        ("the demo", demo.stdout.as_str()),
        ("zendesk", include_str!("import/zendesk.yaml")),
        ("chatwoot", include_str!("import/chatwoot.yaml")),
        ("zammad", include_str!("import/zammad.yaml")),
    ] {
        assert_eq!(faults(&validator, yaml), [""; 0], "{name}");
    }
}

proptest! {
    #[test]
    fn whatever_is_written_passes(account in generate::account(), workflows in generate::workflows()) {
        let yaml = yaml::write(&Document { account: Some(account), workflows });
        prop_assert_eq!(faults(&validator(), &yaml), [""; 0], "{}", yaml);
    }
}

#[test]
fn what_the_reader_refuses_is_refused() {
    let validator = validator();
    let workflow = |yaml: &str| {
        format!(
            "workflows: [{{ id: a, display_name: A, all: [{{ new_message: is }}], actions: [{{ assign_tag: t }}], {yaml} }}]"
        )
    };
    let condition = |yaml: &str| {
        format!(
            "workflows: [{{ id: a, display_name: A, all: [{{ {yaml} }}], actions: [{{ assign_tag: t }}] }}]"
        )
    };
    let action = |yaml: &str| {
        format!(
            "workflows: [{{ id: a, display_name: A, all: [{{ new_message: is }}], actions: [{{ {yaml} }}] }}]"
        )
    };
    let account = |yaml: &str| format!("account: {{ id: a, time_zone: UTC, locale: en, {yaml} }}");
    let hours =
        |yaml: &str| account(&format!("directory: {{ agents: [{{ id: a, working_hours: {{ {yaml} }} }}] }}"));
    let example =
        |yaml: &str| workflow(&format!("examples: [{{ must: match, now: 2026-11-23T10:00:00Z, {yaml} }}]"));
    for sound in [
        workflow("stop: true"),
        account("directory: { tags: [a] }"),
        example("ticket: { id: t }, change: { timer: true }"),
    ] {
        assert_eq!(faults(&validator, &sound), [""; 0], "{sound}");
        assert!(!yaml::read(&sound).has_errors(), "{sound}");
    }
    let broken = [
        "workflow: []".to_owned(),
        "[]".to_owned(),
        "workflows: 5".to_owned(),
        "workflows: [5]".to_owned(),
        workflow("nmae: a"),
        workflow("enabled: si"),
        workflow("mode: lvie"),
        workflow("position: -1"),
        workflow("position: 1.5"),
        workflow("description: [a]"),
        workflow("any: { new_message: is }"),
        condition("sourse: { is: a }"),
        condition(""),
        condition("source: { is: a }, inbox: { is: b }"),
        condition("source: a"),
        condition("source: {}"),
        condition("source: { is: a, is_not: b }"),
        condition("source: { is: a, mode: equals }"),
        condition("source: { is: [a, {}] }"),
        condition("source: { is: [a, ~] }"),
        condition("new_message: {}"),
        condition("new_message: isnt"),
        condition("sentiment: { is: angry }"),
        condition("subject: { is: a, mode: like }"),
        condition("subject: { is: a, whole_word: maybe }"),
        condition("time_of_day: { is: 9-17 }"),
        condition("time_of_day: { is: \"25:00-26:00\" }"),
        condition("ticket_created: { is: 24h }"),
        condition("ticket_created: { is: { more_than: 24 } }"),
        condition("ticket_created: { is: { more_than: 1h 1d } }"),
        condition("ticket_created: { is: { more_than: P1M } }"),
        condition("ticket_created: { is: { more_than: 24h, less_than: 48h } }"),
        condition("working_hours: { is: inn }"),
        condition("working_hours: { is: { inside: a, outside: b } }"),
        action("assign: anna"),
        action("set_status: { id: a }"),
        action("send_message: Hello"),
        action("send_message: { text: a, format: markdown }"),
        action("send_email: { to: a, subject: b, body: c }"),
        account("timezone: UTC"),
        account("directory: { tags: a }"),
        account("directory: { tags: [{ name: a }] }"),
        hours("weekly: { someday: \"09:00-17:00\" }"),
        hours("weekly: { monday: 9 to 5 }"),
        hours("exceptions: { 24.12.2026: [] }"),
        example("ticket: { id: t }"),
        example("ticket: { id: t, state: ajar }, change: { timer: true }"),
        example("ticket: { id: t, created_at: yesterday }, change: { timer: true }"),
        example("ticket: { id: t }, change: { message_received: { text: a } }"),
        example("ticket: { id: t }, change: { ticket_created: robot }"),
    ];
    for yaml in broken {
        assert!(yaml::read(&yaml).has_errors(), "the reader lets pass: {yaml}");
        assert_ne!(faults(&validator, &yaml), [""; 0], "the schema lets pass: {yaml}");
    }
}
