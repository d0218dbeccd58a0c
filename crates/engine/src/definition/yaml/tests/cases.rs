//! Cases are read with what they expect, and all that is wrong with them is told.

use crate::case::{Case, Expected};
use crate::definition::yaml::{read_cases, write_expected};
use crate::definition::{Action, Body, TextFormat};
use crate::request::{Baseline, Change, Request, Ticket};

const CASES: &str = "\
tests:
  - name: one
    now: 2026-03-02T09:30:00Z
    ticket: { id: t }
    change: { timer: true }
    baseline: { asked_at: 2026-03-02T09:00:00Z }
    cause: [a, b]
    expect:
      matches: []
      shadow_matches: trial
      actions:
        - assign_tag: vip
        - send_message: { text: 'Hi {{', format: html }
";

#[test]
fn a_case_is_a_request_and_what_is_expected() {
    let reading = read_cases(CASES);
    assert_eq!(reading.diagnostics, []);
    let instant = |text: &str| text.parse().unwrap();
    let baseline = Baseline { ticket: None, asked_at: Some(instant("2026-03-02T09:00:00Z")) };
    let body = Body { text: "Hi {{".to_owned(), format: TextFormat::Html };
    let expected = Case {
        name: "one".to_owned(),
        request: Request {
            ticket: Ticket { id: "t".into(), ..Ticket::default() },
            change: Change { timer: true, ..Change::default() },
            now: instant("2026-03-02T09:30:00Z"),
            baseline: Some(Box::new(baseline)),
            cause: vec!["a".into(), "b".into()],
            ..Request::default()
        },
        expected: Expected {
            matches: Vec::new(),
            shadow_matches: Some(vec!["trial".to_owned()]),
            actions: Some(vec![Action::AssignTag { tag_id: "vip".to_owned() }, Action::SendMessage { body }]),
        },
    };
    assert_eq!(reading.value, [expected]);
}

#[test]
fn what_is_expected_is_written_as_it_is_read() {
    let expected = &read_cases(CASES).value[0].expected;
    let written = write_expected(expected);
    let indented: String = written.lines().map(|line| format!("      {line}\n")).collect();
    let (head, _) = CASES.split_once("      matches").unwrap();
    let again = read_cases(&format!("{head}{indented}"));
    assert_eq!((&again.value[0].expected, again.diagnostics), (expected, Vec::new()), "{written}");
}

#[test]
fn each_fault_is_told_with_its_path() {
    let with = |old: &str, new: &str| CASES.replace(old, new);
    let cases = [
        (String::new(), "missing_field", ""),
        ("{}".to_owned(), "missing_field", "tests"),
        ("[]".to_owned(), "wrong_type", ""),
        ("tests: {}".to_owned(), "wrong_type", "tests"),
        ("tests: [a]".to_owned(), "wrong_type", "tests[0]"),
        (with("name: one", "nmae: one"), "unknown_field", "tests[0].nmae"),
        (with("  - name: one\n    now", "  - now"), "missing_field", "tests[0].name"),
        (with("    now: 2026-03-02T09:30:00Z\n", ""), "missing_field", "tests[0].now"),
        (with("{ id: t }", "{ id: '' }"), "id_required", "tests[0].ticket.id"),
        (
            with("{ timer: true }", "{ timer: true, updated: true }"),
            "timer_not_alone",
            "tests[0].change.timer",
        ),
        (with("      matches: []\n", ""), "missing_field", "tests[0].expect.matches"),
        (with("matches: []", "macthes: []"), "unknown_field", "tests[0].expect.macthes"),
        (with("assign_tag: vip", "asign_tag: vip"), "unknown_field", "tests[0].expect.actions[0].asign_tag"),
    ];
    for (text, code, path) in cases {
        let found = read_cases(&text).diagnostics;
        let is_told = found.iter().any(|finding| (finding.code, &*finding.path) == (code, path));
        assert!(is_told, "{text}\n{code} at {path} is not in {found:#?}");
    }
    let whole = read_cases(
        "tests: [{ name: a, now: 2026-03-02T09:30:00Z, ticket: { id: t }, change: { timer: true } }]",
    );
    assert_eq!(whole.diagnostics[0].path, "tests[0].expect");
}
