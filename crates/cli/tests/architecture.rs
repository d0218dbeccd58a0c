//! Holds who may know whom: `crates/README.md` says why.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// The manifests of workspaces: Tamis's own, and the fuzz targets', whom nobody may know.
const WORKSPACES: [&str; 2] = ["../../Cargo.toml", "../fuzz/Cargo.toml"];

/// Each package with those of the workspaces that it may depend on.
const MAY_KNOW: [(&str, &[&str]); 10] = [
    ("tamis-api", &[]),
    ("tamis-engine", &[]),
    ("tamis-store", &[]),
    ("tamis-testkit", &["tamis-engine"]),
    ("tamis-console", &["tamis-api", "tamis-engine"]),
    ("tamis-server", &["tamis-api", "tamis-console", "tamis-engine", "tamis-store"]),
    ("tamis-cli", &["tamis-server", "tamis-engine", "tamis-api", "tamis-loadtest"]),
    ("tamis-benches", &["tamis-engine", "tamis-store", "tamis-server", "tamis-api"]),
    ("tamis-loadtest", &["tamis-api"]),
    ("tamis-fuzz", &["tamis-server", "tamis-engine", "tamis-store", "tamis-api", "tamis-testkit"]),
];

/// Packages that only some of the workspace may name, and which.
const RESERVED: [(&[&str], &[&str]); 3] = [
    (
        &["rusqlite", "libsqlite3-sys", "tokio-postgres", "tokio-postgres-rustls", "deadpool-postgres"],
        &["tamis-store"],
    ),
    (
        &[
            "tonic",
            "tonic-prost",
            "tonic-types",
            "tonic-health",
            "tonic-reflection",
            "tonic-web",
            "prost",
            "prost-types",
        ],
        &["tamis-api", "tamis-console", "tamis-server", "tamis-cli", "tamis-loadtest", "tamis-fuzz"],
    ),
    (&["tokio", "tokio-stream"], &["tamis-store", "tamis-server", "tamis-cli", "tamis-loadtest"]),
];

/// What must not be anywhere below the engine: runtimes, transports, randomness.
const NEVER_BELOW_THE_ENGINE: [&str; 9] =
    ["tokio", "tonic", "prost", "hyper", "mio", "rusqlite", "rand", "fastrand", "getrandom"];

struct Package {
    name: String,
    manifest: PathBuf,
    /// The name and the kind of each dependency: `dev`, `build`, or none for the usual ones.
    dependencies: Vec<(String, Option<String>)>,
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .args(["--offline", "--locked"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn packages() -> Vec<Package> {
    let packages: Vec<_> = WORKSPACES.into_iter().flat_map(packages_of).collect();
    assert!(packages.len() >= 10);
    packages
}

fn packages_of(workspace: &str) -> Vec<Package> {
    let arguments = ["metadata", "--manifest-path", workspace, "--no-deps", "--format-version", "1"];
    let metadata: Value = serde_json::from_str(&cargo(&arguments)).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let package = |package: &Value| Package {
        name: text(&package["name"]),
        manifest: text(&package["manifest_path"]).into(),
        dependencies: package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|dependency| (text(&dependency["name"]), dependency["kind"].as_str().map(str::to_owned)))
            .collect(),
    };
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

#[test]
fn packages_know_only_whom_they_may() {
    let packages = packages();
    let members: BTreeSet<_> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut wrong = Vec::new();
    for package in &packages {
        let Some((_, may_know)) = MAY_KNOW.iter().find(|(name, _)| *name == package.name) else {
            wrong.push(format!("{} is not in the table of this test", package.name));
            continue;
        };
        for (name, kind) in &package.dependencies {
            // The engine's tests use generators that are made of the engine's own types. The contract needs none.
            let is_for_tests =
                kind.as_deref() == Some("dev") && name == "tamis-testkit" && package.name != "tamis-api";
            if members.contains(name.as_str()) && !may_know.contains(&name.as_str()) && !is_for_tests {
                wrong.push(format!("{} may not know {name}", package.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn drivers_and_transports_stay_in_their_place() {
    let mut wrong = Vec::new();
    for package in packages() {
        for (name, kind) in &package.dependencies {
            let reserved = RESERVED.iter().find(|(names, _)| names.contains(&name.as_str()));
            let may = reserved.is_none_or(|(_, packages)| packages.contains(&package.name.as_str()));
            if kind.is_none() && !may {
                wrong.push(format!("{} may not depend on {name}", package.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_engine_is_pure_all_the_way_down() {
    let tree = cargo(&["tree", "--package", "tamis-engine", "--edges", "normal", "--prefix", "none"]);
    let below: BTreeSet<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(below.contains("tamis-engine") && below.contains("aho-corasick"), "{below:?}");
    let wrong: Vec<_> = NEVER_BELOW_THE_ENGINE.iter().filter(|name| below.contains(*name)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Time arrives in the request; files, networks and environments are for others.
#[test]
fn the_engine_asks_nothing_of_the_machine() {
    const WORDS: [&str; 9] = [
        "::now()",
        "SystemTime",
        "Instant::",
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "TimeZone::system",
    ];
    let engine = packages().into_iter().find(|package| package.name == "tamis-engine").unwrap();
    let mut folders = vec![engine.manifest.parent().unwrap().join("src")];
    let (mut files, mut wrong) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("tests") || path.ends_with("tests.rs") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            // What follows are tests, which may measure or read cases.
            let code = text.split("#[cfg(test)]").next().unwrap();
            wrong.extend(WORDS.iter().filter(|word| code.contains(**word)).map(|word| (path.clone(), *word)));
        }
    }
    assert!(files >= 15, "{files}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
