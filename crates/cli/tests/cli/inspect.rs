//! Looking at a running service: `tamis doctor`, `tamis stats`, its log, and its decisions on standard output.

use serde_json::Value;
use tamis_api::v1::EvaluateResponse;
use tempfile::tempdir;

use crate::server::Server;
use crate::support;

/// What the account `demo` is asked.
const CHANGE: &str = r#"{"account_id": "demo", "ticket": {"id": "T-1", "subject": "refund"},
    "change": {"change_id": "C-1", "message_received": {"author": "MESSAGE_AUTHOR_CUSTOMER", "text": "refund please"}}}"#;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The verdict of each check.
fn verdicts(report: &Value) -> Vec<(&str, &str)> {
    let checks = report["checks"].as_array().expect("a list of checks");
    let text = |value: &'_ Value| -> &'static str { Box::leak(value.as_str().expect("a text").into()) };
    checks.iter().map(|check| (text(&check["name"]), text(&check["verdict"]))).collect()
}

#[test]
fn a_service_that_is_well_passes_every_check() {
    let folder = tempdir().expect("a folder");
    let metrics = format!("unix:{}", folder.path().join("metrics.sock").display());
    let server = Server::start(&folder.path().join("tamis.db"), &["--demo", "--metrics", &metrics]);
    let doctor = ["doctor", "--server", &server.address, "--metrics", &metrics];
    let report =
        json(&support::run(&[&doctor[..], &["--output", "json"]].concat(), "").expect_code(0).stdout);
    let names = ["reachable", "encryption", "health", "store_writable", "clock", "replicas", "reflection"];
    let more = ["version", "staleness", "files", "decision_log"];
    let expected: Vec<_> = names.iter().chain(&more).map(|name| (*name, "ok")).collect();
    // How many files may be open is the machine's business.
    let found: Vec<_> = verdicts(&report)
        .into_iter()
        .map(
            |(name, verdict)| {
                if name == "files" && verdict == "warn" { (name, "ok") } else { (name, verdict) }
            },
        )
        .collect();
    assert_eq!(found, expected, "{report:#}");
    let text = support::run(&doctor, "").expect_code(0).stdout;
    assert!(text.contains("ok    health           changes are decided\n"), "{text}");
    assert!(text.contains("ok    replicas         1 service on the store\n"), "{text}");

    // Without the metrics, what they would tell is skipped, and no check fails.
    let report = support::run(&["doctor", "--server", &server.address, "--output", "json"], "");
    let report = json(&report.expect_code(0).stdout);
    assert_eq!(verdicts(&report).iter().filter(|(_, verdict)| *verdict == "skip").count(), more.len());
    let wrong = ["doctor", "--server", &server.address, "--metrics", "unix:/nowhere/at/all.sock"];
    assert!(support::run(&wrong, "").expect_code(1).stdout.contains("fail  metrics"));
}

#[test]
fn a_service_that_is_not_there_fails_the_first_check() {
    let unused =
        std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let server = format!("http://{unused}");
    let run = support::run(&["doctor", "--server", &server, "--output", "json"], "").expect_code(1);
    let report = json(&run.stdout);
    assert_eq!(report["verdict"], "fail");
    assert_eq!(verdicts(&report).first(), Some(&("reachable", "fail")));
    support::run(&["doctor", "--server", "ftp://127.0.0.1"], "").expect_code(2);
}

#[test]
fn matches_are_told_by_workflow() {
    let folder = tempdir().expect("a folder");
    let server = Server::start(&folder.path().join("tamis.db"), &["--demo"]);
    for _ in 0..2 {
        support::run(&["evaluate", "--server", &server.address], CHANGE).expect_code(0);
    }
    let stats = ["stats", "--account", "demo", "--server", &server.address];
    let text = support::run(&stats, "").expect_code(0).stdout;
    assert!(text.starts_with("16 workflows, counted since "), "{text}");
    assert!(
        text.lines().any(
            |line| line.starts_with("           2             0  ") && line.ends_with("  refund_request")
        ),
        "{text}"
    );
    assert!(text.lines().any(|line| line.starts_with("           0             0  never  ")), "{text}");
    let lines = support::run(&[&stats[..], &["--output", "json"]].concat(), "").expect_code(0).stdout;
    let refund =
        lines.lines().map(json).find(|line| line["workflow_id"] == "refund_request").expect("its line");
    assert_eq!(refund["matched_count"], "2");
    support::run(&["stats", "--account", "none", "--server", &server.address], "").expect_code(1);
}

#[test]
fn an_analysis_tells_what_stored_workflows_do_to_each_other() {
    let folder = tempdir().expect("a folder");
    let server = Server::start(&folder.path().join("tamis.db"), &["--demo"]);
    let analyze = ["analyze", "--account", "demo", "--server", &server.address];
    let answer =
        json(&support::run(&[&analyze[..], &["--output", "json"]].concat(), "").expect_code(0).stdout);
    let findings = answer["findings"].as_array().expect("there are findings");
    let text = support::run(&analyze, "").expect_code(0).stdout;
    assert!(text.ends_with(&format!("{} findings; revision 1\n", findings.len())), "{text}");
    for finding in findings {
        // Each example is a change that the server decides.
        let example = finding["diagnostic"]["example"].to_string();
        support::run(&["evaluate", "--server", &server.address], &example).expect_code(0);
        let field = finding["diagnostic"]["field"].as_str().expect("a text");
        assert!(text.contains(field), "{field} is not in\n{text}");
    }
    let dead = [&analyze[..], &["--dead-since", "2020-01-01"]].concat();
    let run = support::run(&dead, "").expect_code(0);
    assert!(run.stderr.contains("dead workflows are not told"), "{}", run.stderr);
    let wrong = [&analyze[..], &["--dead-since", "yesterday"]].concat();
    assert!(support::run(&wrong, "").expect_code(2).stderr.contains("must be a date"));
    support::run(&["analyze", "--account", "none", "--server", &server.address], "").expect_code(1);
}

#[test]
fn an_event_is_one_line_whatever_an_account_is_called() {
    let yaml = |id: &str| {
        format!(
            "account: {{ id: \"{id}\", time_zone: UTC, locale: en-GB }}\nworkflows:\n  - id: w\n    \
             display_name: \"two\\nlines \\e[31m\"\n    all: [{{ source: {{ is: mail }} }}]\n    actions: [{{ assign_tag: seen }}]\n"
        )
    };
    for format in ["text", "json"] {
        let folder = tempdir().expect("a folder");
        let log = ["--log-format", format, "--log-level", "debug"];
        let mut server = Server::start(&folder.path().join("tamis.db"), &log);
        // Such an id is refused or taken; either way it must not forge a line, nor drive a terminal.
        for id in ["shop", "evil\\n1999-01-01 ERROR forged: all is lost", "evil\\e[2J\\r\\u2028x"] {
            support::run(&["apply", "-", "--server", &server.address, "--actor", "a\\b"], &yaml(id));
            let change = CHANGE.replace("demo", id).replace("\\e", "\\u001b");
            support::run(&["evaluate", "--server", &server.address], &change);
        }
        let written = server.kill();
        assert!(written.contains("wrote"), "{written}");
        assert!(!written.contains(['\u{1b}', '\r', '\u{2028}']), "{written:?}");
        for line in written.lines() {
            assert!(!line.starts_with("1999"), "{written}");
            match format {
                "json" => assert!(json(line)["fields"].is_object(), "{line}"),
                _ => assert!(line.starts_with("20"), "{line}"),
            }
        }
    }
}

#[test]
fn decisions_on_standard_output_are_all_that_is_there() {
    let folder = tempdir().expect("a folder");
    let socket = folder.path().join("tamis.sock");
    let mut command = support::command();
    command.args(["serve", "--demo", "--decision-log", "-", "--store"]).arg(folder.path().join("tamis.db"));
    command.arg("--listen").arg(format!("unix:{}", socket.display()));
    let address = format!("unix:{}", socket.display());
    let mut server = Server::spawn_silent(command);
    // Until it is ready it is not there, or refuses.
    while support::run(&["evaluate", "--server", &address], CHANGE).code != 0 {}
    let record = json(&server.line());
    assert_eq!((&record["version"], &record["account_id"]), (&1.into(), &"demo".into()));
    let response: EvaluateResponse =
        serde_json::from_value(record["response"].clone()).expect("an answer in the JSON of proto3");
    assert!(response.matches.iter().any(|matched| matched.workflow_id == "refund_request"), "{record}");
    assert!(server.kill().contains("Tamis is ready on unix:"));
}

#[test]
fn settings_of_what_is_told_are_checked() {
    let folder = tempdir().expect("a folder");
    let store = folder.path().join("tamis.db").display().to_string();
    for (args, wanted) in [
        (&["--decision-log", "d.jsonl", "--decision-log-sample", "2"][..], "observe.decision_log.sample: "),
        (&["--decision-log", "d.jsonl", "--decision-log-mask", "subject,nonsense"], "`nonsense` is no text"),
        (&["--decision-log", "/nowhere/at/all/d.jsonl"], "the log of decisions cannot be opened"),
        (&["--otlp-endpoint", "collector:4317"], "observe.traces.endpoint: "),
        (&["--metrics", "somewhere"], "`somewhere` is no address"),
    ] {
        let all = [&["serve", "--listen", "127.0.0.1:0", "--store", &store][..], args].concat();
        let run = support::run(&all, "").expect_code(2);
        assert!(run.stderr.contains(wanted), "{}", run.stderr);
    }
}
