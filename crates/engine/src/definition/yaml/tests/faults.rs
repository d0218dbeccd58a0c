//! Every fault of form is reported, where it stands.

use crate::definition::yaml::{Reading, read};
use crate::definition::{Action, Test};
use crate::diagnostic::{Diagnostic, is_as_listed};

/// Code, path, and the text that stands at the place of each finding.
fn outline<'a, T>(text: &'a str, reading: &'a Reading<T>) -> Vec<(&'a str, &'a str, &'a str)> {
    let place = |finding: &Diagnostic| {
        let offset = reading.locations.of(&finding.path).map_or(text.len(), |location| location.offset);
        let rest = &text[offset..];
        &rest[..rest.find([' ', '\n', ',', '}', ']', ':']).unwrap_or(rest.len())]
    };
    assert!(reading.diagnostics.iter().all(is_as_listed), "{:#?}", reading.diagnostics);
    reading.diagnostics.iter().map(|finding| (finding.code, &*finding.path, place(finding))).collect()
}

/// Every line break is one, whether the parser says where a fault is or we do.
#[test]
fn lines_are_counted_across_all_line_breaks() {
    for breaks in ["\n", "\r\n", "\r"] {
        for fault in ["\0", "workflow: []", "*a"] {
            let reading = read(&format!("# é{breaks}{breaks}  {fault}"));
            let at = reading.locations.of(&reading.diagnostics[0].path).unwrap();
            assert_eq!((at.line, at.column), (3, 3), "{breaks:?} {fault:?}");
        }
    }
}

#[test]
fn each_fault_has_its_code_path_and_place() {
    let condition = |yaml: &str| format!("workflows: [{{ all: [{{ {yaml} }}] }}]");
    let action = |yaml: &str| format!("workflows: [{{ actions: [{{ {yaml} }}] }}]");
    let agent = |yaml: &str| format!("account: {{ directory: {{ agents: [{{ {yaml} }}] }} }}");
    let example = |yaml: &str| {
        format!("workflows: [{{ examples: [{{ must: match, now: 2026-11-23T10:00:00Z, {yaml} }}] }}]")
    };
    let cases = [
        ("workflow: []".to_owned(), "unknown_field", "workflow", "workflow"),
        ("[]".to_owned(), "wrong_type", "", "["),
        ("workflows: 5".to_owned(), "wrong_type", "workflows", "5"),
        ("workflows:".to_owned(), "wrong_type", "workflows", "workflows"),
        ("workflows: [5]".to_owned(), "wrong_type", "workflows[0]", "5"),
        ("workflows: [{ id: [] }]".to_owned(), "wrong_type", "workflows[0].workflow_id", "id"),
        ("workflows: [{ id: }]".to_owned(), "wrong_type", "workflows[0].workflow_id", "id"),
        ("workflows: [{ id: ~ }]".to_owned(), "wrong_type", "workflows[0].workflow_id", "id"),
        ("workflows: [{ id: a, id: b }]".to_owned(), "duplicate_field", "workflows[0].id", "id"),
        ("workflows: [{ nmae: a }]".to_owned(), "unknown_field", "workflows[0].nmae", "nmae"),
        ("workflows: [{ a.b: a }]".to_owned(), "unknown_field", "workflows[0]", "{"),
        ("workflows: [{ <<: {} }]".to_owned(), "unknown_field", "workflows[0]", "{"),
        ("workflows: [{ {}: a }]".to_owned(), "wrong_type", "workflows[0]", "{"),
        ("workflows: [{ enabled: yes }]".to_owned(), "unknown_word", "workflows[0].enabled", "yes"),
        ("workflows: [{ mode: lvie }]".to_owned(), "unknown_word", "workflows[0].mode", "lvie"),
        ("workflows: [{ position: -1 }]".to_owned(), "number_malformed", "workflows[0].position", "-1"),
        ("workflows: [{ position: 1.5 }]".to_owned(), "number_malformed", "workflows[0].position", "1.5"),
        (condition("sourse: { is: a }"), "unknown_field", "workflows[0].all[0].sourse", "sourse"),
        (condition(""), "wrong_type", "workflows[0].all[0]", "{"),
        (condition("source: { is: a }, inbox: { is: b }"), "several_in_one", "workflows[0].all[0]", "{"),
        (condition("source: a"), "wrong_type", "workflows[0].all[0].source", "a"),
        (condition("source: {}"), "missing_field", "workflows[0].all[0].source", "source"),
        (condition("source: { is: a, is_not: b }"), "is_and_is_not", "workflows[0].all[0].source", "source"),
        (
            condition("source: { is: a, mode: equals }"),
            "unknown_field",
            "workflows[0].all[0].source.mode",
            "mode",
        ),
        (condition("source: { is: [a, {}] }"), "wrong_type", "workflows[0].all[0].source.ids[1]", "{"),
        (condition("source: { is: [a, ~] }"), "wrong_type", "workflows[0].all[0].source.ids[1]", "~"),
        (condition("new_message: {}"), "wrong_type", "workflows[0].all[0].new_message", "new_message"),
        (condition("new_message: isnt"), "unknown_word", "workflows[0].all[0].new_message", "isnt"),
        (
            condition("sentiment: { is: angry }"),
            "unknown_word",
            "workflows[0].all[0].sentiment.sentiments[0]",
            "angry",
        ),
        (
            condition("subject: { is: a, mode: like }"),
            "unknown_word",
            "workflows[0].all[0].subject.mode",
            "like",
        ),
        (
            condition("time_of_day: { is: 9-17 }"),
            "time_malformed",
            "workflows[0].all[0].time_of_day.ranges[0]",
            "9-17",
        ),
        (
            condition("ticket_created: { is: 24h }"),
            "wrong_type",
            "workflows[0].all[0].ticket_created.bounds[0]",
            "24h",
        ),
        (
            condition("ticket_created: { is: { more_than: 24 } }"),
            "duration_malformed",
            "workflows[0].all[0].ticket_created.bounds[0].more_than",
            "24",
        ),
        (
            condition("ticket_created: { is: { more_than: 24h, less_than: 48h } }"),
            "several_in_one",
            "workflows[0].all[0].ticket_created.bounds[0]",
            "is",
        ),
        (
            condition("working_hours: { is: inn }"),
            "unknown_word",
            "workflows[0].all[0].working_hours.attendances[0]",
            "inn",
        ),
        (action("assign: anna"), "unknown_field", "workflows[0].actions[0].assign", "assign"),
        (
            action("set_status: { id: a }"),
            "wrong_type",
            "workflows[0].actions[0].set_status.status_id",
            "set_status",
        ),
        (action("send_message: Hello"), "wrong_type", "workflows[0].actions[0].send_message", "Hello"),
        (
            action("send_message: { text: a, format: htlm }"),
            "unknown_word",
            "workflows[0].actions[0].send_message.body.format",
            "htlm",
        ),
        (
            action("send_email: { to: {{ customer_email }} }"),
            "wrong_type",
            "workflows[0].actions[0].send_email.to",
            "to",
        ),
        (agent("id: [a]"), "wrong_type", "account.directory.agents[0].id", "id"),
        (
            agent("working_hours: { weekly: { mon: 09:00-17:00 } }"),
            "unknown_field",
            "account.directory.agents[0].working_hours.weekly.mon",
            "mon",
        ),
        (
            agent("working_hours: { weekly: { monday: [09:00-17:00, '25:00-26:00'], friday: 09:00-17:00 } }"),
            "time_malformed",
            "account.directory.agents[0].working_hours.weekly[1].range",
            "'25",
        ),
        (
            agent("working_hours: { exceptions: { 24.12.2026: [], 2026-12-25: [] } }"),
            "date_malformed",
            "account.directory.agents[0].working_hours.exceptions[0].date",
            "24.12.2026",
        ),
        (
            agent("working_hours: { exceptions: { 2026-12-25: [], 2026-12-25: [] } }"),
            "duplicate_field",
            "account.directory.agents[0].working_hours.exceptions[1].date",
            "2026-12-25",
        ),
        (example("change: { updated: true }"), "missing_field", "workflows[0].examples[0].ticket", "{"),
        (
            example("ticket: { id: a, created_at: yesterday }, change: { updated: true }"),
            "instant_malformed",
            "workflows[0].examples[0].ticket.created_at",
            "yesterday",
        ),
        (
            example("ticket: { id: a }, change: { message_received: { text: a } }"),
            "missing_field",
            "workflows[0].examples[0].change.message_received.author",
            "message_received",
        ),
        (
            example("ticket: { id: a }, change: { updated: now }"),
            "unknown_word",
            "workflows[0].examples[0].change.updated",
            "now",
        ),
        ("workflows: [{ display_name: a".to_owned(), "yaml_syntax", "", "{"),
        ("workflows:\n  - id: a\n - id: b\n".to_owned(), "yaml_syntax", "", "-"),
        ("workflows: []\n---\nworkflows: []\n".to_owned(), "yaml_syntax", "", "workflows"),
        ("workflows: []\0".to_owned(), "yaml_syntax", "", "\0"),
        ("workflows: &a [*a]".to_owned(), "yaml_alias", "", "*a"),
        ("workflows: *a".to_owned(), "yaml_syntax", "", "*a"),
        ("workflows: !new []".to_owned(), "yaml_tag", "", "["),
    ];
    for (text, code, path, place) in cases {
        let reading = read(&text);
        assert_eq!(outline(&text, &reading), [(code, path, place)], "{text}\n{:#?}", reading.diagnostics);
    }
}

#[test]
fn all_faults_come_at_once_and_the_rest_is_read() {
    let text = "\
account: { time_zome: UTC, locale: [pl] }
workflows:
  - id: a
    enabled: maybe
    all:
      - source: { is: [chat, {}], foo: 1 }
      - inbox: { is: shop }
    any:
      - 12
    actions:
      - set_status:
      - assign_tag: vip
    stop: [true]
  - mode: dark
";
    let reading = read(text);
    let expected = [
        ("unknown_field", "account.time_zome", "time_zome"),
        ("wrong_type", "account.locale", "locale"),
        ("unknown_word", "workflows[0].enabled", "maybe"),
        ("wrong_type", "workflows[0].stop", "stop"),
        ("unknown_field", "workflows[0].all[0].source.foo", "foo"),
        ("wrong_type", "workflows[0].all[0].source.ids[1]", "{"),
        ("wrong_type", "workflows[0].any[0]", "12"),
        ("wrong_type", "workflows[0].actions[0].set_status.status_id", "set_status"),
        ("unknown_word", "workflows[1].mode", "dark"),
    ];
    assert_eq!(outline(text, &reading), expected);
    let workflow = &reading.value.workflows[0];
    assert_eq!(workflow.id, "a");
    assert_eq!(workflow.all[0].test, Test::Unreadable);
    assert_eq!(workflow.all[1].test, Test::Inbox(vec!["shop".into()]));
    assert_eq!(workflow.any[0].test, Test::Unreadable);
    assert_eq!(workflow.actions, [Action::Unreadable, Action::AssignTag { tag_id: "vip".into() }]);
}

#[test]
fn help_names_what_was_meant() {
    let cases = [
        ("workflows: [{ dispaly_name: a }]", "did you mean `display_name`?"),
        ("workflows: [{ all: [{ tags_assigned: {} }] }]", "did you mean `tag_assigned`?"),
        ("workflows: [{ zzzzzz: a }]", "known here: `id`, `display_name`"),
        ("workflows: [{ mode: shdow }]", "did you mean `shadow`?"),
        ("workflows: [{ mode: 7 }]", "`live`, `shadow`"),
        ("workflows: [{ actions: [{ ai_message: { instructions: {{ x }} } }] }]", "put quotes around"),
        ("workflows:\n- description: [{{ x }} y]\n", "must be quoted"),
        ("workflows: [{ id: }]", "leave the field out"),
    ];
    for (text, help) in cases {
        let found = read(text).diagnostics;
        assert!(found[0].help.contains(help), "{text}: {:?}", found[0]);
    }
}

#[test]
fn malformed_values_are_refused() {
    let durations = [
        "",
        " ",
        "24",
        "h",
        "1y",
        "1M",
        "P1M",
        "P1Y",
        "PT",
        "P",
        "PT1D",
        "P1H",
        "1h 1d",
        "1h 1h",
        "1.5h",
        "1.s",
        "-",
        "1,5s",
        "9223372036854775807w",
        "99999999999999999999s",
        "1h x",
        "1.0000000001s",
        "--1h",
    ];
    let ranges = [
        "09:00",
        "9-17",
        "09:00-24:01",
        "24:00-25:00",
        "09:60-10:00",
        "09:00-9:5",
        "a:00-b:00",
        "09:00-+1:00",
        "-",
    ];
    let instants = ["2026-11-23", "2026-11-23T10:00:00", "10:00", "2026-13-23T10:00:00Z", "now"];
    let reports = |template: &str, code: &str, value: &str| {
        let text = template.replace("VALUE", &format!("'{value}'"));
        let found = read(&text).diagnostics;
        assert_eq!(found.iter().map(|f| f.code).collect::<Vec<_>>(), [code], "{value}");
    };
    for value in durations {
        let template = "workflows: [{ all: [{ ticket_created: { is: { more_than: VALUE } } }] }]";
        reports(template, "duration_malformed", value);
    }
    for value in ranges {
        reports("workflows: [{ all: [{ time_of_day: { is: VALUE } }] }]", "time_malformed", value);
    }
    for value in instants {
        let template = "workflows: [{ examples: [{ must: match, ticket: {id: a}, change: {updated: {}}, now: VALUE }] }]";
        reports(template, "instant_malformed", value);
    }
    for value in ["2026-2-1", "2026-02-30", "20261224xx", "tomorrow", "2026-W52-4"] {
        let template =
            "account: { directory: { agents: [{ working_hours: { exceptions: { VALUE: [] } } }] } }";
        reports(template, "date_malformed", value);
    }
}

#[test]
fn bombs_do_not_go_off() {
    let mut bomb = String::from("a: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let below = level - 1;
        let items = format!("*a{below}, ").repeat(10);
        bomb.push_str(&format!("b{level}: &a{level} [{items}]\n"));
    }
    let found = read(&bomb).diagnostics;
    assert_eq!(found.iter().map(|f| f.code).collect::<Vec<_>>(), ["yaml_alias"]);

    let mut ladder = String::from("a: &a0 [x]\n");
    for level in 1..200 {
        ladder.push_str(&format!("b{level}: &a{level} [*a{}]\n", level - 1));
    }
    let found = read(&ladder).diagnostics;
    assert_eq!(found.iter().map(|f| f.code).collect::<Vec<_>>(), ["yaml_depth"]);

    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")] {
        let deep = format!("{}x{}", open.repeat(100_000), close.repeat(100_000));
        let found = read(&deep).diagnostics;
        assert_eq!(found.len(), 1, "{open}");
        assert!(matches!(found[0].code, "yaml_depth" | "yaml_syntax"), "{open}: {:?}", found[0]);
    }
}

#[test]
fn findings_are_bounded() {
    let max = crate::limits::FINDINGS_MAX;
    let text = |count: usize| (0..count).map(|n| format!("unknown{n}: 1\n")).collect::<String>();
    assert_eq!(read(&text(max)).diagnostics.len(), max);
    let found = read(&text(max + 5)).diagnostics;
    assert_eq!(found.len(), max + 1);
    assert_eq!(found[max].code, "too_many_findings");
}

#[test]
fn nesting_is_bounded() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let codes = |text: &str| read(text).diagnostics.iter().map(|f| f.code).collect::<Vec<_>>();
    // A list at the root is of the wrong type; only one that is too deep is not read at all.
    assert_eq!(codes(&nested(crate::limits::YAML_DEPTH_MAX)), ["wrong_type"]);
    assert_eq!(codes(&nested(crate::limits::YAML_DEPTH_MAX + 1)), ["yaml_depth"]);
}

#[test]
fn aliases_are_bounded() {
    // The anchor counts once, each alias once more.
    let text = |length: usize| {
        let value = "x".repeat(length);
        format!("workflows: [{{ id: &a {value}, description: *a }}]")
    };
    let at_bound = crate::limits::YAML_ALIAS_BYTES_MAX / 2 - 64;
    assert_eq!(read(&text(at_bound)).diagnostics, []);
    let found = read(&text(at_bound + 1)).diagnostics;
    assert_eq!(found.iter().map(|f| f.code).collect::<Vec<_>>(), ["yaml_alias"]);
}

#[test]
fn findings_that_follow_from_faults_of_form_are_left_out() {
    let text = "workflows:\n- id: []\n  all:\n  - 1\n- id: b\n";
    let mut reading = read(text);
    let error = |path: &str| Diagnostic::error("required", path, "x");
    reading.add(vec![
        Diagnostic::warning("id_unknown", "workflows[0].actions[0]", "x"),
        error("workflows[1].actions"),
        error("workflows[0].workflow_id"),
        Diagnostic::error("conditions_required", "workflows[0].all", "x"),
        Diagnostic::error("too_many", "workflows[0].all", "x"),
        error("workflows[0].all[0].source"),
        error("workflows[0].description"),
    ]);
    let paths: Vec<_> = reading.diagnostics.iter().map(|f| (f.code, &*f.path)).collect();
    let expected = [
        ("wrong_type", "workflows[0].workflow_id"),
        ("required", "workflows[0].description"),
        ("too_many", "workflows[0].all"),
        ("wrong_type", "workflows[0].all[0]"),
        ("required", "workflows[1].actions"),
        ("id_unknown", "workflows[0].actions[0]"),
    ];
    assert_eq!(paths, expected);
}
