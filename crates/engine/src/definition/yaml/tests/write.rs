use super::EXAMPLE;
use crate::definition::yaml::{Document, read, write};
use crate::definition::{Action, Condition, Test, Workflow};

/// How a text is written.
fn written(text: &str) -> String {
    let workflows = vec![Workflow { description: text.to_owned(), ..Workflow::default() }];
    let yaml = write(&Document { account: None, workflows });
    yaml.split_once("description: ").unwrap().1.trim_end_matches('\n').to_owned()
}

#[test]
fn texts_have_quotes_where_yaml_would_read_something_else() {
    let cases = [
        ("Hello, world", "\"Hello, world\""),
        ("Where is my parcel?", "\"Where is my parcel?\""),
        ("Hello there!", "Hello there!"),
        ("Zażółć gęślą jaźń", "Zażółć gęślą jaźń"),
        ("a:b", "a:b"),
        ("a: b", "\"a: b\""),
        ("yes", "\"yes\""),
        ("1e3", "\"1e3\""),
        ("null", "\"null\""),
        ("~", "\"~\""),
        (" a", "\" a\""),
        ("#x", "\"#x\""),
        ("12", "\"12\""),
        ("@acme.example", "\"@acme.example\""),
        ("it's \"so\" \\", "\"it's \\\"so\\\" \\\\\""),
        ("{{ customer_name }}", "\"{{ customer_name }}\""),
        ("😀", "\"😀\""),
        ("tab\there", "\"tab\\there\""),
        ("soft\u{ad}hyphen", "\"soft\\u00adhyphen\""),
        ("one\ntwo", "|-\n      one\n      two"),
        (
            "one\n\n  two {{ x }}\n",
            "|\n      one\n\n      two {{ x }}".replace("      two", "        two").leak(),
        ),
        ("one\n \ntwo", "\"one\\n \\ntwo\""),
        ("\none", "\"\\none\""),
        ("one\n\n", "\"one\\n\\n\""),
        ("one\r\ntwo", "\"one\\r\\ntwo\""),
    ];
    for (text, expected) in cases {
        assert_eq!(written(text), expected, "{text:?}");
    }
}

#[test]
fn the_example_is_written_as_people_write() {
    let document = read(EXAMPLE).value;
    let text = write(&document);
    assert_eq!(read(&text).value, document);
    for line in [
        "      - id: anna",
        "          weekly:",
        "            monday: [\"09:00-12:00\", \"13:00-17:00\"]",
        "            2026-12-25: []",
        "    statuses: [open, { id: solved, display_name: Solved }]",
        "  - id: reminder",
        "    position: 10",
        "      - last_customer_reply: { is: { more_than: 1d } }",
        "          text: |",
        "            ticket {{ ticket_id }} has been waiting for a day.",
        "      - source: { is_not: allegro_discussions }",
        "      - new_message: is",
        "      - message: { is: [refund, zwrot], whole_word: true }",
        "      - ticket_created: { is: { less_than: 36h } }",
        "      - working_hours: { is_not: [{ inside: anna }, outside] }",
        "      - send_message: { text: \"Hello {{ customer_name }}\", format: html }",
        "      - set_status: open",
        "        change: { timer: true }",
    ] {
        assert!(text.lines().any(|written| written == line), "no line {line:?} in\n{text}");
    }
}

#[test]
fn what_is_unreadable_stays_so() {
    let workflow = Workflow {
        all: vec![Condition { negated: false, test: Test::Unreadable }],
        actions: vec![Action::Unreadable],
        ..Workflow::default()
    };
    let document = Document { account: None, workflows: vec![workflow] };
    let reading = read(&write(&document));
    assert_eq!(reading.value, document);
    assert_eq!(reading.diagnostics.len(), 2);
}

#[test]
fn an_empty_document_is_written_as_one() {
    assert_eq!(write(&Document::default()), "workflows: []\n");
}
