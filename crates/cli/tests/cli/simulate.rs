//! `tamis simulate` and `tamis replay`: recorded changes, judged by a draft, and decided again.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::server::Server;
use crate::support::{self, Run};

const LIVE: &str = "\
account: { id: shop, display_name: Shop, time_zone: Europe/Warsaw, locale: pl-PL }
workflows:
  - { id: mail, display_name: Mail, all: [{ source: { is: email } }], actions: [{ assign_tag: mail }] }
  - { id: chat, display_name: Chat, all: [{ source: { is: chat } }], actions: [{ assign_tag: chat }] }
  - { id: fax, display_name: Fax, all: [{ source: { is: fax } }], actions: [{ assign_tag: fax }] }
";

/// Chat becomes narrower, and mail does something else.
const DRAFT: &str = "\
workflows:
  - { id: mail, display_name: Mail, all: [{ source: { is: email } }], actions: [{ assign_tag: post }] }
  - id: chat
    display_name: Chat
    all: [{ source: { is: chat } }, { subject: { is: parcel } }]
    actions: [{ assign_tag: chat }]
";

/// Changes from 2026-03-01T20:00:00Z on, an hour apart; two in three are from chats, one in two of which is about a parcel.
fn change(number: u32) -> Value {
    let source = ["email", "chat", "chat"][number as usize % 3];
    let subject = if number.is_multiple_of(2) { "My PARCEL" } else { "Hello" };
    let (day, hour) = (1 + (20 + number) / 24, (20 + number) % 24);
    json!({
        "account_id": "shop",
        "ticket": {"id": format!("T-{number}"), "source": source, "subject": subject},
        "change": {"change_id": format!("C-{number}"), "updated": {}},
        "now": format!("2026-03-{day:02}T{hour:02}:00:00Z"),
    })
}

fn lines(changes: impl IntoIterator<Item = Value>) -> String {
    changes.into_iter().map(|change| format!("{change}\n")).collect()
}

/// A folder with both sets of workflows, and with 60 changes.
fn folder() -> TempDir {
    let folder = tempdir().expect("a folder can be made");
    for (name, text) in [("live.yaml", LIVE), ("draft.yaml", DRAFT)] {
        fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    fs::write(folder.path().join("changes.jsonl"), lines((0..60).map(change)))
        .expect("a file can be written");
    folder
}

/// Runs a command in a folder.
fn run(folder: &Path, args: &[&str]) -> Run {
    let mut command = support::command();
    command.current_dir(folder).args(args);
    support::finish(command, "")
}

/// Id, edit, and counts of each workflow: live, by the draft, gained, lost, other actions.
fn told(report: &Value) -> Vec<(String, String, Vec<u64>)> {
    let names = ["live_count", "draft_count", "gained_count", "lost_count", "actions_changed_count"];
    let count = |one: &Value, name: &str| one[name].as_str().map_or(0, |text| text.parse().expect("a count"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let workflows = report["workflows"].as_array().expect("a list").iter();
    workflows
        .map(|one| {
            let counts = names.iter().map(|name| count(one, name)).collect();
            (text(&one["workflow_id"]), text(&one["edit"]), counts)
        })
        .collect()
}

#[test]
fn a_draft_is_tried_without_a_server_and_reported_in_every_form() {
    let folder = folder();
    let base = ["simulate", "draft.yaml", "--live", "live.yaml", "--changes", "changes.jsonl"];
    let ran = run(folder.path(), &base).expect_code(0);
    for wanted in [
        "60 changes, 2026-03-01T20:00:00Z to 2026-03-04T07:00:00Z: 40 decided otherwise",
        "Chat (chat, changed)",
        "Fax (fax, removed)",
        "simulation-report/simulation.html",
    ] {
        assert!(ran.stdout.contains(wanted), "{wanted}: {}", ran.stdout);
    }
    let report = folder.path().join("simulation-report");
    let json: Value = serde_json::from_slice(&fs::read(report.join("simulation.json")).unwrap()).unwrap();
    let edit = |name: &str| format!("DRAFT_EDIT_{name}");
    assert_eq!(
        told(&json),
        [
            ("mail".to_owned(), edit("CHANGED"), vec![20, 20, 0, 0, 20]),
            ("chat".to_owned(), edit("CHANGED"), vec![40, 20, 0, 20, 0]),
            ("fax".to_owned(), edit("REMOVED"), vec![0, 0, 0, 0, 0]),
        ]
    );
    let sample = &json["workflows"][1]["lost"][0];
    assert_eq!((&sample["ticket_id"], &sample["index"]), (&json!("T-1"), &json!("1")));
    let condition = &sample["draft"]["conditions"][1];
    assert_eq!((&condition["field"], &condition["seen"]), (&json!("all[1].subject"), &json!("\"Hello\"")));
    assert_eq!(json["days"].as_array().unwrap().len(), 4);
    let differences = fs::read_to_string(report.join("differences.jsonl")).unwrap();
    assert_eq!(differences.lines().count(), 40);
    let first: Value = serde_json::from_str(differences.lines().next().unwrap()).unwrap();
    assert_eq!((&first["line"], &first["actions_changed"]), (&json!(1), &json!(["mail"])));
    let page = fs::read_to_string(report.join("simulation.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("all[1].subject") && !page.contains("<script"));

    // The threads change nothing, and neither does it where the changes come from.
    for (args, stdin) in [
        (vec!["--threads", "1"], String::new()),
        (vec!["--threads", "7"], String::new()),
        (vec!["--changes", "-"], lines((0..60).map(change))),
    ] {
        let mut command = support::command();
        let base = &base[..if args[0] == "--changes" { 4 } else { 6 }];
        command
            .current_dir(folder.path())
            .args(base)
            .args(&args)
            .args(["--output", "json", "--out", "again"]);
        let again = support::finish(command, &stdin).expect_code(0);
        assert_eq!(serde_json::from_str::<Value>(&again.stdout).unwrap(), json, "{args:?}");
        assert_eq!(fs::read_to_string(folder.path().join("again/differences.jsonl")).unwrap(), differences);
    }

    // Merged, nothing is removed; and only what is asked for is judged, by days in Warsaw.
    let narrowed = ["--merge", "--since", "2026-03-02", "--until", "2026-03-03T00:00:00Z", "--samples", "0"];
    let ran = run(folder.path(), &[&base[..], &narrowed, &["--output", "json"]].concat()).expect_code(0);
    let json: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&json["changes_count"], &json["first_at"]),
        (&json!("25"), &json!("2026-03-01T23:00:00+00:00"))
    );
    assert!(told(&json).iter().all(|(id, ..)| id != "fax"), "{json}");
    assert!(!json.to_string().contains("\"conditions\""), "{json}");
}

#[test]
fn what_cannot_be_judged_is_told_and_the_rest_is_judged() {
    let folder = folder();
    let mut undated = change(1);
    undated.as_object_mut().unwrap().remove("now");
    let mut foreign = change(2);
    foreign["account_id"] = json!("other");
    let mut odd = change(3);
    odd["ticket"]["id"] = json!("");
    let text = format!(
        "{}\n{{\"ticket\": 7}}\n{}nonsense",
        lines([change(0)]),
        lines([undated, foreign, odd, change(4)])
    );
    fs::write(folder.path().join("odd.jsonl"), text).unwrap();
    let args = ["simulate", "draft.yaml", "--live", "live.yaml", "--changes", "odd.jsonl"];
    let ran = run(folder.path(), &args).expect_code(1);
    for wanted in [
        "2 changes",
        "mind: 4 changes could not be judged",
        "mind: 1 changes are of other accounts, and were passed over",
        "line 3: column 12: invalid type: integer `7`",
        "line 4: ",
        "line 6: ",
    ] {
        assert!(ran.stdout.contains(wanted), "{wanted}: {}", ran.stdout);
    }
    fs::write(folder.path().join("broken.yaml"), DRAFT.replace("source", "sauce")).unwrap();
    let cases: [(&[&str], i32, &str); 6] = [
        (&["broken.yaml", "--live", "live.yaml", "--changes", "changes.jsonl"], 1, "sauce"),
        (&["draft.yaml", "--live", "broken.yaml", "--changes", "changes.jsonl"], 1, "sauce"),
        (&["draft.yaml", "--live", "live.yaml", "--changes", "none.jsonl"], 2, "cannot read none.jsonl"),
        (&["draft.yaml", "--live", "-", "--changes", "-"], 2, "standard input can be named once only"),
        (&["draft.yaml", "--changes", "changes.jsonl"], 2, "states no account"),
        (
            &["draft.yaml", "--live", "live.yaml", "--changes", "changes.jsonl", "--since", "soon"],
            2,
            "a day such as `2026-03-02`",
        ),
    ];
    for (args, code, wanted) in cases {
        let ran = run(folder.path(), &[&["simulate"], args].concat()).expect_code(code);
        assert!(ran.stderr.contains(wanted), "{wanted}: {}", ran.stderr);
    }
}

#[test]
fn a_log_is_simulated_and_replayed_by_the_revisions_that_decided_it() {
    let folder = folder();
    let (path, log) = (folder.path(), folder.path().join("decisions.jsonl"));
    let log_flag = format!("--decision-log={}", log.display());
    let server = Server::start(&path.join("tamis.db"), &[&log_flag]);
    let at = ["--server", &server.address, "--account", "shop"];
    run(path, &[&["apply", "live.yaml"], &at[..]].concat()).expect_code(0);
    let evaluate = [&["evaluate", "changes.jsonl", "--output", "json"], &at[..]].concat();
    run(path, &evaluate).expect_code(0);
    run(path, &[&["apply", "draft.yaml"], &at[..]].concat()).expect_code(0);
    run(path, &evaluate).expect_code(0);
    // A server that stops has written all of its log; what it keeps is there again after a start.
    server.signal("TERM");
    server.wait();
    let server = Server::start(&path.join("tamis.db"), &[]);
    let at = ["--server", &server.address, "--account", "shop"];
    let replay = [&["replay", "decisions.jsonl"], &at[..]].concat();
    let ran = run(path, &replay).expect_code(0);
    assert_eq!(ran.stdout, "120 decisions as before, 0 otherwise\n");

    // What is live is the draft by now: going back gains what it lost.
    let ran = run(
        path,
        &[&["simulate", "live.yaml", "--changes", "decisions.jsonl", "--output", "json"], &at[..]].concat(),
    );
    let json: Value = serde_json::from_str(&ran.expect_code(0).stdout).unwrap();
    assert_eq!((&json["changes_count"], &json["live_revision"]), (&json!("120"), &json!("2")));
    assert_eq!(
        (&json["workflows"][0]["workflow_id"], &json["workflows"][1]["gained_count"]),
        (&json!("mail"), &json!("40"))
    );

    // An answer that is not what the revision says, lines that say nothing, and those that nobody can decide again.
    let text = fs::read_to_string(&log).unwrap();
    let mut told: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    told[0]["response"]["matches"][0]["actions"][0]["assign_tag"]["tag_id"] = json!("forged");
    told[1]["revision"] = json!(99);
    told[2]["account_id"] = json!("other");
    told[3]["masked"] = json!(["subject"]);
    told[4]["version"] = json!(7);
    fs::write(&log, lines(told) + "{}\n").unwrap();
    let ran = run(path, &replay).expect_code(1);
    for wanted in [
        "line 1: ticket T-0 of shop at revision 1 differs",
        "matches[0].actions[0].assign_tag.tag_id: was \"forged\", is \"mail\"",
        "line 2: revision 99 of `shop`: ",
        "line 5: the line's version is 7",
        "line 121: column 2: missing field `version`",
        "115 decisions as before, 1 otherwise, 1 masked, 1 of revisions that cannot be had, 2 unreadable, 1 of other accounts",
    ] {
        assert!(ran.stdout.contains(wanted), "{wanted}: {}", ran.stdout);
    }
    let ran = run(path, &[&replay[..], &["--output", "json", "--show", "1"]].concat()).expect_code(1);
    let json: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&json["identical"], &json["differing"]), (&json!(115), &json!(1)));
    assert_eq!(json["lines"].as_array().unwrap().len(), 1);
    assert_eq!(json["lines"][0]["differing"]["fields"][0]["recorded"], json!("forged"));
}
