mod answer;
mod definition;
mod request;
mod round_trip;

use tamis_engine::diagnostic::is_as_listed;

use super::*;

/// Codes and paths of findings.
fn outline(findings: &[Diagnostic]) -> Vec<(&str, &str)> {
    assert!(findings.iter().all(is_as_listed), "{findings:#?}");
    findings.iter().map(|finding| (finding.code, finding.path.as_str())).collect()
}

#[test]
fn what_a_check_finds_in_a_value_that_the_reader_put_there_is_left_out() {
    let finding = |path: &str| Diagnostic::error("required", path, "is required");
    let read = vec![finding("change"), finding("a[1]")];
    let checked =
        ["change", "change.change_id", "change[0]", "changed", "ticket.change", "a[1].b", "a[10]", "a"]
            .map(finding);
    let merged = merged(read, checked.into());
    let paths: Vec<&str> = merged.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(paths, ["change", "a[1]", "changed", "ticket.change", "a[10]", "a"]);
}

#[test]
fn the_paths_of_checks_are_kept_as_they_are_when_all_could_be_read() {
    let checked = vec![Diagnostic::error("required", "change", "is required")];
    assert_eq!(merged(Vec::new(), checked.clone()), checked);
}
