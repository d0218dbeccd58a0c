//! Holds the settings and the data of `loadtest/ghz` against ghz's options and against the contract.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests, which fail by panicking")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tamis_api::v1;

/// What a setting of ghz holds.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Flag,
    Count,
    /// Such as `10s` or `500ms`.
    Duration,
    Text,
    /// One of these.
    Choice(&'static [&'static str]),
}

const SCHEDULES: Kind = Kind::Choice(&["const", "step", "line"]);

/// The settings that a configuration file of ghz may have, by its options reference (`www/docs/options.md`), less those
/// that say where the contract, certificates and results are: the service tells the contract, and results are printed.
const SETTINGS: [(&str, Kind); 37] = [
    ("async", Kind::Flag),
    ("call", Kind::Text),
    ("concurrency", Kind::Count),
    ("concurrency-end", Kind::Count),
    ("concurrency-max-duration", Kind::Duration),
    ("concurrency-schedule", SCHEDULES),
    ("concurrency-start", Kind::Count),
    ("concurrency-step", Kind::Count),
    ("concurrency-step-duration", Kind::Duration),
    ("connect-timeout", Kind::Duration),
    ("connections", Kind::Count),
    ("count-errors", Kind::Flag),
    ("cpus", Kind::Count),
    ("data-file", Kind::Text),
    ("disable-template-data", Kind::Flag),
    ("disable-template-functions", Kind::Flag),
    ("duration", Kind::Duration),
    ("duration-stop", Kind::Choice(&["close", "wait", "ignore"])),
    ("enable-compression", Kind::Flag),
    ("host", Kind::Text),
    ("insecure", Kind::Flag),
    ("keepalive", Kind::Duration),
    ("load-end", Kind::Count),
    ("load-max-duration", Kind::Duration),
    ("load-schedule", SCHEDULES),
    ("load-start", Kind::Count),
    ("load-step", Kind::Count),
    ("load-step-duration", Kind::Duration),
    ("max-duration", Kind::Duration),
    ("name", Kind::Text),
    ("rps", Kind::Count),
    ("skipFirst", Kind::Count),
    ("stream-call-count", Kind::Count),
    ("stream-call-duration", Kind::Duration),
    ("stream-interval", Kind::Duration),
    ("timeout", Kind::Duration),
    ("total", Kind::Count),
];

impl Kind {
    fn allows(self, value: &Value) -> bool {
        match self {
            Self::Flag => value.is_boolean(),
            Self::Count => value.as_u64().is_some_and(|count| count > 0),
            Self::Text => value.as_str().is_some_and(|text| !text.is_empty()),
            Self::Choice(choices) => value.as_str().is_some_and(|choice| choices.contains(&choice)),
            Self::Duration => value.as_str().is_some_and(|text| {
                let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                let unit = &text[number.len()..];
                number.parse::<u32>().is_ok_and(|number| number > 0) && ["ms", "s", "m", "h"].contains(&unit)
            }),
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../loadtest/ghz")
}

fn read(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The names of the folder's settings, and of its data.
fn names() -> (Vec<String>, Vec<String>) {
    let entries =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let (data, settings) =
        entries.filter(|name| name.ends_with(".json")).partition(|name| name.ends_with(".data.json"));
    (settings, data)
}

fn text<'a>(settings: &'a Map<String, Value>, name: &str) -> &'a str {
    settings[name].as_str().unwrap()
}

#[test]
fn settings_are_those_of_ghz() {
    let (names, _) = names();
    // Each call by a closed loop and by rates.
    for call in ["evaluate", "evaluate_batch", "evaluate_stream"] {
        for wanted in [format!("{call}.json"), format!("{call}_rps.json")] {
            assert!(names.contains(&wanted), "{wanted}");
            let has_rates = read(&wanted).get("load-schedule").is_some();
            assert_eq!(has_rates, wanted.ends_with("_rps.json"), "{wanted}");
        }
    }
    for name in names {
        let settings = read(&name);
        let settings = settings.as_object().unwrap();
        for (setting, value) in settings {
            let kind = SETTINGS.iter().find(|(known, _)| known == setting).map(|(_, kind)| *kind);
            assert!(kind.is_some_and(|kind| kind.allows(value)), "{name}: {setting}: {value} ({kind:?})");
        }
        assert_eq!(text(settings, "host"), "127.0.0.1:7171", "{name}");
        assert_eq!(settings["insecure"], true, "{name}");
        assert!(settings["connections"].as_u64() <= settings["concurrency"].as_u64(), "{name}");
        assert!(settings.contains_key("duration") || settings.contains_key("total"), "{name} has an end");
        if settings.contains_key("load-schedule") {
            // Calls are made whether earlier ones are answered or not, and each rate comes up before the end.
            assert_eq!(settings["async"], true, "{name}");
            let count = |setting: &str| settings[setting].as_u64().unwrap();
            let seconds =
                |setting: &str| text(settings, setting).trim_end_matches('s').parse::<u64>().unwrap();
            let rates = (count("load-end") - count("load-start")) / count("load-step") + 1;
            assert!(rates * seconds("load-step-duration") <= seconds("duration"), "{name}");
        }
    }
}

#[test]
fn data_is_of_the_contract() {
    let (names, mut unused) = names();
    for name in names {
        let settings = read(&name);
        let settings = settings.as_object().unwrap();
        let file = text(settings, "data-file");
        unused.retain(|data| data != file);
        let data = read(file);
        let changes = match text(settings, "call") {
            "tamis.v1.DecisionService/Evaluate" => messages::<v1::EvaluateRequest>(file, data),
            "tamis.v1.DecisionService/EvaluateBatch" => messages::<v1::EvaluateBatchRequest>(file, data)
                .into_iter()
                .flat_map(|batch| batch.requests)
                .collect(),
            "tamis.v1.DecisionService/EvaluateStream" => messages::<v1::EvaluateStreamRequest>(file, data)
                .into_iter()
                .map(|message| message.request.unwrap())
                .collect(),
            call => panic!("{name}: {call} is no call that is put under load"),
        };
        assert!(changes.len() >= 8, "{file}");
        for (change, place) in changes.iter().zip(0..) {
            assert_eq!(change.account_id, "demo", "{file}: change {place}");
            assert!(!change.ticket.as_ref().unwrap().id.is_empty(), "{file}: change {place}");
            assert!(change.change.is_some() && change.now.is_some(), "{file}: change {place}");
        }
    }
    assert!(unused.is_empty(), "{unused:?}");
}

/// The script runs all settings in turn, and says how to get ghz where there is none. What stands in for ghz writes down what
/// it was called with.
#[test]
fn the_script_runs_all_settings() {
    let temporary = tempfile::tempdir().unwrap();
    let tools = temporary.path().join("tools");
    std::fs::create_dir(&tools).unwrap();
    // Only what the script needs, so that a ghz that is installed is not found.
    for tool in ["bash", "basename", "date", "dirname", "mkdir"] {
        let found = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(tool));
        std::os::unix::fs::symlink(found.iter().find(|path| path.exists()).unwrap(), tools.join(tool))
            .unwrap();
    }
    let output = temporary.path().join("output");
    let run = |arguments: &[&str]| {
        let script = folder().join("run");
        Command::new(script)
            .args(arguments)
            .arg("--output")
            .arg(&output)
            .env("PATH", &tools)
            .output()
            .unwrap()
    };
    let without = run(&[]);
    assert_eq!(without.status.code(), Some(2));
    let said = String::from_utf8(without.stderr).unwrap();
    assert!(said.contains("go install github.com/bojand/ghz/cmd/ghz@latest"), "{said}");

    let ghz = tools.join("ghz");
    std::fs::write(&ghz, "#!/bin/sh\ntest -f \"$2\" && echo \"$@\" >\"$6\"\n").unwrap();
    std::fs::set_permissions(&ghz, std::fs::Permissions::from_mode(0o755)).unwrap();
    let with = run(&["--address", "127.0.0.1:9"]);
    assert_eq!(with.status.code(), Some(0), "{}", String::from_utf8_lossy(&with.stderr));
    for name in names().0 {
        let called = std::fs::read_to_string(output.join(&name)).unwrap();
        let wanted = format!("--config {name} --format json --output {}", output.join(&name).display());
        assert_eq!(called.trim(), format!("{wanted} 127.0.0.1:9"));
    }
    assert_eq!(run(&["evaluated"]).status.code(), Some(2), "settings that there are not");
}

/// One message or several, each by the JSON mapping of the contract, which knows no field but its own.
fn messages<T: DeserializeOwned>(file: &str, data: Value) -> Vec<T> {
    let values = match data {
        Value::Array(values) => values,
        value => vec![value],
    };
    let message = |value| serde_json::from_value(value).unwrap_or_else(|error| panic!("{file}: {error}"));
    values.into_iter().map(message).collect()
}
