//! `tamis serve`: what it refuses, which setting counts, and how it stops.

use std::path::Path;
use std::process::Command;

use tamis_api::v1::decision_service_client::DecisionServiceClient;
use tamis_api::v1::{EvaluateRequest, EvaluateStreamRequest};
use tempfile::tempdir;

use crate::server::Server;
use crate::support::{self, Run};

/// Runs `serve`, which must refuse to start before it says anything.
#[track_caller]
fn refused(args: &[&str]) -> String {
    let mut all = vec!["serve"];
    all.extend(args);
    let Run { stdout, stderr, .. } = support::run(&all, "").expect_code(2);
    assert_eq!(stdout, "");
    stderr
}

#[test]
fn settings_that_make_no_sense_are_refused_by_name_and_all_at_once() {
    let cases: [(&str, &[&str], &[&str]); 12] = [
        ("", &["--listen", "0.0.0.0:0"], &["insecure_plaintext", "insecure_anonymous"]),
        ("listen = \"[::]:0\"", &[], &["listen:", "other machines"]),
        (
            "lisen = \"127.0.0.1:0\"\nstor = 1",
            &[],
            &["unknown key `lisen`", "unknown key `stor`", "known are store, listen"],
        ),
        ("[transport]\nstreams = 1", &[], &["unknown key `transport.streams`", "transport.streams_max"]),
        ("[tranport]\n", &[], &["unknown key `tranport`"]),
        (
            "listen = 7171\ndemo = \"maybe\"\nlog_format = \"xml\"",
            &[],
            &["listen: ", "demo: ", "log_format: "],
        ),
        ("listen = 7171", &[], &["listen: ", "127.0.0.1:7171", "a list of them"]),
        (
            "listen = [\"127.0.0.1:0\", \"unix:/nowhere/at/all/tamis.sock\", \"0.0.0.0:0\"]",
            &[],
            &["/nowhere/at/all, which is no folder", "0.0.0.0:0 may be reached"],
        ),
        ("runtime = \"fast\"\nthreads = 0", &[], &["runtime: ", "per-core", "work-stealing", "threads: "]),
        ("listen = ", &[], &["tamis.toml: "]),
        (
            "drain_seconds = 100000\n[transport]\nstreams_max = 0",
            &[],
            &["drain: ", "transport.streams_max: "],
        ),
        ("", &["--log", "==="], &["log: `===` is not a filter"]),
    ];
    for (file, args, wanted) in cases {
        let folder = tempdir().expect("a folder");
        let config = folder.path().join("tamis.toml");
        std::fs::write(&config, file).expect("the file is written");
        let store = folder.path().join("tamis.db");
        let (config, store_path) = (config.display().to_string(), store.display().to_string());
        let mut all = vec!["--config", &config, "--store", &store_path];
        all.extend(args);
        let stderr = refused(&all);
        for piece in wanted {
            assert!(stderr.contains(piece), "{file}: {piece} is not in\n{stderr}");
        }
        assert!(!store.exists(), "{file}: the store was made before the settings were checked");
    }
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    let cases: [(&[&str], &str); 7] = [
        (&["--listen", "here"], "--listen <ADDR>"),
        (&["--listen", "unix:"], "such as `127.0.0.1:7171` or `unix:/run/tamis.sock`"),
        (&["--runtime", "fast"], "per-core, work-stealing"),
        (&["--threads", "0"], "--threads <N>"),
        (&["--port", "1"], "--port"),
        (&["--config", "/nowhere/tamis.toml"], "cannot read /nowhere/tamis.toml"),
        (&["--store", "/nowhere/at/all/tamis.db", "--listen", "127.0.0.1:0"], "/nowhere/at/all"),
    ];
    for (args, wanted) in cases {
        let stderr = refused(args);
        assert!(stderr.contains(wanted), "{args:?}: {wanted} is not in\n{stderr}");
    }
}

#[test]
fn flags_count_before_the_environment_and_that_before_the_file() {
    let folder = tempdir().expect("a folder");
    let config = folder.path().join("tamis.toml");
    let store = folder.path().join("tamis.db");
    let text = format!(
        "listen = \"127.0.0.2:0\"\nstore = {:?}\n[transport]\n# streams_max = 128\n",
        store.display().to_string()
    );
    std::fs::write(&config, text).expect("the file is written");
    let start = |environment: Option<&str>, flag: Option<&str>| {
        let mut command = support::command();
        command.args(["serve", "--config"]).arg(&config);
        if let Some(address) = environment {
            command.env("TAMIS_LISTEN", address);
        }
        if let Some(address) = flag {
            command.args(["--listen", address]);
        }
        Server::spawn(command).address.clone()
    };
    let file = start(None, None);
    assert!(file.starts_with("http://127.0.0.2:"), "{file}");
    let environment = start(Some("127.0.0.3:0"), None);
    assert!(environment.starts_with("http://127.0.0.3:"), "{environment}");
    let flag = start(Some("127.0.0.3:0"), Some("127.0.0.4:0"));
    assert!(flag.starts_with("http://127.0.0.4:"), "{flag}");
    assert!(store.exists(), "the file's store counts");
}

#[test]
fn an_address_that_others_reach_is_taken_if_it_is_allowed() {
    let folder = tempdir().expect("a folder");
    let mut command = support::command();
    command.args([
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--insecure-plaintext",
        "--insecure-anonymous",
        "--store",
    ]);
    command.arg(folder.path().join("tamis.db"));
    let server = Server::spawn(command);
    assert!(server.address.starts_with("http://127.0.0.1:"), "{}", server.address);
}

#[test]
fn a_socket_is_reached_by_its_path_whatever_the_runtime() {
    let folder = tempdir().expect("a folder");
    let socket = folder.path().join("tamis.sock");
    let url = format!("unix:{}", socket.display());
    for (nth, runtime) in ["per-core", "work-stealing"].into_iter().enumerate() {
        let mut command = support::command();
        let store = folder.path().join(format!("{nth}.db"));
        command.args(["serve", "--demo", "--runtime", runtime, "--threads", "2", "--store"]).arg(store);
        command.env("TAMIS_LISTEN", format!("{url},127.0.0.1:0"));
        let mut server = Server::spawn(command);
        let addresses = server.address.clone();
        let (first, second) = addresses.split_once(", ").expect("both addresses are told");
        assert_eq!(first, url);
        assert!(second.starts_with("http://127.0.0.1:"), "{second}");
        while !server.line().contains(&format!("evaluate --server {url}")) {}
        for address in [first, second] {
            let args = ["evaluate", "--account", "demo", "--server", address];
            let change = r#"{"ticket": {"id": "1"}, "change": {"change_id": "1", "updated": {}}, "now": "2026-03-02T09:30:00Z"}"#;
            let answer = support::run(&args, change).expect_code(0);
            assert!(answer.stdout.contains("\"revision\""), "{}", answer.stdout);
        }
        let stderr =
            refused(&["--listen", &url, "--store", &folder.path().join("other.db").display().to_string()]);
        assert!(stderr.contains("another process listens to it"), "{stderr}");
        server.signal("TERM");
        let (status, stderr) = server.wait();
        assert_eq!(status.code(), Some(0), "{stderr}");
        assert!(!socket.exists(), "the socket goes with the service");
    }
}

#[test]
fn an_address_that_is_taken_is_refused() {
    let folder = tempdir().expect("a folder");
    let server = Server::start(&folder.path().join("tamis.db"), &[]);
    let address = server.address.trim_start_matches("http://");
    let other = folder.path().join("other.db").display().to_string();
    let stderr = refused(&["--listen", address, "--store", &other]);
    assert!(stderr.contains(address), "{stderr}");
}

#[test]
fn a_store_that_another_process_has_is_refused() {
    let folder = tempdir().expect("a folder");
    let store = folder.path().join("tamis.db");
    let mut server = Server::start(&store, &[]);
    let stderr = refused(&["--listen", "127.0.0.1:0", "--store", &store.display().to_string()]);
    assert!(stderr.contains("in use by another process"), "{stderr}");
    server.kill();
    Server::start(&store, &[]);
}

#[test]
fn a_store_that_is_none_or_damaged_is_refused_and_left_alone() {
    let folder = tempdir().expect("a folder");
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "Buy milk. ".repeat(1_000)).expect("the file is written");

    let damaged = folder.path().join("damaged.db");
    let server = Server::start(&damaged, &["--demo"]);
    server.signal("TERM");
    server.wait();
    let mut bytes = std::fs::read(&damaged).expect("the store is read");
    let middle = bytes.len() / 4..bytes.len() * 3 / 4;
    bytes[middle].fill(0xa5);
    std::fs::write(&damaged, &bytes).expect("the store is damaged");

    for (store, wanted) in [(&text, "not a store of Tamis"), (&damaged, "damaged")] {
        let before = std::fs::read(store).expect("the file is read");
        let stderr = refused(&["--listen", "127.0.0.1:0", "--store", &store.display().to_string()]);
        assert!(stderr.contains(wanted), "{stderr}");
        assert!(stderr.contains(&store.display().to_string()), "{stderr}");
        assert_eq!(std::fs::read(store).expect("the file is read"), before, "the file was changed");
    }
}

#[test]
fn a_signal_stops_it_with_exit_code_0() {
    for signal in ["TERM", "INT"] {
        let folder = tempdir().expect("a folder");
        let server = Server::start(&folder.path().join("tamis.db"), &["--log-format", "json"]);
        server.signal(signal);
        let (status, stderr) = server.wait();
        assert_eq!(status.code(), Some(0), "{stderr}");
        for line in stderr.lines() {
            serde_json::from_str::<serde_json::Value>(line).expect("each line of the log is JSON");
        }
        assert!(stderr.contains(&format!("SIG{signal}")), "{stderr}");
    }
}

#[test]
fn a_call_that_does_not_end_does_not_keep_it_from_stopping() {
    let folder = tempdir().expect("a folder");
    let server = Server::start(&folder.path().join("tamis.db"), &["--demo", "--drain-seconds", "1"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (changes, mut answers) = runtime.block_on(async {
        let mut client = DecisionServiceClient::connect(server.address.clone()).await.expect("it answers");
        let (changes, receiver) = tokio::sync::mpsc::channel(1);
        let change = EvaluateStreamRequest { request: Some(EvaluateRequest::default()) };
        changes.send(change).await.expect("the stream takes a change");
        let stream = tokio_stream::wrappers::ReceiverStream::new(receiver);
        let mut answers = client.evaluate_stream(stream).await.expect("the stream opens").into_inner();
        answers.message().await.expect("the stream goes on").expect("the change is answered");
        (changes, answers)
    });
    server.signal("TERM");
    let (status, stderr) = server.wait();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(!matches!(runtime.block_on(answers.message()), Ok(Some(_))), "nothing was asked");
    drop(changes);
}

#[test]
fn the_calls_that_the_demo_prints_are_answered_when_they_are_pasted() {
    let folder = tempdir().expect("a folder");
    let mut server = Server::start(&folder.path().join("tamis.db"), &["--demo"]);
    let mut lines = Vec::new();
    loop {
        let line = server.line();
        if line.starts_with("Stop the service") {
            break;
        }
        lines.push(line);
    }
    let calls = here_documents(&lines);
    assert_eq!(calls.len(), 2, "{lines:#?}");
    assert!(calls[1].starts_with("grpcurl -plaintext -d @ 127.0.0.1:"), "{}", calls[1]);
    let json = |call: &str| call.split_once('\n').map(|(_, json)| json.to_owned());
    assert_eq!(json(&calls[0]), json(&calls[1]), "both ask the same");

    let mut shell = Command::new("sh");
    shell.current_dir(Path::new("/"));
    let answer = support::finish(shell, &calls[0]).expect_code(0);
    let response: serde_json::Value = serde_json::from_str(&answer.stdout).expect("the answer is JSON");
    let matches = response["matches"].as_array().expect("there are matches");
    assert!(matches.len() >= 2, "{}", answer.stdout);
    assert!(answer.stdout.contains("ACTION_STATE_READY"), "{}", answer.stdout);
}

/// The commands with a here-document among lines, each with its document.
fn here_documents(lines: &[String]) -> Vec<String> {
    let mut calls = Vec::new();
    let mut call: Option<String> = None;
    for line in lines {
        match &mut call {
            None if line.ends_with("<<'JSON'") => call = Some(format!("{line}\n")),
            None => {}
            Some(text) => {
                text.push_str(line);
                text.push('\n');
                if line == "JSON" {
                    calls.extend(call.take());
                }
            }
        }
    }
    calls
}
