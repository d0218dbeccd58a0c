//! Runs the built binary.

use std::path::Path;
use std::process::{Command, Output};

use tamis_loadtest::{GhzReport, Outcome, read_ghz, read_requests};

use super::server::{Does, Script, Server};

fn tamis_load(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tamis-load")).args(args).output().unwrap()
}

fn file(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_run_tells_its_outcome_and_how_it_went() {
    let server = Server::start(Script::new(|_| Does::Answer));
    let target = server.target.to_string();
    let requests = file("ghz/evaluate.data.json");
    let short = ["--rate", "100", "--duration", "300ms", "--warmup", "0s", "--connections", "1", "--quiet"];
    let mut args = vec!["run", "--target", &target, "--requests", &requests, "--output", "json"];
    args.extend(short);
    let run = tamis_load(&args);
    let outcome: Outcome = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(outcome.calls.answered, 30);
    assert_eq!(outcome.plan.mix.first().unwrap().requests, 8);
    // It depends on how busy the machine is whether the generator was the bottleneck.
    assert!([Some(0), Some(3)].contains(&run.status.code()), "{run:?}");

    let server = Server::start(Script::new(|number| if number == 5 { Does::Fail } else { Does::Answer }));
    let target = server.target.to_string();
    let mut args = vec!["run", "--target", &target, "--account", "a=2", "--account", "b"];
    args.extend(short);
    let run = tamis_load(&args);
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(text.contains("1 × NOT_FOUND ACCOUNT_NOT_FOUND: there is no account `x`"), "{text}");
}

#[test]
fn what_keeps_a_command_from_running_is_said() {
    for (args, wanted) in [
        (
            &["run", "--account", "a", "--target", "192.0.2.1:1"][..],
            "target: 192.0.2.1:1 is not of this machine",
        ),
        (&["run"], "--account"),
        (&["run", "--account", "a", "--step", "5"], "a rate and a time"),
        (&["run", "--account", "a", "--duration", "soon"], "`soon` is not a time"),
        (&["run", "--requests", "nowhere.json"], "nowhere.json"),
        (&["ghz", "Cargo.toml"], "Cargo.toml: is not what ghz writes"),
    ] {
        let run = tamis_load(args);
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(run.status.code() == Some(2) && said.contains(wanted), "{args:?}: {said}");
    }
}

#[test]
fn what_ghz_writes_is_told_in_the_same_units() {
    let closed = read_ghz(Path::new(&file("tests/ghz/closed.json"))).unwrap();
    assert_eq!(closed.call, "tamis.v1.DecisionService/Evaluate");
    assert_eq!((closed.calls, closed.concurrency, closed.connections), (300_000, 32, 4));
    assert_eq!((closed.duration_s, closed.calls_per_s, closed.intended_calls_per_s), (30.0, 10_000.0, None));
    assert_eq!((closed.mean_us, closed.min_us, closed.max_us), (640.5, 92.0, 8_100.0));
    assert_eq!(closed.percentile_us(99.0), Some(2_900.0));
    assert_eq!(closed.percentile_us(99.9), None);
    assert_eq!(closed.histogram.len(), 3);
    assert!((closed.histogram.last().unwrap().up_to_us - 8_100.0).abs() < 1e-6);
    assert_eq!(closed.codes.get("OK"), Some(&299_993));
    let errors: Vec<_> = closed.errors.iter().map(|error| (error.code.as_str(), error.count)).collect();
    assert_eq!(errors, [("NOT_FOUND", 5), ("UNAVAILABLE", 2)]);
    assert_eq!(closed.errors.first().unwrap().message, "there is no account `x`");

    let failed = read_ghz(Path::new(&file("tests/ghz/failed.json"))).unwrap();
    assert_eq!(failed.intended_calls_per_s, Some(500.0));
    assert!(failed.percentiles.is_empty() && failed.histogram.is_empty());
    assert_eq!(failed.errors.first().unwrap().message, "context deadline exceeded");

    let run = tamis_load(&[
        "ghz",
        "--output",
        "json",
        &file("tests/ghz/closed.json"),
        &file("tests/ghz/failed.json"),
    ]);
    assert_eq!(run.status.code(), Some(1), "calls failed");
    let told: Vec<GhzReport> = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(told, [closed, failed]);
}

#[test]
fn requests_are_read_in_every_form_that_they_are_asked_in() {
    for name in ["evaluate", "evaluate_batch", "evaluate_stream"] {
        let requests = read_requests(Path::new(&file(&format!("ghz/{name}.data.json")))).unwrap();
        assert!(requests.len() >= 8, "{name}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.jsonl");
    std::fs::write(&path, "{\"account_id\": \"a\"}\n{\"account_id\": \"b\"}\n").unwrap();
    assert_eq!(read_requests(&path).unwrap().len(), 2);
    for (text, wanted) in
        [("", "has no request"), ("{\"acount_id\": 1}", "request 0"), ("[1", "EOF"), ("[{}, 5]", "request 1")]
    {
        std::fs::write(&path, text).unwrap();
        let said = read_requests(&path).unwrap_err().to_string();
        assert!(said.contains(wanted) && said.contains("requests.jsonl"), "{text}: {said}");
    }
}
