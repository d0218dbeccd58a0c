//! The schema names what the reader knows, no more and no less, and bounds it as the checks do.

use serde_json::Value;

use crate::definition::yaml::{SCHEMA, read};
use crate::limits;

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

/// A part of the schema; what it refers to, if it does.
fn at<'s>(schema: &'s Value, pointer: &str) -> &'s Value {
    let part = schema.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is not there"));
    match part.get("$ref").and_then(Value::as_str) {
        Some(target) => at(schema, target.trim_start_matches('#')),
        None => part,
    }
}

/// What the reader says is known where a name or a word stands that is not.
fn known(yaml: &str) -> Vec<String> {
    let reading = read(yaml);
    let help = &reading.diagnostics.first().unwrap_or_else(|| panic!("nothing is wrong: {yaml}")).help;
    let list = help.split_once(": ").map_or(help.as_str(), |(_, list)| list);
    let mut names: Vec<String> = list.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn every_field_of_the_reader_is_one_of_the_schema() {
    let workflow = |yaml: &str| format!("workflows: [{{ {yaml} }}]");
    let condition = |yaml: &str| format!("workflows: [{{ all: [{{ {yaml} }}] }}]");
    let action = |yaml: &str| format!("workflows: [{{ actions: [{{ {yaml} }}] }}]");
    let example = |yaml: &str| {
        format!("workflows: [{{ examples: [{{ must: match, now: 2026-11-23T10:00:00Z, {yaml} }}] }}]")
    };
    let cases = [
        ("", "zzzzzz: 1".to_owned()),
        ("/$defs/account", "account: { zzzzzz: 1 }".to_owned()),
        ("/$defs/directory", "account: { directory: { zzzzzz: 1 } }".to_owned()),
        ("/$defs/agent", "account: { directory: { agents: [{ zzzzzz: 1 }] } }".to_owned()),
        (
            "/$defs/working_hours",
            "account: { directory: { agents: [{ working_hours: { zzzzzz: 1 } }] } }".to_owned(),
        ),
        (
            "/$defs/working_hours/properties/weekly",
            "account: { directory: { agents: [{ working_hours: { weekly: { zzzzzz: 1 } } }] } }".to_owned(),
        ),
        ("/$defs/inbox", "account: { directory: { inboxes: [{ zzzzzz: 1 }] } }".to_owned()),
        ("/$defs/terms/items/anyOf/1", "account: { directory: { tags: [{ zzzzzz: 1 }] } }".to_owned()),
        ("/$defs/workflow", workflow("zzzzzz: 1")),
        ("/$defs/condition", condition("zzzzzz: 1")),
        ("/$defs/condition/properties/source", condition("source: { zzzzzz: 1 }")),
        ("/$defs/condition/properties/subject", condition("subject: { zzzzzz: 1 }")),
        ("/$defs/condition/properties/customer_name", condition("customer_name: { zzzzzz: 1 }")),
        ("/$defs/condition/properties/message", condition("message: { zzzzzz: 1 }")),
        ("/$defs/bound", condition("ticket_created: { is: { zzzzzz: 1 } }")),
        ("/$defs/attendance/anyOf/1", condition("working_hours: { is: { zzzzzz: 1 } }")),
        ("/$defs/action", action("zzzzzz: 1")),
        ("/$defs/action/properties/send_message", action("send_message: { zzzzzz: 1 }")),
        (
            "/$defs/action/properties/send_translated_message",
            action("send_translated_message: { zzzzzz: 1 }"),
        ),
        ("/$defs/action/properties/ai_message", action("ai_message: { zzzzzz: 1 }")),
        ("/$defs/action/properties/send_email", action("send_email: { zzzzzz: 1 }")),
        ("/$defs/example", example("ticket: { id: t }, change: { timer: true }, zzzzzz: 1")),
        ("/$defs/ticket", example("ticket: { zzzzzz: 1 }, change: { timer: true }")),
        (
            "/$defs/ticket/properties/inbox_groups/anyOf/0/anyOf/1",
            example("ticket: { inbox_groups: { zzzzzz: 1 } }, change: { timer: true }"),
        ),
        (
            "/$defs/ticket/properties/assigned_agent/anyOf/0/anyOf/1",
            example("ticket: { assigned_agent: { zzzzzz: 1 } }, change: { timer: true }"),
        ),
        ("/$defs/change", example("ticket: { id: t }, change: { zzzzzz: 1 }")),
        (
            "/$defs/change/properties/message_received/anyOf/0",
            example("ticket: { id: t }, change: { message_received: { zzzzzz: 1, author: other } }"),
        ),
        (
            "/$defs/example/properties/baseline",
            example("ticket: { id: t }, change: { timer: true }, baseline: { zzzzzz: 1 }"),
        ),
    ];
    let schema = schema();
    for (pointer, yaml) in cases {
        let object = at(&schema, pointer);
        assert_eq!(object["additionalProperties"], false, "{pointer}");
        let properties = object["properties"].as_object().unwrap_or_else(|| panic!("{pointer} has none"));
        let mut names: Vec<&String> = properties.keys().collect();
        names.sort();
        assert_eq!(names, known(&yaml).iter().collect::<Vec<_>>(), "{pointer}");
    }
}

#[test]
fn every_word_of_the_reader_is_one_of_the_schema() {
    let condition = |yaml: &str| format!("workflows: [{{ all: [{{ {yaml} }}] }}]");
    let ticket = |yaml: &str| format!("workflows: [{{ examples: [{{ ticket: {{ {yaml} }} }}] }}]");
    let change =
        |yaml: &str| format!("workflows: [{{ examples: [{{ ticket: {{}}, change: {{ {yaml} }} }}] }}]");
    let condition_words =
        ["new_ticket", "day_of_week", "action", "sentiment", "reply_status", "ticket_state"];
    let mut cases: Vec<(String, String)> = condition_words
        .iter()
        .map(|name| {
            let pointer = format!("/$defs/condition/properties/{name}/properties/is/anyOf/0/enum");
            (pointer, condition(&format!("{name}: {{ is: zzzzzz }}")))
        })
        .collect();
    let others = [
        ("/$defs/workflow/properties/mode/enum", "workflows: [{ mode: zzzzzz }]".to_owned()),
        ("/$defs/phrase_test/properties/mode/enum", condition("subject: { is: a, mode: zzzzzz }")),
        ("/$defs/condition/properties/new_message/enum", condition("new_message: zzzzzz")),
        ("/$defs/attendance/anyOf/0/enum", condition("working_hours: { is: zzzzzz }")),
        (
            "/$defs/action/properties/send_message/properties/format/enum",
            "workflows: [{ actions: [{ send_message: { format: zzzzzz } }] }]".to_owned(),
        ),
        ("/$defs/example/properties/must/enum", "workflows: [{ examples: [{ must: zzzzzz }] }]".to_owned()),
        ("/$defs/ticket/properties/state/anyOf/0/enum", ticket("state: zzzzzz")),
        ("/$defs/ticket/properties/sentiment/anyOf/0/enum", ticket("sentiment: zzzzzz")),
        ("/$defs/ticket/properties/reply_status/anyOf/0/enum", ticket("reply_status: zzzzzz")),
        ("/$defs/change/properties/ticket_created/anyOf/0/anyOf/0/enum", change("ticket_created: zzzzzz")),
        (
            "/$defs/change/properties/message_received/anyOf/0/properties/author/enum",
            change("message_received: { author: zzzzzz }"),
        ),
    ];
    cases.extend(others.map(|(pointer, yaml)| (pointer.to_owned(), yaml)));
    let schema = schema();
    for (pointer, yaml) in cases {
        let reading = read(&yaml);
        let fault = reading.diagnostics.iter().find(|finding| finding.code == "unknown_word");
        let help = &fault.unwrap_or_else(|| panic!("no word is unknown: {yaml}")).help;
        let mut known: Vec<&str> = help.split('`').skip(1).step_by(2).collect();
        known.sort_unstable();
        let words = at(&schema, &pointer).as_array().unwrap_or_else(|| panic!("{pointer} is no list"));
        let mut words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        words.sort_unstable();
        assert_eq!(words, known, "{pointer}");
    }
}

#[test]
fn every_bound_of_the_schema_is_that_of_the_checks() {
    let schema = schema();
    for (pointer, limit) in [
        ("/$defs/workflow/properties/display_name/maxLength", limits::DISPLAY_NAME_CHARS_MAX),
        ("/$defs/workflow/properties/description/maxLength", limits::DESCRIPTION_CHARS_MAX),
        ("/$defs/workflow/properties/all/maxItems", limits::CONDITIONS_MAX),
        ("/$defs/workflow/properties/any/maxItems", limits::CONDITIONS_MAX),
        ("/$defs/workflow/properties/actions/maxItems", limits::ACTIONS_MAX),
        ("/$defs/workflow/properties/examples/maxItems", limits::EXAMPLES_MAX),
        ("/$defs/account/properties/display_name/maxLength", limits::DISPLAY_NAME_CHARS_MAX),
        ("/$defs/example/properties/name/maxLength", limits::DISPLAY_NAME_CHARS_MAX),
        ("/$defs/id_test/properties/is/anyOf/1/maxItems", limits::VALUES_MAX),
        ("/$defs/phrase_test/properties/is/anyOf/1/maxItems", limits::VALUES_MAX),
        ("/$defs/elapsed_test/properties/is/anyOf/1/maxItems", limits::ELAPSED_BOUNDS_MAX),
        ("/$defs/condition/properties/time_of_day/properties/is/anyOf/1/maxItems", limits::TIME_RANGES_MAX),
        ("/$defs/condition/properties/working_hours/properties/is/anyOf/1/maxItems", limits::ATTENDANCES_MAX),
        ("/$defs/directory/properties/agents/maxItems", limits::DIRECTORY_ENTRIES_MAX),
        ("/$defs/directory/properties/inboxes/maxItems", limits::DIRECTORY_ENTRIES_MAX),
        ("/$defs/terms/maxItems", limits::DIRECTORY_ENTRIES_MAX),
        ("/$defs/working_hours/properties/exceptions/maxProperties", limits::EXCEPTIONS_MAX),
        ("/$defs/id/maxLength", limits::VALUE_BYTES_MAX),
    ] {
        assert_eq!(at(&schema, pointer), limit, "{pointer}");
    }
    let id = format!("^[A-Za-z0-9._~:-]{{1,{}}}$", limits::ID_CHARS_MAX);
    assert_eq!(at(&schema, "/$defs/workflow/properties/id/pattern"), &Value::from(id.clone()));
    assert_eq!(at(&schema, "/$defs/account/properties/id/pattern"), &Value::from(id));
}

#[test]
fn every_field_of_the_schema_is_described() {
    fn visit(schema: &Value, part: &Value, place: &str) {
        match part {
            Value::Object(fields) => {
                for (name, field) in fields {
                    let place = format!("{place}/{name}");
                    if name == "properties" {
                        for (property, value) in field.as_object().expect("properties are an object") {
                            let own = value.get("description");
                            let referred = value.get("$ref").and_then(Value::as_str);
                            let target = referred.map(|target| at(schema, target.trim_start_matches('#')));
                            let described = own.or(target.and_then(|target| target.get("description")));
                            assert!(described.is_some_and(Value::is_string), "{place}/{property}");
                        }
                    }
                    visit(schema, field, &place);
                }
            }
            Value::Array(parts) => parts.iter().for_each(|part| visit(schema, part, place)),
            _ => {}
        }
    }
    let schema = schema();
    visit(&schema, &schema, "");
}
