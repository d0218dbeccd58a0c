//! `tamis test`: what passes, what fails, and how it is told.

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::support::{self, Run};

const WORKFLOWS: &str = "\
account: { id: shop, time_zone: Europe/Warsaw, locale: pl-PL }
workflows:
  - id: refund
    display_name: Refund requests
    all: [{ message: { is: [refund, zwrot] } }, { source: { is: email } }]
    actions:
      - assign_tag: refund
      - send_message: { text: 'Hello {{ customer_name | default: \"there\" }}!' }
    examples:
      - name: in Polish
        must: match
        now: 2026-03-02T09:30:00Z
        ticket: { id: '1', source: email }
        change: { message_received: { author: customer, text: Poproszę o ZWROT pieniędzy } }
      - must: not_match
        now: 2026-03-02T09:30:00Z
        ticket: { id: '1', source: email }
        change: { message_received: { author: customer, text: Dziękuję } }
  - id: reminder
    display_name: Unanswered for a day
    enabled: false
    all: [{ last_customer_reply: { is: { more_than: 24h } } }]
    actions: [{ assign_tag: waiting }]
    examples:
      - name: after a day
        must: match
        now: 2026-03-02T09:41:00Z
        ticket: { id: '1', last_customer_reply_at: 2026-03-01T09:00:00Z }
        change: { timer: true }
  - id: trial
    display_name: Trial
    mode: shadow
    all: [{ new_message: is }]
    actions: [{ set_status: seen }]
";

const CASES: &str = "\
tests:
  - name: a refund is tagged and answered
    now: 2026-03-02T09:30:00Z
    ticket: { id: '1', source: email, customer_name: Zofia }
    change: { message_received: { author: customer, text: A refund please } }
    expect:
      matches: refund
      shadow_matches: [trial]
      actions:
        - assign_tag: refund
        - send_message: { text: Hello Zofia! }
  - name: nothing follows from an update
    now: 2026-03-02T09:30:00Z
    ticket: { id: '1' }
    change: { updated: true }
    expect: { matches: [] }
";

/// A folder with files of these contents.
struct Files(TempDir);

impl Files {
    fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempdir().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("the file is written");
        }
        Self(folder)
    }

    /// Runs `tamis test` in the folder.
    fn test(&self, args: &[&str]) -> Run {
        let mut command = support::command();
        command.current_dir(self.0.path()).arg("test").args(args);
        support::finish(command, "")
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).expect("the file is there")
    }
}

#[test]
fn what_passes_is_told_and_counted() {
    let files = Files::of(&[("shop.yaml", WORKFLOWS), ("cases.yaml", CASES)]);
    let run = files.test(&["shop.yaml", "--tests", "cases.yaml"]).expect_code(0);
    let (told, counts) = run.stdout.rsplit_once("\n\n").expect("the counts come last");
    assert_eq!(
        told,
        "shop.yaml
  ok   refund: in Polish
  ok   refund: [1]
  ok   reminder: after a day

cases.yaml
  ok   a refund is tagged and answered
  ok   nothing follows from an update"
    );
    assert!(counts.starts_with("5 passed, 0 failed, in "), "{counts}");

    let run = files.test(&["shop.yaml", "--tests", "cases.yaml", "--filter", "refund"]).expect_code(0);
    assert!(run.stdout.contains("3 passed, 0 failed, 2 left out by --filter, in "), "{}", run.stdout);
}

#[test]
fn an_example_that_fails_tells_what_is_missing() {
    let early = WORKFLOWS.replace("now: 2026-03-02T09:41:00Z", "now: 2026-03-02T08:41:00Z");
    let files = Files::of(&[("shop.yaml", &early)]);
    let run = files.test(&["shop.yaml"]).expect_code(1);
    let wanted = "\
  FAIL reminder: after a day (shop.yaml:25)
       must match, but does not
       Unanswered for a day (reminder): does not match, 1 condition short
         failed all[0].last_customer_reply
                wanted is more than 24h ago
                saw    23h 41m since the customer's last reply (2026-03-01T09:00:00Z)
                19m short: fails until 2026-03-02T09:00:00Z, if nothing else changes
";
    assert!(run.stdout.contains(wanted), "{}", run.stdout);
    assert!(run.stdout.contains("2 passed, 1 failed, in "), "{}", run.stdout);

    let eager = WORKFLOWS.replace("[refund, zwrot]", "[refund, zwrot, dziekuje]");
    let run = Files::of(&[("shop.yaml", &eager)]).test(&["shop.yaml"]).expect_code(1);
    let wanted = "\
  FAIL refund: [1] (shop.yaml:15)
       must not match, but does
       Refund requests (refund): matches
         held   all[0].message
                wanted contains any of \"refund\", \"zwrot\", \"dziekuje\"
                saw    \"Dziękuję\"
                found  \"dziekuje\" at characters 0 to 8: »Dziękuję«
";
    assert!(run.stdout.contains(wanted), "{}", run.stdout);
}

#[test]
fn a_case_that_fails_tells_the_difference() {
    let off = CASES.replace("matches: refund", "matches: [refund, trail]").replace("Hello Zofia!", "Hello!");
    let files = Files::of(&[("shop.yaml", WORKFLOWS), ("cases.yaml", &off)]);
    let run = files.test(&["shop.yaml", "--tests", "cases.yaml", "--filter", "tagged"]).expect_code(1);
    let wanted = "\
  FAIL a refund is tagged and answered (cases.yaml:2)
       something else was decided than expected
         matches:
           - refund
       -   - trail
         shadow_matches:
           - trial
         actions:
           - assign_tag: refund
       -   - send_message: { text: Hello! }
       +   - send_message: { text: Hello Zofia! }
       there is no workflow `trail`
";
    assert!(run.stdout.contains(wanted), "{}", run.stdout);
}

#[test]
fn programs_are_told_the_same() {
    let off = CASES.replace("matches: []", "matches: [refund]");
    let files = Files::of(&[("shop.yaml", WORKFLOWS), ("cases.yaml", &off)]);
    let args = ["shop.yaml", "--tests", "cases.yaml", "--junit", "report.xml", "--output"];
    let run = files.test(&[&args[..], &["json"]].concat()).expect_code(1);
    let report: Value = serde_json::from_str(&run.stdout).expect("the report is JSON");
    assert_eq!(
        (&report["passed"], &report["failed"], &report["left_out"]),
        (&json!(4), &json!(1), &json!(0))
    );
    let failed = &report["suites"][1]["tests"][1];
    assert_eq!(failed["name"], "nothing follows from an update");
    assert_eq!((&failed["line"], &failed["passed"]), (&json!(12), &json!(false)));
    assert_eq!(failed["diff"], json!(["- matches:", "-   - refund", "+ matches: []"]));
    let explanation = failed["explanation"].as_str().expect("it is explained");
    assert!(explanation.contains("failed all[0].message"), "{explanation}");
    let yaml = files.test(&[&args[..], &["yaml"]].concat()).expect_code(1);
    let mut same: Value = serde_saphyr::from_str(&yaml.stdout).expect("the report is YAML");
    let mut timeless = report.clone();
    for value in [&mut same, &mut timeless] {
        forget_times(value);
    }
    assert_eq!(same, timeless);

    let xml = files.read("report.xml");
    for piece in [
        "<testsuites name=\"tamis test\" tests=\"5\" skipped=\"0\" failures=\"1\" errors=\"0\"",
        "<testsuite name=\"cases.yaml\" tests=\"2\"",
        "<testcase name=\"refund: in Polish\" classname=\"shop.yaml\"",
        "<failure message=\"something else was decided than expected\">",
        "failed all[0].message",
    ] {
        assert!(xml.contains(piece), "{piece} is not in\n{xml}");
    }
}

/// Takes out what differs from run to run.
fn forget_times(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("seconds");
            fields.values_mut().for_each(forget_times);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_times),
        _ => {}
    }
}

#[test]
fn files_with_errors_are_told_with_their_place() {
    let cases: [(&str, &str, &str, &str); 4] = [
        (WORKFLOWS, "tests: [{ name: a }]", "cases.yaml:1:9", "tests[0].expect: the field is missing"),
        (WORKFLOWS, "test: []", "cases.yaml:1:1", "did you mean `tests`?"),
        (WORKFLOWS, &CASES.replace("id: '1'", "id: ''"), "cases.yaml:4:19", "tests[0].ticket.id"),
        (&WORKFLOWS.replace("[{ new_message: is }]", "[]"), CASES, "shop.yaml:33:5", "no condition"),
    ];
    for (workflows, tests, place, message) in cases {
        let files = Files::of(&[("shop.yaml", workflows), ("cases.yaml", tests)]);
        let run = files.test(&["shop.yaml", "--tests", "cases.yaml"]).expect_code(1);
        for piece in [place, message] {
            assert!(run.stderr.contains(piece), "{piece} is not in\n{}", run.stderr);
        }
    }
}

#[test]
fn what_keeps_it_from_running_ends_it_with_exit_code_2() {
    let bare =
        "workflows: [{ id: a, display_name: A, all: [{ new_message: is }], actions: [{ assign_tag: t }] }]";
    let files = Files::of(&[("shop.yaml", WORKFLOWS), ("bare.yaml", bare), ("cases.yaml", CASES)]);
    let cases: [(&[&str], &str); 6] = [
        (&["bare.yaml"], "there is nothing to try"),
        (&["shop.yaml", "--filter", "nobody"], "nothing has `nobody` in its name"),
        (&["shop.yaml", "bare.yaml", "--tests", "cases.yaml"], "name one file of workflows"),
        (&["nowhere.yaml"], "cannot read nowhere.yaml"),
        (&["shop.yaml", "--tests", "nowhere.yaml"], "cannot read nowhere.yaml"),
        (&["shop.yaml", "--junit", "nowhere/report.xml"], "cannot write nowhere/report.xml"),
    ];
    for (args, wanted) in cases {
        let run = files.test(args).expect_code(2);
        assert!(run.stderr.contains(wanted), "{args:?}: {}", run.stderr);
    }
}
