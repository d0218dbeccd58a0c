//! `tamis explain`: why a change matches or not, for people and for programs.

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support;

const WORKFLOWS: &str = "\
account:
  id: shop
  time_zone: Europe/Warsaw
  locale: pl-PL
  directory: { agents: [{ id: anna, working_hours: { weekly: { monday: 09:00-17:00 } } }] }
workflows:
  - id: refund
    display_name: Refund
    all: [{ message: { is: [rembourse, zwrot] } }, { subject: { is_not: spam } }]
    actions: [{ assign_tag: refund }]
  - id: reminder
    display_name: Reminder
    all: [{ last_customer_reply: { is: { more_than: 24h } } }]
    actions: [{ assign_tag: waiting }]
  - id: weekend
    display_name: Weekend
    all: [{ day_of_week: { is: [saturday, sunday] } }, { working_hours: { is: { outside: anna } } }]
    actions: [{ assign_tag: weekend }]
";

/// On a Monday at 10:30 in Warsaw.
fn change() -> Value {
    json!({
        "account_id": "shop",
        "ticket": {"id": "T-1", "subject": "To nie jest SPAM", "last_customer_reply_at": "2026-03-01T09:49:00Z"},
        "change": {
            "change_id": "C-1",
            "message_received": {
                "author": "MESSAGE_AUTHOR_CUSTOMER",
                "text": "Dzień dobry, czekam już trzy tygodnie. Poproszę o ZWRO\u{ad}T pieniędzy, bo paczka nie dotarła.",
            },
        },
        "now": "2026-03-02T09:30:00Z",
    })
}

fn explain(args: &[&str], change: &Value) -> support::Run {
    let folder = tempdir().expect("a folder");
    let file = folder.path().join("shop.yaml");
    std::fs::write(&file, WORKFLOWS).expect("the file is written");
    let file = file.display().to_string();
    support::run(&[&["explain", "--workflows", &file][..], args].concat(), &change.to_string())
}

#[test]
fn people_are_told_what_was_wanted_and_seen_and_how_much_is_missing() {
    let run = explain(&["--output", "table"], &change()).expect_code(0);
    let wanted = "\
revision 0 at 2026-03-02T09:30:00Z: 3 workflows

Refund (refund): does not match, 1 condition short
  held   all[0].message
         wanted contains any of \"rembourse\", \"zwrot\"
         saw    \"Dzień dobry, czekam już trzy tygodnie. Poproszę o ZWRO\u{ad}T pieniędzy, bo paczka nie dotarła.\"
         found  \"zwrot\" at characters 50 to 56: …już trzy tygodnie. Poproszę o »ZWRO\u{ad}T« pieniędzy, bo paczka nie dota…
  failed all[1].subject
         wanted does not contain \"spam\"
         saw    \"To nie jest SPAM\"
         found  \"spam\" at characters 12 to 16: To nie jest »SPAM«

Reminder (reminder): does not match, 1 condition short
  failed all[0].last_customer_reply
         wanted is more than 24h ago
         saw    23h 41m since the customer's last reply (2026-03-01T09:49:00Z)
         19m short: fails until 2026-03-02T09:49:00Z, if nothing else changes

Weekend (weekend): does not match, 2 conditions short
  failed all[0].day_of_week
         wanted is one of Saturday, Sunday
         saw    Monday, 2026-03-02, in Europe/Warsaw
         not for 4d 13h 30m more: fails until 2026-03-06T23:00:00Z, if nothing else changes
  failed all[1].working_hours
         wanted is outside of the working hours of \"anna\"
         saw    \"anna\" is within working hours (Monday, 2026-03-02, 10:30 in Europe/Warsaw; they end on Monday, 2026-03-02, 17:00)
         not for 6h 30m more: fails until 2026-03-02T16:00:00Z, if nothing else changes
";
    assert_eq!(run.stdout, wanted);
    assert_eq!(run.stderr, "");
}

#[test]
fn programs_are_told_the_same() {
    let run = explain(&[], &change()).expect_code(0);
    let answer: Value = serde_json::from_str(&run.stdout).expect("the answer is JSON");
    let condition = &answer["workflows"][0]["conditions"][0];
    let found =
        json!([{"field": "all[0].message.phrases[1]", "phrase": "zwrot", "from_char": 50, "to_char": 56}]);
    assert_eq!(condition["occurrences"], found);
    let yaml = explain(&["--output", "yaml"], &change()).expect_code(0);
    let same: Value = serde_saphyr::from_str(&yaml.stdout).expect("the answer is YAML");
    assert_eq!(same, answer);
}

#[test]
fn workflows_are_chosen_by_their_ids_and_their_number() {
    let told = |args: &[&str], code| {
        let run = explain(args, &change()).expect_code(code);
        let answer: Value = serde_json::from_str(&run.stdout).expect("the answer is JSON");
        let workflows = answer["workflows"].as_array().expect("there are workflows").clone();
        let ids: Vec<String> =
            workflows.iter().filter_map(|one| Some(one["workflow_id"].as_str()?.to_owned())).collect();
        (ids, run.stderr)
    };
    let (ids, _) = told(&["--workflow", "weekend", "--workflow", "reminder"], 0);
    assert_eq!(ids, ["reminder", "weekend"]);
    assert_eq!(told(&["--limit", "1"], 0).0, ["refund"]);
    let (ids, errors) = told(&["--workflow", "reminder", "--workflow", "remindre"], 1);
    assert_eq!(
        (ids.as_slice(), errors.as_str()),
        (&["reminder".to_owned()][..], "error: there is no workflow `remindre`\n")
    );
    explain(&["--limit", "0"], &change()).expect_code(2);
}

#[test]
fn what_a_customer_wrote_cannot_drive_a_terminal() {
    let mut rude = change();
    rude["change"]["message_received"]["text"] = json!("\u{1b}[2J zwrot \u{7}");
    let run = explain(&["--output", "table"], &rude).expect_code(0);
    assert!(run.stdout.contains("»zwrot« \\u{7}"), "{}", run.stdout);
    assert!(!run.stdout.contains(['\u{1b}', '\u{7}']), "{}", run.stdout);
}
