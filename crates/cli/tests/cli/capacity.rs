//! `tamis capacity`: what it writes, what it refuses, and that nothing of it stays behind.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{self, Run};

/// Two workflows of an account of its own, and a change that both match.
const WORKFLOWS: &str = "\
account: { id: shop, time_zone: Europe/Warsaw, locale: pl-PL }
workflows:
  - id: refund
    display_name: Refund <requests>
    all: [{ message: { is: [refund, zwrot] } }]
    actions: [{ assign_tag: refund }]
  - id: mail
    display_name: Mail
    all: [{ source: { is: email } }, { new_message: is }]
    actions: [{ set_status: open }]
";
const CHANGE: &str = r#"{"ticket": {"id": "1", "source": "email"}, "change": {"change_id": "c",
    "message_received": {"author": "MESSAGE_AUTHOR_CUSTOMER", "text": "Poproszę o ZWROT"}}}"#;

const SECTIONS: [&str; 13] = [
    "In short",
    "Ceiling",
    "Latency at rates",
    "Over connections",
    "Over cores",
    "What a call costs",
    "Baselines",
    "Memory, build and start-up",
    "Writes under load",
    "How many nodes",
    "Workload",
    "Machine and build",
    "Every run",
];

/// Runs the smallest matrix; returns the report's JSON.
#[track_caller]
fn measured(folder: &Path, args: &[&str]) -> Value {
    let out = folder.display().to_string();
    let all = [&["capacity", "--smallest", "--out", &out], args].concat();
    let Run { stdout, stderr, .. } = support::run(&all, "").expect_code(0);
    assert!(stderr.contains("Takes about") && stderr.contains("left]"), "{stderr}");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    let (html, markdown) = (read("capacity.html"), read("capacity.md"));
    for section in SECTIONS {
        assert!(html.contains(&format!(">{section}</h2>")), "{section}");
        assert!(markdown.contains(&format!("\n## {section}\n")), "{section}");
    }
    for name in ["capacity.html", "capacity.md", "capacity.json"] {
        assert!(stdout.contains(&folder.join(name).display().to_string()), "{stdout}");
    }
    let report: Value = serde_json::from_str(&read("capacity.json")).expect("it is JSON");
    let points = report["points"].as_array().expect("points");
    let outcomes = read("raw/outcomes.jsonl");
    assert_eq!(outcomes.lines().count(), points.len());
    for (line, point) in outcomes.lines().zip(points) {
        let outcome: Value = serde_json::from_str(line).expect("each line is JSON");
        assert_eq!(outcome["id"], point["id"]);
        assert_eq!(point["errors"], 0, "{point}");
    }
    report
}

#[test]
fn a_report_of_the_demo_account_holds_every_part() {
    let folder = tempdir().expect("a folder");
    let report = measured(folder.path(), &["--rate", "100", "--p99", "10s"]);
    for part in ["ceiling", "latency", "connections", "cost", "memory", "writes", "baselines", "plan"] {
        assert!(report[part]["measured"].is_object() || report[part]["measured"].is_array(), "{part}");
    }
    assert_eq!(report["workload"]["workflows"], 16);
    let asked = &report["plan"]["measured"]["asked"];
    assert_eq!(asked["ask"]["rate_per_s"], 100.0);
    let baselines = report["baselines"]["measured"].as_array().expect("baselines");
    assert!(baselines.len() >= 5, "{baselines:?}");
    // Both sizes of the account have every kind of write.
    let writes = report["writes"]["measured"]["sizes"].as_array().expect("sizes");
    assert_eq!(writes.len(), 2);
    for at in writes {
        let beside = at["beside"].as_array().expect("reads");
        assert_eq!(beside.len(), 4, "{beside:?}");
        assert!(beside[2]["done"].as_u64() > Some(0) && beside[3]["done"].as_u64() > Some(0), "{beside:?}");
    }
}

#[test]
fn a_report_of_ones_own_workflows_says_whose_they_are_and_is_not_overwritten() {
    let folder = tempdir().expect("a folder");
    let (workflows, requests) = (folder.path().join("<b>.yaml"), folder.path().join("changes.jsonl"));
    std::fs::write(&workflows, WORKFLOWS).expect("the workflows are written");
    std::fs::write(&requests, CHANGE).expect("the change is written");
    let out = folder.path().join("report");
    let (workflows, requests) = (workflows.display().to_string(), requests.display().to_string());
    let report = measured(&out, &["--workflows", &workflows, "--requests", &requests, "--account", "mine"]);
    let workload = &report["workload"];
    assert_eq!((&workload["account_id"], &workload["workflows"]), (&"mine".into(), &2.into()));
    assert_eq!(workload["matches_mean"], 2.0);
    let html = std::fs::read_to_string(out.join("capacity.html")).expect("there is a report");
    assert!(html.contains("&lt;b&gt;.yaml") && !html.contains("<b>.yaml"));

    let out = out.display().to_string();
    let again = support::run(&["capacity", "--smallest", "--out", &out], "").expect_code(2);
    assert!(
        again.stderr.contains("has a capacity.html already") && again.stderr.contains("--force"),
        "{}",
        again.stderr
    );
}

#[test]
fn what_cannot_be_measured_is_refused_before_anything_is() {
    let folder = tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("the file is written");
        folder.path().join(name).display().to_string()
    };
    let sound = write("sound.yaml", WORKFLOWS);
    let disabled = write("disabled.yaml", &WORKFLOWS.replace("    all:", "    enabled: false\n    all:"));
    let faulty = write("faulty.yaml", "workflows: [{ id: 7, all: 3 }]");
    let no_change = write("no_change.jsonl", r#"{"ticket": {"id": "1"}}"#);
    let unknown = write("unknown.jsonl", r#"{"tickets": 1}"#);
    let cases: [(&[&str], &str); 9] = [
        (&["--out", &sound], "is no folder"),
        (&["--workflows", &faulty], "has errors: nothing was measured"),
        (&["--workflows", &disabled], "no workflow that is enabled"),
        (&["--workflows", "/nowhere.yaml"], "cannot read /nowhere.yaml"),
        (&["--workflows", &sound, "--requests", &no_change], "request 1: "),
        (&["--requests", &unknown], "tickets"),
        (&["--rate", "100"], "--p99"),
        (&["--rate", "0", "--p99", "5ms"], "must be a number above 0"),
        (&["--rate", "100", "--p99", "5"], "with its unit"),
    ];
    for (args, wanted) in cases {
        let out = folder.path().join("report").display().to_string();
        let out: &[&str] = if args.contains(&"--out") { &[] } else { &["--out", &out] };
        let run = support::run(&[&["capacity", "--smallest"], out, args].concat(), "").expect_code(2);
        assert!(run.stderr.contains(wanted), "{args:?}: {wanted} is not in\n{}", run.stderr);
        assert!(!run.stderr.contains("Takes about"), "{args:?}: it began\n{}", run.stderr);
    }
}

#[test]
fn an_interruption_leaves_nothing_behind() {
    for signal in ["INT", "TERM"] {
        let folder = tempdir().expect("a folder");
        let (out, temporary) = (folder.path().join("report"), folder.path().join("temporary"));
        std::fs::create_dir(&temporary).expect("the folder is made");
        let mut command = support::command();
        command.args(["capacity", "--quick", "--out"]).arg(&out).env("TMPDIR", &temporary);
        let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
        let mut lines = BufReader::new(child.stderr.take().expect("standard error is a pipe")).lines();
        // The first load is put on a server that runs.
        let begun = lines.by_ref().map_while(Result::ok).any(|line| line.contains("throughput:"));
        assert!(begun);
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().expect("kill runs").success());
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        assert_eq!(child.wait().expect("it ends").code(), Some(1));
        assert!(rest.iter().any(|line| line.contains("no report was written")), "{rest:?}");
        assert!(!out.exists());
        let left = std::fs::read_dir(&temporary).expect("the folder is there").count();
        assert_eq!(left, 0, "the temporary folder is empty");
        assert_eq!(processes_of(&temporary), Vec::<String>::new(), "no process runs on");
    }
}

/// The command lines of processes that name something in this folder.
fn processes_of(folder: &Path) -> Vec<String> {
    let wanted = folder.display().to_string();
    let entries = std::fs::read_dir("/proc").expect("the processes can be listed");
    let lines = entries.filter_map(|entry| std::fs::read(entry.ok()?.path().join("cmdline")).ok());
    lines
        .map(|line| String::from_utf8_lossy(&line).into_owned())
        .filter(|line| line.contains(&wanted))
        .collect()
}
