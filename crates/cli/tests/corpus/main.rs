//! The corpus, run by the service over gRPC ([`service`]) and by the command line: `tamis evaluate --workflows` decides, and `tamis check` says what is refused.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

mod answer;
mod request;
mod service;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use serde_json::Value;
use tamis_testkit::corpus::{self, Case, Outcome, Refusal};
use tempfile::tempdir;

#[test]
fn the_command_line_decides_every_case() {
    let cases = corpus::load().expect("the corpus is read");
    // One run of the binary decides all cases that have their definitions in common.
    let mut by_document: BTreeMap<String, Vec<&Case>> = BTreeMap::new();
    for case in &cases {
        by_document.entry(case.document()).or_default().push(case);
    }
    let folder = tempdir().expect("a folder");
    let groups = Mutex::new(by_document.iter().enumerate());
    let outcomes: Mutex<BTreeMap<&str, Outcome>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let next = groups.lock().expect("no other thread panicked").next();
                    let Some((number, (document, group))) = next else { break };
                    let file = folder.path().join(format!("{number}.yaml"));
                    std::fs::write(&file, document).expect("the file is written");
                    let decided = decide(&file, group);
                    outcomes.lock().expect("no other thread panicked").extend(decided);
                }
            });
        }
    });

    let mut outcomes = outcomes.into_inner().expect("no thread panicked");
    // What only YAML can say wrongly about a change, JSON cannot say at all.
    let (run, passed_over): (Vec<Case>, Vec<Case>) =
        cases.iter().cloned().partition(|case| outcomes.contains_key(case.name.as_str()));
    assert!(passed_over.iter().all(|case| case.is_about_yaml && case.is_refusal()), "{passed_over:#?}");
    assert!(run.len() >= 300, "only {} cases were run", run.len());
    let taken = corpus::run(&run, |case| {
        outcomes.remove(case.name.as_str()).unwrap_or_else(|| panic!("{} was decided twice", case.name))
    });
    if let Err(failures) = taken {
        panic!("{failures}");
    }
}

/// Decides the cases of one file; those whose request cannot be said in JSON are left out.
fn decide<'c>(file: &Path, cases: &[&'c Case]) -> Vec<(&'c str, Outcome)> {
    let file = file.display().to_string();
    let check = support::run(&["check", "--output", "json", &file], "");
    if check.code != 0 {
        let refused = Outcome::Refused(refusals(&check.stdout));
        return cases.iter().map(|case| (case.name.as_str(), refused.clone())).collect();
    }
    let sayable: Vec<_> = cases.iter().filter(|case| !case.is_about_yaml || !case.is_refusal()).collect();
    if sayable.is_empty() {
        return Vec::new();
    }
    let requests: String =
        sayable.iter().map(|case| format!("{}\n", request::in_json(&case.request))).collect();
    let run = support::run(&["evaluate", "--workflows", &file, "--output", "json"], &requests);
    let answers: Vec<Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).expect("an answer is JSON")).collect();
    let refused = answers.iter().any(|answer| answer.get("error").is_some());
    let run = run.expect_code(i32::from(refused));
    assert_eq!(answers.len(), sayable.len(), "{}", run.stderr);
    sayable.iter().zip(&answers).map(|(case, answer)| (case.name.as_str(), answer::outcome(answer))).collect()
}

/// The errors of a report of `tamis check`.
fn refusals(report: &str) -> Vec<Refusal> {
    let report: Value = serde_json::from_str(report).expect("the report is JSON");
    let findings = report["files"][0]["findings"].as_array().expect("there are findings");
    let text = |finding: &Value, key: &str| finding[key].as_str().expect("a text").to_owned();
    findings
        .iter()
        .filter(|finding| finding["severity"] == "error")
        .map(|finding| Refusal { code: Some(text(finding, "code")), path: text(finding, "field") })
        .collect()
}
