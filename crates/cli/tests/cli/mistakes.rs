//! What a new user is told who makes a mistake in a file: where it is, what is wrong, and what to write instead.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use tempfile::tempdir;

use crate::support;

/// The file, and what may be wrong with it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    file: String,
    mistakes: Vec<Mistake>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mistake {
    /// What stands in the file once.
    instead_of: String,
    somebody_writes: String,
    found: Vec<Finding>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    /// Line and column.
    at: String,
    /// The field and what is wrong with it; all of it.
    says: String,
    /// How what to do about it begins.
    help: String,
}

fn table() -> Table {
    serde_saphyr::from_str(include_str!("mistakes.yaml")).expect("the table is read")
}

#[test]
fn a_file_without_mistakes_has_no_findings() {
    let run = support::run(&["check", "-"], &table().file).expect_code(0);
    assert_eq!(run.stdout, "1 file, 2 workflows, 1 example: 0 errors, 0 warnings\n");
}

#[test]
fn each_mistake_is_told_with_its_place_and_a_remedy() {
    let Table { file, mistakes } = table();
    assert!(mistakes.len() > 50, "{}", mistakes.len());
    let folder = tempdir().expect("a folder");
    let names = mistakes.iter().enumerate();
    let names =
        names.map(|(number, mistake)| written(&folder.path().join(number.to_string()), &file, mistake));
    let names: Vec<String> = names.collect();
    let args = ["check", "--output", "json"].into_iter().chain(names.iter().map(String::as_str));
    let run = support::run(&args.collect::<Vec<_>>(), "").expect_code(1);
    let report: Value = serde_json::from_str(&run.stdout).expect("the report is JSON");
    let reports = report["files"].as_array().expect("there are files");
    assert_eq!(reports.len(), mistakes.len());
    for (report, mistake) in reports.iter().zip(&mistakes) {
        let found = report["findings"].as_array().expect("there are findings");
        let found: Vec<Finding> = found.iter().map(told).collect();
        let agree = found.len() == mistake.found.len()
            && found.iter().zip(&mistake.found).all(|(found, wanted)| {
                (&found.at, &found.says) == (&wanted.at, &wanted.says) && found.help.starts_with(&wanted.help)
            });
        assert!(agree, "{}\nwanted {:#?}\nfound {found:#?}", mistake.somebody_writes, mistake.found);
    }
}

/// Writes the file with a mistake in it, and returns its name.
fn written(path: &Path, file: &str, mistake: &Mistake) -> String {
    let Mistake { instead_of, somebody_writes, .. } = mistake;
    assert_eq!(file.matches(instead_of).count(), 1, "{instead_of:?} must stand in the file once");
    std::fs::write(path, file.replace(instead_of, somebody_writes)).expect("the file is written");
    path.display().to_string()
}

fn told(finding: &Value) -> Finding {
    let text = |key: &str| finding[key].as_str().expect("a text").to_owned();
    let severity = if finding["severity"] == "warning" { "warning: " } else { "" };
    let field = match text("field") {
        field if field.is_empty() => field,
        field => field + ": ",
    };
    Finding {
        at: format!("{}:{}", finding["line"], finding["column"]),
        says: format!("{severity}{field}{}", text("message")),
        help: text("help"),
    }
}
